package hunt

import (
	"strconv"
	"strings"
)

// Condition is a When as the hunt file writes it, for JSON.
type Condition struct {
	Solves     int64    `json:"solves,omitempty"`
	Category   string   `json:"category,omitempty"`
	Tag        string   `json:"tag,omitempty"`
	Challenges []string `json:"challenges,omitempty"`
	Any        int64    `json:"any,omitempty"`
	Points     int64    `json:"points,omitempty"`
	Firsts     int64    `json:"firsts,omitempty"`
	Streak     int64    `json:"streak,omitempty"`
	Within     string   `json:"within,omitempty"`
	After      string   `json:"after,omitempty"`
	Place      int64    `json:"place,omitempty"`
	Division   string   `json:"division,omitempty"`
	Manual     bool     `json:"manual,omitempty"`
}

// Condition returns w as the hunt file writes it.
func (w *When) Condition() *Condition {
	return &Condition{
		Solves: w.Solves, Category: w.Category, Tag: w.Tag, Challenges: w.Challenges, Any: w.Any, Points: w.Points,
		Firsts: w.Firsts, Streak: w.Streak, Within: WriteDuration(w.Within), After: WriteDuration(w.After),
		Place: w.Place, Division: w.Division, Manual: w.Manual,
	}
}

// Needed is how many of Challenges have to be solved.
func (w *When) Needed() int64 {
	if w.Any > 0 {
		return w.Any
	}
	return int64(len(w.Challenges))
}

// WriteDuration writes ms milliseconds as the hunt file does, such as 1h30m.
// None is "".
func WriteDuration(ms int64) string {
	var b strings.Builder
	for _, u := range []struct {
		name string
		ms   int64
	}{{"d", 86_400_000}, {"h", 3_600_000}, {"m", 60_000}, {"s", 1000}, {"ms", 1}} {
		if n := ms / u.ms; n > 0 {
			b.WriteString(strconv.FormatInt(n, 10) + u.name)
			ms -= n * u.ms
		}
	}
	return b.String()
}
