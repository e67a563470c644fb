package e2e

import (
	"strings"
	"testing"
)

// TestRegrant: on the command line an organizer sees what everybody answers, and
// after the file was corrected gives it to all of them. Nobody else ever reads a
// wrong answer.
func TestRegrant(t *testing.T) {
	t.Parallel()
	eachStore(t, func(t *testing.T, store string) {
		s := serve(t, store, "--log-level", "debug")
		s.define("plain", plainHunt)
		s.phase("plain", "open")
		remote := []string{"--server", s.URL, "--organizer-token", organizer}
		hunt := func(args ...string) result {
			t.Helper()
			return command(t, append([]string{"hunt"}, append(args, remote...)...)...)
		}
		says := func(got result, code int, words ...string) {
			t.Helper()
			if got.code != code {
				t.Fatalf("%+v", got)
			}
			for _, word := range words {
				if !strings.Contains(got.stdout+got.stderr, word) {
					t.Errorf("%q is not in\n%s%s", word, got.stdout, got.stderr)
				}
			}
		}
		_, token := s.player("Zoë")
		watcher, _ := s.join(token, "plain")
		_, token = s.player("Ada")
		ada, _ := s.join(token, "plain")
		_, token = s.player("Bo")
		bo, _ := s.join(token, "plain")
		for k, typed := range map[*sock]string{ada: "Red Herring", bo: " red herring "} {
			if v := k.claim("plain", "text", obj{"text": typed}); v.Outcome != "wrong" {
				t.Fatalf("%s", v.Raw)
			}
		}
		if v := bo.claim("plain", "text", obj{"text": "cod\u202e"}); v.Outcome != "wrong" {
			t.Fatalf("%s", v.Raw)
		}
		says(hunt("answers", "plain"), 0, "text       3      2          2× \"", "number     0")
		says(hunt("answers", "plain", "text"), 0, "2         \"", `1         "cod\u202e"`)
		says(hunt("answers", "plain", "nothing"), 1, "unknown_challenge")
		says(hunt("regrant", "plain", "text", "red herring"), 1, "correct the file first")

		s.define("plain", strings.Replace(plainHunt, "{text: yes-it-is}", "{text: [yes-it-is, red herring]}", 1))
		says(hunt("answers", "plain", "text"), 0, "accepted by now")
		says(hunt("regrant", "plain", "text", "RED HERRING"), 1, "text would be granted to 2 entrants, 0 had it", "Ada (", "): +1, then 1", "--yes")
		if v := ada.claim("plain", "number", obj{"number": 3}); v.Outcome != "awarded" || v.Total != 1 {
			t.Errorf("before anybody said yes: %s", v.Raw)
		}
		says(hunt("regrant", "--yes", "--reason", "The sign was wrong", "plain", "text", "red herring"), 0, "was granted to 2 entrants, 0 had it", "): +1, then 2")
		says(hunt("regrant", "--yes", "plain", "text", "red herring"), 0, "was granted to 0 entrants, 2 had it")
		if v := bo.claim("plain", "text", obj{"text": "yes-it-is"}); v.Outcome != "already" {
			t.Errorf("%s", v.Raw)
		}
		for _, k := range []*sock{watcher, ada, bo} {
			k.fence()
			if raw := strings.ToLower(rawOf(k.seen)); strings.Contains(raw, "herring") || strings.Contains(raw, "cod\\u202e") {
				t.Errorf("a player was told a wrong answer: %s", raw)
			}
		}
		if !strings.Contains(rawOf(ada.seen), "The sign was wrong") {
			t.Errorf("Ada was not told why: %s", rawOf(ada.seen))
		}
		if log := strings.ToLower(s.Stderr.String() + s.Stdout.String()); strings.Contains(log, "herring") || !strings.Contains(log, "debug") {
			t.Errorf("the log has an answer, or nothing: %s", log)
		}
		s.audit(store)
	})
}
