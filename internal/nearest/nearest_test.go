package nearest

import (
	"strings"
	"testing"
)

func TestWord(t *testing.T) {
	known := []string{"title", "join_code", "requires", "redis-url", "max-claims-per-second", "id", "Bell"}
	for word, want := range map[string]string{
		"titel":                  "title", // a swap is one step
		"TITLE":                  "title",
		"bell":                   "Bell",
		"join-code":              "join_code",
		"REDIS_URL":              "redis-url",
		"require":                "requires",
		"ids":                    "id",
		"max-claim-per-secnd":    "max-claims-per-second",
		"max-claims":             "",
		"x":                      "",
		"":                       "",
		"lantern":                "",
		strings.Repeat("a", 200): "",
	} {
		if got := Word(word, known); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
	if got := Word("title", nil); got != "" {
		t.Errorf("got %q out of nothing", got)
	}
}

func TestHint(t *testing.T) {
	known := []string{"serve", "lint"}
	if got := Hint("sevre", known); got != "did you mean serve?" {
		t.Errorf("got %q", got)
	}
	if got := Hint("play", known); got != "the known ones are serve, lint" {
		t.Errorf("got %q", got)
	}
}

func TestDistance(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"abc", "abd", 1}, {"abc", "acb", 1}, {"abcd", "bd", 2}, {"kitten", "sitting", 3}} {
		if d, e := distance(tc.a, tc.b), distance(tc.b, tc.a); d != tc.want || e != tc.want {
			t.Errorf("%s, %s: got %d and %d, want %d", tc.a, tc.b, d, e, tc.want)
		}
	}
}
