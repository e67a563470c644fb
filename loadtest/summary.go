package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"veltrix/loadtest/crowd"
	"veltrix/testkit/chart"
)

// summary describes a run and its results: the JSON report.
type summary struct {
	At      time.Time `json:"at"`
	Target  string    `json:"target"`
	Machine string    `json:"machine"` // of the generator

	Loop       string  `json:"loop"` // open or closed
	Rate       float64 `json:"rate,omitempty"`
	Hunts      int     `json:"hunts"`
	Players    int     `json:"players"`
	Watchers   int     `json:"watchers"`
	Challenges int     `json:"challenges"`
	Processes  int     `json:"processes"`
	Seconds    float64 `json:"seconds"` // measured

	// Invalid says why the figures say nothing; empty is a valid run.
	Invalid []string `json:"invalid"`

	Awards       float64 `json:"awards_per_second"`
	Answers      float64 `json:"answers_per_second"` // claims of all kinds, and hints
	Frames       float64 `json:"frames_per_second"`  // that arrived
	Bytes        float64 `json:"bytes_per_second"`
	Boards       float64 `json:"watcher_boards_per_second"`
	Busy         int64   `json:"busy"`
	Resent       int64   `json:"resent"`
	Disconnected int64   `json:"disconnected"` // not on purpose

	Latencies map[string]latency `json:"latencies"` // by what was asked
	CPU       []processor        `json:"cpu"`
	Stolen    float64            `json:"stolen"` // share of the processor time of the generator's machine that its host gave to others
	Memory    *memory            `json:"memory,omitempty"`
	Batches   []bucket           `json:"batches,omitempty"`    // commits by how many commands they held
	BatchMean float64            `json:"batch_mean,omitempty"` // commands of a commit
	Storm     *storm             `json:"storm,omitempty"`
	Timeline  []moment           `json:"timeline"`

	Verification verification `json:"verification"`

	curves map[crowd.Kind][]chart.Point // of what players ask for, for the plot
}

// latency is a distribution, in milliseconds.
type latency struct {
	Count int64   `json:"count"`
	Mean  float64 `json:"mean_ms"`
	P50   float64 `json:"p50_ms"`
	P90   float64 `json:"p90_ms"`
	P99   float64 `json:"p99_ms"`
	P999  float64 `json:"p999_ms"`
	Max   float64 `json:"max_ms"`
}

// processor is the processor time of one program.
type processor struct {
	Who       string  `json:"who"`
	Seconds   float64 `json:"seconds"`
	PerAnswer float64 `json:"us_per_answer"`
	PerAward  float64 `json:"us_per_award"`
}

// memory is the memory of sessions and awards, in bytes.
type memory struct {
	ServerIdle     float64 `json:"server_before"` // resident, before anyone connected
	Server         float64 `json:"server_after"`
	Redis          float64 `json:"redis_after,omitempty"`
	ServerConnects float64 `json:"server_joined"` // resident, when measuring began
}

// storm is the result of cutting every connection at once.
type storm struct {
	Cut     int64   `json:"cut"`
	Missing int64   `json:"missing"` // that did not come back in time
	Back    float64 `json:"back_s"`  // until the last was back
}

// bucket counts commits of at most so many commands.
type bucket struct {
	UpTo  string `json:"up_to"`
	Count int64  `json:"count"`
}

// moment is a second of the run, from its start.
type moment struct {
	Second   int     `json:"second"`
	Warmup   bool    `json:"warmup,omitempty"`
	Sent     int64   `json:"sent"`
	Answered int64   `json:"answered"`
	Awarded  int64   `json:"awarded"`
	Open     int64   `json:"open"`
	P50      float64 `json:"p50_ms"`
	P99      float64 `json:"p99_ms"`
}

// asked are the kinds of requests that players make.
var asked = []crowd.Kind{crowd.Right, crowd.Wrong, crowd.Duplicate, crowd.Hint}

// summary puts together what the generators and the server said, and the acks
// with the index of their player among all members.
func (p *parade) summary(plans []crowd.Plan) (*summary, []crowd.Ack, error) {
	o := p.o
	s := &summary{
		At: p.at.UTC().Truncate(time.Second), Target: p.target.what,
		Machine: fmt.Sprintf("%s/%s, %d processors", runtime.GOOS, runtime.GOARCH, runtime.NumCPU()),
		Loop:    "closed", Hunts: o.Hunts, Players: o.Players, Watchers: o.Watchers, Challenges: o.Challenges, Processes: o.Processes,
	}
	if !o.Closed {
		s.Loop, s.Rate = "open", o.Rate
	}
	acks, err := p.merge(plans)
	if err != nil {
		return nil, nil, err
	}
	var cpu time.Duration
	var span time.Duration
	for _, g := range p.stopped {
		cpu += g.CPU
		span = max(span, g.Until.Sub(g.From))
	}
	if s.Seconds = span.Seconds(); s.Seconds <= 0 {
		return nil, nil, errors.New("everything was claimed before measuring began: use more players or challenges, or a shorter --warmup")
	}
	r := &p.total
	s.Awards, s.Answers = float64(r.Awarded)/s.Seconds, float64(r.Answered)/s.Seconds
	s.Frames, s.Bytes, s.Boards = float64(r.Frames)/s.Seconds, float64(r.Bytes)/s.Seconds, float64(r.Boards)/s.Seconds
	s.Busy, s.Resent, s.Disconnected = r.Busy, r.Resent, r.Lost
	s.Latencies = make(map[string]latency)
	for k, h := range p.histograms {
		unit := 1000.0
		if crowd.Kind(k) == crowd.BoardAge {
			unit = 1
		}
		if h.TotalCount() == 0 || o.Closed && crowd.Kind(k) == crowd.Late { // the closed loop has no due times
			continue
		}
		s.Latencies[crowd.Kind(k).String()] = summarize(h, unit)
	}
	s.curves = make(map[crowd.Kind][]chart.Point)
	for _, k := range asked {
		s.curves[k] = curve(p.histograms[k])
	}
	if o.Storm {
		s.Storm = &storm{r.Cut, r.Away, r.Back.Seconds()}
	}
	p.used(s, cpu.Seconds())
	p.timeline(s)
	p.judge(s)
	return s, acks, nil
}

// merge adds up the results of the generators.
func (p *parade) merge(plans []crowd.Plan) (acks []crowd.Ack, err error) {
	for k := range p.histograms {
		p.histograms[k] = crowd.NewHistogram()
	}
	players, late := 0, p.o.Players
	for i, r := range p.results {
		p.total.Add(r)
		for k, encoded := range r.Histograms {
			h, err := hdrhistogram.Decode(encoded)
			if err != nil {
				return nil, fmt.Errorf("histogram %s: %w", crowd.Kind(k), err)
			}
			p.histograms[k].Merge(h)
		}
		own := len(plans[i].Players)
		for _, a := range r.Acks {
			if int(a.Player) < own {
				a.Player += int32(players)
			} else {
				a.Player += int32(late - own)
			}
			acks = append(acks, a)
		}
		players += own
		late += len(plans[i].Late)
	}
	return acks, nil
}

func summarize(h *hdrhistogram.Histogram, unit float64) latency {
	at := func(percentile float64) float64 { return float64(h.ValueAtPercentile(percentile)) / unit }
	return latency{
		Count: h.TotalCount(), Mean: h.Mean() / unit,
		P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: float64(h.Max()) / unit,
	}
}

// curve is milliseconds by the number of nines of the percentile: 1 is 90 %, 2
// is 99 %. It ends where a single request is left, where every percentile is
// the maximum.
func curve(h *hdrhistogram.Histogram) []chart.Point {
	var points []chart.Point
	most := math.Log10(max(float64(h.TotalCount()), 1))
	for _, b := range h.CumulativeDistributionWithTicks(20) {
		if nines := -math.Log10(1 - b.Quantile/100); nines <= most {
			points = append(points, chart.Point{X: nines, Y: float64(b.ValueAt) / 1000})
		}
	}
	return points
}

// used adds CPU time, memory and batches.
func (p *parade) used(s *summary, generators float64) {
	add := func(who string, seconds float64) {
		if seconds <= 0 {
			return
		}
		s.CPU = append(s.CPU, processor{
			Who: who, Seconds: seconds,
			PerAnswer: perEach(seconds, p.total.Answered), PerAward: perEach(seconds, p.total.Awarded),
		})
	}
	change := func(name string) float64 { return p.until.server[name] - p.from.server[name] }
	add("server", change("process_cpu_seconds_total"))
	add("redis", p.until.redis-p.from.redis)
	add("generator", generators)
	s.Stolen = (p.until.stolen - p.from.stolen) / p.until.at.Sub(p.from.at).Seconds() / float64(runtime.NumCPU())
	if p.until.hasRead {
		const resident = "process_resident_memory_bytes"
		s.Memory = &memory{p.before.server[resident], p.until.server[resident], p.until.memory, p.from.server[resident]}
	}
	if n := change("veltrix_batch_commands_count"); n > 0 {
		s.BatchMean = change("veltrix_batch_commands_sum") / n
	}
	below := int64(0)
	for _, le := range []string{"1", "2", "4", "8", "16", "32", "64", "128", "256", "+Inf"} {
		n := int64(change(`veltrix_batch_commands_bucket{le="` + le + `"}`))
		if n > 0 || len(s.Batches) > 0 {
			s.Batches = append(s.Batches, bucket{le, n - below})
		}
		below = n
	}
}

// perEach is microseconds for each of n.
func perEach(seconds float64, n int64) float64 {
	if n == 0 {
		return 0
	}
	return seconds * 1e6 / float64(n)
}

func (p *parade) timeline(s *summary) {
	for _, n := range slices.Sorted(maps.Keys(p.ticks)) {
		t := p.ticks[n]
		if t.reports < p.o.Processes || float64(n+1) > p.o.Warmup.Seconds()+s.Seconds+0.001 {
			break // not a whole second, or not of all
		}
		s.Timeline = append(s.Timeline, moment{
			Second: n, Warmup: time.Duration(n)*time.Second < p.o.Warmup,
			Sent: t.Sent, Answered: t.Answered, Awarded: t.Awarded, Open: t.Open,
			P50: float64(t.latency.ValueAtPercentile(50)) / 1000, P99: float64(t.latency.ValueAtPercentile(99)) / 1000,
		})
	}
}

// judge notes what makes the figures invalid: a generator that was late or had
// nothing to claim.
func (p *parade) judge(s *summary) {
	s.Invalid = []string{}
	if p.total.Answered == 0 {
		s.Invalid = append(s.Invalid, "nothing was answered while it was measured")
	}
	if p.o.Closed {
		return
	}
	late := time.Duration(p.histograms[crowd.Late].ValueAtPercentile(99)) * time.Microsecond
	if late > p.o.Late {
		s.Invalid = append(s.Invalid, fmt.Sprintf("the generator was late: 1 %% of requests were sent more than %v after their time, --late allows %v", late.Round(100*time.Microsecond), p.o.Late))
	}
	if p.total.Skipped > 0 {
		s.Invalid = append(s.Invalid, fmt.Sprintf("%d requests were not made because everything was claimed", p.total.Skipped))
	}
}

// write makes the reports.
func (s *summary) write(o *options, stdout io.Writer) error {
	if err := s.text(stdout); err != nil {
		return err
	}
	if o.JSON != "" {
		text, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(o.JSON, append(text, '\n'), 0o644); err != nil {
			return err
		}
	}
	if o.HTML != "" {
		page, err := s.page()
		if err != nil {
			return err
		}
		return os.WriteFile(o.HTML, page, 0o644)
	}
	return nil
}

// text prints the summary for people.
func (s *summary) text(w io.Writer) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	load := s.Loop + " loop"
	if s.Rate > 0 {
		load += fmt.Sprintf(", %g requests/s", s.Rate)
	}
	line("\n%s, %s: %d players, %d watchers, %d hunts of %d challenges, %.1f s, %d generator processes",
		s.Target, load, s.Players, s.Watchers, s.Hunts, s.Challenges, s.Seconds, s.Processes)
	line("%.0f awards/s, %.0f answers/s, %.0f frames/s (%s/s) arrived, %.0f boards/s at watchers",
		s.Awards, s.Answers, s.Frames, mb(s.Bytes), s.Boards)
	line("%d busy, %d sent again, %d disconnected\n", s.Busy, s.Resent, s.Disconnected)
	line("ms\tcount\tmean\tp50\tp90\tp99\tp99.9\tmax\t")
	for k := range crowd.Kinds {
		if l, ok := s.Latencies[k.String()]; ok {
			line("%s\t%d\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t", k, l.Count, l.Mean, l.P50, l.P90, l.P99, l.P999, l.Max)
		}
	}
	line("\nCPU\tseconds\tµs/answer\tµs/award\t")
	for _, c := range s.CPU {
		line("%s\t%.2f\t%.1f\t%.1f\t", c.Who, c.Seconds, c.PerAnswer, c.PerAward)
	}
	if s.Stolen > 0.001 {
		line("\nthe host of this machine gave %s of its processors' time to others", percent(s.Stolen))
	}
	if m := s.Memory; m != nil {
		line("\nresident memory of the server: %s before, %s when all had joined, %s at the end", mb(m.ServerIdle), mb(m.ServerConnects), mb(m.Server))
	}
	if c := s.Storm; c != nil && c.Missing == 0 {
		line("\nstorm: %d connections cut, all back after %.2f s", c.Cut, c.Back)
	} else if c != nil {
		line("\nstorm: %d connections cut, %d not back", c.Cut, c.Missing)
	}
	if len(s.Batches) > 0 {
		line("commits by number of commands:")
		for _, c := range s.Batches {
			line("≤ %s\t%d\t", c.UpTo, c.Count)
		}
	}
	line("")
	s.verdict(line)
	if _, err := io.WriteString(out, b.String()); err != nil {
		return err
	}
	return out.Flush()
}

func mb(bytes float64) string { return fmt.Sprintf("%.1f MB", bytes/1e6) }

func percent(share float64) string { return fmt.Sprintf("%.1f %%", share*100) }

// verdict says whether the figures count.
func (s *summary) verdict(line func(format string, args ...any)) {
	v := &s.Verification
	for _, why := range s.Invalid {
		line("INVALID: %s", why)
	}
	line("verified: %d of %d acknowledged awards and hints are in the ledger, once, as told; %d repeated answers name the same awards", v.Verified, v.Acknowledged, v.Repeated)
	line("          %d ledger entries, %d awards, no gap, and %d rows of boards add up", v.Entries, v.Awards, v.Rows)
	for _, p := range v.Problems {
		line("PROBLEM: %s", p)
	}
	if v.More > 0 {
		line("PROBLEM: … and %d more", v.More)
	}
}
