package play

import (
	"errors"
	"math/rand/v2"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/server/auth"
	"veltrix/server/protocol"
)

func (s *session) join(r *protocol.Request) *protocol.Error {
	if s.player == "" {
		return protocol.Refuse(r.ID, protocol.CodeUnauthorized, "joining needs a token in hello")
	}
	request := &actor.Request{
		Command:  game.Command{Type: game.CmdJoin, Player: s.player, Name: s.name},
		JoinCode: r.Code, DivisionCode: r.DivisionCode, Origin: s,
	}
	request.Command.Division = r.Division
	if r.Name != "" {
		name, err := auth.NormalizeName(r.Name)
		if err != nil {
			return protocol.Refuse(r.ID, game.CodeBadRequest, "the name: "+err.Error())
		}
		request.Command.Name = name
	}
	if r.Team != nil {
		request.Team = &actor.Team{Invite: r.Team.Code}
		if r.Team.Code == "" {
			name, err := auth.NormalizeName(r.Team.Name)
			if err != nil {
				return protocol.Refuse(r.ID, game.CodeBadRequest, "the team's name: "+err.Error())
			}
			request.Team.Name = name
		}
	}
	visit, e := s.newVisit(r)
	if visit == nil {
		return e
	}
	guess := s.guess(r)
	if guess.wait > 0 { // who has joined before needs no code
		request.JoinCode, request.DivisionCode = "", ""
		if request.Team != nil && request.Team.Invite != "" {
			request.Team = nil
		}
	}
	name := request.Command.Name
	if request.Team != nil && request.Team.Name != "" {
		name = request.Team.Name
	}
	request.Done = func(v *actor.View, reply game.Reply) {
		refused := reply.Outcome != game.OutDone
		guess.end(refused && (reply.Code == game.CodeBadCode || reply.Code == game.CodeUnknownEntrant))
		if refused {
			e := guess.refusal(protocol.RefuseReply(r.ID, joinReply(reply, r.Team)))
			if reply.Why == game.WhyName {
				e.Suggestion = auth.SuggestName(name, unlikely)
			}
			visit.fail(e)
			return
		}
		visit.entrant = reply.Entrant
		visit.arrive(v)
	}
	visit.post = func() *protocol.Error {
		again := *request
		request.Team = nil // the player is in it from then on
		return s.post(&visit.asked, &again)
	}
	return guess.unless(visit.start())
}

// unlikely takes most names for taken, at random: a large hunt's names are not looked
// through for a suggestion, and two who are refused the same name hardly get the
// same one.
func unlikely(string) bool { return rand.IntN(50) != 0 }

// joinReply says in the words of joining what a join lacks in a team hunt.
func joinReply(reply game.Reply, team *protocol.Team) game.Reply {
	if reply.Code == game.CodeUnknownEntrant {
		if team == nil {
			return game.Reply{Code: game.CodeBadRequest, Why: protocol.WhyWhichTeam}
		}
		return game.Reply{Code: game.CodeBadCode}
	}
	return reply
}

func (s *session) watch(r *protocol.Request) *protocol.Error {
	visit, e := s.newVisit(r)
	if visit == nil {
		return e
	}
	guess := s.guess(r)
	visit.post = func() *protocol.Error {
		return s.post(&visit.asked, actor.Viewing(func(v *actor.View, err error) {
			if err != nil {
				guess.end(false)
				visit.fail(protocol.RefuseReply(r.ID, game.Reply{Code: codeOf(err)}))
				return
			}
			if v.DeletedAt != 0 {
				guess.end(false)
				visit.fail(protocol.RefuseReply(r.ID, game.Reply{Code: game.CodeUnknownHunt}))
				return
			}
			right := guess.wait == 0 && v.Admits(r.Code)
			admitted := right || s.mayWatch(v)
			guess.end(!admitted)
			if !admitted {
				visit.fail(guess.refusal(protocol.RefuseReply(r.ID, game.Reply{Code: game.CodeBadCode})))
				return
			}
			visit.arrive(v)
		}))
	}
	return guess.unless(visit.start())
}

// mayWatch reports whether the session may watch the hunt without its code: it
// needs none, the token says so, or the player is in it. A member of a team joins
// instead. It runs on the hunt's goroutine.
func (s *session) mayWatch(v *actor.View) bool {
	if s.guest || v.Admits("") {
		return true
	}
	_, entrant := v.Row(s.player)
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.memberLocked(v.Hunt)
	return entrant || m != nil && m.entrant != ""
}

// codeOf is the code for an error of a hunt or a store.
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
	m := s.leaveHunt(r.Hunt)
	if m == nil {
		return protocol.RefuseReply(r.ID, game.Reply{Code: game.CodeNotJoined})
	}
	s.unsubscribe(r.Hunt)
	s.gateway.publisher.removeMember(m)
	s.send(protocol.Left{Type: "left", ID: r.ID, Hunt: r.Hunt})
	return nil
}

// expel ends a membership for a reason. The session lives on: it may be in other
// hunts.
func (m *member) expel(why string) {
	s := m.session
	if !s.leaveAs(m) {
		return // it has left, or joined again, by itself
	}
	s.unsubscribe(m.hunt)
	s.gateway.publisher.removeMember(m)
	s.send(protocol.Left{Type: "left", Hunt: m.hunt, Why: why})
}

// unsubscribe takes the session out of what the hub sends to a hunt's audience.
func (s *session) unsubscribe(hunt string) {
	s.gateway.hub.Unsubscribe(s.out, topic(hunt))
	s.gateway.hub.Unsubscribe(s.out, watched(hunt))
}

// leaveAs takes a membership off the session's list, and reports whether it was
// on it.
func (s *session) leaveAs(m *member) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.memberLocked(m.hunt) == m && s.removeLocked(m.hunt) == m
}

// leaveHunt takes a hunt off the session's list, and returns what the session was
// there, nil for nothing.
func (s *session) leaveHunt(hunt string) *member {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.removeLocked(hunt)
}
