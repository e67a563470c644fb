package huntfile

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

func compiled(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("hunt.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("hunt.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func shapeOf[T any](fields []field[T]) (keys, required []string) {
	for _, f := range fields {
		keys = append(keys, f.key)
		if f.required {
			required = append(required, f.key)
		}
	}
	slices.Sort(keys)
	slices.Sort(required)
	return keys, required
}

// The parser's tables and the schema know the same keys.
func TestSchemaHasTheKeysOfTheParser(t *testing.T) {
	type object struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Required   []string                   `json:"required"`
		Closed     *bool                      `json:"additionalProperties"`
	}
	var s struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	s.Defs["hunt"] = s.object
	delete(s.Defs, "id")
	check := func(name string, keys, required []string) {
		def := s.Defs[name]
		delete(s.Defs, name)
		slices.Sort(def.Required)
		if got := slices.Sorted(maps.Keys(def.Properties)); !slices.Equal(got, keys) {
			t.Errorf("%s: the schema has the keys %v, the parser %v", name, got, keys)
		}
		if !slices.Equal(def.Required, required) {
			t.Errorf("%s: the schema requires %v, the parser %v", name, def.Required, required)
		}
		if def.Closed == nil || *def.Closed {
			t.Errorf("%s: the schema allows unknown keys", name)
		}
	}
	one := func(keys, required []string) [2][]string { return [2][]string{keys, required} }
	for name, shape := range map[string][2][]string{
		"hunt": one(shapeOf(huntFields)), "challenge": one(shapeOf(challengeFields)), "points": one(shapeOf(pointsFields)),
		"attempts": one(shapeOf(attemptsFields)), "hint": one(shapeOf(hintFields)), "proof": one(shapeOf(proofFields)),
		"number": one(shapeOf(numberFields)), "choice": one(shapeOf(choiceFields)), "location": one(shapeOf(locationFields)),
		"event": one(shapeOf(eventFields)), "review": one(shapeOf(reviewFields)), "badge": one(shapeOf(badgeFields)),
		"when": one(shapeOf(whenFields)), "team": one(shapeOf(teamFields)), "links": one(shapeOf(linkFields)), "division": one(shapeOf(divisionFields)),
		"routes": one(shapeOf(routeFields)), "finish": one(shapeOf(finishFields)), "reply": one(shapeOf(replyFields)),
	} {
		check(name, shape[0], shape[1])
	}
	for name := range s.Defs {
		t.Errorf("the schema describes %s, which the parser does not read", name)
	}
}

// plain is the value of a node as a JSON decoder would give it.
func plain(t testing.TB, n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(t, n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		s := []any{}
		for _, c := range n.Content {
			s = append(s, plain(t, c))
		}
		return s
	}
	switch {
	case n.Tag == "!!bool":
		return n.Value == "true"
	case n.Tag == "!!null":
		return nil
	case isNumber(n) && numberForm.MatchString(n.Value):
		return json.Number(n.Value)
	}
	return n.Value
}

// shapeVerdicts reports whether the schema and the first stage of the parser
// accept the file. comparably is false when JSON cannot say the same.
func shapeVerdicts(t testing.TB, s *jsonschema.Schema, src []byte) (parser *notes, comparably bool, schemaErr error) {
	text, _ := fromJSON(src)
	r := &reader{notes: newNotes()}
	node := r.document(text)
	if _, message := validText(src); message != "" || node == nil || r.aliases(node) {
		return nil, false, nil
	}
	parser = newNotes()
	parse(src, parser)
	return parser, true, s.Validate(plain(t, node))
}

// beyondSchema names the cases that the parser refuses and the schema accepts,
// because a schema cannot express them.
var beyondSchema = map[string]bool{
	"escaped control character": true, "duplicate key": true, "tag of its own": true,
	"time out of range": true, "attempts with a long duration": true,
	"proof: bad regex": true, "proof: regex lookahead": true, "proof: large regex": true, "proof: regex of many steps": true,
	"reply with a bad pattern": true, "replies with large patterns": true,
	"proof: answer is no option": true, "proof: answers are no options": true, "proof: radius too large": true,
}

func TestSchemaAgreesWithTheParser(t *testing.T) {
	s := compiled(t)
	agree := func(name, file string) {
		t.Run(name, func(t *testing.T) {
			parser, ok, schemaErr := shapeVerdicts(t, s, []byte(file))
			if !ok {
				return
			}
			d, findings := Parse([]byte(file))
			switch refused := schemaErr != nil; {
			case refused && d != nil:
				t.Errorf("only the schema refuses: %v", schemaErr)
			case beyondSchema[name] != (parser.failed && !refused):
				t.Errorf("the schema says %v, the parser\n%s", schemaErr, findings)
			}
		})
	}
	for _, tc := range findingCases {
		agree(tc.name, tc.file)
	}
	for _, tc := range secondCases {
		agree(tc.name, secondFile(tc.part))
	}
	for name, src := range map[string]string{"demo": string(Demo()), "planned": planned, "every key": everyKey} {
		parser, ok, schemaErr := shapeVerdicts(t, s, []byte(src))
		if !ok || schemaErr != nil || parser.failed {
			t.Errorf("%s: the schema says %v, the parser\n%s", name, schemaErr, parser.findings())
		}
	}
}
