package huntfile

import (
	"fmt"
	"strings"
)

// otherNames are words that other tools, or common sense, have for our keys.
var otherNames = map[string]string{
	"name": "title", "value": "points", "score": "points", "flag": "proof", "flags": "proof", "answer": "proof",
	"answers": "proof", "text": "description", "requirements": "requires", "prerequisites": "requires", "needs": "requires",
	"max_attempts": "attempts", "start": "opens", "starts": "opens", "end": "closes", "ends": "closes", "price": "cost",
	"password": "join_code", "code": "join_code", "id": "hunt", "rule": "when", "latitude": "lat", "longitude": "lon",
	"lng": "lon", "question": "prompt", "pattern": "regex", "content": "text", "image": "icon", "emoji": "icon",
}

// instead says which of the known words was probably meant.
func instead(word string, known []string) string {
	short := clip(word)
	best, distance := "", 1+min(3, (len(short)+1)/3)
	for _, k := range known {
		if d := editDistance(strings.ToLower(short), k); d < distance {
			best, distance = k, d
		}
	}
	if other := otherNames[strings.ToLower(word)]; best == "" && other != "" {
		for _, k := range known {
			if k == other {
				best = other
			}
		}
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

// editDistance is the number of characters to insert, delete, replace or swap
// with their neighbour to get from a to b (optimal string alignment).
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
