package redis

import (
	"testing"

	"pgregory.net/rapid"
)

func TestShortIDs(t *testing.T) {
	for _, c := range []struct {
		id     string
		length int
	}{
		{"", 0},
		{"ada", 3},
		{"00112233-4455-4677-8899-aabbccddeeff", shortLen},
		{"00112233-4455-4677-8899-AABBCCDDEEFF", 36}, // another text of the same UUID stays apart
		{"00112233-4455-4677-8899-aabbccddeefg", 36},
		{"00112233x4455-4677-8899-aabbccddeeff", 36},
		{"\x01sixteen bytes here", 20},
		{"\x02", 2},
	} {
		short := appendShort(nil, c.id)
		if len(short) != c.length || long(short) != c.id {
			t.Errorf("%q: %q of %d bytes, back %q", c.id, short, len(short), long(short))
		}
	}
}

func TestShortIDsAreUnique(t *testing.T) {
	ids := rapid.OneOf(
		rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
		rapid.StringMatching(`[\x01\x02]?(.{16}|.*)`),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 16, 18), func(b []byte) string { return string(b) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		id := ids.Draw(t, "id")
		if got := long(appendShort(nil, id)); got != id {
			t.Fatalf("%q came back as %q", id, got)
		}
	})
}

// FuzzUnpack: what is not a reply of the scripts is an error, never a panic or
// a huge allocation.
func FuzzUnpack(f *testing.F) {
	var p packer
	p.int(1700000000000)
	p.str("1700000000000")
	p.int(2)
	p.int(1)
	p.int(1)
	p.bool(true)
	for range 6 {
		p.int(0)
	}
	p.int(0)
	f.Add(p.b)
	f.Fuzz(func(_ *testing.T, b []byte) {
		u := &unpacker{b: b}
		u.result()
		u = &unpacker{b: b}
		u.entrant(0)
		u = &unpacker{b: b}
		u.entry("1", 1, 1)
	})
}
