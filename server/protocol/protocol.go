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
	"encoding/json"
	"errors"
	"fmt"

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
	Type      string          `json:"type"`
	ID        string          `json:"id"`
	Token     string          `json:"token"`     // hello
	Hunt      string          `json:"hunt"`      // all but hello and ping
	Code      string          `json:"code"`      // join
	Since     *Since          `json:"since"`     // join
	Team      *Team           `json:"team"`      // join, in a team hunt
	Challenge string          `json:"challenge"` // claim, hint
	Proof     json.RawMessage `json:"proof"`     // claim
	Hint      string          `json:"hint"`      // hint
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
	RetryAfter int64     `json:"retry_after,omitempty"` // ms
	Requires   []string  `json:"requires,omitempty"`    // what is missing, of a hint
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Refuse makes an Error.
func Refuse(id string, code game.Code, message string) *Error {
	return &Error{Type: "error", ID: id, Code: code, Message: message}
}

// Decode reads a frame and calls f for each message in order, or with an
// error in its place. A frame that is no JSON at all is one error.
func Decode(frame []byte, f func(*Request, *Error)) {
	if !json.Valid(frame) {
		f(nil, Refuse("", game.CodeBadRequest, "the frame is not JSON"))
		return
	}
	if first(frame) != '[' {
		f(decodeOne(frame))
		return
	}
	var messages []json.RawMessage
	if err := json.Unmarshal(frame, &messages); err != nil {
		f(nil, Refuse("", game.CodeBadRequest, "the frame is not an array of messages"))
		return
	}
	if len(messages) > MaxMessages {
		f(nil, Refuse("", CodeTooLarge, fmt.Sprintf("a frame holds at most %d messages", MaxMessages)))
		return
	}
	for _, m := range messages {
		f(decodeOne(m))
	}
}

// first returns the first byte that is no white space.
func first(frame []byte) byte {
	for _, c := range frame {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c
		}
	}
	return 0
}

func decodeOne(message []byte) (*Request, *Error) {
	var r Request
	if first(message) != '{' {
		return nil, Refuse("", game.CodeBadRequest, "a message is a JSON object")
	}
	if err := json.Unmarshal(message, &r); err != nil {
		var id struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(message, &id) != nil || len(id.ID) > MaxID {
			id.ID = ""
		}
		return nil, Refuse(id.ID, game.CodeBadRequest, explain(err))
	}
	if len(r.ID) > MaxID {
		return nil, Refuse("", game.CodeBadRequest, fmt.Sprintf("an id has at most %d characters", MaxID))
	}
	return &r, nil
}

// explain names the field of a message that does not fit, and not its value.
func explain(err error) string {
	var t *json.UnmarshalTypeError
	if errors.As(err, &t) && t.Field != "" {
		return fmt.Sprintf("field %q is not %s", t.Field, jsonKind(t.Type.Kind().String()))
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
	b, err := json.Marshal(message)
	if err != nil {
		// The types of this package hold nothing that JSON cannot.
		panic(fmt.Sprintf("protocol: encode %T: %v", message, err))
	}
	return b
}
