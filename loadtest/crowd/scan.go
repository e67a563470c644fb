package crowd

import (
	"bytes"
	"fmt"
	"strconv"
)

// message has the fields of a server's message that the crowd needs. The slices
// are parts of the frame.
type message struct {
	kind, id, epoch     []byte
	outcome, code, text []byte
	seq, points, at     int64
	heartbeat           int64 // ms
	retryAfter          int64 // ms
	after               int64 // ms, of a bye
	replay              bool
}

// each calls yield for every message of a frame, which is one or an array of
// them.
func each(frame []byte, yield func(*message)) error {
	i := space(frame, 0)
	var m message
	if i < len(frame) && frame[i] != '[' {
		if _, _, err := parse(frame, i, &m); err != nil {
			return err
		}
		yield(&m)
		return nil
	}
	for i++; ; i++ {
		i = space(frame, i)
		if i < len(frame) && frame[i] == ']' {
			return nil
		}
		m = message{}
		end, whole, err := parse(frame, i, &m)
		if err != nil {
			return err
		}
		if !whole {
			end = leave(frame, end)
		}
		if end < 0 {
			return broken(frame)
		}
		yield(&m)
		if i = space(frame, end); i >= len(frame) || frame[i] != ',' && frame[i] != ']' {
			return broken(frame)
		}
		if frame[i] == ']' {
			return nil
		}
	}
}

// parse reads the fields of the object at b[i:] and returns where it ends. Of a
// long one, a board or a ticker, it reads only as far as it needs, and returns
// where that ends.
func parse(b []byte, i int, m *message) (end int, whole bool, err error) {
	if i >= len(b) || b[i] != '{' {
		return 0, false, broken(b)
	}
	i = space(b, i+1)
	for i < len(b) && b[i] != '}' {
		end := skip(b, i)
		if end < 0 || b[i] != '"' {
			return 0, false, broken(b)
		}
		key := b[i+1 : end-1]
		i = space(b, end)
		if i >= len(b) || b[i] != ':' {
			return 0, false, broken(b)
		}
		i = space(b, i+1)
		if end = skip(b, i); end < 0 {
			return 0, false, broken(b)
		}
		m.set(key, b[i:end])
		if string(m.kind) == "ticker" || m.at != 0 && string(m.kind) == "board" {
			return end, false, nil
		}
		if i = space(b, end); i < len(b) && b[i] == ',' {
			i = space(b, i+1)
		}
	}
	if i >= len(b) {
		return 0, false, broken(b)
	}
	return i + 1, true, nil
}

func (m *message) set(key, value []byte) {
	switch string(key) {
	case "type":
		m.kind = unquoted(value)
	case "id":
		m.id = unquoted(value)
	case "epoch":
		m.epoch = unquoted(value)
	case "outcome":
		m.outcome = unquoted(value)
	case "code":
		m.code = unquoted(value)
	case "message":
		m.text = unquoted(value)
	case "seq":
		m.seq = number(value)
	case "points":
		m.points = number(value)
	case "at":
		m.at = number(value)
	case "heartbeat":
		m.heartbeat = number(value)
	case "after":
		m.after = number(value)
	case "retry_after":
		m.retryAfter = number(value)
	case "replay":
		m.replay = value[0] == 't'
	}
}

// unquoted is a string without its quotes. Its escapes stay: what the crowd
// compares has none.
func unquoted(v []byte) []byte {
	if len(v) < 2 || v[0] != '"' {
		return nil
	}
	return v[1 : len(v)-1]
}

// number returns 0 for text that is not an integer.
func number(v []byte) int64 {
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// What a byte means outside of strings.
const (
	within = iota // part of a number, of true, false or null
	opens         // { [
	closes        // } ]
	quotes        // "
	parts         // , : and white space
)

var meaning = func() (t [256]byte) {
	for what, all := range map[byte]string{opens: "{[", closes: "}]", quotes: `"`, parts: ",: \n\t\r"} {
		for _, c := range []byte(all) {
			t[c] = what
		}
	}
	return t
}()

// skip returns where the value at b[i:] ends, or −1 when it does not.
func skip(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch meaning[b[i]] {
	case opens:
		return leave(b, i+1)
	case quotes:
		if i = quote(b, i+1); i < 0 {
			return -1
		}
		return i + 1
	case within:
		for i < len(b) && meaning[b[i]] == within {
			i++
		}
		return i
	}
	return -1
}

// leave returns where the object or array ends that b[i:] is part of, or −1
// when it does not.
func leave(b []byte, i int) int {
	for depth := 1; i < len(b); i++ {
		switch meaning[b[i]] {
		case opens:
			depth++
		case closes:
			if depth--; depth == 0 {
				return i + 1
			}
		case quotes:
			if i = quote(b, i+1); i < 0 {
				return -1
			}
		}
	}
	return -1
}

// quote returns the index of the quote that ends the string which goes on at
// b[i:], or −1.
func quote(b []byte, i int) int {
	for {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		slashes := 0
		for b[i-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
		i++
	}
}

func broken(b []byte) error { return fmt.Errorf("not a message: %.200q", b) }
