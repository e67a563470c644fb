package main

import "veltrix/testkit/chart"

// panel is a metric in the picture: a bar for the median of each contestant,
// and a dot for each run.
type panel struct {
	title  string
	trial  string
	format string
	of     func(*figures) float64
}

var panels = []panel{
	{"claims/s at the peak – more is better", peak, "%.0f", func(f *figures) float64 { return f.Claims }},
	{"processor time of server and Redis at the peak, µs/claim – less is better", peak, "%.0f", func(f *figures) float64 { return f.Server + f.Redis }},
	{"p99 at equal load, ms – less is better", equal, "%.1f", func(f *figures) float64 { return f.P99 }},
	{"memory of an idle connection, KB – less is better", idle, "%.1f", func(f *figures) float64 { return f.Connection / 1000 }},
}

// picture is the report as an SVG document.
func (r *report) picture() string {
	all := chart.Bars{Title: "Veltrix and its peers"}
	for _, p := range panels {
		to := chart.Panel{Title: p.title, Format: p.format}
		for _, name := range r.Contestants {
			row := chart.Row{Name: name, Ours: ours(name), Empty: "no valid run"}
			row.Value, _ = median(r.Runs[name][p.trial], p.of)
			for i := range r.Runs[name][p.trial] {
				if f := &r.Runs[name][p.trial][i]; len(f.Invalid) == 0 {
					row.Runs = append(row.Runs, p.of(f))
				}
			}
			to.Rows = append(to.Rows, row)
		}
		all.Panels = append(all.Panels, to)
	}
	return chart.File(all.SVG())
}
