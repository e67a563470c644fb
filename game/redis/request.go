package redis

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"veltrix/game"
	"veltrix/game/hunt"
)

// request packs the argument of the commit script: lua/state.lua has the
// order of the values, claim.lua, organize.lua and enter.lua that of commands.
func (s *Store) request(id string, c *compiled, known game.Head, batch []game.Command, turn game.Turn) []byte {
	p := &packer{b: make([]byte, 0, 512+128*len(batch))}
	p.list(10)
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
	packKnown(p, known)
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
		if cmd.Entry == nil && cmd.Type != game.CmdDefine && cmd.Type != game.CmdAdvance && !slices.Contains(revs, cmd.Rev) {
			revs = append(revs, cmd.Rev)
		}
	}
	return revs
}

func packKnown(p *packer, h game.Head) {
	if h.Epoch == "" {
		p.bool(false)
		return
	}
	p.list(4)
	p.str(h.Epoch)
	p.int(h.Seq)
	p.nonce(h.Nonce)
	p.bool(h.Forked)
}

// nonce packs four bytes, which tell two histories apart and are kept with every
// entry.
func (p *packer) nonce(text string) {
	if raw, err := base64.RawURLEncoding.DecodeString(text); err == nil {
		p.raw(raw)
	} else {
		p.str(text) // none of ours, so it is like none
	}
}

func packDefinition(p *packer, d *hunt.Definition, batch []game.Command) {
	p.list(8)
	c := compile(d)
	c.rules(p, batch)
	p.raw(d.Source)
	p.raw(c.digest)
	p.str(string(d.Mode))
	p.int(d.Opens)
	p.int(d.Closes)
	p.int(d.Freeze)
	if places(d) {
		p.int(1)
	} else {
		p.int(0)
	}
}

// packCommand packs a command; definition is the number of the one that it
// brings.
func packCommand(p *packer, cmd *game.Command, definition int) {
	switch cmd.Type {
	case game.CmdDefine:
		p.list(4)
		p.str(string(cmd.Type))
		p.str(cmd.By)
		p.str(cmd.Reason)
		p.int(int64(definition))
	case game.CmdAdvance:
		p.list(1)
		p.str(string(cmd.Type))
	case game.CmdClaim, game.CmdEvent:
		packClaim(p, cmd)
	case game.CmdHint:
		packHead(p, cmd, 1)
		p.str(cmd.Hint)
	case game.CmdRestore:
		packRestore(p, cmd.Entry)
	case game.CmdJoin:
		p.list(12)
		p.str(string(cmd.Type))
		p.str("")
		p.rev(cmd)
		p.str(cmd.Entrant)
		p.packed(func(short *packer) { short.short(cmd.Entrant) })
		p.str(cmd.Player)
		p.str("")
		p.relative(cmd.Player, cmd.Entrant)
		p.str(cmd.Name)
		p.str(cmd.Invite)
		p.bool(cmd.Found)
		p.bool(cmd.Admitted)
	default:
		packOrganizer(p, cmd)
	}
}

// packClaim packs a claim or an event as a text of its own.
func packClaim(p *packer, cmd *game.Command) {
	q := packer{b: make([]byte, 0, 192)}
	q.packed(func(id *packer) { id.short(cmd.ID) })
	q.rev(cmd)
	q.str(cmd.Entrant)
	q.packed(func(short *packer) { short.short(cmd.Entrant) })
	q.packed(func(player *packer) { player.relative(cmd.Player, cmd.Entrant) })
	q.str(cmd.Challenge)
	switch {
	case cmd.Type == game.CmdEvent:
		q.str("event")
	case cmd.Pending:
		q.str("review")
		q.str(cmd.Note)
	case cmd.Right:
		q.bool(true)
	default:
		q.bool(false)
		q.str(cmd.Digest)
	}
	p.nested(&q)
}

// packHead packs what most commands have in common, and room for more.
func packHead(p *packer, cmd *game.Command, more int) {
	p.list(7 + more)
	p.str(string(cmd.Type))
	p.short(cmd.ID)
	p.rev(cmd)
	p.str(cmd.Entrant)
	p.packed(func(short *packer) { short.short(cmd.Entrant) })
	p.relative(cmd.Player, cmd.Entrant)
	p.str(cmd.Challenge)
}

// rev packs the revision that a command was judged by; false when it restores
// an entry and so was judged long ago.
func (p *packer) rev(cmd *game.Command) {
	if cmd.Entry != nil {
		p.bool(false)
		return
	}
	p.int(cmd.Rev)
}

// packRestore packs what puts an entry back: a command that does the same
// again, or what lua/recover.lua describes.
func packRestore(p *packer, n *game.Entry) {
	var again game.Command
	if n != nil {
		again = n.Again()
	}
	number := numHinted
	switch again.Type {
	case "":
		p.list(3)
		p.str("unknown")
		p.str("")
		p.bool(false)
		return
	case game.CmdAdvance:
		p.list(3)
		p.str(string(again.Type))
		p.str("")
		p.bool(false)
		return
	case game.CmdRestore:
	default:
		packCommand(p, &again, 0)
		return
	}
	what := n.Hint
	switch n.Type {
	case game.Awarded:
		number, what = numAwarded, ""
	case game.Badged:
		number, what = numBadged, n.Badge
	}
	packHead(p, &again, 8)
	p.int(int64(number))
	p.str(what)
	p.int(n.Points)
	p.int(n.Bonus)
	p.str(n.By)
	p.str(n.Reason)
	p.str(n.Origin())
	again.Type = game.CmdGrant
	p.raw(content(&again))
}

func packOrganizer(p *packer, cmd *game.Command) {
	more := 1
	switch cmd.Type {
	case game.CmdPhase:
		more = 2
	case game.CmdBan:
		more = 0
	case game.CmdAdjust, game.CmdRevoke, game.CmdGrant, game.CmdAnnounce, game.CmdReview:
	default:
		p.list(1)
		p.str("unknown")
		return
	}
	packHead(p, cmd, 3+more)
	p.str(cmd.By)
	p.str(cmd.Reason)
	p.raw(content(cmd))
	switch cmd.Type {
	case game.CmdAdjust:
		p.int(cmd.Points)
	case game.CmdRevoke, game.CmdGrant:
		p.str(cmd.Badge)
	case game.CmdAnnounce:
		p.str(cmd.Text)
	case game.CmdReview:
		p.bool(cmd.Approve)
	case game.CmdPhase:
		p.str(string(cmd.Phase))
		p.str(string(cmd.Freeze))
	}
}

// content is a digest of what an organizer's command asks for: the same id
// with another content is a conflict.
func content(cmd *game.Command) []byte {
	var points int64
	var text string
	switch cmd.Type {
	case game.CmdAdjust:
		points = cmd.Points
	case game.CmdAnnounce:
		text = cmd.Text
	case game.CmdPhase:
		text = string(cmd.Phase) + string(cmd.Freeze)
	}
	digest := sha256.Sum256([]byte(strings.Join([]string{
		string(cmd.Type), cmd.Entrant, cmd.Challenge, cmd.Badge, strconv.FormatInt(points, 10), text, cmd.Reason,
	}, "\x00")))
	return digest[:16]
}
