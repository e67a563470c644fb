package huntfile

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"veltrix/game/hunt"
)

// reader turns nodes into values and notes what is wrong with them. After an
// error it returns any value, because the definition is then thrown away. A lenient
// one returns what the file says where that has a meaning.
type reader struct {
	*notes
	shifts shifts
}

// item is a value of the file and its path.
type item struct {
	node *yaml.Node
	path string
}

// note remembers the position of the item.
func (r *reader) note(it item) {
	r.at[it.path] = r.where(it.node)
}

func (r *reader) where(n *yaml.Node) position {
	return r.shifts.original(position{n.Line, n.Column})
}

func (r *reader) child(it item, name string, n *yaml.Node) item {
	path := name
	if it.path != "" {
		path = it.path + "." + name
	}
	c := item{n, path}
	r.note(c)
	return c
}

// field is a key of a mapping. The lists of fields are all that the parser knows,
// and a test compares the schema with them.
type field[T any] struct {
	key      string
	required bool
	read     func(r *reader, it item, into *T)
}

// readMapping reads a mapping and returns which of the known keys it has. what
// names the mapping in findings, such as "a challenge".
func readMapping[T any](r *reader, it item, what string, fields []field[T], into *T) map[string]bool {
	seen := map[string]bool{}
	if !r.isMapping(it, what, fields[0].key) {
		return seen
	}
	r.pairs(it, func(key *yaml.Node, value item) {
		i := slices.IndexFunc(fields, func(f field[T]) bool { return f.key == key.Value })
		if i < 0 {
			r.unknownKey(key, value.path, what, keysOf(fields))
			return
		}
		seen[key.Value] = true
		fields[i].read(r, value, into)
	})
	for _, f := range fields {
		if f.required && !seen[f.key] {
			r.wrong(it.path, fmt.Sprintf("%s needs the key %s.", upper(what), f.key), fmt.Sprintf("Add %s: here.", f.key))
		}
	}
	return seen
}

func keysOf[T any](fields []field[T]) []string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	return keys
}

func (r *reader) unknownKey(key *yaml.Node, path, what string, known []string) {
	if r.full() {
		r.add(r.where(key), SeverityError, path, "", "")
		return
	}
	r.add(r.where(key), SeverityError, path, fmt.Sprintf("%s has no key %q.", upper(what), clip(key.Value)), instead(key.Value, known))
}

// isMapping reports whether the item is a mapping and notes when it is not; key
// is one that it could have.
func (r *reader) isMapping(it item, what, key string) bool {
	if it.node.Kind == yaml.MappingNode && it.node.ShortTag() == "!!map" {
		return true
	}
	remedy := "Write key: value pairs."
	switch {
	case isNumber(it.node):
		remedy = fmt.Sprintf("Write {%s: %s}.", key, clip(it.node.Value))
	case isText(it.node):
		remedy = fmt.Sprintf("Write {%s: %q}.", key, clip(it.node.Value))
	}
	r.wrong(it.path, fmt.Sprintf("%s is a mapping of keys to values, not %s.", upper(what), kindOf(it.node)), remedy)
	return false
}

// pairs visits the keys and values of a mapping. It notes keys that are not text
// or come twice.
func (r *reader) pairs(it item, visit func(key *yaml.Node, value item)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(it.node.Content); i += 2 {
		key, value := it.node.Content[i], it.node.Content[i+1]
		at := r.where(key)
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag == "!!null":
			r.add(at, SeverityError, it.path, fmt.Sprintf("A key is text, not %s.", kindOf(key)), "Write the name of a key before the colon.")
		case seen[key.Value]:
			r.add(at, SeverityError, it.path, fmt.Sprintf("The key %q comes twice.", clip(key.Value)), "Keep one of the two.")
		default:
			seen[key.Value] = true
			visit(key, r.child(it, key.Value, value))
		}
	}
}

// list visits the elements of a list that has from least to limit elements.
func (r *reader) list(it item, least, limit int, visit func(item)) {
	if it.node.Kind != yaml.SequenceNode || it.node.ShortTag() != "!!seq" {
		r.wrong(it.path, fmt.Sprintf("A list belongs here, not %s.", kindOf(it.node)), "Write it as [a, b] or with a dash before each element.")
		return
	}
	size, remedy := len(it.node.Content), ""
	switch {
	case size > limit:
		remedy = fmt.Sprintf("Keep at most %d.", limit)
	case size < least:
		remedy = fmt.Sprintf("Write at least %d.", least)
	}
	if remedy != "" {
		r.wrong(it.path, fmt.Sprintf("The list has %s.", count(size, "element")), remedy)
		if !r.lenient {
			return
		}
	}
	for i, n := range it.node.Content {
		element := item{n, fmt.Sprintf("%s[%d]", it.path, i)}
		r.note(element)
		visit(element)
	}
}

// prose reads text of at most limit characters that may have several lines
// and may be empty.
func (r *reader) prose(it item, limit int) string {
	n := it.node
	if !isText(n) {
		remedy := "Write text."
		if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
			remedy = fmt.Sprintf("Put it in quotes: %q.", clip(n.Value))
		}
		r.wrong(it.path, fmt.Sprintf("Text belongs here, not %s.", kindOf(n)), remedy)
		return n.Value // what it says, so that no further finding comes of it
	}
	if size := utf8.RuneCountInString(n.Value); size > limit {
		r.wrong(it.path, fmt.Sprintf("The text has %d characters.", size), fmt.Sprintf("Keep it within %d.", limit))
	}
	if strings.ContainsFunc(n.Value, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }) {
		r.wrong(it.path, "The text has a control character.", "Leave it out.")
	}
	return n.Value
}

func isText(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && (n.Tag == "!!str" || n.Tag == "!!timestamp")
}

// words reads prose that is not blank.
func (r *reader) words(it item, limit int) string {
	s := r.prose(it, limit)
	if isText(it.node) && strings.TrimSpace(s) == "" {
		r.wrong(it.path, "The text is blank.", "Write something, or leave the key out where it is optional.")
	}
	return s
}

// line reads words of one line.
func (r *reader) line(it item, limit int) string {
	s := r.words(it, limit)
	if strings.ContainsAny(s, "\n\t") {
		r.wrong(it.path, "The text has several lines or tabs.", "Write it in one line.")
	}
	return s
}

func (r *reader) id(it item) string {
	n := it.node
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
		return r.prose(it, 64)
	}
	if !hunt.ValidID(n.Value) {
		remedy := "Write 1 to 64 of a-z, 0-9 and -."
		if better := toID(n.Value); better != "" {
			remedy = fmt.Sprintf("Write %s.", better)
		}
		r.wrong(it.path, fmt.Sprintf("%q cannot be an id.", clip(n.Value)), remedy)
	}
	return n.Value
}

// toID turns s into the nearest id, or "".
func toID(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	})
	id := strings.Join(words, "-")
	return id[:min(len(id), 64)]
}

func (r *reader) ids(it item, least, limit int) []string {
	var out []string
	seen := map[string]bool{}
	r.list(it, least, limit, func(e item) {
		id := r.id(e)
		if seen[id] {
			r.wrong(e.path, fmt.Sprintf("%q comes twice in this list.", clip(id)), "Keep one of the two.")
		}
		seen[id] = true
		out = append(out, id)
	})
	return out
}

func (r *reader) boolean(it item) bool {
	if it.node.Kind != yaml.ScalarNode || it.node.Tag != "!!bool" {
		r.wrong(it.path, fmt.Sprintf("True or false belongs here, not %s.", kindOf(it.node)), "Write true or false.")
		return false
	}
	return strings.EqualFold(it.node.Value, "true")
}

// numberForm is how JSON writes numbers: readers of YAML disagree about
// hexadecimal, octal and infinite ones.
var numberForm = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func isNumber(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float")
}

func (r *reader) number(it item, least, most float64) float64 {
	remedy := fmt.Sprintf("Write a number from %s to %s.", decimal(least), decimal(most))
	if !isNumber(it.node) {
		r.wrong(it.path, fmt.Sprintf("A number belongs here, not %s.", kindOf(it.node)), remedy)
		return least
	}
	if !numberForm.MatchString(it.node.Value) {
		r.wrong(it.path, fmt.Sprintf("%s is not a plain decimal number.", clip(it.node.Value)), remedy)
		return least
	}
	v, err := strconv.ParseFloat(it.node.Value, 64)
	if err != nil || v < least || v > most {
		r.wrong(it.path, fmt.Sprintf("%s is out of range.", clip(it.node.Value)), remedy)
		return r.beyond(v, least)
	}
	return v
}

// beyond is the value of a number that is out of range: what the file says, when an
// older version allowed it.
func (r *reader) beyond(v, otherwise float64) float64 {
	if r.lenient && math.Abs(v) <= maxNumber {
		return v
	}
	return otherwise
}

// integer reads a whole number; least and most are below 2^53.
func (r *reader) integer(it item, least, most int64) int64 {
	v := r.number(it, float64(least), float64(most))
	if v != math.Trunc(v) {
		r.wrong(it.path, fmt.Sprintf("%s is not a whole number.", clip(it.node.Value)), fmt.Sprintf("Write %s.", decimal(math.Trunc(v))))
	}
	return int64(v)
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// oneOf reads one of these words.
func (r *reader) oneOf(it item, words ...string) string {
	s := r.prose(it, 64)
	if !slices.Contains(words, s) && it.node.Kind == yaml.ScalarNode && it.node.Tag == "!!str" {
		r.wrong(it.path, fmt.Sprintf("%q is not known here.", clip(s)), instead(s, words))
	}
	return s
}

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.Tag {
	case "!!str", "!!timestamp":
		return "text"
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null", "":
		return "nothing"
	}
	return "a value with a tag of its own"
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// clip shortens a piece of the file that a finding quotes.
func clip(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:59]) + "…"
}
