package dbfile

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"

	"veltrix/game"
)

// The fields of an entry, in the order of the bits of its mask: texts, then
// numbers, then frozen. The order is the file format: only ever append, and
// then raise formatVersion.
const (
	texts   = 15
	numbers = 5
)

func textsOf(n *game.Entry) [texts]*string {
	return [texts]*string{
		&n.Epoch, (*string)(&n.Type), &n.Entrant, &n.Player, &n.Challenge, &n.Badge, &n.Hint, &n.By, (*string)(&n.Phase), &n.Nonce,
		&n.Name, &n.Invite, &n.ID, &n.Reason, &n.Text,
	}
}

// repeated is how many of the texts come again and again in a ledger.
const repeated = 10

func numbersOf(n *game.Entry) [numbers]*int64 {
	return [numbers]*int64{&n.At, &n.Points, &n.Bonus, &n.Total, &n.Rev}
}

// EntryRecord makes the record of an entry, whose fields are written when they
// are set. Its seq is the key.
func EntryRecord(hunt string, n *game.Entry) Record {
	b := make([]byte, 0, 192)
	var mask uint64
	ss, is := textsOf(n), numbersOf(n)
	for i, s := range ss {
		if *s != "" {
			mask |= 1 << i
		}
	}
	for i, v := range is {
		if *v != 0 {
			mask |= 1 << (texts + i)
		}
	}
	if n.Frozen {
		mask |= 1 << (texts + numbers)
	}
	b = binary.AppendUvarint(append(b, formatVersion), mask)
	for _, s := range ss {
		if *s != "" {
			b = appendString(b, *s)
		}
	}
	for _, v := range is {
		if *v != 0 {
			b = appendInt(b, *v)
		}
	}
	return seal(hunt, SeqKey(n.Seq), b)
}

// Words keeps one copy of each text that comes again and again in a ledger.
type Words map[string]string

func (w Words) keep(b []byte) string {
	if s, known := w[string(b)]; known {
		return s
	}
	s := string(b)
	w[s] = s
	return s
}

// Entry decodes the content of an entry into n, whose seq is the record's key.
func (c Content) Entry(n *game.Entry, w Words) error {
	r := reader{rest: c}
	mask := r.uint()
	for i, s := range textsOf(n) {
		switch {
		case mask&(1<<i) == 0:
		case i < repeated:
			*s = w.keep(r.bytes())
		default:
			*s = r.string()
		}
	}
	for i, v := range numbersOf(n) {
		if mask&(1<<(texts+i)) != 0 {
			*v = r.int()
		}
	}
	n.Frozen = mask&(1<<(texts+numbers)) != 0
	if mask>>(texts+numbers+1) != 0 {
		return errShape
	}
	return r.end()
}

// AttemptsRecord makes the record of an entrant's attempts at a challenge.
func AttemptsRecord(hunt string, key []byte, a *game.Attempts) Record {
	b := append(make([]byte, 0, 192), formatVersion)
	b = appendInt(appendInt(appendInt(b, a.Count), a.RetryAt), a.Broken)
	b = binary.AppendUvarint(b, uint64(len(a.Recent)))
	for _, w := range a.Recent {
		b = appendInt(appendInt(appendInt(appendString(b, w.ID), w.At), w.Left), w.RetryAfter)
	}
	b = appendStrings(appendStrings(b, a.Answers), a.Events)
	if p := a.Pending; p == nil {
		b = append(b, 0)
	} else {
		b = append(b, 1)
		b = appendInt(appendString(appendString(appendString(b, p.ID), p.Player), p.Note), p.At)
	}
	return seal(hunt, key, b)
}

// Attempts decodes the content of attempts, of which key is the key.
func (c Content) Attempts(key []byte) (entrant, challenge string, a game.Attempts, err error) {
	of, at, found := bytes.Cut(key, []byte{0})
	if !found {
		return "", "", a, errShape
	}
	entrant, challenge = string(of), string(at)
	r := reader{rest: c}
	a = game.Attempts{Count: r.int(), RetryAt: r.int(), Broken: r.int()}
	for range r.count() {
		a.Recent = append(a.Recent, game.Wrong{ID: r.string(), At: r.int(), Left: r.int(), RetryAfter: r.int()})
	}
	a.Answers, a.Events = r.strings(), r.strings()
	if r.uint() == 1 {
		a.Pending = &game.Review{
			Entrant: entrant, Challenge: challenge, ID: r.string(), Player: r.string(), Note: r.string(), At: r.int(),
		}
	}
	return entrant, challenge, a, r.end()
}

// DefinitionRecord makes the record of a revision of the hunt file.
func DefinitionRecord(hunt string, rev int64, source []byte) Record {
	return seal(hunt, SeqKey(rev), append([]byte{formatVersion}, source...))
}

// NewNonce makes the nonce of a commit, by which commits differ in histories
// that forked.
func NewNonce() string {
	var b [9]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}
