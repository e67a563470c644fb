package hunt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Normal is a text in the form in which texts are compared: Unicode NFKC, case
// folded, without white space at the ends and with one space for each run of
// it inside.
func Normal(s string) string { return string(appendNormal(nil, s)) }

// appendNormal appends the normal form of s. Folding can take a text out of
// NFKC, so that is applied again.
func appendNormal(dst []byte, s string) []byte {
	if isASCII(s) {
		return appendWords(dst, s, " ", true)
	}
	return appendWords(dst, fold(s), " ", false)
}

// appendCode appends a code in the form in which codes are compared: the normal
// form of a text, without any white space.
func appendCode(dst []byte, s string) []byte {
	if isASCII(s) {
		return appendWords(dst, s, "", true)
	}
	return appendWords(dst, fold(s), "", false)
}

func fold(s string) string {
	// Goroutines must not share a Caser. It swaps the two cases of Cherokee
	// instead of folding them, so ToLower comes after it.
	return norm.NFKC.String(strings.ToLower(cases.Fold().String(norm.NFKC.String(s))))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendWords appends the words of s with the separator between them, in
// lower case if it is ASCII.
func appendWords(dst []byte, s, separator string, ascii bool) []byte {
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
		if ascii && r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}
