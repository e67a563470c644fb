package huntfile

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"veltrix/game/hunt"
)

// Bounds of criteria.
const (
	maxRegex      = 1_000 // characters
	maxRegexSteps = 1_000 // instructions; with MaxText this bounds the time of a match
	maxOption     = 200   // characters
	maxMatch      = 20    // fields of an event
	maxNumber     = 1e15  // absolute value of a number's value and tolerance
)

var proofFields = []field[hunt.Criterion]{
	{"text", false, readTexts},
	{"exact", false, func(r *reader, it item, c *hunt.Criterion) { c.Exact = r.boolean(it) }},
	{"regex", false, readRegex},
	{"number", false, func(r *reader, it item, c *hunt.Criterion) {
		c.Kind = hunt.KindNumber
		readMapping(r, it, "a number proof", numberFields, c)
	}},
	{"choice", false, readChoice},
	{"code", false, func(r *reader, it item, c *hunt.Criterion) {
		c.Kind, c.Code = hunt.KindCode, r.line(it, hunt.MaxText)
	}},
	{"location", false, func(r *reader, it item, c *hunt.Criterion) {
		c.Kind = hunt.KindLocation
		readMapping(r, it, "a location proof", locationFields, c)
	}},
	{"event", false, func(r *reader, it item, c *hunt.Criterion) {
		c.Kind, c.Count = hunt.KindEvent, 1
		readMapping(r, it, "an event proof", eventFields, c)
	}},
	{"review", false, func(r *reader, it item, c *hunt.Criterion) {
		c.Kind = hunt.KindReview
		readMapping(r, it, "a review proof", reviewFields, c)
	}},
}

var numberFields = []field[hunt.Criterion]{
	{"value", true, func(r *reader, it item, c *hunt.Criterion) { c.Number = r.number(it, -maxNumber, maxNumber) }},
	{"tolerance", false, func(r *reader, it item, c *hunt.Criterion) { c.Tolerance = r.number(it, 0, maxNumber) }},
}

var choiceFields = []field[hunt.Criterion]{
	{"options", true, func(r *reader, it item, c *hunt.Criterion) {
		r.list(it, 2, hunt.MaxOptions, func(e item) {
			option := r.line(e, maxOption)
			if slices.Contains(c.Options, option) {
				r.wrong(e.path, "This option comes twice.", "Keep one of the two.")
			}
			c.Options = append(c.Options, option)
		})
	}},
	{"answer", true, func(r *reader, it item, c *hunt.Criterion) {
		if it.node.Kind != yaml.SequenceNode {
			c.Answers = []string{r.line(it, maxOption)}
			return
		}
		c.Multiple = true
		r.list(it, 1, hunt.MaxOptions, func(e item) {
			answer := r.line(e, maxOption)
			if slices.Contains(c.Answers, answer) {
				r.wrong(e.path, "This answer comes twice.", "Keep one of the two.")
			}
			c.Answers = append(c.Answers, answer)
		})
	}},
}

var locationFields = []field[hunt.Criterion]{
	{"lat", true, func(r *reader, it item, c *hunt.Criterion) { c.Lat = r.number(it, -90, 90) }},
	{"lon", true, func(r *reader, it item, c *hunt.Criterion) { c.Lon = r.number(it, -180, 180) }},
	{"radius", true, func(r *reader, it item, c *hunt.Criterion) { c.Radius = r.radius(it) }},
}

var eventFields = []field[hunt.Criterion]{
	{"type", true, func(r *reader, it item, c *hunt.Criterion) { c.Event = r.line(it, maxWord) }},
	{"count", false, func(r *reader, it item, c *hunt.Criterion) { c.Count = r.integer(it, 1, hunt.MaxEvents) }},
	{"match", false, readMatch},
}

var reviewFields = []field[hunt.Criterion]{
	{"prompt", true, func(r *reader, it item, c *hunt.Criterion) { c.Prompt = r.words(it, maxPrompt) }},
}

const proofRemedy = `Write one of text, regex, number, choice, code, location, event, review, such as {text: "1874"}.`

func readProof(r *reader, it item, c *hunt.Challenge) {
	if it.node.Kind == yaml.ScalarNode && it.node.Tag != "!!null" {
		r.wrong(it.path, "A proof says of which kind it is.", fmt.Sprintf("Write {text: %q}.", clip(it.node.Value)))
		return
	}
	seen := readMapping(r, it, "a proof", proofFields, &c.Proof)
	if it.node.Kind != yaml.MappingNode {
		return
	}
	var kinds []string
	for _, f := range proofFields {
		if seen[f.key] && f.key != "exact" {
			kinds = append(kinds, f.key)
		}
	}
	switch {
	case len(kinds) == 0:
		r.wrong(it.path, "The proof has no kind.", proofRemedy)
	case len(kinds) > 1:
		r.wrong(it.path, fmt.Sprintf("The proof has several kinds: %s.", strings.Join(kinds, ", ")), "Keep one; for several ways to solve it write several challenges.")
	}
	if seen["exact"] && !seen["text"] {
		r.wrong(it.path+".exact", "exact belongs to text.", "Leave it out.")
	}
}

func readTexts(r *reader, it item, c *hunt.Criterion) {
	c.Kind, c.Texts = hunt.KindText, r.texts(it)
}

// texts reads one answer or a list of them.
func (r *reader) texts(it item) []string {
	if it.node.Kind != yaml.SequenceNode {
		return []string{r.line(it, hunt.MaxText)}
	}
	var texts []string
	r.list(it, 1, hunt.MaxAnswers, func(e item) { texts = append(texts, r.line(e, hunt.MaxText)) })
	return texts
}

func readChoice(r *reader, it item, c *hunt.Criterion) {
	c.Kind = hunt.KindChoice
	readMapping(r, it, "a choice proof", choiceFields, c)
	for i, answer := range c.Answers {
		if len(c.Options) == 0 || slices.Contains(c.Options, answer) {
			continue
		}
		path := it.path + ".answer"
		if c.Multiple {
			path = fmt.Sprintf("%s[%d]", path, i)
		}
		r.wrong(path, fmt.Sprintf("%q is not among the options.", clip(answer)), instead(answer, c.Options))
	}
}

func readRegex(r *reader, it item, c *hunt.Criterion) {
	c.Kind, c.Regex = hunt.KindRegex, r.pattern(it)
}

// pattern reads a regular expression.
func (r *reader) pattern(it item) string {
	pattern := r.line(it, maxRegex)
	steps, err := programSize(pattern)
	if err != nil {
		message := err.Error()
		if se, ok := errors.AsType[*syntax.Error](err); ok {
			message = fmt.Sprintf("%s: %q", se.Code, clip(se.Expr))
		}
		r.wrong(it.path, "The regular expression is wrong: "+message+".", "Write it in the syntax of RE2, which knows neither lookaround nor back references.")
		return pattern
	}
	if steps > maxRegexSteps {
		r.wrong(it.path, "The regular expression is too large.", fmt.Sprintf("Repeat fewer times; it may have %d steps.", maxRegexSteps))
	}
	return pattern
}

// programSize is the number of instructions that a pattern compiles to.
func programSize(pattern string) (int, error) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0, err
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return 0, err
	}
	return len(prog.Inst), nil
}

// readMatch reads the fields of an event's data and their values as text.
func readMatch(r *reader, it item, c *hunt.Criterion) {
	if !r.isMapping(it, "match", "field") {
		return
	}
	if count := len(it.node.Content) / 2; count > maxMatch {
		r.wrong(it.path, fmt.Sprintf("match has %d fields.", count), fmt.Sprintf("Keep at most %d.", maxMatch))
		return
	}
	c.Match = map[string]string{}
	r.pairs(it, func(key *yaml.Node, value item) {
		switch n := value.node; {
		case n.Kind == yaml.ScalarNode && n.Tag == "!!bool":
			c.Match[key.Value] = strconv.FormatBool(r.boolean(value))
		case isNumber(n):
			c.Match[key.Value] = strconv.FormatInt(r.integer(value, -maxNumber, maxNumber), 10)
		default:
			c.Match[key.Value] = r.prose(value, hunt.MaxText)
		}
	})
}
