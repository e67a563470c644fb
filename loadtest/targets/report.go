package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"veltrix/loadtest/drive"
)

// values are the figures of one round.
type values map[string]float64

// rounds are the figures of all rounds of one target, and what went wrong in
// them.
type rounds struct {
	all    []values
	failed []string
	noise  drive.Noises
}

func (r *rounds) failf(format string, args ...any) {
	r.failed = append(r.failed, fmt.Sprintf(format, args...))
}

// of is the median over the rounds that have all of what f needs; without one
// it is not a number.
func (r *rounds) of(f func(v values) float64, need ...string) float64 {
	var list []float64
	for _, v := range r.all {
		if v.have(need...) {
			list = append(list, f(v))
		}
	}
	x, ok := drive.Median(list)
	if !ok {
		return math.NaN()
	}
	return x
}

func (v values) have(need ...string) bool {
	for _, name := range need {
		if _, ok := v[name]; !ok {
			return false
		}
	}
	return true
}

// sum is the median of a sum of figures.
func (r *rounds) sum(names ...string) float64 {
	return r.of(func(v values) float64 { return v.sum(names) }, names...)
}

func (v values) sum(names []string) float64 {
	x := 0.0
	for _, name := range names {
		x += v[name]
	}
	return x
}

// ratio is the median of the rounds' ratios: of the sum of above to that of below.
func (r *rounds) ratio(above, below []string) float64 {
	return r.of(func(v values) float64 { return v.sum(above) / v.sum(below) }, append(append([]string{}, above...), below...)...)
}

// most is the largest value of all rounds.
func (r *rounds) most(name string) float64 {
	x := math.NaN()
	for _, v := range r.all {
		if y, ok := v[name]; ok && !(y <= x) {
			x = y
		}
	}
	return x
}

// line is a line of the table.
type line struct {
	Target   string `json:"target"`
	Goal     string `json:"goal"`
	Measured string `json:"measured"`
	Met      string `json:"met"` // yes, no, or – when it is not known or there is no goal
}

// line makes one from a format and its figures; when one of those is not known
// it says why.
func (r *rounds) line(target, goal string, met bool, format string, figures ...float64) line {
	args := make([]any, len(figures))
	for i, x := range figures {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return r.unknown(target, goal)
		}
		args[i] = x
	}
	l := line{target, goal, fmt.Sprintf(format, args...), "no"}
	switch {
	case goal == noGoal:
		l.Met = "–"
	case met:
		l.Met = "yes"
	}
	return l
}

// noGoal is the goal of lines that are only there to compare.
const noGoal = "–"

// on returns the failures that concern a store: its own, and those that name no
// store.
func (r *rounds) on(store string) *rounds {
	only := &rounds{all: r.all}
	for _, why := range r.failed {
		other := false
		for _, s := range stores {
			other = other || s != store && strings.Contains(why, " "+s+", round")
		}
		if !other {
			only.failed = append(only.failed, why)
		}
	}
	return only
}

const notMeasured = "not measured"

func (r *rounds) unknown(target, goal string) line {
	why := "no round has all that it needs"
	if len(r.failed) > 0 {
		why = flat(r.failed[0])
	}
	return line{target, goal, notMeasured + ": " + why, "–"}
}

// flat makes text fit into a cell of a table.
func flat(text string) string {
	const most = 200
	runes := []rune(strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", "/"))
	if len(runes) > most {
		return string(runes[:most]) + " …"
	}
	return string(runes)
}

// report is all that was measured.
type report struct {
	At      time.Time           `json:"at"`
	Machine string              `json:"machine"`
	Quick   bool                `json:"quick"`
	Runs    int                 `json:"runs"`
	Lines   []line              `json:"lines"`
	Rounds  map[string][]values `json:"rounds"` // by target
	Failed  []string            `json:"failed,omitempty"`
	Noise   []string            `json:"noise"` // of each target
}

func (p *report) add(name string, r *rounds, lines []line) {
	if p.Rounds == nil {
		p.Rounds = make(map[string][]values)
	}
	p.Rounds[name] = r.all
	p.Noise = append(p.Noise, name+": "+r.noise.String())
	for _, l := range lines {
		if p.Quick {
			l.Met = "–"
		}
		p.Lines = append(p.Lines, l)
	}
	for _, why := range r.failed {
		p.Failed = append(p.Failed, name+": "+why)
	}
}

// incomplete says that a line has no figure.
func (p *report) incomplete() bool {
	for _, l := range p.Lines {
		if strings.HasPrefix(l.Measured, notMeasured) {
			return true
		}
	}
	return false
}

func (p *report) write(dir string) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "targets.json"), append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "targets.md"), []byte(p.markdown()), 0o644)
}

// markdown is the table for people.
func (p *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s. Ratios are medians of %d rounds.\n", p.Machine, p.At.Format("2006-01-02 15:04 UTC"), p.Runs)
	if p.Quick {
		b.WriteString("\nA quick run, with far less of everything than the lines say: it shows that everything works, its figures are none.\n")
	}
	b.WriteString("\n| target | goal | measured | met |\n|---|---|---|---|\n")
	for _, l := range p.Lines {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", l.Target, l.Goal, l.Measured, l.Met)
	}
	b.WriteByte('\n')
	for _, n := range p.Noise {
		fmt.Fprintf(&b, "- %s\n", n)
	}
	if len(p.Failed) > 0 {
		b.WriteString("\nRuns that do not count:\n\n")
		for _, why := range p.Failed {
			fmt.Fprintf(&b, "- %s\n", flat(why))
		}
	}
	return b.String()
}
