package main

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"time"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/server/protocol"
)

var validID = regexp.MustCompile(`^[a-z0-9-]{1,64}$`)

// post hands a request to its hunt. What does not get in is an error to retry.
func (s *session) post(r *protocol.Request, request *game.Request) *protocol.Error {
	if !validID.MatchString(r.Hunt) {
		return refusal(r.ID, game.Reply{Code: game.CodeUnknownHunt})
	}
	if code := s.play.hunts.Post(r.Hunt, request); code != "" {
		return refusal(r.ID, game.Reply{Code: code})
	}
	// gofail: var posted struct{}

	return nil
}

func (s *session) claim(r *protocol.Request) *protocol.Error {
	entrant, id, err := s.playing(r)
	if err != nil {
		return err
	}
	request := &game.Request{
		Command: game.Command{
			Type: game.CmdClaim, ID: id, Entrant: entrant, Player: s.player, Challenge: r.Challenge,
		},
		Origin: s,
	}
	proof, bad := decodeProof(r.Proof)
	if bad != nil {
		return protocol.Refuse(r.ID, game.CodeBadProof, bad.Error())
	}
	request.Proof = &proof
	challenge, huntID, asked := r.Challenge, r.Hunt, r.ID
	request.Done = func(v *game.View, reply game.Reply) {
		if reply.Outcome == game.OutRefused {
			e := refusal(asked, reply)
			e.Hunt = huntID
			s.send(e)
			return
		}
		s.send(verdict(v, reply, protocol.Verdict{ID: asked, Hunt: huntID, Challenge: challenge}, request.Command.Entrant))
	}
	return s.post(r, request)
}

func decodeProof(raw json.RawMessage) (hunt.Proof, error) {
	if len(raw) == 0 {
		return hunt.Proof{}, errors.New("the claim has no proof")
	}
	return hunt.DecodeProof(raw)
}

// playing returns for whom the session plays in the hunt, and the request's id
// as stores know it. While a join is under way the entrant is empty: the hunt
// knows it by the time that it comes to this request, so that a client may send
// hello, join and its waiting claims at once.
func (s *session) playing(r *protocol.Request) (entrant, id string, _ *protocol.Error) {
	parsed, err := uuid.Parse(r.ID)
	if err != nil || len(r.ID) != 36 {
		return "", "", protocol.Refuse(r.ID, game.CodeBadRequest, "the id is not a UUID")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.hunts[r.Hunt]
	if (m == nil || m.entrant == "") && s.joining[r.Hunt] == 0 {
		return "", "", refusal(r.ID, game.Reply{Code: game.CodeNotJoined})
	}
	if m != nil {
		entrant = m.entrant
	}
	return entrant, parsed.String(), nil
}

func verdict(v *game.View, r game.Reply, m protocol.Verdict, entrant string) protocol.Verdict {
	m.Type, m.Outcome, m.At, m.Replay, m.Revoked = "verdict", r.Outcome, r.At, r.Replay, r.Revoked
	switch r.Outcome {
	case game.OutAwarded, game.OutAlready:
		m.Seq, m.Points, m.Bonus, m.Total = r.Seq, &r.Points, &r.Bonus, &r.Total
		m.Rank, _ = v.Rank(entrant)
		m.Badges = r.Badges
		if r.Outcome == game.OutAlready {
			m.Right = &r.Right
		} else if m.Badges == nil {
			m.Badges = []string{}
		}
	case game.OutWrong:
		if r.Left >= 0 {
			m.AttemptsLeft = &r.Left
		}
		m.RetryAfter = r.RetryAfter
	case game.OutCooldown:
		m.RetryAfter = r.RetryAfter
	case game.OutLocked:
		m.Requires = r.Requires
	}
	return m
}

func (s *session) hint(r *protocol.Request) *protocol.Error {
	entrant, id, err := s.playing(r)
	if err != nil {
		return err
	}
	request := &game.Request{
		Command: game.Command{
			Type: game.CmdHint, ID: id, Entrant: entrant, Player: s.player, Challenge: r.Challenge, Hint: r.Hint,
		},
		Origin: s,
	}
	asked := *r
	request.Done = func(v *game.View, reply game.Reply) {
		if reply.Outcome != game.OutDone {
			e := refusal(asked.ID, reply)
			e.Hunt, e.Requires = asked.Hunt, reply.Requires
			s.send(e)
			return
		}
		s.send(protocol.Hinted{
			Type: "hinted", ID: asked.ID, Hunt: asked.Hunt, Challenge: asked.Challenge, Hint: asked.Hint,
			Text: hintText(v.Definition, asked.Challenge, asked.Hint), Cost: -reply.Points, Total: reply.Total,
			Seq: reply.Seq, At: reply.At, Replay: reply.Replay,
		})
	}
	return s.post(r, request)
}

func hintText(d *hunt.Definition, challenge, id string) string {
	if c := d.Challenge(challenge); c != nil {
		if h := c.Hint(id); h != nil {
			return h.Text
		}
	}
	return ""
}

func (s *session) join(r *protocol.Request) *protocol.Error {
	if s.player == "" {
		return protocol.Refuse(r.ID, protocol.CodeUnauthorized, "joining needs a token in hello")
	}
	request := &game.Request{
		Command:  game.Command{Type: game.CmdJoin, Player: s.player, Name: s.name},
		JoinCode: r.Code, Origin: s,
	}
	if r.Team != nil {
		request.Team = &game.Team{Invite: r.Team.Code}
		if r.Team.Code == "" {
			name, err := normalizeName(r.Team.Name)
			if err != nil {
				return protocol.Refuse(r.ID, game.CodeBadRequest, "the team's name: "+err.Error())
			}
			request.Team.Name = name
		}
	}
	missed := s.missed(r)
	asked := *r
	request.Done = func(v *game.View, reply game.Reply) {
		defer s.countJoin(asked.Hunt, -1)
		if reply.Outcome != game.OutDone {
			e := refusal(asked.ID, joinReply(reply, asked.Team))
			e.Hunt = asked.Hunt
			s.send(e)
			return
		}
		s.enter(v, &asked, reply.Entrant, missed)
	}
	s.countJoin(r.Hunt, 1)
	err := s.post(r, request)
	if err != nil {
		s.countJoin(r.Hunt, -1)
	}
	return err
}

// countJoin counts the session's joins of a hunt that are under way.
func (s *session) countJoin(hunt string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.joining[hunt] += n; s.joining[hunt] == 0 {
		delete(s.joining, hunt)
	}
}

// joinReply says what a team's join lacks in the words of joining.
func joinReply(reply game.Reply, team *protocol.Team) game.Reply {
	if reply.Code == game.CodeUnknownEntrant {
		if team == nil {
			return game.Reply{Code: game.CodeBadRequest, Detail: detailWhichTeam}
		}
		return game.Reply{Code: game.CodeBadCode}
	}
	return reply
}

func (s *session) watch(r *protocol.Request) *protocol.Error {
	missed := s.missed(r)
	asked := *r
	return s.post(r, game.Viewing(func(v *game.View, err error) {
		if err != nil {
			e := refusal(asked.ID, game.Reply{Code: codeOf(err)})
			e.Hunt = asked.Hunt
			s.send(e)
			return
		}
		s.enter(v, &asked, nil, missed)
	}))
}

func codeOf(err error) game.Code {
	switch {
	case errors.Is(err, game.ErrUnknownHunt):
		return game.CodeUnknownHunt
	case errors.Is(err, game.ErrUnavailable):
		return game.CodeUnavailable
	}
	return game.CodeInternal
}

func (s *session) leave(r *protocol.Request) *protocol.Error {
	s.mu.Lock()
	m := s.hunts[r.Hunt]
	delete(s.hunts, r.Hunt)
	s.mu.Unlock()
	if m == nil {
		return refusal(r.ID, game.Reply{Code: game.CodeNotJoined})
	}
	s.play.hub.Unsubscribe(s.out, topic(r.Hunt))
	s.play.part(r.Hunt, m)
	s.send(protocol.Left{Type: "left", ID: r.ID, Hunt: r.Hunt})
	return nil
}

// past is what a resuming session missed and the hunt no longer has in memory.
type past struct {
	entries []game.Entry // of interest, after Since
	upTo    int64        // the seq that they reach; 0 when nothing was read
	lost    bool         // too far behind, or another history
}

// maxMissed is how far behind a session may be and still be told what it
// missed; further back its snapshot has to do.
const maxMissed = 50_000

// missed reads from the store what a session far behind has missed, up to
// where the hunt's memory takes over. It blocks this session only.
func (s *session) missed(r *protocol.Request) past {
	if r.Since == nil || !validID.MatchString(r.Hunt) {
		return past{}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	var head int64
	lost, inMemory := true, false
	err := s.play.hunts.Look(ctx, r.Hunt, func(v *game.View) {
		head = v.Seq
		_, inMemory = v.After(r.Since.Seq)
		lost = r.Since.Epoch != v.Epoch || r.Since.Seq > v.Seq || r.Since.Seq < 0 || v.Seq-r.Since.Seq > maxMissed
	})
	if err != nil || inMemory || lost {
		return past{lost: err == nil && lost}
	}
	return s.readPast(ctx, r, head)
}

func (s *session) readPast(ctx context.Context, r *protocol.Request, head int64) past {
	p := past{upTo: r.Since.Seq}
	entrant, err := s.play.store.EntrantOf(ctx, r.Hunt, s.player)
	if err != nil && !errors.Is(err, game.ErrUnknownEntrant) {
		return past{lost: true}
	}
	for p.upTo < head {
		entries, err := s.play.store.Ledger(ctx, r.Hunt, p.upTo, 1000)
		if err != nil || len(entries) == 0 {
			return past{lost: true}
		}
		for i := range entries {
			n := &entries[i]
			if n.Type == game.Announced || (entrant != "" && n.Entrant == entrant) {
				p.entries = append(p.entries, *n)
			}
		}
		p.upTo = entries[len(entries)-1].Seq
	}
	return p
}
