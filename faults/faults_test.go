package main

import (
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"veltrix/game/hunt/huntfile"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestList: every fault can be named in a hunt's id, says what it is, and is
// made and proven.
func TestList(t *testing.T) {
	id := regexp.MustCompile(`^[a-z0-9-]{1,48}$`)
	seen := map[string]bool{}
	short := 0
	for _, f := range all() {
		if !id.MatchString(f.Name) || seen[f.Name] || f.About == "" || f.On == "" || f.Ack == "" || f.Inject == nil || f.Evidence == nil {
			t.Errorf("fault %q is not whole or not the only one", f.Name)
		}
		seen[f.Name] = true
		if f.Short {
			short++
		}
	}
	if short < 6 {
		t.Errorf("the short selection has %d faults", short)
	}
	for _, name := range soakFaults {
		if !seen[name] {
			t.Errorf("a soak has the fault %q, which there is not", name)
		}
	}
}

func TestDefinitions(t *testing.T) {
	for _, kind := range kinds {
		d, findings := huntfile.Parse([]byte(definition("a-1-"+kind, kind, 3, challenges)))
		if d == nil || len(d.Challenges) != challenges {
			t.Errorf("%s: %v", kind, findings)
		}
	}
}

func TestTrend(t *testing.T) {
	const long = time.Hour
	of := func(value func(share float64) float64) []point {
		var points []point
		for i := range 600 {
			share := float64(i) / 600
			points = append(points, point{time.Duration(share * float64(long)), value(share)})
		}
		return points
	}
	r := rand.New(rand.NewPCG(1, 2))
	for want, value := range map[string]func(float64) float64{
		"flat":      func(float64) float64 { return 100 + r.Float64()*5 },
		"NOT FLAT":  func(x float64) float64 { return 100 + 80*x + r.Float64()*5 },
		"undecided": func(float64) float64 { return 10 + 200*r.Float64()*float64(r.IntN(2)) },
	} {
		if got := trendOf(of(value), long); got.verdict() != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
	// Warm-up and spikes count for nothing.
	spiky := trendOf(of(func(x float64) float64 {
		if x < 0.1 || r.IntN(10) == 0 {
			return 5000
		}
		return 100
	}), long)
	if spiky.verdict() != "flat" || spiky.mean != 100 {
		t.Error(spiky)
	}
	if got := trendOf(nil, long); !math.IsInf(got.bound, 1) || got.verdict() != "undecided" {
		t.Error(got)
	}
}

func TestPlot(t *testing.T) {
	got := plot("a < b", "ms", []series{{"x", []point{{0, 1}, {time.Hour, 2}}}, {"none", nil}})
	if !strings.Contains(got, "a &lt; b, ms") || !strings.Contains(got, ">15m0s</text>") || strings.Contains(got, "NaN") {
		t.Error(got)
	}
	if got := plot("nothing", "", nil); strings.Contains(got, "NaN") || strings.Contains(got, "Inf") {
		t.Error(got)
	}
}
