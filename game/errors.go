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
	CodeInsufficientPoints Code = "insufficient_points"
	CodeClosed             Code = "closed"
	CodeBusy               Code = "busy"
	CodeUnavailable        Code = "unavailable"
	CodeInternal           Code = "internal"
)

// Details of refusals, for the text that a person reads.
const (
	DetailBanned    = "banned"     // forbidden
	DetailLocked    = "locked"     // forbidden: a prerequisite is missing
	DetailReused    = "reused"     // conflict: the id came before with other content
	DetailHas       = "has"        // conflict: has the award or badge already
	DetailHasNot    = "has_not"    // conflict: has no such award or badge
	DetailPhase     = "phase"      // conflict: not from this phase
	DetailBound     = "bound"      // conflict: the total would pass ±hunt.MaxPoints
	DetailMode      = "mode"       // conflict: solo and team cannot change once someone joined
	DetailOtherTeam = "other_team" // conflict: the player is in another team
)

// Errors of the stores.
var (
	// ErrUnknownHunt means that the store has no such hunt.
	ErrUnknownHunt = errors.New("unknown hunt")
	// ErrUnknownEntrant means that the hunt has no such entrant.
	ErrUnknownEntrant = errors.New("unknown entrant")
	// ErrUnavailable wraps failures that may pass: the same batch may be
	// committed again, and commands that did take effect answer as replays.
	ErrUnavailable = errors.New("store unavailable")
)
