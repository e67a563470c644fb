// Package protocol is the WebSocket protocol, version 1: its messages and how
// they are read and written. docs/protocol.md is the contract.
//
// Guarantees:
//   - Decode accepts one JSON message or an array of up to MaxMessages and
//     never panics; what is malformed is an *Error that names the problem and,
//     where it can be read, the id that it answers.
//   - Encode never fails for a message of this package.
package protocol

import (
	"bytes"
	encoding "encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"veltrix/game"
)

// Subprotocol is the optional WebSocket subprotocol.
const Subprotocol = "veltrix.v1"

// Bounds of what a client sends.
const (
	MaxMessages = 100 // in one frame
	MaxID       = 64  // characters of an id
)

// Types of the messages that clients send.
const (
	TypeHello = "hello"
	TypeJoin  = "join"
	TypeWatch = "watch"
	TypeLeave = "leave"
	TypeClaim = "claim"
	TypeHint  = "hint"
	TypeStart = "start"
	TypePing  = "ping"
)

// Codes that only the protocol itself uses; the others are game.Code.
const (
	CodeUnauthorized game.Code = "unauthorized"
	CodeRateLimited  game.Code = "rate_limited"
	CodeTooLarge     game.Code = "too_large"
	CodeOverloaded   game.Code = "overloaded"
)

// Request is a message of a client. Which fields count depends on Type.
type Request struct {
	Type     string `json:"type"`
	ID       string `json:"id"`
	Token    string `json:"token"`    // hello
	Hunt     string `json:"hunt"`     // all but hello and ping
	Code     string `json:"code"`     // join, watch
	Since    *Since `json:"since"`    // join
	View     string `json:"view"`     // join: the definition that the session has, see Joined
	Team     *Team  `json:"team"`     // join, in a team hunt
	Name     string `json:"name"`     // join: of the entrant, in a team of the member; else the token's
	Division string `json:"division"` // join
	// DivisionCode opens the division.
	DivisionCode string         `json:"division_code"` // join
	Challenge    string         `json:"challenge"`     // claim, hint
	Proof        jsontext.Value `json:"proof"`         // claim
	Hint         string         `json:"hint"`          // hint
}

// Since is what a client has seen of a hunt's ledger.
type Since struct {
	Epoch string `json:"epoch"`
	Seq   int64  `json:"seq"`
}

// Team names a team to found, or the code of one to join.
type Team struct {
	Name string `json:"name,omitempty"`
	Code string `json:"code,omitempty"`
}

// Error answers a request that was not carried out.
type Error struct {
	Type       string    `json:"type"` // error
	ID         string    `json:"id,omitempty"`
	Hunt       string    `json:"hunt,omitempty"`
	Code       game.Code `json:"code"`
	Message    string    `json:"message"`
	Why        string    `json:"why,omitempty"`         // a word for the message, where a code has several
	Suggestion string    `json:"suggestion,omitempty"`  // why name: a name that is free
	RetryAfter int64     `json:"retry_after,omitempty"` // ms
	Requires   any       `json:"requires,omitempty"`    // what is missing, of a hint: a list or a condition
	At         int64     `json:"at,omitempty"`          // when a hint is to be had, Unix ms, where time alone is missing
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Refuse makes an Error.
func Refuse(id string, code game.Code, message string) *Error {
	return &Error{Type: "error", ID: id, Code: code, Message: message}
}

// As tolerant as encoding/json: which of two equal names counts, and what
// stands for bytes that are not UTF-8, is not a reason to lose a claim.
var tolerance = json.JoinOptions(
	jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true),
	json.MatchCaseInsensitiveNames(true), jsonv1.MatchCaseSensitiveDelimiter(true),
)

// Decode reads a frame and calls f for each message in order, or with an
// error in its place. A frame that is not JSON is one error.
func Decode(frame []byte, f func(*Request, *Error)) {
	if first(frame) != '[' {
		f(decodeOne(frame, func() bool { return jsontext.Value(frame).IsValid(tolerance) }))
		return
	}
	messages, ok := split(frame)
	switch {
	case !ok:
		f(nil, notJSON())
	case len(messages) > MaxMessages:
		f(nil, Refuse("", CodeTooLarge, fmt.Sprintf("a frame holds at most %d messages", MaxMessages)))
	default:
		for _, m := range messages {
			f(decodeOne(m, func() bool { return true }))
		}
	}
}

func notJSON() *Error { return Refuse("", game.CodeBadRequest, "the frame is not JSON") }

// split returns the elements of an array, parts of the frame, and whether the
// frame is JSON to its end.
func split(frame []byte) (elements [][]byte, ok bool) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(frame), tolerance)
	if _, err := dec.ReadToken(); err != nil {
		return nil, false
	}
	elements = make([][]byte, 0, 16)
	for dec.PeekKind() != ']' {
		v, err := dec.ReadValue()
		if err != nil {
			return nil, false
		}
		end := dec.InputOffset()
		elements = append(elements, frame[end-int64(len(v)):end])
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, false
	}
	_, err := dec.ReadToken()
	return elements, err == io.EOF
}

// first returns the first byte that is not white space, 0 for none.
func first(frame []byte) byte {
	for _, c := range frame {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
	}
	return 0
}

// decodeOne reads a message; valid reports, after an error, whether all of the
// frame is JSON.
func decodeOne(message []byte, valid func() bool) (*Request, *Error) {
	if first(message) != '{' {
		if !valid() {
			return nil, notJSON()
		}
		return nil, Refuse("", game.CodeBadRequest, "a message is a JSON object")
	}
	r := new(Request)
	if err := json.Unmarshal(message, r, tolerance); err != nil {
		if !valid() {
			return nil, notJSON()
		}
		var id struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(message, &id, tolerance) != nil || len(id.ID) > MaxID {
			id.ID = ""
		}
		return nil, Refuse(id.ID, game.CodeBadRequest, explain(err))
	}
	if len(r.ID) > MaxID {
		return nil, Refuse("", game.CodeBadRequest, fmt.Sprintf("an id has at most %d characters", MaxID))
	}
	return r, nil
}

// explain names the field of a message that does not fit, and not its value.
func explain(err error) string {
	var t *json.SemanticError
	if errors.As(err, &t) && t.JSONPointer != "" && t.GoType != nil {
		field := strings.ReplaceAll(string(t.JSONPointer[1:]), "/", ".")
		return fmt.Sprintf("field %q is not %s", field, jsonKind(t.GoType.Kind().String()))
	}
	return "the message is malformed"
}

func jsonKind(kind string) string {
	switch kind {
	case "int64", "float64":
		return "a number"
	case "struct", "ptr", "map":
		return "an object"
	case "slice":
		return "a list"
	}
	return "a " + kind
}

// Encode writes a message of this package.
func Encode(message any) []byte {
	b, err := encoding.Marshal(message)
	if err != nil {
		// The types of this package hold nothing that JSON cannot.
		panic(fmt.Sprintf("protocol: encode %T: %v", message, err))
	}
	return b
}
