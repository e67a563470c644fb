package redis

import (
	"regexp"
	"strings"
	"testing"

	"veltrix/game/hunt"
	"veltrix/testkit/redistest"
)

// pieceTexts are the pieces without their comments, by name.
func pieceTexts(t *testing.T) map[string]string {
	t.Helper()
	list, err := pieces.ReadDir("lua")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, file := range list {
		text, err := pieces.ReadFile("lua/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		var code strings.Builder
		for line := range strings.Lines(string(text)) {
			line, _, _ = strings.Cut(line, "--")
			code.WriteString(line + "\n")
		}
		texts[file.Name()] = code.String()
	}
	return texts
}

func TestPiecesNameWhatTheyTake(t *testing.T) {
	index := regexp.MustCompile(`[\w.]+\[-?\d+\]|\bselect\(`)
	arguments := regexp.MustCompile(`^(KEYS|ARGV)\[`) // Redis's own
	for name, text := range pieceTexts(t) {
		for _, found := range index.FindAllString(text, -1) {
			if !arguments.MatchString(found) {
				t.Errorf("%s has %s: give the value a name where it arrives", name, found)
			}
		}
	}
}

func TestPiecesUseEveryConstant(t *testing.T) {
	used := map[string]bool{}
	for _, text := range pieceTexts(t) {
		for _, name := range constantName.FindAllString(text, -1) {
			used[name] = true
		}
	}
	for name := range constants {
		if !used[name] {
			t.Errorf("no piece uses %s", name)
		}
	}
}

// worthDriver answers with the worth of challenges that lose it over ARGV[2] to
// ARGV[3] solves, each between the points of ARGV[4] and ARGV[5], after each of
// the numbers of solves that worthSolves lists.
const worthDriver = `
local func, first, last, initial, minimum = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local out = {}
for decay = first, last do
  local c = { func = func, initial = initial, minimum = minimum, decay = decay, per = 1000 }
  local floor = math.floor((initial - minimum) / decay)
  local solves = {
    0, 1, 2, math.floor(decay / 3), math.floor(decay / 2), decay - 1, decay, decay + 1,
    math.floor(floor / 2), floor, floor + 1,
  }
  for i, x in ipairs(solves) do solves[i] = worth(c, x, x * 1000 + 999) end
  out[#out + 1] = cmsgpack.pack(unpack(solves))
end
return table.concat(out)
`

// worthSolves are where a value of points may go wrong: at both ends, between
// them, and where a linear one meets its minimum.
func worthSolves(p hunt.Points) []int64 {
	floor := (p.Initial - p.Minimum) / p.Decay
	return []int64{
		0, 1, 2, p.Decay / 3, p.Decay / 2, p.Decay - 1, p.Decay, p.Decay + 1,
		floor / 2, floor, floor + 1,
	}
}

// TestWorth holds worth.lua and hunt.Points.Value together.
func TestWorth(t *testing.T) {
	server := redistest.Shared(t)
	script := joined("#!lua flags=no-writes", "worth") + worthDriver
	a, err := parseURL(server.UnixURL())
	if err != nil {
		t.Fatal(err)
	}
	v := connect(a, DefaultTimeout, nil)
	t.Cleanup(func() {
		if err := v.close(); err != nil {
			t.Error(err)
		}
	})
	const step = 4000 // decays of one call: a tenth of a second
	for _, function := range []hunt.Decay{hunt.Static, hunt.Linear, hunt.Quadratic, hunt.ByTime} {
		for _, between := range [][2]int64{{hunt.MaxPoints, 0}, {500, 100}, {1_000_003, 7}} {
			for first := int64(1); first <= hunt.MaxDecay; first += step {
				p := hunt.Points{Function: function, Initial: between[0], Minimum: between[1], Per: 1000}
				reply, err := v.primary.Eval(t.Context(), script, nil,
					string(function), first, first+step-1, p.Initial, p.Minimum).Text()
				if err != nil {
					t.Fatal(err)
				}
				u := &unpacker{b: []byte(reply)}
				for p.Decay = first; p.Decay < first+step; p.Decay++ {
					for _, x := range worthSolves(p) {
						if want, got := p.Value(x, x*1000+999), u.int(); got != want || u.err != nil {
							t.Fatalf("%+v after %d solves: Lua has %d, Go %d (%v)", p, x, got, want, u.err)
						}
					}
				}
			}
		}
	}
}
