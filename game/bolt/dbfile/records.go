package dbfile

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// Every record ends in the CRC-32C of its hunt, its key and its value, so that
// a record that stands in a wrong place is noticed too.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const (
	formatVersion = 2 // first byte of every record
	sumSize       = 4
)

var (
	errSum   = errors.New("checksum does not match")
	errShape = errors.New("does not decode")
)

// Record is a key and its sealed value.
type Record struct{ Key, Value []byte }

// seal appends the checksum of a record to its value. hunt is the hunt's id, ""
// for a record that is of none.
func seal(hunt string, key, value []byte) Record {
	return Record{key, binary.LittleEndian.AppendUint32(value, sum(hunt, key, value))}
}

func sum(hunt string, key, value []byte) uint32 {
	c := crc32.Update(0, castagnoli, []byte(hunt))
	c = crc32.Update(c, castagnoli, key)
	return crc32.Update(c, castagnoli, value)
}

// Checksum returns the checksum that a sealed value carries.
func Checksum(sealed []byte) uint32 {
	if len(sealed) < sumSize {
		return 0
	}
	return binary.LittleEndian.Uint32(sealed[len(sealed)-sumSize:])
}

// Belongs reports whether a value of this version was sealed for a hunt and a key.
func Belongs(hunt string, key, sealed []byte) bool {
	if len(sealed) < sumSize+1 || sealed[0] != formatVersion {
		return false
	}
	return Checksum(sealed) == sum(hunt, key, sealed[:len(sealed)-sumSize])
}

// Content is what a record says, without its version and its checksum.
type Content []byte

// Unseal checks a record and returns its content. The error wraps ErrNewer when
// a newer version wrote it.
func Unseal(hunt string, key, sealed []byte) (Content, error) {
	if len(sealed) < sumSize+1 {
		return nil, errShape
	}
	value := sealed[:len(sealed)-sumSize]
	switch {
	case Checksum(sealed) != sum(hunt, key, value):
		return nil, errSum
	case value[0] > formatVersion:
		return nil, ErrNewer
	case value[0] == 0:
		return nil, errShape
	case value[0] != formatVersion:
		return nil, ErrOlder
	}
	return Content(value[1:]), nil
}

// SeqKey is the key of an entry, by its seq, and of a definition, by its revision.
func SeqKey(seq int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(seq)) }

// SeqOf returns the seq of a key, or false when the key is not of that form.
func SeqOf(key []byte) (seq int64, found bool) {
	if len(key) != 8 {
		return 0, false
	}
	return int64(binary.BigEndian.Uint64(key)), true
}

// The keys of persons end in one of these. The id of a challenge, with which the
// key of attempts ends, has none of these characters.
const (
	entrantName = "\x01"
	playerName  = "\x02"
)

// wrongAnswer stands in a key between the challenge and the digest of an answer.
const wrongAnswer = "\x03"

// AttemptsKey is the key of the attempts of an entrant at a challenge. The
// entrant has no zero byte.
func AttemptsKey(entrant, challenge string) []byte {
	return append(append([]byte(entrant), 0), challenge...)
}

// reader takes values from the front of a content; bad reports that it was short.
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

func (r *reader) strings() []string {
	var list []string
	for range r.count() {
		list = append(list, r.string())
	}
	return list
}

// end returns an error unless all was read and nothing was missing.
func (r *reader) end() error {
	if r.bad || len(r.rest) != 0 {
		return errShape
	}
	return nil
}

func appendInt(b []byte, v int64) []byte { return binary.AppendVarint(b, v) }

func appendInts(b []byte, list ...int64) []byte {
	for _, v := range list {
		b = appendInt(b, v)
	}
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}
