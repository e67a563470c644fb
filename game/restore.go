package game

import (
	"strconv"
	"strings"
)

// RestoredPrefix begins the Text of an award, a badge or a hint that was put
// back after it was lost; what follows is the Origin.
const RestoredPrefix = "restores "

// Restores reports whether the entry puts back a lost one.
func (n *Entry) Restores() bool {
	switch n.Type {
	case Awarded, Badged, Hinted:
		return strings.HasPrefix(n.Text, RestoredPrefix)
	}
	return false
}

// Origin names the entry, or the lost one that it puts back, in whatever
// history that was.
func (n *Entry) Origin() string {
	if n.Restores() {
		return n.Text[len(RestoredPrefix):]
	}
	return n.Epoch + "-" + strconv.FormatInt(n.Seq, 10) + "/" + n.Nonce
}

// Again returns the command that does once more what the entry says. It is
// CmdRestore for what has to be given with the points that it had, CmdAdvance for
// what the schedule does by itself, and a command without a type for what cannot
// be restored.
func (n *Entry) Again() Command {
	c := Command{
		ID: n.ID, Entrant: n.Entrant, Player: n.Player, Name: n.Name, Invite: n.Invite, Challenge: n.Challenge,
		Badge: n.Badge, Points: n.Points, Text: n.Text, Reason: n.Reason, By: n.By, Entry: n,
	}
	switch n.Type {
	case Joined:
		c.Type = CmdJoin
	case Awarded, Badged, Hinted:
		c.Type = CmdRestore
	case Adjusted:
		c.Type = CmdAdjust
	case Revoked:
		c.Type = CmdRevoke
	case Announced:
		c.Type = CmdAnnounce
	case Banned:
		c.Type = CmdBan
	case Phased:
		if n.ID == "" {
			c.Type = CmdAdvance
			break
		}
		c.Type = CmdPhase
		if f := Freeze(n.Text); f == FreezeOn || f == FreezeOff {
			c.Freeze = f
		} else {
			c.Phase = Phase(n.Text)
		}
	}
	return c
}
