package redis

import (
	"encoding/binary"
	"fmt"

	"github.com/tinylib/msgp/msgp"
)

// First bytes of MessagePack values.
const (
	packedNil   = 0xc0
	packedFalse = 0xc2
	packedTrue  = 0xc3
	packedNoMap = 0x80 // an empty map
	packedMap16 = 0xde // a map; two bytes say of how many fields
)

// packer writes MessagePack values one after the other. Everything that is
// text or bytes is a str: Redis's cmsgpack does not know bin.
type packer struct{ b []byte }

func (p *packer) int(n int64)      { p.b = msgp.AppendInt64(p.b, n) }
func (p *packer) bool(v bool)      { p.b = msgp.AppendBool(p.b, v) }
func (p *packer) str(s string)     { p.b = msgp.AppendString(p.b, s) }
func (p *packer) raw(s []byte)     { p.b = msgp.AppendStringFromBytes(p.b, s) }
func (p *packer) list(n int)       { p.b = msgp.AppendArrayHeader(p.b, uint32(n)) }
func (p *packer) table(n int)      { p.b = msgp.AppendMapHeader(p.b, uint32(n)) }
func (p *packer) nested(q *packer) { p.raw(q.b) }

// packed writes what fill packs as a text of its own.
func (p *packer) packed(fill func(q *packer)) {
	var buf [64]byte
	q := packer{b: buf[:0]}
	fill(&q)
	p.nested(&q)
}

// fields packs a table of named fields.
type fields struct {
	p     *packer
	start int // of its header
	n     int
}

// fields begins a table; end fills in how many fields it got.
func (p *packer) fields() *fields {
	f := &fields{p: p, start: len(p.b)}
	p.b = append(p.b, packedMap16, 0, 0)
	return f
}

func (f *fields) end() { binary.BigEndian.PutUint16(f.p.b[f.start+1:], uint16(f.n)) }

// name begins a field; what is packed next is its value.
func (f *fields) name(name string) *packer {
	f.n++
	f.p.str(name)
	return f.p
}

func (f *fields) int(name string, n int64)  { f.name(name).int(n) }
func (f *fields) bool(name string, v bool)  { f.name(name).bool(v) }
func (f *fields) str(name, value string)    { f.name(name).str(value) }
func (f *fields) raw(name string, s []byte) { f.name(name).raw(s) }

// optional packs false for nil.
func (f *fields) optional(name string, s []byte) {
	if s == nil {
		f.bool(name, false)
		return
	}
	f.raw(name, s)
}

func (p *packer) ints(list []int64) {
	p.list(len(list))
	for _, n := range list {
		p.int(n)
	}
}

func (p *packer) strs(list []string) {
	p.list(len(list))
	for _, s := range list {
		p.str(s)
	}
}

// short writes the short form of an id.
func (p *packer) short(id string) {
	var buf [64]byte
	p.raw(appendShort(buf[:0], id))
}

// relative writes a player: true where it is the entrant itself.
func (p *packer) relative(player, entrant string) {
	if player == entrant && player != "" {
		p.bool(true)
		return
	}
	p.short(player)
}

// unpacker reads what a script packed. After the first error every read
// returns zero and err stays.
type unpacker struct {
	earned map[string][]string // badges by award, while an entrant is read
	b      []byte
	err    error
}

func (u *unpacker) fail(what string, err error) {
	if u.err == nil {
		u.err = fmt.Errorf("packed reply: %s: %w", what, err)
		u.b = nil
	}
}

// absent takes a nil or a false, which Lua sends for a value that is missing.
func (u *unpacker) absent() bool {
	if u.err != nil || len(u.b) == 0 {
		return false
	}
	if c := u.b[0]; c != packedNil && c != packedFalse {
		return false
	}
	u.b = u.b[1:]
	return true
}

func (u *unpacker) int() int64 {
	if u.absent() {
		return 0
	}
	n, rest, err := msgp.ReadInt64Bytes(u.b)
	if err != nil {
		u.fail("integer", err)
		return 0
	}
	u.b = rest
	return n
}

func (u *unpacker) bool() bool {
	if u.absent() {
		return false
	}
	v, rest, err := msgp.ReadBoolBytes(u.b)
	if err != nil {
		u.fail("truth", err)
		return false
	}
	u.b = rest
	return v
}

// raw returns bytes that share the reply's memory.
func (u *unpacker) raw() []byte {
	if u.absent() {
		return nil
	}
	s, rest, err := msgp.ReadStringZC(u.b)
	if err != nil {
		u.fail("text", err)
		return nil
	}
	u.b = rest
	return s
}

func (u *unpacker) str() string { return string(u.raw()) }
func (u *unpacker) id() string  { return long(u.raw()) }

// relative reads a player of an entrant.
func (u *unpacker) relative(entrant string) string {
	if len(u.b) > 0 && u.b[0] == packedTrue {
		u.b = u.b[1:]
		return entrant
	}
	return u.id()
}

// list returns the number of elements that follow. Lua cannot tell an empty
// list from an empty table.
func (u *unpacker) list() int {
	if u.absent() {
		return 0
	}
	if len(u.b) > 0 && u.b[0] == packedNoMap {
		u.b = u.b[1:]
		return 0
	}
	n, rest, err := msgp.ReadArrayHeaderBytes(u.b)
	if err != nil {
		u.fail("list", err)
		return 0
	}
	if int(n) > len(rest) { // an element has a byte at least
		u.fail("list", fmt.Errorf("%d elements in %d bytes", n, len(rest)))
		return 0
	}
	u.b = rest
	return int(n)
}

func (u *unpacker) strs() []string {
	n := u.list()
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = u.str()
	}
	return list
}
