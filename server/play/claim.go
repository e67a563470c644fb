package play

import (
	"errors"

	"github.com/google/uuid"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/server/protocol"
)

// post hands a request to its hunt. An error means that it was not accepted, and
// is the answer.
func (s *session) post(r *protocol.Request, request *actor.Request) *protocol.Error {
	if !hunt.ValidID(r.Hunt) {
		return protocol.RefuseReply(r.ID, game.Reply{Code: game.CodeUnknownHunt})
	}
	if code := s.gateway.hunts.Post(r.Hunt, request); code != "" {
		return protocol.RefuseReply(r.ID, game.Reply{Code: code})
	}
	// gofail: var posted struct{}

	return nil
}

func (s *session) claim(r *protocol.Request) *protocol.Error {
	entrant, id, err := s.playing(r)
	if err != nil {
		return err
	}
	request := &actor.Request{
		Command: game.Command{
			Type: game.CmdClaim, ID: id, Entrant: entrant, Player: s.player, Challenge: r.Challenge,
		},
		Origin: s,
	}
	if proof, bad := decodeProof(r.Proof); bad != nil {
		request.BadProof = bad.Error()
	} else {
		request.Proof = &proof
	}
	challenge, huntID, asked := r.Challenge, r.Hunt, r.ID
	request.Done = func(v *actor.View, reply game.Reply) {
		if reply.Outcome == game.OutRefused {
			e := protocol.RefuseReply(asked, reply)
			e.Hunt = huntID
			s.send(e)
			return
		}
		answer := verdict(v, &reply, request.Command.Entrant, challenge)
		answer.ID, answer.Hunt, answer.Challenge = asked, huntID, challenge
		s.out.Send(answer.Encode())
	}
	return s.post(r, request)
}

func decodeProof(raw []byte) (hunt.Proof, error) {
	if len(raw) == 0 {
		return hunt.Proof{}, errors.New("the claim has no proof")
	}
	return protocol.DecodeProof(raw)
}

// playing returns the entrant for which the session plays in the hunt, and the
// request's id in its usual form. While a join is under way the entrant is empty:
// the hunt knows it by the time that it comes to this request, so that a player
// may send hello, join and the waiting claims at once.
func (s *session) playing(r *protocol.Request) (entrant, id string, _ *protocol.Error) {
	parsed, err := uuid.Parse(r.ID)
	if err != nil || len(r.ID) != 36 {
		return "", "", protocol.Refuse(r.ID, game.CodeBadRequest, "the id is not a UUID")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.memberLocked(r.Hunt)
	if (m == nil || m.entrant == "") && !s.joiningLocked(r.Hunt) {
		return "", "", protocol.RefuseReply(r.ID, game.Reply{Code: game.CodeNotJoined})
	}
	if m != nil {
		entrant = m.entrant
	}
	return entrant, parsed.String(), nil
}

// verdict is the message of a reply to a claim. It shares the reply's memory.
func verdict(v *actor.View, r *game.Reply, entrant, challenge string) (m protocol.Verdict) {
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
		if r.Outcome == game.OutAwarded && !r.Revoked {
			m.Solved = solvedText(v, challenge)
			if r.Finished {
				m.Finish = finishText(v)
			}
		}
	case game.OutWrong:
		if r.Left >= 0 {
			m.AttemptsLeft = &r.Left
		}
		if r.Penalty != 0 {
			m.Seq, m.Penalty, m.Total = r.Seq, r.Penalty, &r.Total
		}
		m.RetryAfter, m.Practice = r.RetryAfter, r.Practice
	case game.OutRight:
		m.Practice = r.Practice
	case game.OutNear:
		m.Say, m.Practice = r.Say, r.Practice
	case game.OutClosed:
		m.Why = r.Why
	case game.OutPending:
		m.Seq = r.Seq
	case game.OutCooldown:
		m.RetryAfter = r.RetryAfter
	case game.OutLocked:
		m.Requires, m.At = missing(v, r, challenge), r.From
	}
	return m
}

// missing is what a challenge lacks, as the hunt file has it: a list, or the unmet
// parts of its condition; nil for neither.
func missing(v *actor.View, r *game.Reply, challenge string) any {
	if len(r.Requires) > 0 {
		return r.Requires
	}
	c := v.Definition.Challenge(challenge)
	if len(r.Unmet) == 0 || c == nil || c.Unlock == nil {
		return nil
	}
	return c.Unlock.Only(r.Unmet).Condition()
}

func (s *session) hint(r *protocol.Request) *protocol.Error {
	entrant, id, err := s.playing(r)
	if err != nil {
		return err
	}
	request := &actor.Request{
		Command: game.Command{
			Type: game.CmdHint, ID: id, Entrant: entrant, Player: s.player, Challenge: r.Challenge, Hint: r.Hint,
		},
		Origin: s,
	}
	asked := *r
	request.Done = func(v *actor.View, reply game.Reply) {
		if reply.Outcome != game.OutDone {
			e := protocol.RefuseReply(asked.ID, reply)
			e.Hunt = asked.Hunt
			if reply.Why == game.WhyLocked {
				e.Requires, e.At = missing(v, &reply, asked.Challenge), reply.From
			}
			s.send(e)
			return
		}
		_, text := v.HintText(asked.Challenge, asked.Hint, reply.Rev)
		s.send(protocol.Hinted{
			Type: "hinted", ID: asked.ID, Hunt: asked.Hunt, Challenge: asked.Challenge, Hint: asked.Hint,
			Text: text, Cost: -reply.Points, Total: reply.Total,
			Seq: reply.Seq, At: reply.At, Replay: reply.Replay,
		})
	}
	return s.post(r, request)
}

// start starts the clock of the entrant.
func (s *session) start(r *protocol.Request) *protocol.Error {
	entrant, id, err := s.playing(r)
	if err != nil {
		return err
	}
	request := &actor.Request{
		Command: game.Command{Type: game.CmdStart, ID: id, Entrant: entrant, Player: s.player}, Origin: s,
	}
	asked := *r
	request.Done = func(_ *actor.View, reply game.Reply) {
		if reply.Outcome != game.OutDone {
			e := protocol.RefuseReply(asked.ID, reply)
			e.Hunt = asked.Hunt
			s.send(e)
			return
		}
		s.send(protocol.Started{
			Type: "started", ID: asked.ID, Hunt: asked.Hunt, Seq: reply.Seq, At: reply.At, Ends: reply.Ends, Replay: reply.Replay,
		})
	}
	return s.post(r, request)
}
