package main

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"veltrix/loadtest/drive"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestReport(t *testing.T) {
	r := &report{Contestants: []string{"veltrix-redis", "veltrix-bolt", "centrifuge", "socketio"}, Rounds: 3}
	for name, claims := range map[string][]float64{
		"veltrix-redis": {40, 30, 50},
		"veltrix-bolt":  {80, 100, 90},
		"centrifuge":    {20, 19, 1},
		"socketio":      {10, 11, 12},
	} {
		for _, x := range claims {
			f := figures{Claims: x, P50: 1000 / x, Server: 8, Redis: 2, Verified: 7}
			if name == "veltrix-bolt" {
				f.Redis = 0
			}
			if x == 1 {
				f.Invalid = []string{"late"}
			}
			r.add(name, peak, f)
		}
	}
	text := r.markdown()
	for _, want := range []string{
		"| claims/s | 40 (2.05×) | 90 (4.62×) | 20 | 11 |", // 19.5 is the median of what counts
		"| p50, ms | 25.0 (2.05×) | 11.1 (4.62×) | 51.3 | 90.9 |",
		"| CPU of Redis, µs/claim | 2.0 (1.00×) | – | 2.0 | 2.0 |",
		"| memory of a connection, KB | – | – | – | – |",
		"12 runs, 84 acknowledged awards",
		"- centrifuge, peak, round 3: late",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	dir := t.TempDir()
	if err := r.write(dir); err != nil {
		t.Fatal(err)
	}
	picture, err := os.ReadFile(filepath.Join(dir, "compare.svg"))
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(picture, new(struct{})); err != nil {
		t.Error(err)
	}
	for what, want := range map[string]int{
		`class="bar"`:  4, // bars of claims/s and of processor time
		`class="peer"`: 4,
		`class="run"`:  2 * 11, // one does not count
		"no valid run": 2 * 4,
		">90</text>":   1,
	} {
		if n := strings.Count(string(picture), what); n != want {
			t.Errorf("%d times %s in the picture, want %d", n, what, want)
		}
	}
	written, err := os.ReadFile(filepath.Join(dir, "compare.json"))
	if err != nil {
		t.Fatal(err)
	}
	var back report
	if err := json.Unmarshal(written, &back); err != nil {
		t.Fatal(err)
	}
	if got := back.Table[0].Ratios["veltrix-redis"]; got < 2.05 || got > 2.06 {
		t.Errorf("the ratio is %v", got)
	}
}

func TestFigures(t *testing.T) {
	var s drive.Summary
	err := json.Unmarshal([]byte(`{"awards_per_second":5,"players":90,"watchers":10,"watcher_boards_per_second":95,
		"latencies":{"right":{"p50_ms":1,"p99_ms":2,"p999_ms":3},"board_age":{"p50_ms":4,"p99_ms":5}},
		"cpu":[{"who":"server","us_per_award":6},{"who":"redis","us_per_award":7},{"who":"generator","us_per_award":8}],
		"memory":{"server_before":1000,"server_joined":3000},"verification":{"verified":9,"acknowledged":9}}`), &s)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(figuresOf(&s))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"claims_per_second":5,"p50_ms":1,"p99_ms":2,"p999_ms":3,"server_us_per_claim":6,"redis_us_per_claim":7,"generator_us_per_claim":8,` +
		`"boards_per_second_and_watcher":9.5,"board_age_p50_ms":4,"board_age_p99_ms":5,"bytes_per_connection":20,"verified":9}`
	if string(got) != want {
		t.Errorf("%s, want %s", got, want)
	}
}
