package main

import (
	"bytes"
	"fmt"
	"html"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// judgedFrom is how long a soak has to be for growth to mean anything: nodes
// let go of hunts that nobody plays after five minutes.
const judgedFrom = 15 * time.Minute

// median of at least one value.
func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// report writes report.txt and report.html, and says whether all is flat that
// has to be. What Redis holds grows with the ledgers, so it is only shown.
func (s *soak) report(row *Row, c *soakCmd) (flat bool, err error) {
	var text, plots bytes.Buffer
	fmt.Fprintf(&text, "soak, %s, seed %d, %v, 3 nodes on one Redis, a fault every %v, all nodes restarted %d times\n\n",
		s.began.UTC().Format("2006-01-02 15:04 UTC"), s.seed, c.For, c.Every, s.fired["rolling restart"])
	if err := table(&text, []Row{*row}, 1); err != nil {
		return false, err
	}
	text.WriteString("\nfired:\n")
	for _, name := range slices.Sorted(maps.Keys(s.fired)) {
		fmt.Fprintf(&text, "  %4d  %s\n", s.fired[name], name)
	}
	fmt.Fprintf(&text, "\ngrowth between %.0f %% of the run and its end, a line through the medians of %d parts with its 95 %% bound; flat is at most %.0f %% of the mean:\n",
		warmUp*100, blocks, tolerance*100)
	flat = true
	long := c.For >= judgedFrom
	if !long {
		fmt.Fprintf(&text, "  (a run of less than %v shows this and judges nothing)\n", judgedFrom)
	}
	show := func(what, unit string, judged func(line string) bool) {
		lines := s.of(what)
		plots.WriteString(plot(what, unit, lines) + "\n")
		for _, l := range lines {
			t := trendOf(l.points, c.For)
			if judged(l.name) {
				flat = flat && (!long || t.verdict() != "NOT FLAT")
				fmt.Fprintf(&text, "  %-12s %-8s %s %v\n", what, l.name, unit, t)
			}
		}
	}
	for _, m := range sampled {
		show(m.what, m.unit, func(line string) bool { return !m.moves || line == together })
	}
	show("delay", "ms", func(string) bool { return true })
	show("rate", "verdicts/s", func(string) bool { return false })
	show("redis", "MB used", func(string) bool { return false })
	s.sayf("\n%s", text.String())
	if err := os.WriteFile(filepath.Join(s.dir, "report.txt"), text.Bytes(), 0o644); err != nil {
		return false, err
	}
	page := fmt.Sprintf("<!doctype html><meta charset=utf-8><title>Soak of %v</title><style>:root{color-scheme:light dark}body{max-width:900px}pre{white-space:pre-wrap}</style><pre>%s</pre>\n%s", c.For.Round(time.Second), html.EscapeString(text.String()), plots.String())
	return flat, os.WriteFile(filepath.Join(s.dir, "report.html"), []byte(page), 0o644)
}
