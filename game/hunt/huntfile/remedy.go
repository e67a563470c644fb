package huntfile

import (
	"fmt"
	"slices"
	"strings"

	"veltrix/internal/nearest"
)

// otherNames are words that other tools, or common sense, use for our keys.
var otherNames = map[string]string{
	"name": "title", "value": "points", "score": "points", "flag": "proof", "flags": "proof", "answer": "proof",
	"answers": "proof", "text": "description", "requirements": "requires", "prerequisites": "requires", "needs": "requires",
	"max_attempts": "attempts", "start": "opens", "starts": "opens", "end": "closes", "ends": "closes", "price": "cost",
	"password": "join_code", "code": "join_code", "id": "hunt", "rule": "when", "latitude": "lat", "longitude": "lon",
	"lng": "lon", "question": "prompt", "pattern": "regex", "content": "text", "image": "icon", "emoji": "icon",
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
