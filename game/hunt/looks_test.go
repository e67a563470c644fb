package hunt

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestNamesThatLookAlike(t *testing.T) {
	for _, same := range [][]string{
		{"Otters", "otters", "OTTERS", "0tters", "Оtters", "οtters", "Ötters", "Otters\u200b", " Otters ", "Ｏｔｔｅｒｓ", "O\u0301tters", "Ot\u00adters"},
		{"Ilse", "llse", "1lse", "ILSE", "ilse", "|lse", "İlse", "Іlse"},
		{"Team 10", "Team lO", "team  10", "TEAM\u00a010"},
		{"Ada Lovelace", "Аdа Lоvеlасе", "ADA LOVELACE", "Αda Lovelace"},
		{"ANNA", "Anna", "Аnna"},
		{"Heart ❤", "Heart ❤️"},
		{"Straße", "STRASSE", "strasse"},
		{"Νίκη", "ΝΙΚΗ", "νικη"},
		{"Алёна", "АЛЕНА"},
		{"محمد", "مُحَمَّد"},
	} {
		for _, name := range same[1:] {
			if Looks(name) != Looks(same[0]) {
				t.Errorf("%q (%q) does not look like %q (%q)", name, Looks(name), same[0], Looks(same[0]))
			}
		}
	}
	all := []string{
		"Otters", "Otter", "Ada", "Eda", "Ben", "Team 1", "Team 2", "Ада", "कि", "कु", "क", "がき", "かき", "กิน", "กัน",
		"🦊", "🐻", "👩‍👩‍👧", "👩‍👩‍👦", "🇩🇪", "🇫🇷", "Zoë F", "ZoëF", "Nora", "Mora",
	}
	seen := map[string]string{}
	for _, name := range all {
		looks := Looks(name)
		if other := seen[looks]; other != "" {
			t.Errorf("%q looks like %q: %q", name, other, looks)
		}
		if seen[looks] = name; looks == "" {
			t.Errorf("%q looks like nothing", name)
		}
	}
}

// TestEveryCharacterLooksLikeItsOtherCase: a name in capitals is the same name.
func TestEveryCharacterLooksLikeItsOtherCase(t *testing.T) {
	for r := range rune(0x20000) {
		if !utf8.ValidRune(r) {
			continue
		}
		looks := Looks(string(r))
		if again := Looks(looks); again != looks {
			t.Errorf("%U looks like %q, which looks like %q", r, looks, again)
		}
		for _, other := range []rune{unicode.ToLower(r), unicode.ToUpper(r)} {
			if Looks(string(other)) != looks {
				t.Errorf("%U looks like %q, its other case %U like %q", r, looks, other, Looks(string(other)))
			}
		}
	}
}

func FuzzLooks(f *testing.F) {
	for _, s := range []string{"Ada", "İ", "ﬁ", "e\u0301\u0307", "\u1e9b\u0323", "ΑΙ\u0345", "ａ́"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		looks := Looks(name)
		if again := Looks(looks); again != looks {
			t.Fatalf("%+q looks like %+q, which looks like %+q", name, looks, again)
		}
		if strings.TrimSpace(looks) != looks || strings.Contains(looks, "  ") {
			t.Fatalf("%+q looks like %+q", name, looks)
		}
	})
}
