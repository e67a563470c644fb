package drive

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// TestCalmest: a measurement in a quiet time counts, and is not repeated.
func TestCalmest(t *testing.T) {
	for _, test := range []struct {
		stolen []float64 // in each try, of all processor time
		want   int       // the try that counts
		tries  int
	}{
		{[]float64{0}, 0, 1},
		{[]float64{0.03}, 0, 1},
		{[]float64{0.5, 0.01}, 1, 2},
		{[]float64{0.5, 0.1, 0.3}, 1, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			n, lost := 0, 0.0
			got, noise, err := calmest(t.Context(), Tries, func() float64 { return lost }, func() (int, error) {
				time.Sleep(10 * time.Second)
				lost += test.stolen[n] * 10 * float64(runtime.NumCPU())
				n++
				return n - 1, nil
			})
			if got != test.want || noise.Tries != test.tries || err != nil {
				t.Errorf("%v: try %d counts, %+v, %v", test.stolen, got, noise, err)
			}
			if d := noise.Stolen - test.stolen[test.want]; d < -1e-9 || d > 1e-9 {
				t.Errorf("%v: %+v", test.stolen, noise)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		busy, tries := 0.0, 0
		stolen := func() float64 { busy += 1e9; return busy }
		late := func() (int, error) {
			if tries++; tries < 3 {
				return 0, ErrLate
			}
			return 7, nil
		}
		got, noise, err := calmest(t.Context(), Tries, stolen, late)
		if got != 7 || noise.Tries != 3 || err != nil {
			t.Errorf("a busy machine made two tries fail: %d, %+v, %v", got, noise, err)
		}
		if _, noise, _ = calmest(t.Context(), 1, stolen, late); noise.Tries != 1 {
			t.Errorf("one try was allowed: %+v", noise)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, _, err := calmest(ctx, Tries, stolen, late); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("interrupted at rest: %v", err)
		}
	})
}

// TestCalmestHidesNoLoss: an award that a disturbed run lost counts, whatever
// the runs before and after it were.
func TestCalmestHidesNoLoss(t *testing.T) {
	lost := errors.New("an award is missing")
	for _, results := range [][]error{{lost, nil, nil}, {nil, lost, nil}, {ErrLate, lost, nil}} {
		synctest.Test(t, func(t *testing.T) {
			busy, n := 0.0, 0
			_, noise, err := calmest(t.Context(), Tries, func() float64 { busy += 1e9; return busy }, func() (int, error) {
				n++
				return n, results[n-1]
			})
			if !errors.Is(err, lost) || noise.Tries != n {
				t.Errorf("%v: %+v, %v", results, noise, err)
			}
		})
	}
}

func TestStolen(t *testing.T) {
	was := Stolen() // 0 where it is unknown
	if is := Stolen(); was < 0 || is < was {
		t.Errorf("%v, then %v", was, is)
	}
}
