// Package nearest finds the word that was probably meant: a key of a hunt
// file, a setting, a command, a parameter.
package nearest

import "strings"

// maxWord bounds the bytes of the words that are compared.
const maxWord = 128

// Word is the known word that is nearest to the given one, and "" when none is
// near. Near means at most a third of the word's bytes and at most three of
// them to insert, delete, replace or swap with their neighbour. Neither letter
// case nor the difference between _ and - counts.
func Word(word string, known []string) string {
	if len(word) > maxWord {
		return ""
	}
	word = plain(word)
	best, least := "", 1+min(3, (len(word)+1)/3)
	for _, k := range known {
		if max(len(k)-len(word), len(word)-len(k)) >= least {
			continue
		}
		if d := distance(word, plain(k)); d < least {
			best, least = k, d
		}
	}
	return best
}

// Hint is the end of a message about an unknown word: the word that was
// probably meant or, if none is near, all that are known.
func Hint(word string, known []string) string {
	if best := Word(word, known); best != "" {
		return "did you mean " + best + "?"
	}
	return "the known ones are " + strings.Join(known, ", ")
}

func plain(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }

// distance is the number of bytes to insert, delete, replace or swap with their
// neighbour to get from a to b (optimal string alignment).
func distance(a, b string) int {
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
