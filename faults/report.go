package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"
)

// table writes one line for each fault, and their sums.
func table(w io.Writer, rows []Row, times int) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(t, format, args...) } // Flush has the error
	say("fault\tfired\tclaims\tawarded\tlost\tduplicated\tunanswered\tother\tlongest\ttook\t\n")
	var sum Row
	for i := range rows {
		r := &rows[i]
		mark := ""
		if r.bad(times) {
			mark = " FAILED"
		}
		say("%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.1f s\t%.0f s\t%s\n", r.Fault, r.Fired, r.Claims, r.Awarded, r.Lost, r.Duplicated, r.Unanswered,
			len(r.Findings)+len(r.Problems), float64(r.LongestMs)/1000, r.Seconds, mark)
		sum.Fired += r.Fired
		sum.Seconds += r.Seconds
		sum.Findings = append(append(sum.Findings, r.Findings...), r.Problems...)
		sum.Tally.Add(r.Tally)
	}
	say("all %d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.1f s\t%.0f s\t\n", len(rows), sum.Fired, sum.Claims, sum.Awarded, sum.Lost, sum.Duplicated, sum.Unanswered,
		len(sum.Findings), float64(sum.LongestMs)/1000, sum.Seconds)
	return t.Flush()
}

// details writes what went wrong.
func details(w io.Writer, rows []Row, times int) {
	for i := range rows {
		r := &rows[i]
		if !r.bad(times) {
			continue
		}
		_, _ = fmt.Fprintf(w, "\n%s (replay with -fault %s -seed %d):\n", r.Fault, r.Fault, r.Seed)
		for _, list := range [][]string{r.Problems, r.Findings} {
			for _, p := range list {
				_, _ = fmt.Fprintf(w, "  %s\n", p)
			}
		}
		for _, e := range r.Evidence {
			_, _ = fmt.Fprintf(w, "  evidence: %s\n", e)
		}
	}
}

// report writes report.txt and report.json.
func (s *settings) report(rows []Row, began time.Time) error {
	text, err := os.Create(filepath.Join(s.dir, "report.txt"))
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(text, "faults, %s, seed %d, at least %d firings each, %v\n\n", began.UTC().Format("2006-01-02 15:04 UTC"), s.seed, s.times, time.Since(began).Round(time.Second))
	err = table(text, rows, s.times)
	details(text, rows, s.times)
	if cerr := text.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	all, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.dir, "report.json"), all, 0o644)
}
