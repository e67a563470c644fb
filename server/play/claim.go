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
	proof, bad := decodeProof(r.Proof)
	if bad != nil {
		return protocol.Refuse(r.ID, game.CodeBadProof, bad.Error())
	}
	request.Proof = &proof
	challenge, huntID, asked := r.Challenge, r.Hunt, r.ID
	request.Done = func(v *actor.View, reply game.Reply) {
		if reply.Outcome == game.OutRefused {
			e := protocol.RefuseReply(asked, reply)
			e.Hunt = huntID
			s.send(e)
			return
		}
		answer := verdict(v, &reply, request.Command.Entrant)
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
func verdict(v *actor.View, r *game.Reply, entrant string) (m protocol.Verdict) {
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
