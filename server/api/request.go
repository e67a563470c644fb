package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"veltrix/internal/nearest"
	"veltrix/server/protocol"
)

// Bounds of what a request may say. A hunt file is bounded by hunt.MaxFile.
const (
	MaxBody = 64 << 10 // bytes of every other body
	maxText = 500      // characters of a reason or an announcement
)

const jsonType = "application/json"

// decode reads a JSON body strictly: the right type, no unknown field, no
// more than one value.
func decode(w http.ResponseWriter, r *http.Request, into any) error {
	if err := mediaType(r, jsonType); err != nil {
		return err
	}
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, MaxBody))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return bodyProblem(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return badRequest("something follows the JSON value")
	}
	return nil
}

// mediaType refuses a body that is of none of the accepted types.
func mediaType(r *http.Request, accepted ...string) error {
	given := r.Header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(given)
	if err != nil || !slices.Contains(accepted, media) {
		return refuse(codeMediaType, fmt.Sprintf("the content type is %q, send %s", given, strings.Join(accepted, " or ")))
	}
	return nil
}

// bodyProblem says what is wrong with a body in words that name the field.
func bodyProblem(err error) *problem {
	var large *http.MaxBytesError
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &large):
		return refuse(protocol.CodeTooLarge, fmt.Sprintf("the body is larger than %d bytes", large.Limit))
	case errors.As(err, &kind) && kind.Field != "":
		return badRequest(fmt.Sprintf("%s cannot be a JSON %s", kind.Field, kind.Value))
	case errors.As(err, &kind):
		return badRequest(fmt.Sprintf("the body cannot be a JSON %s", kind.Value))
	case errors.As(err, &syntax):
		return badRequest(fmt.Sprintf("the body is not JSON: at byte %d, %s", syntax.Offset, syntax))
	case errors.Is(err, io.EOF):
		return badRequest("the body is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return badRequest("the body ends in the middle of its JSON")
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return badRequest("the field " + field + " is unknown")
	}
	return badRequest("the body cannot be read")
}

// commandID reads the id of a command: a UUID, in lower case from here on.
func commandID(id string) (string, error) {
	if text, ok := canonical(id); ok {
		return text, nil
	}
	return "", badRequest("id is not a UUID such as 6f1c0b1e-2f5e-4a6c-9d0e-0d6a3b1f7c55")
}

// canonical returns a UUID in its usual form, 36 characters in lower case.
func canonical(id string) (string, bool) {
	u, err := uuid.Parse(id)
	text := u.String()
	return text, err == nil && len(id) == len(text)
}

// checkText bounds a text that people will read.
func checkText(field, text string, required bool) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "" && required:
		return "", badRequest(field + " is missing")
	case utf8.RuneCountInString(text) > maxText:
		return "", badRequest(fmt.Sprintf("%s has more than %d characters", field, maxText))
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return "", badRequest(field + " has a control character")
	case strings.ContainsRune(text, utf8.RuneError):
		return "", badRequest(field + " has a character that is no Unicode")
	}
	return text, nil
}

// queryInt reads a whole number of the query between low and high.
func queryInt(r *http.Request, name string, fallback, low, high int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < low || n > high {
		return 0, badRequest(fmt.Sprintf("%s is %q, want a whole number from %d to %d", name, clip(text), low, high))
	}
	return n, nil
}

// queryFlag reads 1 or 0 of the query.
func queryFlag(r *http.Request, name string, fallback bool) (bool, error) {
	switch text := r.URL.Query().Get(name); text {
	case "":
		return fallback, nil
	case "0", "false":
		return false, nil
	case "1", "true":
		return true, nil
	default:
		return false, badRequest(fmt.Sprintf("%s is %q, want 1 or 0", name, clip(text)))
	}
}

// readable refuses a query that cannot be read: URL.Query would leave its
// parameters out in silence.
func readable(r *http.Request) *problem {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return badRequest("the query cannot be read: it has a semicolon, or a % that two hexadecimal digits do not follow")
	}
	for name, list := range values {
		if slices.ContainsFunc(list, func(s string) bool { return !utf8.ValidString(s) }) {
			return badRequest(fmt.Sprintf("the parameter %q is no text in UTF-8", clip(name)))
		}
	}
	return nil
}

// query refuses parameters that mean nothing here.
func query(r *http.Request, known ...string) error {
	for name := range r.URL.Query() {
		if !slices.Contains(known, name) {
			return badRequest(fmt.Sprintf("the parameter %q is unknown; %s", clip(name), nearest.Hint(name, known)))
		}
	}
	return nil
}

func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

// answer sends a JSON value.
func answer(w http.ResponseWriter, code int, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	w.Header().Set("Content-Type", jsonType)
	if w.Header().Get("Cache-Control") == "" {
		w.Header().Set("Cache-Control", "no-store")
	}
	w.WriteHeader(code)
	_, _ = w.Write(append(body, '\n')) // a peer that has gone hears nothing
	return nil
}

// tagFor is the ETag of an answer by its content: a board that is frozen keeps its seq
// when an entrant is renamed.
func tagFor(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// answerTagged is answer with 200 and an ETag, or 304.
func answerTagged(w http.ResponseWriter, r *http.Request, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	if unchanged(w, r, tagFor(body)) {
		return nil
	}
	w.Header().Set("Content-Type", jsonType)
	_, _ = w.Write(append(body, '\n')) // a peer that has gone hears nothing
	return nil
}

// unchanged sets a strong ETag, and answers 304 when the request has it already.
func unchanged(w http.ResponseWriter, r *http.Request, tag string) bool {
	w.Header().Set("ETag", tag)
	for item := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if item = strings.TrimPrefix(strings.TrimSpace(item), "W/"); item == tag || item == "*" {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}
