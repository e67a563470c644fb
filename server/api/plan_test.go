package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"veltrix/game"
)

const fairPath = "/api/v1/hunts/fair"

// kinds names the consequences of a plan.
func (p *Plan) kinds() string {
	list := make([]string, len(p.Consequences))
	for i, c := range p.Consequences {
		list[i] = fmt.Sprintf("%s %d %s%s", c.Kind, c.Entrants, c.Challenge, c.Badge)
	}
	return strings.Join(list, ", ")
}

// in is a time of a hunt file, so long from now.
func in(d time.Duration) string { return time.Now().Add(d).UTC().Format(time.RFC3339) }

// state is phase and freeze of the fair.
func (d *desk) state() string {
	d.t.Helper()
	var s stats
	d.call("GET", fairPath+"/stats", deskOrganizer, nil).ok(&s)
	return fmt.Sprintf("%s %t", s.Phase, s.Frozen)
}

// becomes waits for a state: the schedule moves the hunt by a commit of its own.
func (d *desk) becomes(want string) {
	d.t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for got := ""; got != want; got = d.state() {
		if time.Now().After(deadline) {
			d.t.Fatalf("is %s, want %s", got, want)
		}
	}
}

// TestConsequencesAreConfirmed: a file that would move the hunt now, or let awards
// be earned again, changes nothing until it is confirmed.
func TestConsequencesAreConfirmed(t *testing.T) {
	const earned = `
badges:
  - {id: brave, title: Hero, points: 7, when: {manual: true}}
`
	times := func(lines ...string) string { return deskHunt + strings.Join(lines, "\n") + "\n" }
	for name, c := range map[string]struct {
		phase string
		file  string
		want  string // kinds
		says  string
		after string
	}{
		"closes":            {"open", times("closes: " + in(-time.Hour)), "closes 2 ", "The file closes the hunt now: 2 entrants are playing.", "closed false"},
		"closes later":      {"open", times("closes: " + in(time.Hour)), "", "", "open false"},
		"opens":             {"draft", times("opens: " + in(-time.Hour)), "opens 0 ", "The file opens the hunt now; nobody is playing.", "open false"},
		"opens later":       {"draft", times("opens: " + in(time.Hour)), "", "", "draft false"},
		"opens when open":   {"open", times("opens: " + in(-time.Hour)), "", "", "open false"},
		"opens and closes":  {"draft", times("opens: "+in(-2*time.Hour), "closes: "+in(-time.Hour)), "opens 0 , closes 0 ", "closes the hunt now", "closed false"},
		"freezes":           {"open", times("freeze: " + in(-time.Hour)), "freezes 2 ", "freezes the board now: 2 entrants", "open true"},
		"freezes later":     {"open", times("freeze: " + in(time.Hour)), "", "", "open false"},
		"paused":            {"paused", times("closes: " + in(-time.Hour)), "", "", "paused false"},
		"closed stays":      {"closed", times("closes: " + in(time.Hour)), "", "", "closed false"},
		"again":             {"open", strings.Replace(deskHunt, "id: one", "id: uno", 1), "again 1 uno", "1 entrant can earn this again: the challenge uno looks like one.", "open false"},
		"nobody has it":     {"open", strings.Replace(deskHunt, "id: two", "id: due", 1), "", "", "open false"},
		"a badge again":     {"open", deskHunt[:strings.Index(deskHunt, "badges:")] + earned, "again 2 brave", "2 entrants can earn this again: the badge brave looks like hero.", "open false"},
		"no consequence":    {"open", strings.Replace(deskHunt, "The fair", "Fair", 1), "", "", "open false"},
		"closes before now": {"draft", times("closes: " + in(-time.Hour)), "", "", "draft false"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, nil)
			d.fair("draft")
			if c.phase != "draft" {
				d.post("phase", obj{"phase": "open"}).ok(nil)
				d.enter("ada", "Ada")
				d.enter("bob", "Bob")
				d.claim("ada", "one", text("uno-answer"), game.OutAwarded)
				for _, who := range []string{"ada", "bob"} {
					d.post("grants", obj{"entrant": who, "badge": "hero", "reason": "x"}).ok(nil)
				}
			}
			if c.phase == "paused" || c.phase == "closed" {
				d.post("phase", obj{"phase": c.phase}).ok(nil)
			}
			before := d.state()
			var did Applied
			d.call("PUT", fairPath+"?dry_run=1", deskOrganizer, c.file).ok(&did)
			if did.Plan.kinds() != c.want || did.Plan.Confirm != (c.want != "") {
				t.Errorf("the dry run says %+v", did.Plan)
			}
			r := d.call("PUT", fairPath, deskOrganizer, c.file)
			if c.want == "" {
				r.ok(&did)
				if got := d.state(); got != c.after {
					t.Errorf("is %s, want %s", got, c.after)
				}
				return
			}
			p := r.refused(409, codeConfirm)
			if p.Plan == nil || p.Plan.kinds() != c.want || !p.Plan.Confirm || p.Rev != 1 || !strings.Contains(p.Detail, c.says) ||
				!strings.Contains(r.body, `"text":`) || !strings.Contains(r.body, `"consequences":[`) {
				t.Errorf("refused: %s", r.body)
			}
			if now := d.state(); now != before {
				t.Errorf("was %s, and without a confirmation it is %s", before, now)
			}
			if r := d.call("GET", fairPath+"/definition", deskOrganizer, nil); r.body != deskHunt {
				t.Error("the file was applied without a confirmation")
			}
			d.call("PUT", fairPath+"?confirm=1", deskOrganizer, c.file).ok(&did)
			if did.Rev != 2 {
				t.Errorf("confirmed: %+v", did)
			}
			d.becomes(c.after)
			// The same file again changes nothing and needs no confirmation.
			if d.call("PUT", fairPath, deskOrganizer, c.file).ok(&did); !did.Replay || did.Plan.Confirm {
				t.Errorf("once more: %+v", did)
			}
		})
	}
}

// TestNewHuntThatOpensAtOnce: there is nothing yet, and still it would begin.
func TestNewHuntThatOpensAtOnce(t *testing.T) {
	d := newDesk(t, nil)
	file := deskHunt + "opens: " + in(-time.Hour) + "\n"
	p := d.call("PUT", fairPath, deskOrganizer, file).refused(409, codeConfirm)
	if p.Plan.kinds() != "opens 0 " || !p.Plan.New || p.Rev != 0 {
		t.Errorf("%+v", p)
	}
	d.call("GET", fairPath, "", nil).refused(404, game.CodeUnknownHunt)
	d.call("PUT", fairPath+"?confirm=1", deskOrganizer, file).ok(nil)
	d.becomes("open false")
}

// TestAFileNeverOpensAClosedHunt, and the plan says so.
func TestAFileNeverOpensAClosedHunt(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.post("phase", obj{"phase": "closed"}).ok(nil)
	var did Applied
	d.call("PUT", fairPath, deskOrganizer, deskHunt+"opens: "+in(-time.Hour)+"\ncloses: "+in(time.Hour)+"\n").ok(&did)
	if !slices.ContainsFunc(did.Plan.Text, func(s string) bool { return strings.Contains(s, "never opens a closed hunt") }) || d.state() != "closed false" {
		t.Errorf("%s: %q", d.state(), did.Plan.Text)
	}
}

// TestPlannedFreezeThatWasRevealed: a freeze before the last reveal is over.
func TestPlannedFreezeThatWasRevealed(t *testing.T) {
	d := newDesk(t, nil)
	d.fair("open")
	d.post("phase", obj{"phase": "freeze"}).ok(nil)
	d.post("phase", obj{"phase": "reveal"}).ok(nil)
	d.post("announcements", obj{"text": "Tea"}).ok(nil)
	var did Applied
	d.call("PUT", fairPath, deskOrganizer, deskHunt+"freeze: "+in(-time.Hour)+"\n").ok(&did)
	if did.Plan.Confirm || d.state() != "open false" {
		t.Errorf("%s: %+v", d.state(), did.Plan)
	}
}
