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
	"strings"
	"time"
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

// Apply applies a hunt file, or with dry asks what that would change. What the
// server refuses is an error that says why.
func (r *Remote) Apply(ctx context.Context, hunt string, file []byte, dry bool) (did Applied, err error) {
	suffix := ""
	if dry {
		suffix = "?dry_run=1"
	}
	body, err := r.call(ctx, http.MethodPut, hunt, suffix, "application/yaml", file)
	if err != nil {
		return did, err
	}
	if err := json.Unmarshal(body, &did); err != nil {
		return did, fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return did, nil
}

// Definition returns the hunt file in force. What the server refuses is an
// error that says why.
func (r *Remote) Definition(ctx context.Context, hunt string) ([]byte, error) {
	return r.call(ctx, http.MethodGet, hunt, "/definition", "", nil)
}

func (r *Remote) call(ctx context.Context, method, hunt, rest, contentType string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, RemoteTimeout)
	defer cancel()
	target := strings.TrimSuffix(r.Server, "/") + "/api/v1/hunts/" + url.PathEscape(hunt) + rest
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+r.Token)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w; is the server running, and --server its address?", err)
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	if res.StatusCode == http.StatusOK {
		return answer, nil
	}
	var p problem
	if json.Unmarshal(answer, &p) != nil || p.Code == "" {
		return nil, fmt.Errorf("%s answered %s", r.Server, res.Status)
	}
	if len(p.Findings) > 0 {
		return nil, fmt.Errorf("%s: %s\n%s", p.Code, p.Detail, p.Findings)
	}
	return nil, fmt.Errorf("%s: %s", p.Code, p.Detail)
}
