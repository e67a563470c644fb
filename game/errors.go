package game

import "errors"

// Code is the reason of a refusal in a word; it is the code on the wire.
type Code string

// The codes of refused commands. What is not in this list is internal.
const (
	CodeBadRequest         Code = "bad_request"
	CodeForbidden          Code = "forbidden"
	CodeUnknownHunt        Code = "unknown_hunt"
	CodeUnknownChallenge   Code = "unknown_challenge"
	CodeUnknownHint        Code = "unknown_hint"
	CodeUnknownBadge       Code = "unknown_badge"
	CodeUnknownEntrant     Code = "unknown_entrant"
	CodeUnknownClaim       Code = "unknown_claim"
	CodeBadProof           Code = "bad_proof"
	CodeNotJoined          Code = "not_joined"
	CodeBadCode            Code = "bad_code"
	CodeConflict           Code = "conflict"
	CodeNotStarted         Code = "not_started"
	CodeInsufficientPoints Code = "insufficient_points"
	CodeClosed             Code = "closed"
	CodeBusy               Code = "busy"
	CodeUnavailable        Code = "unavailable"
	CodeInternal           Code = "internal"
)

// Why something was refused, where its code has several reasons; the same word is
// on the wire.
const (
	WhyBanned    = "banned"     // forbidden
	WhyLocked    = "locked"     // forbidden: a prerequisite is missing
	WhyReused    = "reused"     // conflict: the id came before with other content
	WhyHas       = "has"        // conflict: has the award or badge already
	WhyHasNot    = "has_not"    // conflict: has no such award or badge
	WhyPhase     = "phase"      // conflict: not from this phase
	WhyBound     = "bound"      // conflict: the total would pass ±hunt.MaxPoints
	WhyMode      = "mode"       // conflict: solo and team cannot change once someone joined
	WhyOtherTeam = "other_team" // conflict: the player is in another team
	WhyFull      = "full"       // conflict: the team has no room
	WhyName      = "name"       // conflict: another entrant's name looks like it
	WhyRev       = "rev"        // conflict: another revision is in force
	WhyCloses    = "closes"     // conflict: the time for closing has passed
	WhyBin       = "bin"        // conflict: the hunt is in the bin
	WhyNoLimit   = "no_limit"   // conflict: the hunt has no clock for each entrant
	WhyPoints    = "points"     // bad_request: not what the challenge allows
	WhyDivision  = "division"   // bad_request: there is none; bad_code: its code is wrong
	WhyLimit     = "limit"      // closed: the entrant's time is over
)

// Errors of the stores.
var (
	// ErrUnknownHunt means that the store has no such hunt.
	ErrUnknownHunt = errors.New("unknown hunt")
	// ErrUnknownEntrant means that the hunt has no such entrant.
	ErrUnknownEntrant = errors.New("unknown entrant")
	// ErrUnknownRevision means that the hunt has no such revision of its file.
	ErrUnknownRevision = errors.New("unknown revision")
	// ErrUnavailable wraps failures that may pass: the same batch may be
	// committed again, and commands that did take effect answer as replays.
	ErrUnavailable = errors.New("store unavailable")
)
