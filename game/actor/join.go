package actor

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"strings"

	"veltrix/game/hunt"
)

// Team is what a player says of a team: the name of one to found, or the
// invitation of one to join.
type Team struct {
	Name   string
	Invite string
}

// chooseEntrant fills in the entrant of a join: the player itself, or a team.
func (r *Request) chooseEntrant(d *hunt.Definition) {
	c := &r.Command
	if d.Mode != hunt.Team {
		c.Entrant, c.Found = c.Player, true
		return
	}
	if c.Member == "" {
		c.Member = c.Name // the player's own: a team has another
	}
	c.Entrant, c.Found, c.Invite = "", false, ""
	switch {
	case r.Team == nil:
	case r.Team.Invite != "":
		c.Entrant = teamOf(d.ID, r.Team.Invite)
	default:
		c.Invite, c.Name, c.Found = newInvite(), r.Team.Name, true
		c.Entrant = teamOf(d.ID, c.Invite)
	}
}

// chooseDivision fills in what a join says of its division, and of how its name
// looks.
func (r *Request) chooseDivision(d *hunt.Definition) {
	c := &r.Command
	c.Looks = ""
	if c.Found {
		c.Looks = hunt.Looks(c.Name)
	}
	division := d.Division(c.Division)
	c.Chosen = division != nil && (division.Code == "" || sameCode(division.Code, r.DivisionCode))
}

// newInvite returns ten letters and digits that people do not mix up: 50 random
// bits.
func newInvite() string {
	return rand.Text()[:10]
}

// teamOf derives a team's id from its invitation, so that the invitation is
// all that has to be known to join and no list of teams is needed.
func teamOf(id, invite string) string {
	sum := sha256.Sum256([]byte(id + "\x00" + strings.ToUpper(hunt.Code(invite))))
	return "t-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// Admits reports whether a code opens the hunt: it has none, or this is it.
func (v *View) Admits(code string) bool {
	return v.Definition.JoinCode == "" || code != "" && sameCode(v.Definition.JoinCode, code)
}

func sameCode(want, got string) bool {
	return subtle.ConstantTimeCompare([]byte(hunt.Code(want)), []byte(hunt.Code(got))) == 1
}
