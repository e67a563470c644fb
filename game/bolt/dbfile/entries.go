package dbfile

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"veltrix/game"
)

// The fields of an entry, in the order of the bits of its mask: texts, then
// numbers, then truths. The order is the file format: a change raises
// formatVersion. What persons wrote is not among them.
const (
	texts   = 17
	numbers = 13
	truths  = 3
)

func textsOf(n *game.Entry) [texts]*string {
	return [texts]*string{
		&n.Epoch, (*string)(&n.Type), &n.Entrant, &n.Player, &n.Challenge, &n.Badge, &n.Hint, &n.By, (*string)(&n.Phase), &n.Nonce,
		&n.Division, &n.From,
		&n.Invite, &n.ID, &n.Reason, &n.Text, &n.Awards,
	}
}

// repeated is how many of the texts come again and again in a ledger.
const repeated = 12

func numbersOf(n *game.Entry) [numbers]*int64 {
	return [numbers]*int64{
		&n.At, &n.Points, &n.Bonus, &n.Total, &n.Rev, &n.Tie, &n.Since, &n.Place, &n.Minutes, &n.Clock, &n.Opens, &n.Closes,
		&n.Number,
	}
}

func truthsOf(n *game.Entry) [truths]*bool { return [truths]*bool{&n.Frozen, &n.KeepPlace, &n.Out} }

// EntryRecord makes the record of an entry, whose fields are written when they
// are set. Its seq is the key.
func EntryRecord(hunt string, n *game.Entry) Record {
	b := make([]byte, 0, 192)
	var mask uint64
	ss, is := textsOf(n), numbersOf(n)
	var own int64 // most awards tie with their own seq
	for i := range is {
		if is[i] == &n.Tie && n.Tie == n.Seq {
			is[i] = &own
		}
	}
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
	for i, v := range truthsOf(n) {
		if *v {
			mask |= 1 << (texts + numbers + i)
		}
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
	for i, v := range truthsOf(n) {
		*v = mask&(1<<(texts+numbers+i)) != 0
	}
	if mask>>(texts+numbers+truths) != 0 {
		return errShape
	}
	if n.Tie == 0 && n.Ranks() {
		n.Tie = n.Seq
	}
	return r.end()
}

// AttemptsRecord makes the record of an entrant's attempts at a challenge.
func AttemptsRecord(hunt string, key []byte, a *game.Attempts) Record {
	b := append(make([]byte, 0, 192), formatVersion)
	b = appendInts(b, a.Count, a.RetryAt, a.Broken, a.Brake.Free, a.Brake.Since, a.Brake.Level, a.Brake.Last)
	b = binary.AppendUvarint(b, uint64(len(a.Recent)))
	for _, w := range a.Recent {
		b = appendInts(appendString(b, w.ID), w.At, w.Left, w.RetryAfter, w.Fine.Seq, w.Fine.At, w.Fine.Points, w.Fine.Total)
	}
	b = appendStrings(appendStrings(b, a.Answers), a.Events)
	if p := a.Pending; p == nil {
		b = append(b, 0)
	} else {
		b = append(b, 1)
		b = appendInts(appendString(appendString(appendString(b, p.ID), p.Player), p.Note), p.At, p.Seq)
	}
	return seal(hunt, key, b)
}

// Beside is a record beside the ledger: what one entrant tried at a challenge, a
// wrong answer of it, or the name of an entrant or of a team's player.
type Beside struct {
	ID        string // of the entrant, or of a player with Member
	Challenge string // empty for a name
	Attempts  game.Attempts
	Digest    string // of a wrong answer, whose text is Name
	Name      string
	Looks     string // see game.Command
	Member    bool   // Name is what a player is called in its team
}

// Beside decodes the content of a record beside the ledger, of which key is the
// key.
func (c Content) Beside(key []byte) (x Beside, err error) {
	of, at, found := bytes.Cut(key, []byte{0})
	if !found {
		return x, errShape
	}
	r := reader{rest: c}
	x.ID = string(of)
	switch string(at) {
	case entrantName, playerName:
		x.Name, x.Looks, x.Member = r.string(), r.string(), string(at) == playerName
	default:
		var answer bool
		if x.Challenge, x.Digest, answer = strings.Cut(string(at), wrongAnswer); answer {
			x.Name = r.string()
			break
		}
		x.Attempts = r.attempts(x.ID, x.Challenge)
	}
	return x, r.end()
}

func (r *reader) attempts(entrant, challenge string) game.Attempts {
	a := game.Attempts{Count: r.int(), RetryAt: r.int(), Broken: r.int()}
	a.Brake = game.Brake{Free: r.int(), Since: r.int(), Level: r.int(), Last: r.int()}
	for range r.count() {
		w := game.Wrong{ID: r.string(), At: r.int(), Left: r.int(), RetryAfter: r.int()}
		w.Fine = game.Fine{Seq: r.int(), At: r.int(), Points: r.int(), Total: r.int()}
		a.Recent = append(a.Recent, w)
	}
	a.Answers, a.Events = r.strings(), r.strings()
	if r.uint() == 1 {
		a.Pending = &game.Review{
			Entrant: entrant, Challenge: challenge, ID: r.string(), Player: r.string(), Note: r.string(), At: r.int(), Seq: r.int(),
		}
	}
	return a
}

// NameRecord makes the record of an entrant's name, or of a player's in its team.
func NameRecord(hunt string, x Beside) Record {
	end := entrantName
	if x.Member {
		end = playerName
	}
	b := appendString(appendString([]byte{formatVersion}, x.Name), x.Looks)
	return seal(hunt, AttemptsKey(x.ID, end), b)
}

// AnswerRecord makes the record of a wrong answer of an entrant.
func AnswerRecord(hunt string, x Beside) Record {
	return seal(hunt, AttemptsKey(x.ID, x.Challenge+wrongAnswer+x.Digest), appendString([]byte{formatVersion}, x.Name))
}

// PersonRecords makes the records of the names that an entry brings.
func PersonRecords(hunt string, n *game.Entry) []Record {
	switch {
	case n.Type == game.Moved && n.Member != "" && n.Player != n.Entrant:
		return []Record{NameRecord(hunt, Beside{ID: n.Player, Name: n.Member, Member: true})}
	case n.Type != game.Joined && n.Type != game.Renamed:
		return nil
	}
	list := []Record{NameRecord(hunt, Beside{ID: n.Entrant, Name: n.Name, Looks: n.Looks})}
	if n.Type == game.Joined && n.Player != n.Entrant {
		list = append(list, NameRecord(hunt, Beside{ID: n.Player, Name: n.Member, Member: true}))
	}
	return list
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
