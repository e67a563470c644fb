package huntfile

import (
	"slices"
	"strings"
	"testing"

	"veltrix/game/hunt"
)

func parsed(t testing.TB, src string) *hunt.Definition {
	t.Helper()
	d, findings := Parse([]byte(src))
	if d == nil {
		t.Fatalf("not a hunt:\n%s", findings)
	}
	return d
}

func textProof(s string) hunt.Proof { return hunt.Proof{Text: &s} }

func numberProof(v float64) hunt.Proof { return hunt.Proof{Number: &v} }

func codeProof(s string) hunt.Proof { return hunt.Proof{Code: &s} }

// caesar shifts the capital letters of a text back by one.
func caesar(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 'A' || r > 'Z' {
			return r
		}
		return 'A' + (r-'A'+25)%26
	}, s)
}

func quoted(t *testing.T, c *hunt.Challenge) []string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(c.Description) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "> "); ok {
			lines = append(lines, strings.Trim(rest, "`* "))
		}
	}
	if len(lines) == 0 {
		t.Fatalf("%s quotes nothing", c.ID)
	}
	return lines
}

// The test solves the demo from its own texts, in an order that its prerequisites
// allow.
func TestDemoIsSolvableFromThePage(t *testing.T) {
	d, findings := Parse(Demo())
	if len(findings) != 0 {
		t.Fatalf("the demo has findings:\n%s", findings)
	}
	if d.ID != "lantern-walk" || d.Opens != 0 || len(d.Challenges) < 8 || string(d.Source) != string(Demo()) {
		t.Fatalf("unexpected demo: %s, opens %d, %d challenges", d.ID, d.Opens, len(d.Challenges))
	}

	lamps := map[int]bool{}
	for n := 1; n <= 24; n++ {
		if n%3 == 0 || n%4 == 0 {
			lamps[n] = true
		}
	}
	var acrostic, initials string
	for _, line := range quoted(t, d.Challenge("nets-and-gulls")) {
		acrostic += line[:1]
	}
	for _, id := range d.Badge("seven-doors").When.Challenges {
		initials += d.Challenge(id).Title[:1]
	}
	steps := []struct {
		id    string
		proof hunt.Proof
	}{
		{"locked-gate", textProof("Darkness")},
		{"rope-lane", numberProof(float64(len(lamps)))},
		{"night-rooms", hunt.Proof{Choice: hunt.Choice{"The Bell"}}},
		{"toll-house", hunt.Proof{Choice: hunt.Choice{"Fireflies", "Candles", "Embers from the smithy"}}},
		{"eavesdropping", textProof(caesar(quoted(t, d.Challenge("eavesdropping"))[0]))},
		{"roman-stone", textProof("1874")},
		{"nets-and-gulls", codeProof(acrostic)},
		{"last-lantern", textProof(initials)},
		{"hurry-of-light", numberProof(300.0 / 299792458 * 1e6)},
		{"beam", hunt.Proof{Location: &hunt.Location{Lat: 43 + 23.0/60 + 9.0/3600, Lon: -(8 + 24.0/60 + 23.0/3600)}}},
		{"own-light", hunt.Proof{Review: &hunt.ReviewRequest{Note: "A comet over the fish market."}}},
	}
	solved := map[string]bool{}
	kinds := map[hunt.Kind]bool{}
	for _, step := range steps {
		p := d.Public(hunt.Viewer{Started: true, Unlocked: func(c *hunt.Challenge) bool {
			return !slices.ContainsFunc(c.Requires, func(id string) bool { return !solved[id] })
		}})
		for i := range p.Challenges {
			if p.Challenges[i].ID == step.id && p.Challenges[i].Locked {
				t.Fatalf("%s is still locked", step.id)
			}
		}
		c := d.Challenge(step.id)
		kinds[c.Proof.Kind] = true
		j, err := c.Judge(step.proof)
		if err != nil || j.Right == j.Review {
			t.Fatalf("%s: %+v, %v", step.id, j, err)
		}
		solved[step.id] = true
	}
	if len(solved) != len(d.Challenges) {
		t.Errorf("solved %d of %d challenges", len(solved), len(d.Challenges))
	}
	if len(kinds) != 7 {
		t.Errorf("the demo shows the kinds %v, want every kind that can be claimed", kinds)
	}
	for _, wrong := range []struct {
		id    string
		proof hunt.Proof
	}{
		{"locked-gate", textProof("light")},
		{"rope-lane", numberProof(14)},
		{"night-rooms", hunt.Proof{Choice: hunt.Choice{"The Cat"}}},
		{"toll-house", hunt.Proof{Choice: hunt.Choice{"Candles"}}},
		{"roman-stone", textProof("11874")},
		{"beam", hunt.Proof{Location: &hunt.Location{Lat: 43.38583, Lon: 8.40639}}},
	} {
		if j, err := d.Challenge(wrong.id).Judge(wrong.proof); err != nil || j.Right {
			t.Errorf("%s: %+v, %v, want wrong", wrong.id, j, err)
		}
	}
}
