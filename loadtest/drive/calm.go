package drive

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/prometheus/procfs"
)

const (
	// mostStolen is the share of this machine's processor time that its host may
	// give to others while something is measured. More doubles the slowest
	// hundredth of answers.
	mostStolen = 0.03
	// Tries is how often something is measured at most until the host gave away
	// less.
	Tries = 3
	// rest is the pause before another try. What takes processors away comes
	// and goes in minutes, and goes sooner when nobody asks for them.
	rest = 20 * time.Second
)

// ErrLate is for a run that does not count because the generator was late.
var ErrLate = errors.New("the generator was late")

// Noise is how much others on the same host may have disturbed figures.
type Noise struct {
	Stolen float64 `json:"stolen"` // share of this machine's processor time that its host gave to others meanwhile
	Tries  int     `json:"tries"`
}

// Noises sums up the Noise of all runs of a report.
type Noises struct {
	most  float64
	again int
}

// Add adds the noise of one run.
func (a *Noises) Add(n Noise) {
	a.most = max(a.most, n.Stolen)
	a.again += max(0, n.Tries-1)
}

func (a *Noises) String() string {
	return fmt.Sprintf("The host of this machine gave at most %.1f %% of its processors' time to others during a run that counts; for %d more it was repeated, since it had given more than %.0f %%.",
		a.most*100, a.again, mostStolen*100)
}

// Calmest measures, and rests and measures again while the host of this virtual
// machine gave more than 3 % of its processors' time to others, until it has had
// so many tries. It returns what was measured when that was least. ErrLate is
// returned when every try had it; any other error ends the tries, so that no
// later one hides what was lost.
func Calmest[T any](ctx context.Context, tries int, measure func() (T, error)) (T, Noise, error) {
	return calmest(ctx, tries, Stolen, measure)
}

func calmest[T any](ctx context.Context, tries int, stolen func() float64, measure func() (T, error)) (best T, noise Noise, err error) {
	for n := range tries {
		begun, before := time.Now(), stolen()
		got, failed := measure()
		if failed != nil && !errors.Is(failed, ErrLate) {
			return got, Noise{Tries: n + 1}, failed
		}
		share := (stolen() - before) / time.Since(begun).Seconds() / float64(runtime.NumCPU())
		if noise.Tries = n + 1; failed == nil && (n == 0 || err != nil || share < noise.Stolen) {
			best, noise.Stolen, err = got, share, nil
		} else if n == 0 {
			best, err = got, failed
		}
		if share <= mostStolen || noise.Tries == tries {
			break
		}
		select {
		case <-time.After(rest):
		case <-ctx.Done():
			return best, noise, context.Cause(ctx)
		}
	}
	return best, noise, err
}

// Stolen is the processor time, in seconds since the start of this machine,
// that its host gave to others while this one had something to do
// (proc_stat(5), steal); 0 where that is unknown.
func Stolen() float64 {
	fs, err := procfs.NewDefaultFS()
	if err != nil {
		return 0
	}
	stat, err := fs.Stat()
	if err != nil {
		return 0
	}
	return stat.CPUTotal.Steal
}
