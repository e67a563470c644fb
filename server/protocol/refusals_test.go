package protocol

import (
	"strings"
	"testing"

	"veltrix/game"
)

// TestAJoinNamesItself: join takes a name, and who is refused by it gets another.
func TestAJoinNamesItself(t *testing.T) {
	Decode([]byte(`{"type":"join","id":"1","hunt":"h","name":"Ada"}`), func(r *Request, err *Error) {
		if err != nil || r.Name != "Ada" {
			t.Errorf("%+v %v", r, err)
		}
	})
	e := RefuseReply("1", game.Reply{Code: game.CodeConflict, Why: game.WhyName})
	e.Suggestion = "Ada 2"
	if got := string(Encode(e)); !strings.Contains(got, `"why":"name","suggestion":"Ada 2"`) {
		t.Errorf("refused by name: %s", got)
	}
}

func TestRefusalsAreExplained(t *testing.T) {
	for _, code := range []game.Code{
		game.CodeBadRequest, game.CodeForbidden, game.CodeUnknownHunt, game.CodeUnknownChallenge, game.CodeUnknownHint,
		game.CodeUnknownBadge, game.CodeUnknownEntrant, game.CodeUnknownClaim, game.CodeBadProof, game.CodeNotJoined,
		game.CodeBadCode, game.CodeConflict, game.CodeInsufficientPoints, game.CodeClosed, game.CodeBusy, game.CodeUnavailable,
	} {
		if codeTexts[code] == "" {
			t.Errorf("no text for %s", code)
		}
	}
	for _, why := range []string{
		game.WhyBanned, game.WhyLocked, game.WhyReused, game.WhyHas, game.WhyHasNot, game.WhyPhase, game.WhyBound, game.WhyMode,
		game.WhyOtherTeam, game.WhyFull, game.WhyName, game.WhyRev, game.WhyCloses, game.WhyBin, game.WhyNoLimit, game.WhyPoints,
		game.WhyDivision, game.WhyLimit, WhyWhichTeam,
	} {
		if e := RefuseReply("1", game.Reply{Code: game.CodeConflict, Why: why}); e.Why != why || e.Message == codeTexts[game.CodeConflict] {
			t.Errorf("%s is not explained: %+v", why, e)
		}
	}
	e := RefuseReply("1", game.Reply{Code: game.CodeBusy})
	if e.RetryAfter == 0 || e.Code != game.CodeBusy {
		t.Errorf("busy without a time to retry: %+v", e)
	}
	var _ error = e
}
