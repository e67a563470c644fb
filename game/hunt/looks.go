package hunt

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Looks is what names that look alike have in common: two of them are taken for one
// another exactly when it is the same. It is no name and is shown to nobody. Its
// steps, in order:
//
//  1. Typography, width and case go as in Normal; so does what cannot be seen.
//  2. Accents of letters go, and the marks that Hebrew and Arabic may leave out.
//     Marks that make another letter, such as vowels of Hindi and Thai, stay.
//  3. Letters, digits and signs that look like a Latin letter become it.
//  4. White space at the ends goes. Runs of it inside become one space.
//
// The idea is the skeleton of Unicode Technical Standard 39. Its table of 6,000
// characters tells upper from lower case, which a person who reads a board aloud
// does not; ours has the ones that keyboards have.
//
// What Looks returns is its own Looks.
func Looks(name string) string {
	for range maxLooks {
		next := look(name)
		if next == name {
			break
		}
		name = next
	}
	return name
}

// maxLooks is how often a step may bring back what an earlier one takes away.
const maxLooks = 4

func look(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case accent(r) || Invisible(r):
			return -1
		case alike[r] != 0:
			return alike[r]
		}
		return r
	}, norm.NFKD.String(fold(name)))
	return strings.Join(strings.Fields(norm.NFC.String(name)), " ")
}

// accent reports whether a mark leaves its letter what it is.
func accent(r rune) bool {
	switch {
	case r < 0x300 || !unicode.Is(unicode.M, r):
		return false
	case r <= 0x36f, // combining diacritical marks
		r >= 0x0483 && r <= 0x0489,                                                                      // of Cyrillic
		r >= 0x0591 && r <= 0x05c7,                                                                      // of Hebrew
		r >= 0x0610 && r <= 0x061a, r >= 0x064b && r <= 0x065f, r == 0x0670, r >= 0x06d6 && r <= 0x06ed, // of Arabic
		r >= 0x1ab0 && r <= 0x1aff, r >= 0x1dc0 && r <= 0x1dff, // more diacritical marks
		r >= 0x20d0 && r <= 0x20ff, // for symbols
		r >= 0xfe20 && r <= 0xfe2f: // half marks
		return true
	}
	return false
}

// alike maps what looks like a Latin letter in upper or in lower case to it. I, l
// and 1 are one, and so are O and 0: case is gone by then, so i is among them.
var alike = alikes(map[rune]string{
	'a': "аαɑᴀ",
	'b': "вьβʙ",
	'c': "сϲᴄⅽ",
	'd': "ԁɗđᴅ",
	'e': "еεєҽᴇɛ",
	'f': "ƒꜰ",
	'g': "ɡցɢ",
	'h': "һнηհʜћ",
	'j': "јϳᴊ",
	'k': "кκᴋқ",
	'l': "iіιӏ1|ıɪłʟǀ",
	'm': "мμᴍ",
	'n': "νոɴ",
	'o': "0оοσօøᴏөѳ०০๐໐",
	'p': "рρᴘ",
	'q': "ԛզ",
	'r': "гʀᴦ",
	's': "ѕꜱƽ",
	't': "тτᴛŧ",
	'u': "սʋᴜ",
	'v': "ѵᴠ",
	'w': "ԝωᴡѡ",
	'x': "хχ×",
	'y': "уυγүұʏ",
	'z': "ζᴢ",
})

func alikes(of map[rune]string) map[rune]rune {
	table := map[rune]rune{}
	for latin, others := range of {
		for _, r := range others {
			table[r] = latin
		}
	}
	return table
}
