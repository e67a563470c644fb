package protocol

import (
	"math/rand/v2"

	"veltrix/game"
)

// WhyWhichTeam is why a join that names no team in a team hunt is refused.
const WhyWhichTeam = "which_team"

// RefuseReply makes the error that answers the request with this id, which the
// game refused.
func RefuseReply(id string, r game.Reply) *Error {
	e := Refuse(id, r.Code, RefusalText(r))
	e.Why, e.RetryAfter = Why(r), RetryAfter(r.Code)
	return e
}

// RetryAfter is how long to wait, in ms, before the same request is sent again;
// 0 where that is of no use. It is a little different for each caller, so that
// those that were refused together do not come back together.
func RetryAfter(code game.Code) int64 {
	switch code {
	case game.CodeBusy:
		return spread(250) // a full mailbox is empty in less than half of it
	case game.CodeUnavailable:
		return spread(1000)
	}
	return 0
}

func spread(most int64) int64 { return most - rand.N(most/2) }

// Why is the reason of a refusal in a word, so that a page can say it in its own
// language; "" where the code has one reason only.
func Why(r game.Reply) string {
	if whyTexts[r.Why] == "" {
		return ""
	}
	return r.Why
}

// RefusalText says in words why a reply refuses.
func RefusalText(r game.Reply) string {
	if r.Code == game.CodeBadProof && r.Why != "" {
		return r.Why
	}
	if text := whyTexts[r.Why]; text != "" {
		return text
	}
	if text := codeTexts[r.Code]; text != "" {
		return text
	}
	return "something went wrong on the server"
}

// whyTexts say the reasons of refusals in a sentence.
var whyTexts = map[string]string{
	game.WhyBanned:    "this entrant was banned from the hunt",
	game.WhyLocked:    "something else has to come first",
	game.WhyReused:    "this id was used before for something else",
	game.WhyHas:       "there is one already",
	game.WhyHasNot:    "there is none to take back",
	game.WhyPhase:     "the hunt's phase does not allow this",
	game.WhyBound:     "the total would pass what a board can show",
	game.WhyMode:      "solo and team cannot change once someone has joined",
	game.WhyOtherTeam: "you are in another team of this hunt",
	game.WhyFull:      "the team has no room for another player",
	game.WhyName:      "another name in this hunt looks like this one",
	game.WhyRev:       "somebody has changed the hunt since",
	game.WhyCloses:    "the time for closing has passed: say when the hunt is to close",
	game.WhyBin:       "the hunt is in the bin",
	game.WhyNoLimit:   "the hunt has no clock for each entrant",
	game.WhyPoints:    "the challenge does not allow this many points",
	game.WhyDivision:  "the hunt has no such division, or its code is wrong",
	game.WhyLimit:     "the time of this entrant is over",
	WhyWhichTeam:      "this is a team hunt: found a team by name or join one by its code",
}

// codeTexts say the codes in a sentence, where there is no such reason.
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
	game.CodeNotStarted:         "start your time first",
	game.CodeInsufficientPoints: "not enough points",
	game.CodeClosed:             "the hunt is not open for this now",
	game.CodeBusy:               "the hunt has more to do than it can take; send the same again shortly",
	game.CodeUnavailable:        "the server cannot save anything right now; send the same again shortly",
}
