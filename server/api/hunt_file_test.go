package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"veltrix/game"
)

// TestIfMatch: of those who edit the same revision at once one gets through, and
// the others are told.
func TestIfMatch(t *testing.T) {
	const path, editors = "/api/v1/hunts/fair", 20
	d := newDesk(t, nil)
	d.call("PUT", path, deskOrganizer, deskHunt, "If-Match", `"1"`).refused(412, game.CodeConflict) // there is none
	if r := d.call("PUT", path, deskOrganizer, deskHunt).ok(nil); r.header.Get("ETag") != `"1"` {
		t.Errorf("the first revision has the tag %s", r.header.Get("ETag"))
	}
	file := func(title string) string { return strings.Replace(deskHunt, "The fair", title, 1) }
	var all sync.WaitGroup
	answers := make([]reply, editors)
	for i := range editors {
		all.Go(func() {
			answers[i] = d.call("PUT", path, deskOrganizer, file(fmt.Sprint("Fair ", i)), "If-Match", `"1"`)
		})
	}
	all.Wait()
	through := 0
	for _, r := range answers {
		if r.status == http.StatusOK {
			through++
			if r.header.Get("ETag") != `"2"` {
				t.Errorf("the revision after 1 has the tag %s", r.header.Get("ETag"))
			}
			continue
		}
		if p := r.refused(412, game.CodeConflict); p.Why != game.WhyRev || p.Rev != 2 || !strings.Contains(p.Detail, "revision 2") {
			t.Errorf("too late: %+v", p)
		}
	}
	if through != 1 {
		t.Errorf("%d of %d edits of one revision got through", through, editors)
	}
	for i, c := range []struct {
		match  string
		status int
	}{
		{`"1"`, 412}, {`"1", "7"`, 412}, {`"1", "2"`, 200}, {`W/"3"`, 200}, {`4`, 200}, {`*`, 200}, {``, 200}, {`"last"`, 400}, {`"0"`, 400},
	} {
		before := d.call("GET", path+"/definition", deskOrganizer, nil)
		for _, query := range []string{"?dry_run=1", ""} {
			r := d.call("PUT", path+query, deskOrganizer, file(fmt.Sprint("Edit ", i)), "If-Match", c.match)
			if r.status != c.status {
				t.Errorf("If-Match: %s%s: %d %s", c.match, query, r.status, r.body)
			}
		}
		if after := d.call("GET", path+"/definition", deskOrganizer, nil); (after.body == before.body) == (c.status == 200) {
			t.Errorf("If-Match: %s: the file is now %s", c.match, after.body)
		}
	}
}
