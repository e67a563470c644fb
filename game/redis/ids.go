package redis

import "encoding/hex"

// Ids are kept short: a UUID in lower case as a 1 and its 16 bytes; any other id
// as it is, after a 2 where it would look like a short one. The scripts compare
// short ids and never look inside, with one exception, read_rows.lua.

const (
	markUUID  = 1
	markPlain = 2
	uuidLen   = 36
	shortLen  = 17
)

// appendShort appends the short form of an id.
func appendShort(b []byte, id string) []byte {
	if raw, ok := uuidBytes(id); ok {
		return append(append(b, markUUID), raw[:]...)
	}
	if id != "" && (id[0] == markUUID || id[0] == markPlain) {
		b = append(b, markPlain)
	}
	return append(b, id...)
}

// long undoes appendShort.
func long(short []byte) string {
	switch {
	case len(short) == shortLen && short[0] == markUUID:
		var text [uuidLen]byte
		raw := short[1:]
		hex.Encode(text[0:8], raw[0:4])
		hex.Encode(text[9:13], raw[4:6])
		hex.Encode(text[14:18], raw[6:8])
		hex.Encode(text[19:23], raw[8:10])
		hex.Encode(text[24:36], raw[10:16])
		text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
		return string(text[:])
	case len(short) > 0 && short[0] == markPlain:
		return string(short[1:])
	}
	return string(short)
}

// uuidBytes parses a UUID that is written in lower case; no other text of it
// has the same bytes.
func uuidBytes(id string) (raw [16]byte, ok bool) {
	if len(id) != uuidLen || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return raw, false
	}
	n := 0
	for i := 0; i < uuidLen; i += 2 {
		if id[i] == '-' {
			i++
		}
		hi, lo := nibble(id[i]), nibble(id[i+1])
		if hi|lo > 15 {
			return raw, false
		}
		raw[n] = hi<<4 | lo
		n++
	}
	return raw, true
}

func nibble(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 0xff
}
