package auth

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"veltrix/game/hunt"
)

// Bounds of a name. Four marks on one letter are more than any script needs;
// dozens of them draw over the neighbouring lines.
const (
	maxName      = 40      // characters
	MaxNameBytes = 4 * 200 // before a name is normalized; also the longest id of an entrant
	maxMarks     = 4
)

// NormalizeName returns a name as everyone will see it: NFC, trimmed, white
// space collapsed, 1 to 40 characters. Each character is judged: control
// characters, those that turn the direction of text around, and those that cannot
// be seen are refused, wherever they stand. Joiners and variation selectors are let
// in where an emoji or a script needs them.
func NormalizeName(name string) (string, error) {
	if len(name) > MaxNameBytes {
		return "", fmt.Errorf("a name has at most %d characters", maxName)
	}
	if !utf8.ValidString(name) {
		return "", errors.New("a name is text in UTF-8")
	}
	// White space first: NFC changes some of it, and never makes any.
	name = norm.NFC.String(strings.Join(strings.Fields(name), " "))
	runes, marks, visible := []rune(name), 0, false
	for i := 0; i < len(runes); {
		r := runes[i]
		if n := emoji(runes[i:]); n > 0 {
			i, marks, visible = i+n, 0, true
			continue
		}
		switch {
		case r == ' ':
			marks = 0
		case joiner(r) && joins(runes, i): // holds letters together, so it ends no run of marks
		case blank(r) || !printable(r):
			return "", fmt.Errorf("a name cannot have the character %U", r)
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				return "", fmt.Errorf("a name has at most %d marks on one letter", maxMarks)
			}
		default:
			marks, visible = 0, true
		}
		i++
	}
	if !visible {
		return "", errors.New("a name has at least one character that can be seen")
	}
	if n := utf8.RuneCountInString(name); n > maxName {
		return "", fmt.Errorf("a name has at most %d characters, this one %d", maxName, n)
	}
	return name, nil
}

// The joiners.
const (
	nonJoiner = '\u200c'
	zwJoiner  = '\u200d'
)

func joiner(r rune) bool { return r == nonJoiner || r == zwJoiner }

// joins reports whether the joiner at i changes what is seen, by the rules that
// domain names have for it (RFC 5892, appendix A.1 and A.2): after the sign that
// takes a vowel away in the scripts of India, and the non-joiner also between two
// letters that would be joined in Arabic.
func joins(runes []rune, i int) bool {
	if i == 0 {
		return false
	}
	if virama(runes[i-1]) {
		return true
	}
	return runes[i] == nonJoiner && i+1 < len(runes) && arabic(letterBefore(runes, i)) && arabic(runes[i+1])
}

// virama reports whether r has the combining class of viramas.
func virama(r rune) bool { return norm.NFC.PropertiesString(string(r)).CCC() == 9 }

func arabic(r rune) bool { return unicode.In(r, unicode.Arabic, unicode.Syriac) && unicode.IsLetter(r) }

// letterBefore is the character before i that is no mark, 0 for none.
func letterBefore(runes []rune, i int) rune {
	for i--; i >= 0; i-- {
		if !unicode.Is(unicode.M, runes[i]) {
			return runes[i]
		}
	}
	return 0
}

// blank reports whether r looks like nothing: what Unicode says may be ignored, such
// as Hangul fillers and variation selectors, and four that it forgot.
func blank(r rune) bool {
	switch r {
	case '\u2800', // a Braille pattern without dots
		0x1d159, // a musical note without its head
		0x16fe4, // a filler of Khitan
		0x13441: // a blank of hieroglyphs
		return true
	}
	return hunt.Invisible(r)
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
