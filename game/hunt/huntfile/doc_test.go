package huntfile

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

const docPath = "../../../docs/hunt-file.md"

// Every example in the document is a hunt without findings, and by the schema too.
func TestExamplesOfTheDocument(t *testing.T) {
	doc, err := os.ReadFile(docPath)
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(doc, -1)
	if len(examples) < 4 {
		t.Fatalf("the document has %d examples", len(examples))
	}
	s := compiled(t)
	for _, e := range examples {
		if d, findings := Parse(e[1]); d == nil || len(objections(findings)) != 0 {
			t.Errorf("%s\nhas findings:\n%s", e[1], findings)
		}
		if _, ok, schemaErr := shapeVerdicts(t, s, e[1]); !ok || schemaErr != nil {
			t.Errorf("%s\nby the schema: %v", e[1], schemaErr)
		}
	}
	for _, keys := range [][]string{
		keysOf(huntFields), keysOf(challengeFields), keysOf(pointsFields), keysOf(attemptsFields), keysOf(hintFields), keysOf(proofFields),
		keysOf(numberFields), keysOf(choiceFields), keysOf(locationFields), keysOf(eventFields), keysOf(reviewFields), keysOf(badgeFields), keysOf(whenFields),
		keysOf(teamFields), keysOf(linkFields), keysOf(divisionFields), keysOf(routeFields), keysOf(finishFields), keysOf(replyFields),
	} {
		for _, key := range keys {
			if !regexp.MustCompile("`[^`]*\\b" + regexp.QuoteMeta(key) + "\\b[^`]*`").Match(doc) {
				t.Errorf("the document does not mention the key %s", key)
			}
		}
	}
	if !strings.Contains(string(doc), "4,194,303") {
		t.Error("the document does not say the bound of points")
	}
}
