package game

import (
	"strconv"
	"strings"
)

// RestoredPrefix begins the Text of an entry that was put back, as CmdRestore
// puts it back, after it was lost; what follows is the Origin.
const RestoredPrefix = "restores "

// PutBack reports whether a lost entry of this type is put back as it was. The
// others are done again by their command, or by the schedule, or not at all.
func (t EntryType) PutBack() bool {
	switch t {
	case Awarded, Badged, Hinted, Penalised, Submitted, Rejected, Started, Finished:
		return true
	}
	return false
}

// Gives reports whether an entry of this type that is put back moves points.
func (t EntryType) Gives() bool { return t == Awarded || t == Badged || t == Hinted || t == Penalised }

// Restores reports whether the entry puts back a lost one. A join does, too: it is
// done again, but whoever was moved out since must not come in by it once more.
func (n *Entry) Restores() bool {
	return (n.Type.PutBack() || n.Type == Joined) && strings.HasPrefix(n.Text, RestoredPrefix)
}

// Organized reports whether the entry is the first one, or a badge, of an
// organizer's command with an id of its own. A decided review has the id of its
// claim.
func (n *Entry) Organized() bool {
	return n.By != "" && n.By != Schedule && n.ID != "" && (n.Player == "" || n.Type == Moved)
}

// Origin names the entry, or the lost one that it puts back, in whatever
// history that was.
func (n *Entry) Origin() string {
	if n.Restores() {
		return n.Text[len(RestoredPrefix):]
	}
	return n.Epoch + "-" + strconv.FormatInt(n.Seq, 10) + "/" + n.Nonce
}

// Said is what a command asks of the phase, in words that an entry phase keeps as
// its Text: "open", "freeze", "open at 1764323999000", "open closes 0".
func (c *Command) Said() string {
	said := string(c.Phase) + string(c.Freeze)
	if c.At != 0 {
		said += " at " + strconv.FormatInt(c.At, 10)
	}
	if c.SetCloses {
		said += " closes " + strconv.FormatInt(c.Closes, 10)
	}
	return said
}

// say is Said the other way round.
func (c *Command) say(said string) {
	words := strings.Fields(said)
	for i, word := range words {
		number := int64(0)
		if i+1 < len(words) {
			number, _ = strconv.ParseInt(words[i+1], 10, 64) // Said wrote it
		}
		switch {
		case i == 0 && (Freeze(word) == FreezeOn || Freeze(word) == FreezeOff):
			c.Freeze = Freeze(word)
		case i == 0:
			c.Phase = Phase(word)
		case word == "at":
			c.At = number
		case word == "closes":
			c.SetCloses, c.Closes = true, number
		}
	}
}

// Again returns the command that does once more what the entry says. It is
// CmdRestore for what is put back as it was, CmdAdvance for what happens by
// itself, and a command without a type for what cannot be restored.
func (n *Entry) Again() Command {
	c := Command{
		ID: n.ID, Entrant: n.Entrant, Player: n.Player, Name: n.Name, Looks: n.Looks, Member: n.Member, Invite: n.Invite,
		Division: n.Division, Challenge: n.Challenge, Badge: n.Badge, Points: n.Points, KeepPlace: n.KeepPlace,
		Minutes: n.Minutes, Text: n.Text, Reason: n.Reason, By: n.By, Entry: n,
	}
	if n.Type.PutBack() {
		c.Type = CmdRestore
		return c
	}
	switch n.Type {
	case Unbanned, Shown, Unskipped, Undeleted:
		c.Lift = true
	}
	switch n.Type {
	case Joined:
		c.Type = CmdJoin
	case Adjusted:
		c.Type = CmdAdjust
	case Revoked:
		c.Type = CmdRevoke
	case Announced:
		c.Type = CmdAnnounce
	case Banned, Unbanned:
		c.Type = CmdBan
	case Hidden, Shown:
		c.Type = CmdHide
	case Renamed:
		c.Type = CmdRename
	case Divided:
		c.Type = CmdDivide
	case Moved:
		c.Type = CmdMove
	case Extended:
		c.Type = CmdExtend
	case Skipped, Unskipped:
		c.Type = CmdSkip
	case Deleted, Undeleted:
		c.Type = CmdDelete
	case Phased:
		c.Type = CmdPhase
		c.say(n.Text)
	}
	if n.ID == "" && c.Type != "" && n.Type != Joined {
		c.Type = CmdAdvance
	}
	return c
}
