package play

import (
	"errors"

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
		JoinCode: r.Code, Origin: s,
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
	request.Done = func(v *actor.View, reply game.Reply) {
		if reply.Outcome != game.OutDone {
			visit.fail(protocol.RefuseReply(r.ID, joinReply(reply, r.Team)))
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
	return visit.start()
}

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
	visit.post = func() *protocol.Error {
		return s.post(&visit.asked, actor.Viewing(func(v *actor.View, err error) {
			if err != nil {
				visit.fail(protocol.RefuseReply(r.ID, game.Reply{Code: codeOf(err)}))
				return
			}
			visit.arrive(v)
		}))
	}
	return visit.start()
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
	s.gateway.hub.Unsubscribe(s.out, topic(r.Hunt))
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
	s.gateway.hub.Unsubscribe(s.out, topic(m.hunt))
	s.gateway.publisher.removeMember(m)
	s.send(protocol.Left{Type: "left", Hunt: m.hunt, Why: why})
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
