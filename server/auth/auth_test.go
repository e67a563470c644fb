package auth

import (
	"crypto/rand"
	"crypto/rsa"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
)

var testKey = strings.Repeat("k", 32)

func TestPlayerTokens(t *testing.T) {
	a := NewTokens(testKey, nil, time.Now)
	good := func() jwt.MapClaims {
		return jwt.MapClaims{"sub": "ada", "name": "Ada", "exp": time.Now().Add(time.Hour).Unix()}
	}
	with := func(change func(jwt.MapClaims)) jwt.MapClaims {
		c := good()
		change(c)
		return c
	}
	sign := func(method jwt.SigningMethod, key any, claims jwt.Claims) string {
		t.Helper()
		signed, err := jwt.NewWithClaims(method, claims).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	hs256 := func(c jwt.MapClaims) string { return sign(jwt.SigningMethodHS256, []byte(testKey), c) }
	valid := hs256(good())
	for _, c := range []struct {
		what, token string
		valid       bool
	}{
		{"right", valid, true},
		{"name to normalise", hs256(with(func(c jwt.MapClaims) { c["name"] = "  Ada " })), true},
		{"other claims", hs256(with(func(c jwt.MapClaims) { c["role"] = "guest" })), true},
		{"just expired", hs256(with(func(c jwt.MapClaims) { c["exp"] = time.Now().Add(-Leeway / 2).Unix() })), true},
		{"expired", hs256(with(func(c jwt.MapClaims) { c["exp"] = time.Now().Add(-2 * Leeway).Unix() })), false},
		{"without exp", hs256(with(func(c jwt.MapClaims) { delete(c, "exp") })), false},
		{"exp as text", hs256(with(func(c jwt.MapClaims) { c["exp"] = "tomorrow" })), false},
		{"not yet", hs256(with(func(c jwt.MapClaims) { c["nbf"] = time.Now().Add(time.Hour).Unix() })), false},
		{"without sub", hs256(with(func(c jwt.MapClaims) { delete(c, "sub") })), false},
		{"long sub", hs256(with(func(c jwt.MapClaims) { c["sub"] = strings.Repeat("x", 65) })), false},
		{"sub with white space", hs256(with(func(c jwt.MapClaims) { c["sub"] = "a b" })), false},
		{"sub with a newline", hs256(with(func(c jwt.MapClaims) { c["sub"] = "a\nb" })), false},
		{"bad name", hs256(with(func(c jwt.MapClaims) { c["name"] = "\u202e" })), false},
		{"other key", sign(jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), good()), false},
		{"empty key", sign(jwt.SigningMethodHS256, []byte{}, good()), false},
		{"HS512", sign(jwt.SigningMethodHS512, []byte(testKey), good()), false},
		{"RS256", sign(jwt.SigningMethodRS256, rsaKey, good()), false},
		{"none", sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, good()), false},
		{"cut", valid[:len(valid)-2], false},
		{"unsigned", valid[:strings.LastIndexByte(valid, '.')+1], false},
		{"other payload", strings.Replace(valid, ".", ".e", 1), false},
		{"huge", valid + strings.Repeat("x", maxToken), false},
		{"empty", "", false},
	} {
		id, name, err := a.Player(c.token)
		if (err == nil) != c.valid || c.valid && (id != "ada" || name != "Ada") {
			t.Errorf("%s: %q %q %v", c.what, id, name, err)
		}
	}
	if _, err := a.Mint("ada\n", "Ada", time.Hour); err == nil {
		t.Error("a token was made for a bad id")
	}
	if _, err := a.Mint("ada", "", time.Hour); err == nil {
		t.Error("a token was made for no name")
	}
}

func TestRoles(t *testing.T) {
	a := NewTokens(testKey, map[Role]string{Organizer: "organizer", Producer: "", Display: "display"}, time.Now)
	player, err := a.Mint("ada", "Ada", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]Role{
		"organizer": Organizer, "display": Display, player: Player, "": "", "organizer ": "", "Organizer": "", "x": "",
	} {
		if got := a.Role(token); got != want {
			t.Errorf("%q is %q, want %q", token, got, want)
		}
	}
	if a.Is(Producer, "") || a.Is(Organizer, "") {
		t.Error("a request without a token has a role")
	}
}

func TestNames(t *testing.T) {
	for in, want := range map[string]string{
		"Ada":                                   "Ada",
		"  Ada \t\n Lovelace ":                  "Ada Lovelace",
		"Ada\u00a0\u2003L":                      "Ada L",
		"e\u0301":                               "é",
		"अनुष्का":                               "अनुष्का",
		"👩‍👩‍👧 Team":                            "👩‍👩‍👧 Team",
		"Zo\u00eb 🦊 <b>":                        "Zoë 🦊 <b>",
		strings.Repeat("é", 40):                 strings.Repeat("é", 40),
		"a\u0301\u0302\u0303\u0304b":            "á\u0302\u0303\u0304b",
		"":                                      "",
		" \u3000 ":                              "",
		strings.Repeat("é", 41):                 "",
		"a\x00b":                                "",
		"a\x1b[31mb":                            "",
		"a\u202eb":                              "",
		"a\u2066b\u2069":                        "",
		"\u200b":                                "",
		"\u200d\u200d":                          "",
		"\u3164":                                "",
		"\u2800 \u2800":                         "",
		"a\u200bb":                              "",
		"\ufeffAda":                             "",
		"a\u0301\u0302\u0303\u0304\u0305\u0306": "",
		"\u0301":                                "",
		"bad \xff":                              "",
		"\ufffd":                                "",
		"private \ue000":                        "",
		strings.Repeat("x", 5000):               "",
		// Emoji, and what holds them together.
		"👨‍👩‍👧‍👦":   "👨‍👩‍👧‍👦",
		"👩🏽‍💻 Ada":  "👩🏽‍💻 Ada",
		"❤️":        "❤️",
		"🏳️‍🌈 🏴‍☠️": "🏳️‍🌈 🏴‍☠️",
		"👩‍❤️‍💋‍👨":  "👩‍❤️‍💋‍👨",
		"🇩🇪🇫🇷":      "🇩🇪🇫🇷",
		"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
		"1️⃣ 2️⃣ #️⃣":    "1️⃣ 2️⃣ #️⃣",
		"☎":              "☎",
		"क्\u200dष Team": "क्\u200dष Team",
		"می\u200cخواهم":  "می\u200cخواهم",
		// Each character that cannot be seen, and joiners where nothing is joined.
		"Ada\u200d":             "",
		"A\u200dda":             "",
		"Ada\u200c":             "",
		"A\u200cda":             "",
		"\u200dAda":             "",
		"👩\u200d":               "",
		"👩\u200d\u200d👩":        "",
		"👩\u200dAda":            "",
		"Ada\u3164":             "",
		"Ada\u2800L":            "",
		"Ada\uffa0":             "",
		"Ada\u115f":             "",
		"Ada\ufe0f":             "",
		"1\ufe0f":               "",
		"❤\ufe0f\ufe0f":         "",
		"👩\ufe0f\u20e3\ufe0f":   "",
		"Ada\ufe00":             "",
		"❤\ufe0e":               "",
		"Ada\u034f":             "",
		"Ada\u17b4":             "",
		"Ada\u180b":             "",
		"Ada\u00ad":             "",
		"Ada\u2060":             "",
		"Ada\u061c":             "",
		"Ada\U000e0100":         "",
		"Ada\U0001d159":         "",
		"Ada\U000e0041":         "",
		"🏴\U000e0067\U000e007f": "",
	} {
		got, err := NormalizeName(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%+q is %+q (%v), want %+q", in, got, err, want)
		}
	}
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"Ada", " a  b ", "e\u0301", "a\u202eb", "👩‍👩‍👧", "\xff", "\u1160\u11a8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		name, err := NormalizeName(in)
		if err != nil {
			if name != "" {
				t.Fatalf("%+q is refused and yet %+q", in, name)
			}
			return
		}
		if again, err := NormalizeName(name); err != nil || again != name {
			t.Fatalf("%+q is not stable: %+q, %v", name, again, err)
		}
		if n := utf8.RuneCountInString(name); n < 1 || n > maxName || !utf8.ValidString(name) || strings.TrimSpace(name) != name {
			t.Fatalf("%+q is a name", name)
		}
	})
}

func FuzzToken(f *testing.F) {
	a := NewTokens(testKey, nil, time.Now)
	token, err := a.Mint("ada", "Ada", time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(token)
	f.Add("..")
	f.Fuzz(func(t *testing.T, in string) {
		if _, _, err := a.Player(in); err == nil && in != token {
			t.Fatalf("%q is a valid token", in)
		}
	})
}
