package auth

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a name. Four marks on one letter are more than any script needs;
// dozens of them draw over the neighbouring lines.
const (
	maxName      = 40      // characters
	MaxNameBytes = 4 * 200 // before a name is normalized; also the longest id of an entrant
	maxMarks     = 4
)

// NormalizeName returns a name as everyone will see it: NFC, trimmed, white
// space collapsed, 1 to 40 characters. Control characters and those that turn
// the direction of text around are refused, and so is a name in which nothing
// can be seen.
func NormalizeName(name string) (string, error) {
	if len(name) > MaxNameBytes {
		return "", fmt.Errorf("a name has at most %d characters", maxName)
	}
	if !utf8.ValidString(name) {
		return "", errors.New("a name is text in UTF-8")
	}
	// White space first: NFC changes some of it, and never makes any.
	name = norm.NFC.String(strings.Join(strings.Fields(name), " "))
	marks, visible := 0, false
	for _, r := range name {
		switch {
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				return "", fmt.Errorf("a name has at most %d marks on one letter", maxMarks)
			}
			continue
		case joiner(r): // holds letters and emoji together, so it ends no run of marks
			continue
		case r != ' ' && !printable(r):
			return "", fmt.Errorf("a name cannot have the character %U", r)
		}
		marks = 0
		visible = visible || (r != ' ' && !blank(r))
	}
	if !visible {
		return "", errors.New("a name has at least one character that can be seen")
	}
	if n := utf8.RuneCountInString(name); n > maxName {
		return "", fmt.Errorf("a name has at most %d characters, this one %d", maxName, n)
	}
	return name, nil
}

// joiner reports whether r is a zero-width character that scripts and emoji need.
func joiner(r rune) bool {
	return r == '\u200c' || r == '\u200d'
}

// blank reports whether r is a letter that looks like nothing: a Hangul filler or
// the blank Braille pattern.
func blank(r rune) bool {
	return r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0' || r == '\u2800'
}

// printable reports whether r is neither a control or format character
// (bidirectional overrides and isolates, zero-width ones, tags), a separator other
// than the space, a surrogate, nor a private or unassigned character.
func printable(r rune) bool { return unicode.IsPrint(r) && r != utf8.RuneError }

// maxSuggestions is how many names are tried for a suggestion.
const maxSuggestions = 1000

// SuggestName returns a normalized name like the given one that is not taken: with
// the lowest number that is free, from 2 on; "" when there is none.
func SuggestName(name string, taken func(name string) bool) string {
	for n := 2; n < maxSuggestions; n++ {
		number := " " + strconv.Itoa(n)
		letters := []rune(name)
		letters = letters[:min(len(letters), maxName-len(number))]
		free, err := NormalizeName(string(letters) + number)
		if err == nil && !taken(free) {
			return free
		}
	}
	return ""
}
