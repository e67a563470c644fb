package api

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
)

// Bounds of what is told of wrong answers.
const (
	answersListed = 100             // of a challenge, unless the request says more or less
	answersTop    = 3               // of each challenge, where all challenges are asked for
	answersAge    = 5 * time.Second // for which one look at all challenges serves every desk
)

// GivenAnswer is a wrong answer, and how many entrants gave it.
type GivenAnswer struct {
	Answer string `json:"answer"` // names it: hunt.Judgement.Digest
	Text   string `json:"text"`   // as the first of them typed it
	Count  int    `json:"count"`
	Right  bool   `json:"right"` // the definition in force accepts it
}

// GivenAnswers are wrong answers to a challenge, those of most entrants first.
type GivenAnswers struct {
	Challenge string        `json:"challenge"`
	Total     int           `json:"total"`     // the sum of all counts
	Different int           `json:"different"` // how many answers are kept; Answers may be fewer
	Answers   []GivenAnswer `json:"answers"`
}

// answers shows which wrong answers were given how often.
func (a *API) answers(w http.ResponseWriter, r *http.Request) error {
	if err := query(r, "challenge", "limit"); err != nil {
		return err
	}
	limit, err := queryInt(r, "limit", answersListed, 1, game.MaxGiven)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	id, challenge := r.PathValue("hunt"), r.URL.Query().Get("challenge")
	d, err := a.definitionOf(ctx, id)
	switch {
	case err != nil:
		return err
	case challenge == "" && r.URL.Query().Has("limit"):
		return badRequest("limit is for the answers to one challenge; name it")
	case challenge == "":
		list, err := a.answersToAll(ctx, d)
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, map[string]any{"challenges": list})
	}
	c := d.Challenge(challenge)
	if c == nil {
		return refuse(game.CodeUnknownChallenge, "")
	}
	list, err := a.answersTo(ctx, id, c, int(limit))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, list)
}

// definitionOf is the definition of a hunt that is in force.
func (a *API) definitionOf(ctx context.Context, id string) (*hunt.Definition, error) {
	found := make(chan *hunt.Definition, 1) // a look may still run when it is no longer waited for
	if err := a.look(ctx, id, func(v *actor.View) { found <- v.Definition }); err != nil {
		return nil, err
	}
	return <-found, nil
}

func (a *API) answersTo(ctx context.Context, id string, c *hunt.Challenge, limit int) (GivenAnswers, error) {
	given, err := a.store.Answers(ctx, id, c.ID)
	list := GivenAnswers{Challenge: c.ID, Different: len(given), Answers: make([]GivenAnswer, 0, min(limit, len(given)))}
	for i := range given {
		g := &given[i]
		list.Total += len(g.Entrants)
		if i < limit {
			list.Answers = append(list.Answers, GivenAnswer{g.Digest, g.Text, len(g.Entrants), accepts(c, g)})
		}
	}
	return list, err
}

// allAnswers are the wrong answers to all challenges of a hunt, for a moment.
type allAnswers struct {
	mu   sync.Mutex
	at   time.Time
	rev  int64
	list []GivenAnswers
}

func (a *API) answersToAll(ctx context.Context, d *hunt.Definition) ([]GivenAnswers, error) {
	all := a.given.of(d.ID)
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.rev == d.Rev && time.Since(all.at) < answersAge {
		return all.list, nil
	}
	list := make([]GivenAnswers, len(d.Challenges))
	for i := range d.Challenges {
		var err error
		if list[i], err = a.answersTo(ctx, d.ID, &d.Challenges[i], answersTop); err != nil {
			return nil, err
		}
	}
	all.at, all.rev, all.list = time.Now(), d.Rev, list
	return list, nil
}

// accepts reports whether a challenge accepts a wrong answer of before. Of one that
// was cut this is known only if nothing is missing.
func accepts(c *hunt.Challenge, g *game.Given) bool {
	j, ok := judgeTyped(c, g.Text)
	return ok && j.Right && (j.Digest == g.Digest || utf8.RuneCountInString(g.Text) < game.MaxAnswer)
}

// judgeTyped judges what an organizer reads as the answer; false when it cannot be
// an answer to the challenge.
func judgeTyped(c *hunt.Challenge, text string) (hunt.Judgement, bool) {
	var p hunt.Proof
	switch c.Proof.Kind.Shown() {
	case hunt.KindText:
		p.Text = &text
	case hunt.KindCode:
		p.Code = &text
	case hunt.KindNumber:
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return hunt.Judgement{}, false
		}
		p.Number = &v
	case hunt.KindChoice:
		p.Choice = chosen(c.Proof.Options, text)
	default:
		return hunt.Judgement{}, false
	}
	j, err := c.Judge(p)
	return j, err == nil
}

// chosen are the options, each at most once, that a text lists with commas; options
// may have commas themselves.
func chosen(options []string, text string) hunt.Choice {
	for i, option := range options {
		name := spaced(option)
		if text == name {
			return hunt.Choice{option}
		}
		if rest, ok := strings.CutPrefix(text, name+", "); ok {
			others := slices.Delete(slices.Clone(options), i, i+1)
			if more := chosen(others, rest); more != nil {
				return append(hunt.Choice{option}, more...)
			}
		}
	}
	return nil
}

// spaced is a text with single spaces, as wrong answers are kept.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }
