package api

import (
	"encoding/json"
	"net/http"
	"strconv"

	"veltrix/game"
	"veltrix/game/hunt/huntfile"
	"veltrix/server/protocol"
)

// Codes that only HTTP has; the others are those of the protocol.
const (
	codeNotFound  game.Code = "not_found"          // no such path
	codeMethod    game.Code = "method_not_allowed" // not on this path
	codeMediaType game.Code = "unsupported_media_type"
	codeConfirm   game.Code = "confirm"  // it has consequences: see plan
	codeBadHunt   game.Code = "bad_hunt" // the hunt file has errors: see findings
)

// statuses is the one table from codes to HTTP. What is not in it is 500.
var statuses = map[game.Code]int{
	game.CodeBadRequest:         http.StatusBadRequest,
	game.CodeBadProof:           http.StatusBadRequest,
	game.CodeBadCode:            http.StatusForbidden,
	game.CodeForbidden:          http.StatusForbidden,
	game.CodeNotJoined:          http.StatusNotFound,
	game.CodeUnknownHunt:        http.StatusNotFound,
	game.CodeUnknownChallenge:   http.StatusNotFound,
	game.CodeUnknownHint:        http.StatusNotFound,
	game.CodeUnknownBadge:       http.StatusNotFound,
	game.CodeUnknownEntrant:     http.StatusNotFound,
	game.CodeUnknownClaim:       http.StatusNotFound,
	game.CodeConflict:           http.StatusConflict,
	game.CodeClosed:             http.StatusConflict,
	game.CodeInsufficientPoints: http.StatusConflict,
	game.CodeBusy:               http.StatusServiceUnavailable,
	game.CodeUnavailable:        http.StatusServiceUnavailable,
	game.CodeInternal:           http.StatusInternalServerError,
	protocol.CodeUnauthorized:   http.StatusUnauthorized,
	protocol.CodeRateLimited:    http.StatusTooManyRequests,
	protocol.CodeTooLarge:       http.StatusRequestEntityTooLarge,
	codeNotFound:                http.StatusNotFound,
	codeMethod:                  http.StatusMethodNotAllowed,
	codeMediaType:               http.StatusUnsupportedMediaType,
	codeConfirm:                 http.StatusConflict,
	codeBadHunt:                 http.StatusUnprocessableEntity,
	codeNoUpgrade:               http.StatusUpgradeRequired,
	codeOrigin:                  http.StatusForbidden,
}

// problem refuses a request: problem details (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Code is the machine's word for it. RetryAfter is how many ms to wait when
	// the same request may succeed later.
	Code       game.Code         `json:"code"`
	Why        string            `json:"why,omitempty"` // its reason in a word, where a code has several
	RetryAfter int64             `json:"retry_after,omitempty"`
	Rev        int64             `json:"rev,omitempty"`        // of 412 and confirm: the revision in force
	Suggestion string            `json:"suggestion,omitempty"` // why name: a name that is free
	Plan       *Plan             `json:"plan,omitempty"`       // of confirm
	Findings   huntfile.Findings `json:"findings,omitempty"`
}

// Error makes a problem an error, so that steps of a request can return it.
func (p *problem) Error() string { return string(p.Code) + ": " + p.Detail }

// refuse makes the problem for a code; an empty detail gets the usual one.
func refuse(code game.Code, detail string) *problem {
	status, known := statuses[code]
	if !known {
		code, status = game.CodeInternal, http.StatusInternalServerError
	}
	if detail == "" {
		detail = protocol.RefusalText(game.Reply{Code: code})
	}
	return &problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail, Code: code,
		RetryAfter: protocol.RetryAfter(code),
	}
}

// refuseReply makes the problem for a reply that refuses.
func refuseReply(r game.Reply) *problem {
	p := refuse(r.Code, protocol.RefusalText(r))
	p.Why = protocol.Why(r)
	return p
}

func badRequest(detail string) *problem { return refuse(game.CodeBadRequest, detail) }

// write sends the problem.
func (p *problem) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="veltrix"`)
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		h.Set("Retry-After", strconv.FormatInt((max(1, p.RetryAfter)+999)/1000, 10)) // seconds
	}
	w.WriteHeader(p.Status)
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers only
	}
	_, _ = w.Write(append(body, '\n')) // a peer that has gone hears nothing
}
