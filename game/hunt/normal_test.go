package hunt

import (
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// Upper and lower case of every character have the same normal form, and the
// normal form of that is itself.
func TestEveryCharacterHasANormalForm(t *testing.T) {
	for r := range rune(0x20000) {
		if !utf8.ValidRune(r) {
			continue
		}
		once := string(appendNormal(nil, string(r)))
		if twice := string(appendNormal(nil, once)); twice != once {
			t.Errorf("%U becomes %q becomes %q", r, once, twice)
		}
		if other := unicode.ToLower(r); string(appendNormal(nil, string(other))) != once {
			t.Errorf("%U and its lower case %U differ", r, other)
		}
		// The Turkish letter ı is not the letter i.
		if other := unicode.ToUpper(r); r != 'ı' && string(appendNormal(nil, string(other))) != once {
			t.Errorf("%U and its upper case %U differ", r, other)
		}
	}
}

func TestNormalFormIsNormal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		once := string(appendNormal(nil, s))
		if twice := string(appendNormal(nil, once)); twice != once {
			t.Fatalf("%q becomes %q becomes %q", s, once, twice)
		}
		if code := Code(s); code != Code(code) {
			t.Fatalf("%q has the code %q, and that has %q", s, code, Code(code))
		}
	})
}

// Characters that change others, close together, so that each step of the normal
// form could undo another.
func TestNormalFormOfDifficultCharacters(t *testing.T) {
	difficult := []rune("aiIİıjσςßK .,!?;:…'\"`´’ʼ′“«″‴⁗-–−⁻｀＇ﾠㅤ¨˙\u0301\u0307\u0323\u0345\u200b\u200d\u00ad\ufe0f\u034f\u1100\u1161\u115f\u1fef\u1ffd\U000e0067")
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOfN(rapid.SampledFrom(difficult), 0, 12).Draw(t, "s"))
		once := Normal(s)
		if twice := Normal(once); twice != once {
			t.Fatalf("%+q becomes %+q becomes %+q", s, once, twice)
		}
		if !norm.NFC.IsNormalString(once) || strings.ContainsFunc(once, Invisible) {
			t.Fatalf("%+q becomes %+q", s, once)
		}
		if code := Code(s); code != Code(code) || strings.ContainsFunc(code, unicode.IsSpace) {
			t.Fatalf("%+q has the code %+q, and that has %+q", s, code, Code(code))
		}
		if exact := exactly(s); exact != exactly(exact) {
			t.Fatalf("%+q is exactly %+q, and that is %+q", s, exact, exactly(exact))
		}
	})
}

func FuzzNormal(f *testing.F) {
	for _, s := range []string{"", "Don’t stop!", "i\u0307\u0307", "a ¨", "\u0301!", "…"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if once := Normal(s); Normal(once) != once {
			t.Fatalf("%+q becomes %+q becomes %+q", s, once, Normal(once))
		}
		if code := Code(s); Code(code) != code {
			t.Fatalf("%+q has the code %+q, and that has %+q", s, code, Code(code))
		}
	})
}

// Each list is one answer, as different devices type it.
func TestNormalFormOfWhatPeopleType(t *testing.T) {
	for want, typed := range map[string][]string{
		"don't stop": {
			"don't stop", "Don’t stop", "don‘t stop", "donʼt stop", "don′t stop", "don´t stop", "don`t stop", "DON＇T STOP",
			"don't stop.", "don't stop!", "don't stop ?!", "“don’t stop”", "„Don’t stop“", "« don't stop »", "‚don’t stop‘", "don’t stop…", "...don't stop",
			"don't\u200b stop", "\ufeffdon't stop", "don't\u00a0stop", "don't st\u00adop", "\u200edon't stop\u200f", "\u2068don't stop\u2069", "do\u2060n't stop", "don't stop;",
		},
		"twenty-one":    {"twenty-one", "twenty–one", "Twenty—One", "twenty‐one", "twenty‑one", "twenty−one", "twenty－one", "twenty﹣one", "twenty⁻one"},
		`5' 3" tall`:    {`5' 3" tall`, "5′ 3″ tall", "5’ 3” tall", "5´ 3« tall"},
		"istanbul":      {"istanbul", "İstanbul", "İSTANBUL", "ISTANBUL", "i\u0307stanbul"},
		"strasse":       {"straße", "STRASSE", "STRAẞE"},
		"ῥόδοσ":         {"Ῥόδος", "ῬΌΔΟΣ"},
		"ꮳꮃꭹ":           {"ꮳꮃꭹ", "ᏣᎳᎩ"},
		"?!":            {"?!", " ?! ", "？！"},
		"...":           {"…", "..."},
		`""`:            {`""`, "“”"},
		"c++":           {"C++", "c++."},
		"#1":            {"#1", "#1!"},
		"rock 'n' roll": {"Rock ’n’ Roll"},
	} {
		for _, s := range typed {
			if got := Normal(s); got != want {
				t.Errorf("%+q becomes %+q, want %+q", s, got, want)
			}
		}
	}
	for _, pair := range [][2]string{{"ı", "i"}, {"cafe", "café"}, {"don't", "dont"}, {"twenty-one", "twenty one"}, {"a.b", "ab"}, {"¿que", "que"}, {"🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", "🏴"}} {
		if Normal(pair[0]) == Normal(pair[1]) {
			t.Errorf("%q and %q are the same", pair[0], pair[1])
		}
	}
	for _, s := range []string{"\u200b", " \u00ad\u2060 ", "\ufe0f", "ㅤ"} {
		if got := Normal(s); got != "" {
			t.Errorf("%+q becomes %+q, want nothing", s, got)
		}
	}
}

func TestCodesKeepTheirPunctuation(t *testing.T) {
	for want, typed := range map[string][]string{
		"k7-zx!": {"K7-ZX!", "k7–zx !", " K7 - Z\u200bX！"},
		"o'hara": {"O’Hara", "o ´ hara"},
		"äb":     {"ä b", "A\u0308 B", "a \u0308b"},
	} {
		for _, s := range typed {
			if got := Code(s); got != want {
				t.Errorf("%+q becomes %+q, want %+q", s, got, want)
			}
		}
	}
}

// Most answers are ASCII, and judging one of them allocates nothing but its digest.
func TestNormalFormOfASCIIAllocatesNothing(t *testing.T) {
	space := make([]byte, 0, 64)
	if n := testing.AllocsPerRun(100, func() { appendNormal(space, ` "The  Old Gate!" `) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// An answer with two decimal places is right exactly when integer arithmetic in
// hundredths says so.
func TestNumbersAreComparedAsDecimals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Int64Range(-1e6, 1e6).Draw(t, "v")
		tolerance := rapid.Int64Range(0, 1000).Draw(t, "tolerance")
		off := rapid.Int64Range(-tolerance-2, tolerance+2).Draw(t, "off")
		got := within(float64(v+off)/100, float64(v)/100, float64(tolerance)/100)
		if want := max(off, -off) <= tolerance; got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// The spherical law of cosines is another formula for the same distance. It is
// accurate for points that are neither close nor opposite.
func TestDistance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-90, 90)
		lon := rapid.Float64Range(-180, 180)
		a, b, c, d := lat.Draw(t, "lat1"), lon.Draw(t, "lon1"), lat.Draw(t, "lat2"), lon.Draw(t, "lon2")
		rad := math.Pi / 180
		cos := math.Sin(a*rad)*math.Sin(c*rad) + math.Cos(a*rad)*math.Cos(c*rad)*math.Cos((d-b)*rad)
		if math.Abs(cos) > 0.9999 {
			return
		}
		if got, want := distance(a, b, c, d), math.Acos(cos)*earthRadius; math.Abs(got-want) > 1 {
			t.Fatalf("got %f m, want %f m", got, want)
		}
	})
	if got := distance(90, 0, -90, 0); math.Abs(got-math.Pi*earthRadius) > 1e-3 {
		t.Errorf("from pole to pole: %f m", got)
	}
}
