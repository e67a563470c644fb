package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Remote calls the API of a running server as its organizer.
type Remote struct {
	Server string // the URL of its public address
	Token  string // the organizers'
}

// Limits of a call.
const (
	RemoteTimeout = 30 * time.Second // twice what a command is held
	maxAnswer     = 8 << 20
)

// UnconfirmedError is the error of a hunt file that has consequences and was not
// confirmed. Nothing has changed.
type UnconfirmedError struct {
	Plan Plan
	Rev  int64 // in force; 0 when there is no hunt yet
	text string
}

// Error says what the consequences are.
func (e *UnconfirmedError) Error() string { return e.text }

// Applying is how a hunt file is applied.
type Applying string

// A file is applied unless it has consequences (UnconfirmedError), or with them, or
// nothing is done and its plan is told.
const (
	IfHarmless Applying = ""
	Confirmed  Applying = "?confirm=1"
	DryRun     Applying = "?dry_run=1"
)

// Apply applies a hunt file, or says what that would change. Rev is the revision
// that has to be in force, 0 for any. What the server refuses is an error that says
// why.
func (r *Remote) Apply(ctx context.Context, hunt string, file []byte, how Applying, rev int64) (did Applied, err error) {
	header := http.Header{"Content-Type": {"application/yaml"}}
	if rev != 0 {
		header.Set("If-Match", tagOf(rev))
	}
	err = r.call(ctx, http.MethodPut, huntPath(hunt)+string(how), header, file, &did)
	return did, err
}

// Delete puts a hunt into the bin.
func (r *Remote) Delete(ctx context.Context, hunt string) error {
	return r.call(ctx, http.MethodDelete, huntPath(hunt)+"?confirm="+url.QueryEscape(hunt), nil, nil, nil)
}

// Restore takes a hunt out of the bin.
func (r *Remote) Restore(ctx context.Context, hunt, reason string) error {
	body, err := json.Marshal(order{ID: uuid.NewString(), Reason: reason})
	if err != nil {
		return err
	}
	return r.call(ctx, http.MethodPost, "bin/"+url.PathEscape(hunt)+"/restore", http.Header{"Content-Type": {jsonType}}, body, nil)
}

// Bin lists the hunts in the bin.
func (r *Remote) Bin(ctx context.Context) ([]Binned, error) {
	var list struct {
		Hunts []Binned `json:"hunts"`
	}
	err := r.call(ctx, http.MethodGet, "bin", nil, nil, &list)
	return list.Hunts, err
}

// Summary is a hunt in a word: its title, and how many entrants it has.
func (r *Remote) Summary(ctx context.Context, hunt string) (title string, entrants int64, err error) {
	var s huntSummary
	err = r.call(ctx, http.MethodGet, huntPath(hunt), nil, nil, &s)
	return s.Title, s.Entrants, err
}

// Definition returns the hunt file in force. What the server refuses is an
// error that says why.
func (r *Remote) Definition(ctx context.Context, hunt string) (file []byte, err error) {
	err = r.call(ctx, http.MethodGet, huntPath(hunt)+"/definition", nil, nil, &file)
	return file, err
}

// AllAnswers lists the wrong answers that were given most often, by challenge.
func (r *Remote) AllAnswers(ctx context.Context, hunt string) ([]GivenAnswers, error) {
	var list struct {
		Challenges []GivenAnswers `json:"challenges"`
	}
	err := r.call(ctx, http.MethodGet, huntPath(hunt)+"/answers", nil, nil, &list)
	return list.Challenges, err
}

// Answers lists the wrong answers to a challenge.
func (r *Remote) Answers(ctx context.Context, hunt, challenge string, limit int) (list GivenAnswers, err error) {
	about := url.Values{"challenge": {challenge}, "limit": {strconv.Itoa(limit)}}
	err = r.call(ctx, http.MethodGet, huntPath(hunt)+"/answers?"+about.Encode(), nil, nil, &list)
	return list, err
}

// Regrant grants a challenge to all who gave an answer, or says what that would do.
// While some are left, the same request goes on.
func (r *Remote) Regrant(ctx context.Context, hunt string, ask *Regrant, dry bool) (did Regranted, err error) {
	body, err := json.Marshal(ask)
	if err != nil {
		return did, err
	}
	path := huntPath(hunt) + "/answers/grants"
	if dry {
		path += "?dry_run=1"
	}
	err = r.call(ctx, http.MethodPost, path, http.Header{"Content-Type": {jsonType}}, body, &did)
	return did, err
}

func huntPath(hunt string) string { return "hunts/" + url.PathEscape(hunt) }

// call sends a request and reads the answer: bytes as they are, else JSON.
func (r *Remote) call(ctx context.Context, method, path string, header http.Header, body []byte, into any) error {
	ctx, cancel := context.WithTimeout(ctx, RemoteTimeout)
	defer cancel()
	target := strings.TrimSuffix(r.Server, "/") + "/api/v1/" + path
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if header != nil {
		req.Header = header
	}
	req.Header.Set("Authorization", "Bearer "+r.Token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("%w; is the server running, and --server its address?", err)
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return r.refused(res, answer)
	}
	switch into := into.(type) {
	case nil:
		return nil
	case *[]byte:
		*into = answer
		return nil
	default:
		if err := json.Unmarshal(answer, into); err != nil {
			return fmt.Errorf("the server's answer cannot be read: %w", err)
		}
		return nil
	}
}

// refused is the error of an answer that is not what was asked for.
func (r *Remote) refused(res *http.Response, answer []byte) error {
	var p problem
	switch {
	case json.Unmarshal(answer, &p) != nil || p.Code == "":
		return fmt.Errorf("%s answered %s", r.Server, res.Status)
	case p.Plan != nil:
		return &UnconfirmedError{*p.Plan, p.Rev, p.Detail}
	case len(p.Findings) > 0:
		return fmt.Errorf("%s: %s\n%s", p.Code, p.Detail, p.Findings)
	}
	return fmt.Errorf("%s: %s", p.Code, p.Detail)
}
