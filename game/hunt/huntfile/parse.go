package huntfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"

	"veltrix/game/hunt"
)

// maxDepth is more than any hunt file needs: its deepest value, a field that an
// event must match, is seven levels down.
const maxDepth = 16

// Parse reads a hunt file, YAML or JSON, and says everything that is wrong or
// odd with it. The definition is nil exactly when a finding is an error.
//
// Parse looks at the shape of the file first and, only when that is right, at
// what the file says: references, windows, badges, points. Aliases, merge keys
// and several documents in a file are errors.
func Parse(src []byte) (*hunt.Definition, Findings) {
	return read(src, newNotes(), lint)
}

// ParseStored reads a hunt file that was accepted when it was applied. A hunt that is
// under way must load, even when a later version of the linter objects to it: what
// Parse calls an error is a warning, keys that are unknown by now are left out,
// and what the file says is not looked at. An error remains what makes a definition
// impossible.
func ParseStored(src []byte) (*hunt.Definition, Findings) {
	n := newNotes()
	n.lenient = true
	return read(src, n, func(*hunt.Definition, *notes) {})
}

// Recheck is ParseStored with everything that Parse has to say of the file, for
// those who may correct it.
func Recheck(src []byte) (*hunt.Definition, Findings) {
	n := newNotes()
	n.lenient = true
	return read(src, n, lint)
}

func read(src []byte, n *notes, look func(*hunt.Definition, *notes)) (*hunt.Definition, Findings) {
	d := parse(src, n)
	if !n.failed {
		d.Source = bytes.Clone(src)
		ready, err := hunt.New(*d)
		if err != nil {
			n.fatal(n.at[""], "This hunt cannot be played: "+err.Error()+".", "Correct this part.")
		} else {
			look(ready, n)
			d = ready
		}
	}
	fs := n.findings()
	if n.failed {
		return nil, fs
	}
	return d, fs
}

func parse(src []byte, n *notes) *hunt.Definition {
	if len(src) > hunt.MaxFile {
		n.wrong("", fmt.Sprintf("The file has %d bytes.", len(src)), fmt.Sprintf("Keep it within %d.", hunt.MaxFile))
	} else if at, message := validText(src); message != "" {
		n.add(at, SeverityError, "", message, "Save the file as plain text in UTF-8.")
	}
	if n.failed {
		return nil
	}
	text, shifts := fromJSON(src)
	r := &reader{notes: n, shifts: shifts}
	root := r.document(text)
	if root == nil || r.aliases(root) {
		return nil
	}
	d := new(hunt.Definition)
	top := item{node: root}
	r.note(top)
	readHunt(r, top, d)
	return d
}

// document reads the syntax and returns the top node of the only document.
func (r *reader) document(text []byte) *yaml.Node {
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(loaderlimits.New(loaderlimits.DepthValue(maxDepth))))
	var first, second yaml.Node
	if err == nil {
		err = loader.Load(&first)
	}
	if errors.Is(err, io.EOF) {
		r.fatal(position{}, "The file is empty.", "Begin with hunt: and the id of the hunt.")
		return nil
	}
	if err == nil {
		if err = loader.Load(&second); err == nil {
			r.fatal(r.where(&second), "A second document begins here.", "Keep one hunt in a file and take out the lines --- and ... .")
			return nil
		}
	}
	if !errors.Is(err, io.EOF) {
		at, message, remedy := syntaxError(err)
		r.fatal(r.shifts.original(at), message, remedy)
		return nil
	}
	if first.Kind == yaml.DocumentNode && len(first.Content) == 1 {
		return first.Content[0]
	}
	return &first
}

// aliases notes every alias and reports whether there is one. Nothing follows
// aliases, so a small file cannot become a large one.
func (r *reader) aliases(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		r.fatal(r.where(n), "A hunt file has no aliases.", "Write the value out.")
		return true
	}
	found := false
	for _, c := range n.Content {
		found = r.aliases(c) || found
	}
	return found
}

// validText finds the first character that YAML does not allow and says what
// is wrong with it.
func validText(src []byte) (position, string) {
	at := position{1, 1}
	for len(src) > 0 {
		r, size := utf8.DecodeRune(src)
		switch {
		case r == utf8.RuneError && size == 1:
			return at, "Here stands a byte that is not UTF-8."
		case r == '\n':
			at = position{at.line + 1, 0}
		case r == '\t' || r == '\r' || r == '\u0085':
		case unicode.IsControl(r) || r == '\ufffe' || r == '\uffff':
			return at, fmt.Sprintf("Here stands the control character %U.", r)
		}
		at.column++
		src = src[size:]
	}
	return at, ""
}

func syntaxError(err error) (at position, message, remedy string) {
	var one *yaml.LoadError
	var many *yaml.LoadErrors
	text := err.Error()
	switch {
	case errors.As(err, &one):
		at = position{one.Mark.Line, one.Mark.Column}
		text = one.Message
	case errors.As(err, &many) && len(many.Errors) > 0:
		text = many.Errors[0].Error()
	}
	if strings.Contains(text, "depth") {
		return at, fmt.Sprintf("The file is nested more than %d levels deep.", maxDepth), "No key of a hunt needs that."
	}
	for _, w := range syntaxWords {
		if strings.Contains(text, w.parser) {
			return at, w.message, w.remedy
		}
	}
	return at, "This is not YAML: " + strings.TrimPrefix(text, "yaml: ") + ".",
		"Look for a missing quote, bracket or colon, or a wrong indentation, here or just before."
}

// pairWidth is the length of an escaped surrogate pair. fromJSON turns each pair
// into one character.
const pairWidth = 12

// shifts are the positions, ascending, of the characters in the result of fromJSON
// that were surrogate pairs in the file.
type shifts []position

// original turns a position in the result of fromJSON into one in the file.
func (s shifts) original(at position) position {
	before, _ := slices.BinarySearchFunc(s, at, position.compare)
	line, _ := slices.BinarySearchFunc(s, position{line: at.line}, position.compare)
	at.column += (before - line) * (pairWidth - 1)
	return at
}

// fromJSON turns JSON into YAML that the YAML parser accepts, which knows neither
// tabs between values nor characters escaped as surrogate pairs. Anything but
// JSON stays as it is.
func fromJSON(src []byte) ([]byte, shifts) {
	if !bytes.ContainsAny(src, "\t\\") || !json.Valid(src) {
		return src, nil
	}
	out := make([]byte, 0, len(src))
	var moved shifts
	at := position{1, 1}
	for i := 0; i < len(src); {
		switch c := src[i]; c {
		case '\t': // JSON has tabs only between values
			out = append(out, ' ')
			i++
		case '\\':
			if r, ok := surrogatePair(src[i:]); ok {
				out = utf8.AppendRune(out, r)
				moved = append(moved, at)
				i += pairWidth
				break
			}
			out = append(out, c, src[i+1]) // a backslash in JSON is never the last byte
			at.column++
			i += 2
		default:
			_, size := utf8.DecodeRune(src[i:])
			out = append(out, src[i:i+size]...)
			i += size
			if c == '\n' {
				at.line, at.column = at.line+1, 0
			}
		}
		at.column++
	}
	return out, moved
}

// surrogatePair reads a pair such as the one of U+1F600, \ud83d\ude00.
func surrogatePair(s []byte) (rune, bool) {
	if len(s) < pairWidth || s[1] != 'u' || s[6] != '\\' || s[7] != 'u' {
		return 0, false
	}
	high, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	low, err2 := strconv.ParseUint(string(s[8:pairWidth]), 16, 16)
	r := utf16.DecodeRune(rune(high), rune(low))
	return r, err == nil && err2 == nil && r != utf8.RuneError
}
