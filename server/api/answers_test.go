package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/game/storetest"
)

// herring accepts another answer to two.
var herring = strings.Replace(deskHunt, "proof: {text: due-answer}", "proof: {text: [due-answer, Herring]}", 1)

// said is a list of wrong answers in short.
func (g *GivenAnswers) said() string {
	list := make([]string, len(g.Answers))
	for i, one := range g.Answers {
		list[i] = fmt.Sprintf("%s %d", one.Text, one.Count)
		if one.Right {
			list[i] += " right"
		}
	}
	return strings.Join(list, ", ")
}

// herrings is a fair in which ada, bo and cy answered "herring", and dee did not.
func herrings(t *testing.T) *desk {
	d := newDesk(t, nil)
	d.fair("open")
	for _, name := range []string{"ada", "cy", "bo", "dee"} {
		d.enter(name, strings.ToUpper(name))
	}
	d.claim("cy", "two", text("  HERRING "), game.OutWrong)
	d.claim("bo", "two", text("herring"), game.OutWrong)
	d.claim("ada", "two", text("herring!"), game.OutWrong)
	d.claim("dee", "two", text("cod"), game.OutWrong)
	d.claim("dee", "one", text("cod"), game.OutWrong)
	return d
}

// TestAnswers: organizers see which wrong answers were given how often, and which of
// them the file in force accepts by now.
func TestAnswers(t *testing.T) {
	d := herrings(t)
	const path = fairPath + "/answers"
	var one GivenAnswers
	d.call("GET", path+"?challenge=two", deskOrganizer, nil).ok(&one)
	if one.said() != "HERRING 3, cod 1" || one.Total != 4 || one.Different != 2 || one.Challenge != "two" || len(one.Answers[0].Answer) != 8 {
		t.Errorf("%+v", one)
	}
	d.call("GET", path+"?challenge=two&limit=1", deskOrganizer, nil).ok(&one)
	if one.said() != "HERRING 3" || one.Total != 4 || one.Different != 2 {
		t.Errorf("%+v", one)
	}
	var all struct{ Challenges []GivenAnswers }
	d.call("GET", path, deskOrganizer, nil).ok(&all)
	if len(all.Challenges) != 4 || all.Challenges[0].said() != "cod 1" || all.Challenges[1].said() != "HERRING 3, cod 1" || all.Challenges[2].said() != "" {
		t.Errorf("%+v", all)
	}
	d.call("PUT", fairPath, deskOrganizer, herring).ok(nil)
	d.call("GET", path+"?challenge=two", deskOrganizer, nil).ok(&one)
	if one.said() != "HERRING 3 right, cod 1" {
		t.Errorf("%+v", one)
	}
	d.call("GET", path, deskOrganizer, nil).ok(&all)
	if all.Challenges[1].said() != "HERRING 3 right, cod 1" {
		t.Errorf("a list of before the file: %+v", all)
	}

	d.call("GET", path+"?challenge=three", deskOrganizer, nil).refused(404, game.CodeUnknownChallenge)
	d.call("GET", path+"?challenge=two&limit=1001", deskOrganizer, nil).refused(400, game.CodeBadRequest)
	d.call("GET", path+"?limit=2", deskOrganizer, nil).refused(400, game.CodeBadRequest)
	d.call("GET", path+"?chalenge=two", deskOrganizer, nil).refused(400, game.CodeBadRequest)
	d.call("GET", "/api/v1/hunts/nowhere/answers", deskOrganizer, nil).refused(404, game.CodeUnknownHunt)
}

// TestAnswersAreForOrganizersAlone: nobody else reads a wrong answer anywhere, and
// only here an organizer.
func TestAnswersAreForOrganizersAlone(t *testing.T) {
	d := herrings(t)
	d.call("GET", fairPath+"/answers?challenge=two", "", nil).refused(401, "unauthorized")
	for _, token := range []string{deskProducer, deskDisplay, d.token("ada")} {
		d.call("GET", fairPath+"/answers?challenge=two", token, nil).refused(403, game.CodeForbidden)
		d.call("POST", fairPath+"/answers/grants", token, obj{}).refused(403, game.CodeForbidden)
	}
	for _, path := range []string{"", "?code=lantern", "/board", "/series", "/stats", "/entrants", "/entrants/ada", "/ledger", "/results.csv", "/reviews"} {
		for _, token := range []string{"", deskOrganizer} {
			if r := d.call("GET", fairPath+path, token, nil); strings.Contains(strings.ToLower(r.body), "herring") {
				t.Errorf("%s tells a wrong answer: %s", path, r.body)
			}
		}
	}
}

// token is a player's.
func (d *desk) token(player string) string {
	d.t.Helper()
	token, err := d.api.tokens.Mint(player, player, time.Hour)
	if err != nil {
		d.t.Fatal(err)
	}
	return token
}

// TestRegrant: after the file was corrected one command grants the challenge to all
// who gave the answer, once, in the order in which they joined.
func TestRegrant(t *testing.T) {
	d := herrings(t)
	d.claim("bo", "two", text("due-answer"), game.OutAwarded)
	d.post("grants", obj{"entrant": "ada", "challenge": "two", "reason": "x"}).ok(nil)
	d.post("revocations", obj{"entrant": "ada", "challenge": "two", "reason": "copied"}).ok(nil)
	body := func(more ...any) obj {
		b := obj{"id": uuid.NewString(), "challenge": "two", "text": "herring", "reason": "The sign says so"}
		for i := 0; i < len(more); i += 2 {
			b[more[i].(string)] = more[i+1]
		}
		return b
	}
	before := d.ledgerHead()
	p := d.post("answers/grants", body()).refused(409, game.CodeConflict)
	if p.Why != whyWrong || !strings.Contains(p.Detail, "correct the file") {
		t.Errorf("%+v", p)
	}
	d.call("PUT", fairPath, deskOrganizer, strings.Replace(herring, "points: 20", "points: 30", 1)).ok(nil)

	var did Regranted
	d.post("answers/grants?dry_run=1", body()).ok(&did)
	want := []Regiven{{"cy", "CY", 30, 30}}
	refused := []Ungiven{{"ada", "ADA", whyRevoked}}
	if did.Total != 3 || did.Granted != 1 || did.Had != 1 || !did.DryRun || !slices.Equal(did.Entrants, want) || !slices.Equal(did.Refused, refused) {
		t.Errorf("would do %+v", did)
	}
	if now := d.ledgerHead(); now != before+1 {
		t.Errorf("a dry run made %d entries", now-before-1)
	}
	cmd := body()
	for range 2 { // the same request again changes nothing
		did = Regranted{}
		d.post("answers/grants", cmd).ok(&did)
		if did.Total != 3 || did.Granted != 1 || did.Had != 1 || did.Left != 0 || did.DryRun || did.Text != "HERRING" ||
			!slices.Equal(did.Entrants, want) || !slices.Equal(did.Refused, refused) {
			t.Errorf("did %+v", did)
		}
		if now := d.ledgerHead(); now != before+2 {
			t.Errorf("%d entries, want one", now-before-1)
		}
	}
	// With another id they had it. What was taken back comes back by force alone.
	d.post("answers/grants", body("force", true)).ok(&did)
	if did.Granted != 1 || did.Had != 2 || len(did.Refused) != 0 || !slices.Equal(did.Entrants, []Regiven{{"ada", "ADA", 20, 20}}) {
		t.Errorf("%+v", did)
	}
	// By its name; and a wrong one by force.
	var all GivenAnswers
	d.call("GET", fairPath+"/answers?challenge=two", deskOrganizer, nil).ok(&all)
	cod := body("answer", all.Answers[1].Answer, "force", true)
	delete(cod, "text")
	d.post("answers/grants", cod).ok(&did)
	if did.Granted != 1 || did.Text != "cod" || did.Entrants[0].Entrant != "dee" {
		t.Errorf("%+v", did)
	}

	d.post("answers/grants", body("text", "plaice")).refused(404, codeNotFound)
	d.post("answers/grants", body("text", "")).refused(400, game.CodeBadRequest)
	d.post("answers/grants", body("answer", "x")).refused(400, game.CodeBadRequest)
	d.post("answers/grants", body("reason", " ")).refused(400, game.CodeBadRequest)
	d.post("answers/grants", body("challenge", "three")).refused(404, game.CodeUnknownChallenge)
	d.post("answers/grants", body("challenge", "No Id")).refused(404, game.CodeUnknownChallenge)
	d.post("answers/grants", body("entrant", "ada")).refused(400, game.CodeBadRequest)
}

// ledgerHead is the seq of the last entry.
func (d *desk) ledgerHead() int64 {
	d.t.Helper()
	var s stats
	d.call("GET", fairPath+"/stats", deskOrganizer, nil).ok(&s)
	return s.Seq
}

// TestRegrantForesees: points that fall and bonuses are foreseen as they are given.
func TestRegrantForesees(t *testing.T) {
	d := newDesk(t, nil)
	file := strings.Replace(deskHunt, "bonus: [5], proof: {text: uno-answer}", "bonus: [5, 3], proof: {text: [uno-answer, cod]}", 1)
	d.fair("open")
	const givers = 2*regrantWindow + 1
	for i := range givers {
		id := fmt.Sprintf("p%03d", givers-i)
		d.enter(id, id)
		d.claim(id, "one", text("cod"), game.OutWrong)
	}
	d.call("PUT", fairPath, deskOrganizer, file).ok(nil)
	var would, did Regranted
	body := obj{"id": uuid.NewString(), "challenge": "one", "text": "Cod", "reason": "right"}
	d.post("answers/grants?dry_run=1", body).ok(&would)
	d.post("answers/grants", body).ok(&did)
	if would.Granted != givers || did.Granted != givers || !slices.Equal(would.Entrants, did.Entrants) || len(did.Entrants) != regrantListed {
		t.Errorf("foreseen %+v\ndone %+v", would, did)
	}
	if first := did.Entrants[:3]; !slices.Equal(first, []Regiven{{"p129", "p129", 15, 15}, {"p128", "p128", 13, 13}, {"p127", "p127", 10, 10}}) {
		t.Errorf("the first who joined got %+v", first)
	}
}

// failing is a store that grants some entrants something, and then no more.
type failing struct {
	game.Store
	grants atomic.Int64
}

func (f *failing) Commit(ctx context.Context, id string, d *hunt.Definition, known game.Head, batch []game.Command) (game.Result, error) {
	for i := range batch {
		if batch[i].Type == game.CmdGrant && f.grants.Add(-1) < 0 {
			return game.Result{}, game.ErrUnavailable
		}
	}
	return f.Store.Commit(ctx, id, d, known, batch)
}

// TestRegrantGoesOn: a request that came to an end too early says how many are left,
// and the same request grants them, nobody twice.
func TestRegrantGoesOn(t *testing.T) {
	store := &failing{Store: storetest.NewReference(now)}
	store.grants.Store(1 << 40)
	d := newDesk(t, store)
	d.fair("open")
	const givers = 3 * regrantWindow
	for i := range givers {
		id := fmt.Sprintf("p%03d", i)
		d.enter(id, id)
		d.claim(id, "two", text("herring"), game.OutWrong)
	}
	d.call("PUT", fairPath, deskOrganizer, herring).ok(nil)
	head := d.ledgerHead()
	body := obj{"id": uuid.NewString(), "challenge": "two", "text": "herring", "reason": "right"}
	store.grants.Store(0)
	d.post("answers/grants", body).refused(503, game.CodeUnavailable)
	store.grants.Store(regrantWindow)
	var did Regranted
	d.post("answers/grants", body).ok(&did)
	if did.Granted == 0 || did.Granted+did.Left != givers || did.Left < regrantWindow {
		t.Errorf("%+v", did)
	}
	store.grants.Store(1 << 40)
	d.post("answers/grants", body).ok(&did)
	if did.Granted != givers || did.Left != 0 || did.Had != 0 || d.ledgerHead() != head+givers {
		t.Errorf("%+v, %d entries", did, d.ledgerHead()-head)
	}
}

// TestAnswersAreJudgedByTheirKind: what organizers read is judged as the proof that
// it was.
func TestAnswersAreJudgedByTheirKind(t *testing.T) {
	const form = `hunt: kinds
title: Kinds
challenges:
  - {id: exact, title: A, points: 1, proof: {text: Herring, exact: true}}
  - {id: regex, title: B, points: 1, proof: {regex: "her+ing"}}
  - {id: code, title: C, points: 1, proof: {code: RED-HERRING}}
  - {id: number, title: D, points: 1, proof: {number: {value: 1000000, tolerance: 1}}}
  - {id: one, title: E, points: 1, proof: {choice: {options: [cod, "cod, salted", herring], answer: "cod, salted"}}}
  - {id: many, title: F, points: 1, proof: {choice: {options: [cod, "cod, salted", herring], answer: [herring, "cod, salted"]}}}
  - {id: place, title: G, points: 1, proof: {location: {lat: 1, lon: 1, radius: 10}}}
  - {id: photo, title: H, points: 1, proof: {review: {prompt: Show}}}
  - {id: long, title: I, points: 1, proof: {regex: "x+"}}
`
	d, findings := huntfile.Parse([]byte(form))
	if d == nil {
		t.Fatal(findings)
	}
	long := strings.Repeat("x", game.MaxAnswer)
	digest := func(id, text string) string {
		j, ok := judgeTyped(d.Challenge(id), text)
		if !ok {
			t.Fatalf("%s: %q is no answer", id, text)
		}
		return j.Digest
	}
	for _, c := range []struct {
		challenge, text, digest string
		right                   bool
	}{
		{"exact", "Herring", "", true},
		{"exact", "herring", "", false},
		{"regex", "herrrring", "", true},
		{"regex", "a herring", "", false},
		{"code", "red-herring", "", true},
		{"number", "1000001", "", true},
		{"number", "1000002", "", false},
		{"number", "a million", "", false},
		{"one", "cod, salted", "", true},
		{"one", "cod", "", false},
		{"many", "cod, salted, herring", "", true},
		{"many", "herring, cod, salted", "", true},
		{"many", "herring, cod", "", false},
		{"many", "herring, plaice", "", false},
		{"place", "1 1", "", false},
		{"photo", "a photo", "", false},
		{"long", long[1:], "", true},
		{"long", long, digest("long", long), true},
		{"long", long, digest("long", long+"y"), false}, // it was cut
	} {
		if got := accepts(d.Challenge(c.challenge), &game.Given{Text: c.text, Digest: c.digest}); got != c.right {
			t.Errorf("%s %q: %t", c.challenge, c.text, got)
		}
	}
}

// TestKeptAsTyped: an answer is kept as organizers can type it themselves.
func TestKeptAsTyped(t *testing.T) {
	d := newDesk(t, nil)
	d.call("PUT", fairPath, deskOrganizer, strings.Replace(deskHunt, "proof: {text: due-answer}", "proof: {number: {value: 1}}", 1)).ok(nil)
	d.post("phase", obj{"phase": "open"}).ok(nil)
	for i, v := range []float64{18_740_000, -0.5, 1e-7} {
		id := fmt.Sprint("p", i)
		d.enter(id, id)
		d.claim(id, "two", hunt.Proof{Number: &v}, game.OutWrong)
	}
	var one GivenAnswers
	d.call("GET", fairPath+"/answers?challenge=two", deskOrganizer, nil).ok(&one)
	if one.said() != "-0.5 1, 0.0000001 1, 18740000 1" {
		t.Error(one.said())
	}
}
