package huntfile

import (
	"fmt"
	"slices"
	"strings"

	"veltrix/internal/nearest"
)

// syntaxWords say in the words of people who write hunt files what the YAML parser
// says in its own.
var syntaxWords = []struct{ parser, message, remedy string }{
	{
		"mapping values are not allowed", "A second colon stands in this line, or this line is indented too far.",
		`Put a text with a colon in quotes, such as title: "Act 1: the gate". Begin the keys of one thing in one column.`,
	},
	{
		"expected ',' or '}'", "The braces { } are not closed, a comma is missing, or a text in them has a colon.",
		`Look here and just before. Put a text with a colon, a comma or a bracket in quotes, such as {title: "Act 1: the gate"}.`,
	},
	{
		"expected ',' or ']'", "The brackets [ ] are not closed, a comma is missing, or a text in them has a colon.",
		`Look here and just before. Put a text with a colon, a comma or a bracket in quotes, such as ["Act 1: the gate"].`,
	},
	{"cannot start any token", "A text without quotes cannot begin with this character.", `Put the text in quotes, such as title: "@home". Indent with spaces, not with tabs.`},
	{"tab character", "A tab stands here.", "Indent with spaces."},
	{
		"unknown anchor", "A text without quotes cannot begin with an asterisk.",
		`Put the text in quotes, such as description: "*Bold* words".`,
	},
	{"unexpected end of stream", "A quote that was opened is not closed before the end of the file.", `Close it with " or ' where its text ends.`},
	{"could not find expected ':'", "A colon after a key is missing here or just before.", "Write key: value, with a space after the colon."},
	{
		"unknown escape character", `In double quotes \ begins an escape, and this is none.`,
		`Write \\ for a backslash, or put the text in single quotes.`,
	},
	{
		"did not find expected", "This line does not fit to the lines before.",
		"Begin the keys of one thing in one column, and each element of a list with a dash. Look for a missing quote or bracket just before.",
	},
}

// otherNames are words that other tools, or common sense, use for our keys.
var otherNames = map[string]string{
	"name": "title", "value": "points", "score": "points", "flag": "proof", "flags": "proof", "answer": "proof",
	"answers": "proof", "text": "description", "requirements": "requires", "prerequisites": "requires", "needs": "requires",
	"max_attempts": "attempts", "start": "opens", "starts": "opens", "end": "closes", "ends": "closes", "price": "cost",
	"password": "join_code", "code": "join_code", "id": "hunt", "rule": "when", "latitude": "lat", "longitude": "lon",
	"lng": "lon", "question": "prompt", "pattern": "regex", "content": "text", "image": "icon", "emoji": "icon",
	"public": "listed", "team_size": "team", "time_limit": "limit", "duration": "limit", "groups": "divisions", "story": "solved",
	"feedback": "replies", "message": "say", "explanation": "solution", "stops": "challenges", "order": "by", "delay": "after",
}

// instead is the remedy for a word that is not among the known ones.
func instead(word string, known []string) string {
	best := nearest.Word(clip(word), known)
	if other := otherNames[strings.ToLower(word)]; best == "" && slices.Contains(known, other) {
		best = other
	}
	if best != "" {
		return fmt.Sprintf("Did you mean %s?", best)
	}
	if len(known) == 0 {
		return "Take it out."
	}
	if len(known) > 20 {
		known = known[:20]
	}
	return fmt.Sprintf("Write one of: %s.", strings.Join(known, ", "))
}
