package redis

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"veltrix/game"
	"veltrix/game/hunt"
)

// request packs the argument of the commit script: lua/state.lua has the order
// of the values.
func (s *Store) request(id string, c *compiled, known game.Head, batch []game.Command, turn game.Turn) []byte {
	p := &packer{b: make([]byte, 0, 512+128*len(batch))}
	p.str(id)
	p.str(s.bellChannel())
	p.nonce(turn.Nonce)
	if s.clock == nil {
		p.bool(false)
	} else {
		p.int(s.clock())
	}
	c.rules(p, batch)
	p.list(len(batch))
	var definitions []*hunt.Definition
	for i := range batch {
		if batch[i].Type == game.CmdDefine {
			definitions = append(definitions, batch[i].Definition)
		}
		packCommand(p, &batch[i], len(definitions))
	}
	p.list(len(definitions))
	for _, d := range definitions {
		packDefinition(p, d, batch)
	}
	packHead(p, known)
	p.ints(judgedBy(batch))
	if turn.After == "" {
		p.bool(false)
	} else {
		p.nonce(turn.After)
	}
	return p.b
}

// judgedBy lists the revisions that commands of the batch were judged by.
func judgedBy(batch []game.Command) []int64 {
	var revs []int64
	for i := range batch {
		cmd := &batch[i]
		judged := cmd.Type != game.CmdDefine && (cmd.Type != game.CmdAdvance || cmd.Entrant != "")
		if cmd.Entry == nil && judged && !slices.Contains(revs, cmd.Rev) {
			revs = append(revs, cmd.Rev)
		}
	}
	return revs
}

func packHead(p *packer, h game.Head) {
	if h.Epoch == "" {
		p.bool(false)
		return
	}
	f := p.fields()
	f.str("epoch", h.Epoch)
	f.int("seq", h.Seq)
	f.name("nonce").nonce(h.Nonce)
	f.bool("forked", h.Forked)
	f.end()
}

// nonce packs four bytes, which tell two histories apart and are kept with every
// entry.
func (p *packer) nonce(text string) {
	if raw, err := base64.RawURLEncoding.DecodeString(text); err == nil {
		p.raw(raw)
	} else {
		p.str(text) // not one of ours, so it equals none
	}
}

func packDefinition(p *packer, d *hunt.Definition, batch []game.Command) {
	c := compile(d)
	f := p.fields()
	c.rules(f.name("rules"), batch)
	f.raw("source", d.Source)
	f.raw("digest", c.digest)
	f.str("mode", string(d.Mode))
	f.int("opens", d.Opens)
	f.int("closes", d.Closes)
	f.int("freeze", d.Freeze)
	f.int("places", truth(places(d)))
	f.int("free", truth(d.FreeNames))
	f.int("limit", d.Limit)
	f.end()
}

func truth(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// unknownCommand is the type that the script gets for one that it would not know.
const unknownCommand = "unknown"

// packCommand packs a command: a claim or an event by position, any other
// with the names that the Lua files list. definition is the number of the one
// that it brings.
func packCommand(p *packer, cmd *game.Command, definition int) {
	switch cmd.Type {
	case game.CmdClaim, game.CmdEvent:
		packClaim(p, cmd)
		return
	case game.CmdRestore:
		packRestore(p, cmd.Entry)
		return
	}
	f, word := p.fields(), string(cmd.Type)
	switch cmd.Type {
	case game.CmdDefine:
		f.str("by", cmd.By)
		f.str("reason", cmd.Reason)
		f.int("if_rev", cmd.If)
		f.int("definition", int64(definition))
	case game.CmdAdvance:
		f.revision(cmd)
		f.entrant(cmd.Entrant)
	case game.CmdJoin:
		f.revision(cmd)
		f.entrant(cmd.Entrant)
		f.str("player", cmd.Player)
		f.name("member").relative(cmd.Player, cmd.Entrant)
		f.str("name", cmd.Name)
		f.str("looks", cmd.Looks)
		f.str("own_name", cmd.Member)
		f.str("invite", cmd.Invite)
		f.str("division", cmd.Division)
		if cmd.Entry != nil {
			f.int("number", cmd.Entry.Number)
			f.str("origin", cmd.Entry.Origin())
		} else {
			f.bool("number", false)
		}
		f.bool("found", cmd.Found)
		f.bool("admitted", cmd.Admitted)
		f.bool("chosen", cmd.Chosen)
	case game.CmdHint:
		f.target(cmd)
		f.str("hint", cmd.Hint)
	case game.CmdStart:
		f.target(cmd)
	case game.CmdAdjust, game.CmdRevoke, game.CmdGrant, game.CmdPhase, game.CmdAnnounce, game.CmdBan, game.CmdReview,
		game.CmdHide, game.CmdRename, game.CmdDivide, game.CmdMove, game.CmdExtend, game.CmdSkip, game.CmdDelete:
		f.organizer(cmd)
	default:
		word = unknownCommand
	}
	f.str("type", word)
	f.end()
}

// packClaim packs a claim or an event as a text of its own; the parameters of
// claim in lua/claim.lua have the order.
func packClaim(p *packer, cmd *game.Command) {
	q := packer{b: make([]byte, 0, 192)}
	q.packed(func(id *packer) { id.short(cmd.ID) })
	q.revision(cmd)
	q.str(cmd.Entrant)
	q.packed(func(short *packer) { short.short(cmd.Entrant) })
	q.packed(func(player *packer) { player.relative(cmd.Player, cmd.Entrant) })
	q.str(cmd.Challenge)
	switch {
	case cmd.Type == game.CmdEvent:
		q.str("event")
	case cmd.Malformed != "":
		q.str("malformed")
		q.str(cmd.Malformed)
	case cmd.Near:
		q.str("near")
	case cmd.Pending:
		q.str("review")
		q.str(cmd.Note)
	case cmd.Right:
		q.bool(true)
	default:
		q.bool(false)
		q.str(cmd.Digest)
		q.str(cmd.Answer)
	}
	p.nested(&q)
}

// packRestore packs what puts an entry back: a command that does the same
// again, or what lua/recover.lua describes.
func packRestore(p *packer, n *game.Entry) {
	var again game.Command
	if n != nil {
		again = n.Again()
	}
	switch again.Type {
	case "", game.CmdAdvance:
		f := p.fields()
		f.str("type", cmp.Or(string(again.Type), unknownCommand))
		f.bool("rev", false)
		f.end()
	case game.CmdRestore:
		packPutBack(p, &again, n)
	default:
		packCommand(p, &again, 0)
	}
}

// packPutBack packs what gives again what an entry gave.
func packPutBack(p *packer, again *game.Command, n *game.Entry) {
	number, what := int64(numHinted), n.Hint
	switch n.Type {
	case game.Awarded:
		number, what = numAwarded, ""
	case game.Badged:
		number, what = numBadged, n.Badge
	default:
		for kind, name := range others {
			if name == n.Type {
				number = kind
			}
		}
	}
	f := p.fields()
	f.str("type", string(again.Type))
	f.target(again)
	f.int("kind", number)
	f.str("what", what)
	f.bool("gives", n.Type.Gives())
	if n.Type.Gives() {
		f.int("points", n.Points)
	} else {
		f.int("points", 0)
	}
	f.int("bonus", n.Bonus)
	f.int("place", n.Place)
	f.int("clock", n.Clock)
	f.int("hint_rev", n.Rev)
	f.str("note", n.Note)
	f.str("by", n.By)
	f.str("reason", n.Reason)
	f.str("origin", n.Origin())
	f.bool("organized", n.Organized())
	granted := *again
	granted.Type = game.CmdGrant
	f.raw("content", content(&granted))
	f.end()
}

// organizer adds the fields of an organizer's command.
func (f *fields) organizer(cmd *game.Command) {
	f.target(cmd)
	f.str("by", cmd.By)
	f.str("reason", cmd.Reason)
	f.raw("content", content(cmd))
	switch cmd.Type {
	case game.CmdAdjust:
		f.int("points", cmd.Points)
		f.bool("keep_place", cmd.KeepPlace)
	case game.CmdRevoke:
		f.str("badge", cmd.Badge)
	case game.CmdGrant:
		f.str("badge", cmd.Badge)
		f.int("points", cmd.Points)
		f.bool("judged", cmd.Judged)
	case game.CmdReview:
		f.bool("approve", cmd.Approve)
		f.int("points", cmd.Points)
		f.bool("judged", cmd.Judged)
	case game.CmdAnnounce:
		f.str("text", cmd.Text)
	case game.CmdPhase:
		f.phase(cmd)
	case game.CmdBan, game.CmdHide, game.CmdSkip, game.CmdDelete:
		f.bool("lift", cmd.Lift)
	case game.CmdRename:
		f.str("name", cmd.Name)
		f.str("looks", cmd.Looks)
	case game.CmdDivide:
		f.str("division", cmd.Division)
	case game.CmdExtend:
		f.int("minutes", cmd.Minutes)
	case game.CmdMove:
		f.str("mover", cmd.Player)
		f.name("mover_short").short(cmd.Player)
		f.name("member").relative(cmd.Player, cmd.Entrant)
		f.str("own_name", cmd.Member)
	}
}

func (f *fields) phase(cmd *game.Command) {
	f.str("phase", string(cmd.Phase))
	f.str("freeze", string(cmd.Freeze))
	f.str("said", cmd.Said())
	f.int("at", cmd.At)
	if cmd.SetCloses {
		f.int("closes", cmd.Closes)
	} else {
		f.bool("closes", false)
	}
	if cmd.Entry != nil {
		f.int("hunt_closes", cmd.Entry.Closes)
	}
}

// target adds which command this is and whom and what it is about.
func (f *fields) target(cmd *game.Command) {
	f.name("id").short(cmd.ID)
	f.revision(cmd)
	f.entrant(cmd.Entrant)
	f.name("player").relative(cmd.Player, cmd.Entrant)
	f.str("challenge", cmd.Challenge)
}

// entrant adds an entrant's id, and its packed short form.
func (f *fields) entrant(id string) {
	f.str("entrant", id)
	f.name("short").packed(func(short *packer) { short.short(id) })
}

func (f *fields) revision(cmd *game.Command) { f.name("rev").revision(cmd) }

// revision packs the revision that a command was judged by; false when it
// restores an entry, which was judged long ago.
func (p *packer) revision(cmd *game.Command) {
	if cmd.Entry != nil {
		p.bool(false)
		return
	}
	p.int(cmd.Rev)
}

// content is a digest of what an organizer's command asks for: the same id
// with another content is a conflict.
func content(cmd *game.Command) []byte {
	var number int64
	var text string
	switch cmd.Type {
	case game.CmdAdjust:
		number, text = cmd.Points, strconv.FormatBool(cmd.KeepPlace)
	case game.CmdAnnounce:
		text = cmd.Text
	case game.CmdPhase:
		text = cmd.Said()
	case game.CmdExtend:
		number = cmd.Minutes
	case game.CmdDivide:
		text = cmd.Division
	case game.CmdMove:
		text = cmd.Player
	}
	digest := sha256.Sum256([]byte(strings.Join([]string{
		string(cmd.Type), strconv.FormatBool(cmd.Lift), cmd.Entrant, cmd.Challenge, cmd.Badge, strconv.FormatInt(number, 10), text,
		cmd.Reason,
	}, "\x00")))
	return digest[:16]
}
