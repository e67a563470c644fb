package main

import (
	"bytes"
	"strings"
	"testing"

	"veltrix/game/audit"
)

func TestWriteReports(t *testing.T) {
	one := audit.Report{Hunt: "fair", Entries: 31, Entrants: 4, Awards: 5, Badges: 4, Points: 99}
	lie := one
	lie.Differences = []audit.Difference{{Hunt: "fair", Seq: 7, Text: "the total of ada is 7, the ledger says 8"}}
	lie.More = 2
	for _, c := range []struct {
		report audit.Report
		same   bool
		words  []string
	}{
		{one, true, []string{"fair  31       4         5       4            99      0", "1 hunts: every total, badge and board is what the ledger says."}},
		{lie, false, []string{"fair: seq 7: the total of ada is 7, the ledger says 8", "2 more differences are not shown", "1 hunts: 3 differences."}},
	} {
		var out bytes.Buffer
		same, err := writeReports(&streams{out: &out}, []*audit.Report{&c.report})
		if err != nil || same != c.same {
			t.Errorf("%t, %v", same, err)
		}
		for _, word := range c.words {
			if !strings.Contains(out.String(), word) {
				t.Errorf("nothing says %q in:\n%s", word, out.String())
			}
		}
	}
}
