package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"veltrix/loadtest/drive"
)

// report is all that was measured.
type report struct {
	At          time.Time `json:"at"`
	Machine     string    `json:"machine"`
	Quick       bool      `json:"quick"`
	Rounds      int       `json:"rounds"`
	Contestants []string  `json:"contestants"`
	// Runs are by contestant and trial, in the order of rounds.
	Runs  map[string]map[string][]figures `json:"runs"`
	Table []line                          `json:"table"`
}

func (r *report) add(contestant, trial string, f figures) {
	if r.Runs == nil {
		r.Runs = make(map[string]map[string][]figures)
	}
	if r.Runs[contestant] == nil {
		r.Runs[contestant] = make(map[string][]figures)
	}
	r.Runs[contestant][trial] = append(r.Runs[contestant][trial], f)
}

// metric is a line of the table.
type metric struct {
	trial, name string
	more        bool // is better
	format      string
	of          func(*figures) float64
}

var metrics = []metric{
	{peak, "claims/s", true, "%.0f", func(f *figures) float64 { return f.Claims }},
	{peak, "p50, ms", false, "%.1f", func(f *figures) float64 { return f.P50 }},
	{peak, "p99, ms", false, "%.1f", func(f *figures) float64 { return f.P99 }},
	{peak, "p99.9, ms", false, "%.1f", func(f *figures) float64 { return f.P999 }},
	{peak, "CPU of the server, µs/claim", false, "%.1f", func(f *figures) float64 { return f.Server }},
	{peak, "CPU of Redis, µs/claim", false, "%.1f", func(f *figures) float64 { return f.Redis }},
	{peak, "CPU of both, µs/claim", false, "%.1f", func(f *figures) float64 { return f.Server + f.Redis }},
	{peak, "boards/s at a watcher", true, "%.1f", func(f *figures) float64 { return f.Boards }},
	{peak, "age of a board, p50, ms", false, "%.0f", func(f *figures) float64 { return f.BoardP50 }},
	{equal, "p50, ms", false, "%.2f", func(f *figures) float64 { return f.P50 }},
	{equal, "p99, ms", false, "%.2f", func(f *figures) float64 { return f.P99 }},
	{equal, "p99.9, ms", false, "%.2f", func(f *figures) float64 { return f.P999 }},
	{equal, "CPU of the server, µs/claim", false, "%.1f", func(f *figures) float64 { return f.Server }},
	{equal, "CPU of Redis, µs/claim", false, "%.1f", func(f *figures) float64 { return f.Redis }},
	{equal, "CPU of both, µs/claim", false, "%.1f", func(f *figures) float64 { return f.Server + f.Redis }},
	{equal, "boards/s at a watcher", true, "%.1f", func(f *figures) float64 { return f.Boards }},
	{equal, "age of a board, p50, ms", false, "%.0f", func(f *figures) float64 { return f.BoardP50 }},
	{equal, "age of a board, p99, ms", false, "%.0f", func(f *figures) float64 { return f.BoardP99 }},
	{idle, "memory of a connection, KB", false, "%.1f", func(f *figures) float64 { return f.Connection / 1000 }},
}

// line is a metric of all contestants: medians of the valid runs.
type line struct {
	Trial   string             `json:"trial"`
	Metric  string             `json:"metric"`
	Medians map[string]float64 `json:"medians"`
	// Ratios say how many times better than the best peer somebody is; less
	// than 1 is worse.
	Ratios map[string]float64 `json:"ratios"`

	format string
}

// table sums up what is there.
func (r *report) table() []line {
	var table []line
	for _, m := range metrics {
		l := line{m.trial, m.name, make(map[string]float64), make(map[string]float64), m.format}
		var best float64
		for _, name := range r.Contestants {
			x, ok := median(r.Runs[name][m.trial], m.of)
			if !ok || x <= 0 {
				continue // not measured, or there is none: bolt has no Redis
			}
			l.Medians[name] = x
			if !ours(name) && (best == 0 || m.more == (x > best)) {
				best = x
			}
		}
		for name, x := range l.Medians {
			if best > 0 && m.more {
				l.Ratios[name] = x / best
			} else if best > 0 {
				l.Ratios[name] = best / x
			}
		}
		table = append(table, l)
	}
	return table
}

func ours(name string) bool { return strings.HasPrefix(name, "veltrix") }

// median is that of the valid runs.
func median(runs []figures, of func(*figures) float64) (x float64, ok bool) {
	var values []float64
	for i := range runs {
		if len(runs[i].Invalid) == 0 {
			values = append(values, of(&runs[i]))
		}
	}
	return drive.Median(values)
}

// write makes the files.
func (r *report) write(dir string) error {
	r.Table = r.table()
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "compare.json"), append(text, '\n'), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "compare.svg"), []byte(r.picture()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "compare.md"), []byte(r.markdown()), 0o644)
}

// markdown is the table for people.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Medians of %d rounds, %s, %s. In parentheses: times better than the best peer.\n", r.Rounds, r.Machine, r.At.Format("2006-01-02 15:04 UTC"))
	if r.Quick {
		b.WriteString("\nA quick run: it shows that everything works, its figures are none.\n")
	}
	trial := ""
	for _, l := range r.table() {
		if l.Trial != trial {
			trial = l.Trial
			fmt.Fprintf(&b, "\n| %s | %s |\n|---|%s\n", trial, strings.Join(r.Contestants, " | "), strings.Repeat("--:|", len(r.Contestants)))
		}
		fmt.Fprintf(&b, "| %s |", l.Metric)
		for _, name := range r.Contestants {
			x, ok := l.Medians[name]
			switch ratio := l.Ratios[name]; {
			case !ok:
				b.WriteString(" – |")
			case ours(name) && ratio > 0:
				fmt.Fprintf(&b, " "+l.format+" (%.2f×) |", x, ratio)
			default:
				fmt.Fprintf(&b, " "+l.format+" |", x)
			}
		}
		b.WriteByte('\n')
	}
	r.runs(&b)
	return b.String()
}

// runs says how many runs were verified, and which do not count.
func (r *report) runs(b *strings.Builder) {
	total, verified, invalid := 0, 0, 0
	var noise drive.Noises
	var why []string
	for _, name := range r.Contestants {
		for _, t := range []string{peak, equal, idle} {
			for i, f := range r.Runs[name][t] {
				total++
				verified += f.Verified
				noise.Add(f.Noise)
				if len(f.Invalid) > 0 {
					invalid++
					why = append(why, fmt.Sprintf("- %s, %s, round %d: %s", name, t, i+1, strings.Join(f.Invalid, "; ")))
				}
			}
		}
	}
	fmt.Fprintf(b, "\n%d runs, %d acknowledged awards, every one found in its ledger once. %d runs do not count because the generator was late", total, verified, invalid)
	if invalid > 0 {
		b.WriteString(":\n" + strings.Join(why, "\n"))
	} else {
		b.WriteByte('.')
	}
	fmt.Fprintf(b, "\n\n%s\n", noise.String())
}
