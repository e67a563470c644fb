package bolt

import (
	"encoding/binary"
	"errors"
	"hash/crc32"

	"veltrix/game"
)

// Every record ends in the CRC-32C of its hunt, its key and its value, so that
// a record that stands in a wrong place is noticed too.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const (
	formatVersion = 1 // first byte of every record
	sumSize       = 4
)

var (
	errSum   = errors.New("checksum does not match")
	errShape = errors.New("does not decode")
)

// seal appends the checksum of a record. scope is the hunt's id.
func seal(scope string, key, value []byte) []byte {
	return binary.LittleEndian.AppendUint32(value, sum(scope, key, value))
}

func sum(scope string, key, value []byte) uint32 {
	c := crc32.Update(0, castagnoli, []byte(scope))
	c = crc32.Update(c, castagnoli, key)
	return crc32.Update(c, castagnoli, value)
}

// sealed returns the sum that a record carries.
func sealed(record []byte) uint32 {
	if len(record) < sumSize {
		return 0
	}
	return binary.LittleEndian.Uint32(record[len(record)-sumSize:])
}

// unseal checks a record and returns a reader of what follows its version.
func unseal(scope string, key, record []byte) (reader, error) {
	if len(record) < sumSize+1 {
		return reader{}, errShape
	}
	value := record[:len(record)-sumSize]
	switch {
	case sealed(record) != sum(scope, key, value):
		return reader{}, errSum
	case value[0] > formatVersion:
		return reader{}, ErrNewer
	case value[0] != formatVersion:
		return reader{}, errShape
	}
	return reader{rest: value[1:]}, nil
}

// reader takes values from the front of a record; bad tells that it was short.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) int() int64 {
	v := r.uint()
	return int64(v>>1) ^ -int64(v&1)
}

func (r *reader) bytes() []byte {
	n := r.uint()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) string() string { return string(r.bytes()) }

// count reads the length of a list whose elements take a byte at least.
func (r *reader) count() int {
	n := r.uint()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return 0
	}
	return int(n)
}

// end returns an error unless all was read and nothing was missing.
func (r *reader) end() error {
	if r.bad || len(r.rest) != 0 {
		return errShape
	}
	return nil
}

func appendInt(b []byte, v int64) []byte { return binary.AppendVarint(b, v) }

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

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

// appendEntry appends the fields that are set; seq is the record's key.
func appendEntry(b []byte, n *game.Entry) []byte {
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
	return b
}

// words keeps one copy of each text that comes again and again.
type words map[string]string

func (w words) keep(b []byte) string {
	if s, known := w[string(b)]; known {
		return s
	}
	s := string(b)
	w[s] = s
	return s
}

// readEntry decodes a checked record into n.
func readEntry(r reader, n *game.Entry, w words) error {
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

func appendAttempts(b []byte, a *game.Attempts) []byte {
	b = append(b, formatVersion)
	b = appendInt(appendInt(appendInt(b, a.Count), a.RetryAt), a.Broken)
	b = binary.AppendUvarint(b, uint64(len(a.Recent)))
	for _, w := range a.Recent {
		b = appendInt(appendInt(appendInt(appendString(b, w.ID), w.At), w.Left), w.RetryAfter)
	}
	b = appendStrings(appendStrings(b, a.Answers), a.Events)
	p := a.Pending
	if p == nil {
		return append(b, 0)
	}
	b = append(b, 1)
	return appendInt(appendString(appendString(appendString(b, p.ID), p.Player), p.Note), p.At)
}

func appendStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}

func readAttempts(r reader, entrant, challenge string) (game.Attempts, error) {
	a := game.Attempts{Count: r.int(), RetryAt: r.int(), Broken: r.int()}
	for range r.count() {
		a.Recent = append(a.Recent, game.Wrong{ID: r.string(), At: r.int(), Left: r.int(), RetryAfter: r.int()})
	}
	a.Answers, a.Events = r.strings(), r.strings()
	if r.uint() == 1 {
		a.Pending = &game.Review{
			Entrant: entrant, Challenge: challenge, ID: r.string(), Player: r.string(), Note: r.string(), At: r.int(),
		}
	}
	return a, r.end()
}

func (r *reader) strings() []string {
	var list []string
	for range r.count() {
		list = append(list, r.string())
	}
	return list
}

// head is what a hunt's records add up to, to notice when some are missing.
type head struct {
	seq      int64  // of the last entry
	chain    uint32 // CRC-32C of the checksums of all entries
	attempts int64  // how many records of attempts
	mix      uint32 // exclusive or of their checksums
}

func (h head) append(b []byte) []byte {
	b = appendInt(appendInt(append(b, formatVersion), h.seq), h.attempts)
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(h.chain)), uint64(h.mix))
}

func readHead(r reader) (head, error) {
	h := head{seq: r.int(), attempts: r.int()}
	h.chain, h.mix = uint32(r.uint()), uint32(r.uint())
	return h, r.end()
}

// link adds the checksum of the next entry to a chain.
func link(chain uint32, record []byte) uint32 {
	return crc32.Update(chain, castagnoli, record[len(record)-sumSize:])
}
