package protocol

import (
	"testing"

	"veltrix/game"
)

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
	e := RefuseReply("1", game.Reply{Code: game.CodeBusy})
	if e.RetryAfter == 0 || e.Code != game.CodeBusy {
		t.Errorf("busy without a time to retry: %+v", e)
	}
	var _ error = e
}
