package main

import (
	"bytes"
	"fmt"
	"iter"
	"strings"
)

// instead says which of the known words was probably meant.
func instead(word string, known []string) string {
	plain := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }
	word = plain(word)
	if len(word) > 64 {
		word = word[:64]
	}
	best, least := "", 1+max(1, len(word)/3)
	for _, k := range known {
		if d := distance(word, plain(k)); d < least {
			best, least = k, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %s?", best)
	}
	return "the known ones are " + strings.Join(known, ", ")
}

// distance is how many bytes have to be inserted, deleted or replaced to get
// from a to b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(diagonal+cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// bytesLines gives the lines of a text, trimmed.
func bytesLines(src []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for line := range bytes.Lines(src) {
			if !yield(bytes.TrimSpace(line)) {
				return
			}
		}
	}
}
