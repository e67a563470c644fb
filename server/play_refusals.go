package main

import (
	"veltrix/game"
	"veltrix/server/protocol"
)

// How long clients wait before they send again what was not decided, in ms.
const (
	retryBusy        = 250
	retryUnavailable = 1000
)

const detailWhichTeam = "which_team"

// refusal is the one place where what the game refused becomes an error on
// the wire.
func refusal(id string, r game.Reply) *protocol.Error {
	e := protocol.Refuse(id, r.Code, refusalText(r))
	e.Why = why(r)
	switch r.Code {
	case game.CodeBusy:
		e.RetryAfter = retryBusy
	case game.CodeUnavailable:
		e.RetryAfter = retryUnavailable
	}
	return e
}

// why is the word for a detail, so that a page can say it in its own language;
// "" where there is none.
func why(r game.Reply) string {
	if detailTexts[r.Detail] == "" {
		return ""
	}
	return r.Detail
}

func refusalText(r game.Reply) string {
	if r.Code == game.CodeBadProof && r.Detail != "" {
		return r.Detail
	}
	if text := detailTexts[r.Detail]; text != "" {
		return text
	}
	if text := codeTexts[r.Code]; text != "" {
		return text
	}
	return "something went wrong on the server"
}

var detailTexts = map[string]string{
	game.DetailBanned:    "this entrant was banned from the hunt",
	game.DetailLocked:    "something else has to come first",
	game.DetailReused:    "this id was used before for something else",
	game.DetailHas:       "there is one already",
	game.DetailHasNot:    "there is none to take back",
	game.DetailPhase:     "the hunt's phase does not allow this",
	game.DetailBound:     "the total would pass what a board can show",
	game.DetailMode:      "solo and team cannot change once someone has joined",
	game.DetailOtherTeam: "you are in another team of this hunt",
	detailWhichTeam:      "this is a team hunt: found a team by name or join one by its code",
}

var codeTexts = map[game.Code]string{
	game.CodeBadRequest:         "the request makes no sense",
	game.CodeForbidden:          "this is not allowed",
	game.CodeUnknownHunt:        "there is no such hunt",
	game.CodeUnknownChallenge:   "the hunt has no such challenge",
	game.CodeUnknownHint:        "the challenge has no such hint",
	game.CodeUnknownBadge:       "the hunt has no such badge",
	game.CodeUnknownEntrant:     "the hunt has no such entrant",
	game.CodeUnknownClaim:       "no such claim waits for review",
	game.CodeBadProof:           "the proof does not fit the challenge",
	game.CodeNotJoined:          "join the hunt first",
	game.CodeBadCode:            "the code is not right",
	game.CodeConflict:           "this does not fit what happened before",
	game.CodeInsufficientPoints: "not enough points",
	game.CodeClosed:             "the hunt is not open for this now",
	game.CodeBusy:               "the hunt has more to do than it can take; send the same again shortly",
	game.CodeUnavailable:        "the server cannot save anything right now; send the same again shortly",
}
