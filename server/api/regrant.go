package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/rules"
	"veltrix/server/protocol"
)

// Bounds of granting a challenge to all who gave an answer.
const (
	regrantTime   = 8 * time.Second // of one request: less than a desk waits for it
	regrantWindow = 64              // grants at a time: the hunt's mailbox has room for players
	regrantListed = 100             // entrants that an answer names
)

// Why a grant to all who gave an answer, or one of these grants, is refused.
const (
	whyWrong   = "wrong"   // the definition in force does not accept the answer
	whyRevoked = "revoked" // the entrant's award was taken back
)

// Regrant asks to grant a challenge to all who gave an answer.
type Regrant struct {
	order
	Challenge string `json:"challenge"`
	Answer    string `json:"answer,omitempty"` // the name of the answer, or
	Text      string `json:"text,omitempty"`   // what was typed
	Force     bool   `json:"force,omitempty"`  // also a wrong answer, and awards that were taken back
}

// NewRegrant is a request about those who gave an answer with this text.
func NewRegrant(challenge, text, reason string, force bool) *Regrant {
	return &Regrant{order{uuid.NewString(), reason}, challenge, "", text, force}
}

// Regranted is how far such grants have come, or would come. Granted, Had, Left and
// those refused add up to Total.
type Regranted struct {
	Challenge string    `json:"challenge"`
	Text      string    `json:"text"`
	Total     int       `json:"total"`    // entrants that gave the answer
	Granted   int       `json:"granted"`  // by this request, however often it was sent
	Had       int       `json:"had"`      // had the award otherwise
	Left      int       `json:"left"`     // time was short for them: the same request goes on
	Refused   []Ungiven `json:"refused"`  // the first regrantListed
	Entrants  []Regiven `json:"entrants"` // that were granted it: the first regrantListed
	DryRun    bool      `json:"dry_run,omitempty"`
	code      game.Code // why some are left, when it is not for time
	fresh     bool      // something was granted now
}

// Regiven is what an entrant was granted.
type Regiven struct {
	Entrant string `json:"entrant"`
	Name    string `json:"name"`
	Points  int64  `json:"points"` // of the award
	Total   int64  `json:"total"`  // after it
}

// Ungiven is an entrant that was granted nothing.
type Ungiven struct {
	Entrant string `json:"entrant"`
	Name    string `json:"name"`
	Why     string `json:"why"`
}

// regrant grants a challenge to all who gave an answer that was corrected since, or
// says what that would do. The same request again goes on and repeats nothing.
func (a *API) regrant(w http.ResponseWriter, r *http.Request) error {
	var body Regrant
	if err := correction(w, r, &body); err != nil {
		return err
	}
	dry, err := queryFlag(r, "dry_run", false)
	if err != nil {
		return err
	}
	c, err := body.command()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), regrantTime)
	defer cancel()
	id := r.PathValue("hunt")
	sum, err := a.load(ctx, id)
	if err != nil {
		return err
	}
	did := &Regranted{Challenge: c.Challenge, Refused: []Ungiven{}, Entrants: []Regiven{}, DryRun: dry}
	givers, err := a.givers(ctx, sum.Definition, &body, did)
	if err != nil {
		return err
	}
	todo, err := a.candidates(ctx, id, c, givers, body.Force, did)
	switch {
	case err != nil:
		return err
	case dry:
		err = a.foreseeGrants(ctx, sum, c, todo, did)
	default:
		defer a.list.forget()
		a.grantAll(ctx, id, c, todo, did)
	}
	if err != nil {
		return err
	}
	if did.code != "" && !did.fresh {
		return refuse(did.code, "")
	}
	return answer(w, http.StatusOK, did)
}

// command is the grant that the request asks for, for everybody.
func (b *Regrant) command() (game.Command, error) {
	c, err := b.order.command(game.CmdGrant)
	switch {
	case err != nil:
		return c, err
	case b.Challenge == "":
		return c, badRequest("challenge is missing")
	case !hunt.ValidID(b.Challenge):
		return c, refuse(game.CodeUnknownChallenge, "")
	case (b.Answer == "") == (b.Text == ""):
		return c, badRequest("name the answer either by answer or by text")
	}
	c.Challenge = b.Challenge
	return c, nil
}

// givers are the entrants that gave the answer that a request means.
func (a *API) givers(ctx context.Context, d *hunt.Definition, body *Regrant, did *Regranted) ([]string, error) {
	c := d.Challenge(body.Challenge)
	if c == nil {
		return nil, refuse(game.CodeUnknownChallenge, "")
	}
	given, err := a.store.Answers(ctx, d.ID, c.ID)
	if err != nil {
		return nil, err
	}
	given = slices.DeleteFunc(given, means(c, body))
	if len(given) == 0 {
		return nil, refuse(codeNotFound, "nobody gave this answer, or it is not among those that are kept")
	}
	var givers []string
	for i := range given {
		if !body.Force && !accepts(c, &given[i]) {
			p := refuse(game.CodeConflict, "the hunt file in force does not accept this answer: correct the file first, or use force")
			p.Why = whyWrong
			return nil, p
		}
		givers = append(givers, given[i].Entrants...)
	}
	did.Text = given[0].Text
	slices.Sort(givers)
	return slices.Compact(givers), nil
}

// means returns what holds for the answers that a request does not mean. A text
// means all answers that the definition in force does not tell apart from it: the
// same answer was given under two names when the kind of the proof has changed.
func means(c *hunt.Challenge, body *Regrant) func(game.Given) bool {
	if body.Answer != "" {
		return func(g game.Given) bool { return g.Digest != body.Answer }
	}
	text := spaced(body.Text)
	want, ok := judgeTyped(c, text)
	return func(g game.Given) bool {
		if g.Text == text || ok && g.Digest == want.Digest {
			return false
		}
		j, is := judgeTyped(c, g.Text)
		return !ok || !is || j.Digest != want.Digest
	}
}

// candidate is an entrant that is to be granted the challenge.
type candidate struct {
	id, name string
	joined   int64 // seq
	command  string
}

// candidates are those of the givers that can be granted the challenge, in the order
// in which they joined; did has the others.
func (a *API) candidates(ctx context.Context, id string, c game.Command, givers []string, force bool, did *Regranted) ([]candidate, error) {
	did.Total = len(givers)
	space := uuid.MustParse(c.ID)
	var todo []candidate
	for _, giver := range givers {
		e, err := a.store.Entrant(ctx, id, giver)
		if errors.Is(err, game.ErrUnknownEntrant) {
			did.refuse(candidate{id: giver}, string(game.CodeUnknownEntrant))
			continue
		}
		if err != nil {
			return nil, err
		}
		one := candidate{e.ID, e.Name, e.JoinSeq, uuid.NewSHA1(space, []byte(e.ID)).String()}
		award, has := e.Awards[c.Challenge]
		switch {
		case !has, award.Revoked && force && award.ID != one.command:
			todo = append(todo, one)
		case award.Revoked:
			did.refuse(one, whyRevoked)
		case award.ID == one.command:
			did.grant(one, award.Points, award.Total)
		default:
			did.Had++
		}
	}
	slices.SortFunc(todo, func(a, b candidate) int { return cmp.Compare(a.joined, b.joined) })
	return todo, nil
}

func (d *Regranted) grant(one candidate, points, total int64) {
	d.Granted++
	if len(d.Entrants) < regrantListed {
		d.Entrants = append(d.Entrants, Regiven{one.id, one.name, points, total})
	}
}

func (d *Regranted) refuse(one candidate, why string) {
	if len(d.Refused) < regrantListed {
		d.Refused = append(d.Refused, Ungiven{one.id, one.name, why})
	}
}

// foreseeGrants says what the grants would give. The points of those who are not
// listed are not looked at.
func (a *API) foreseeGrants(ctx context.Context, sum *game.Summary, c game.Command, todo []candidate, did *Regranted) error {
	now := a.clock.Now().UnixMilli()
	for _, one := range todo {
		if len(did.Entrants) == regrantListed {
			did.Granted++
			continue
		}
		e, err := a.store.Entrant(ctx, sum.Definition.ID, one.id)
		if err != nil {
			return err
		}
		c.Entrant, c.ID = one.id, one.command
		reply, f := rules.Foresee(sum, e, c, now)
		if reply.Outcome == game.OutRefused {
			did.refuse(one, wordFor(reply))
			continue
		}
		did.grant(one, reply.Points, f.Total)
		if t := sum.Tallies[c.Challenge]; !e.Out() {
			t.Solves++
			if _, again := e.Awards[c.Challenge]; !again {
				t.Given++
			}
			sum.Tallies[c.Challenge] = t
		}
	}
	return nil
}

// grantAll carries the grants out, as far as the time allows.
func (a *API) grantAll(ctx context.Context, id string, c game.Command, todo []candidate, did *Regranted) {
	did.Left = len(todo)
	for window := range slices.Chunk(todo, regrantWindow) {
		for i, reply := range a.grantSome(ctx, id, c, window) {
			did.settle(window[i], reply)
		}
		if did.code != "" || ctx.Err() != nil {
			return
		}
	}
}

// settle counts the reply to a grant; the zero Reply is none.
func (d *Regranted) settle(one candidate, reply game.Reply) {
	switch code := reply.Code; {
	case reply.Outcome == "":
		return
	case reply.Outcome == game.OutDone:
		d.grant(one, reply.Points, reply.Total)
		d.fresh = true
	case code == game.CodeBusy || code == game.CodeUnavailable || code == game.CodeInternal:
		d.code = code
		return
	case reply.Why == game.WhyHas:
		d.Had++
	default:
		d.refuse(one, wordFor(reply))
	}
	d.Left--
}

// grantSome has a hunt carry out some grants, in order, and returns the replies that
// came in time.
func (a *API) grantSome(ctx context.Context, id string, c game.Command, some []candidate) []game.Reply {
	type numbered struct {
		i     int
		reply game.Reply
	}
	all := make([]game.Reply, len(some))
	came := make(chan numbered, len(some))
	posted := 0
	for i, one := range some {
		c.Entrant, c.ID = one.id, one.command
		code := a.hunts.Post(id, &actor.Request{Command: c, Done: func(_ *actor.View, r game.Reply) { came <- numbered{i, r} }})
		if code != "" {
			all[i] = game.Reply{Outcome: game.OutRefused, Code: code}
			break
		}
		posted++
	}
	for range posted {
		select {
		case n := <-came:
			all[n.i] = n.reply
		case <-ctx.Done():
			return all
		}
	}
	return all
}

// wordFor is why a grant was refused, in a word.
func wordFor(r game.Reply) string { return cmp.Or(protocol.Why(r), string(r.Code)) }
