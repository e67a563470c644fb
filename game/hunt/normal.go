package hunt

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Normal is a text in the form in which texts are compared. Its steps, in order:
//
//  1. Apostrophes, quotes and dashes of all styles become ', " and -.
//     Characters that cannot be seen go.
//  2. NFKC, full case folding, and i without U+0307, so that İ is i.
//  3. White space at the ends goes. Runs of it inside become one space.
//  4. Of the punctuation . , ! ? ; : and quotes, what stands at the ends goes,
//     unless nothing else is left.
//
// A normal form is its own normal form.
func Normal(s string) string { return string(appendNormal(nil, s)) }

// Code is a code in the form in which codes are compared: like a text, but
// without any white space, and with its punctuation.
func Code(s string) string { return string(appendCode(nil, s)) }

// exactly is a text in the form in which exact compares it. Nobody can see what
// it takes away.
func exactly(s string) string { return norm.NFC.String(strings.TrimSpace(s)) }

func appendNormal(dst []byte, s string) []byte {
	from := len(dst)
	if !isASCII(s) {
		s = fold(s)
	}
	return trimEnds(appendWords(dst, s, " "), from)
}

func appendCode(dst []byte, s string) []byte {
	if !isASCII(s) {
		s = fold(s)
		if words := strings.Fields(s); len(words) > 1 {
			s = fold(strings.Join(words, "")) // an accent may have met its letter
		}
	}
	return appendWords(dst, s, "")
}

// fold does the first two steps for a text that is not ASCII. Folding can take
// a text out of NFKC and NFKC can bring typography back, so both come twice.
func fold(s string) string {
	s = norm.NFKC.String(strings.Map(plain, s))
	// Goroutines must not share a Caser. It swaps the two cases of Cherokee
	// instead of folding them, so ToLower comes after it.
	s = strings.ToLower(cases.Fold().String(s))
	if strings.ContainsRune(s, dotAbove) {
		s = undotted(norm.NFKD.String(s))
	}
	return strings.Map(plain, norm.NFKC.String(s))
}

// plain is a character without its typography; negative if nothing is left.
func plain(r rune) rune {
	switch r {
	case '’', '‘', 'ʼ', '′', '´', '`', '‚', '‛', '‹', '›':
		return '\''
	case '“', '”', '„', '‟', '«', '»', '″':
		return '"'
	case '−':
		return '-'
	}
	switch {
	case r < utf8.RuneSelf:
		return r
	case unicode.Is(unicode.Pd, r):
		return '-'
	case Invisible(r):
		return -1
	}
	return r
}

// Invisible reports whether a character leaves no trace where it stands:
// zero-width characters, directional marks, soft hyphens, variation selectors
// and fillers. These are Unicode's default ignorable code points, but for tags,
// which tell the flag of Wales from that of Scotland.
func Invisible(r rune) bool {
	switch {
	case r < 0xad || r >= 0xe0000 && r < 0xe0080:
		return false
	case unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return true
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r) &&
		(r < 0xfff9 || r > 0xfffb) && (r < 0x13430 || r > 0x1343f)
}

const dotAbove = '\u0307'

// undotted takes U+0307 from every i of a text in NFKD.
func undotted(s string) string {
	onI := false
	return strings.Map(func(r rune) rune {
		switch {
		case r == dotAbove && onI:
			return -1
		case !unicode.Is(unicode.M, r):
			onI = r == 'i'
		}
		return r
	}, s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendWords appends the words of s with the separator between them, and does
// for ASCII what fold has done for other texts.
func appendWords(dst []byte, s, separator string) []byte {
	gap, begun := false, false
	for _, r := range s {
		if unicode.IsSpace(r) {
			gap = begun
			continue
		}
		if gap {
			dst = append(dst, separator...)
			gap = false
		}
		begun = true
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r == '`':
			r = '\''
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// ends are what is taken from the ends of a text; NFKC has made three full stops
// of an ellipsis.
const ends = `.,!?;:'" `

// trimEnds takes punctuation off both ends of dst[from:], in place.
func trimEnds(dst []byte, from int) []byte {
	kept := bytes.Trim(dst[from:], ends)
	if len(kept) == 0 {
		return dst
	}
	return append(dst[:from], kept...)
}
