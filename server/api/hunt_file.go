package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

// huntTypes are the content types of hunt files: JSON is YAML, too.
var huntTypes = []string{"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", jsonType}

// Applied is the answer to a hunt file: what it changed or, in a dry run,
// would change.
type Applied struct {
	// Rev is the revision in force after it; in a dry run the one that it
	// would get.
	Rev      int64             `json:"rev"`
	Plan     Plan              `json:"plan"`
	Findings huntfile.Findings `json:"findings"` // warnings and notes
	DryRun   bool              `json:"dry_run,omitempty"`
	Replay   bool              `json:"replay,omitempty"` // the file is in force already
}

// define applies a hunt file, or says what applying it would change. What has
// consequences for those who play is applied only when it is confirmed.
func (a *API) define(w http.ResponseWriter, r *http.Request) error {
	if err := query(r, "dry_run", "confirm"); err != nil {
		return err
	}
	dry, err := queryFlag(r, "dry_run", false)
	if err != nil {
		return err
	}
	confirmed, err := queryFlag(r, "confirm", false)
	if err != nil {
		return err
	}
	d, findings, err := a.readHunt(w, r)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		out, against, err := a.plan(r, d)
		if err != nil {
			return err
		}
		out.Findings, out.DryRun = append(huntfile.Findings{}, findings...), dry
		if dry {
			return answer(w, http.StatusOK, out)
		}
		if out.Plan.Confirm && !confirmed {
			return unconfirmed(out)
		}
		reply, _, err := a.command(r, game.Command{Type: game.CmdDefine, Definition: d, If: against, By: byOrganizer})
		if reply.Why == game.WhyRev && try < maxPlans {
			continue // another file came between, so other things may follow from this one
		}
		if reply.Why == game.WhyRev {
			return changedSince(reply.Rev)
		}
		if err != nil {
			return err
		}
		out.Rev, out.Replay = reply.Rev, reply.Replay
		w.Header().Set("ETag", tagOf(out.Rev))
		return answer(w, http.StatusOK, out)
	}
}

// maxPlans is how often a file is planned, at most, while others are applied.
const maxPlans = 100

// plan says what a definition would change, and of which revision that holds: 0
// when there is none yet.
func (a *API) plan(r *http.Request, d *hunt.Definition) (out Applied, against int64, err error) {
	sum, err := a.inStore(r, d.ID)
	if err != nil {
		return out, 0, err
	}
	var before *hunt.Definition
	if sum != nil {
		if before = sum.Definition; sum.DeletedAt != 0 {
			return out, 0, refuseReply(game.Reply{Code: game.CodeConflict, Why: game.WhyBin})
		}
	}
	only, err := revisionIn(r, before)
	if err != nil {
		return out, 0, err
	}
	if before != nil {
		against = before.Rev
	}
	if out.Rev, out.Replay = nextRev(before, d); only != 0 && !out.Replay && only != before.Rev {
		return out, 0, changedSince(before.Rev)
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	out.Plan, err = PlanOf(ctx, a.store, sum, d, a.clock.Now().UnixMilli())
	return out, against, err
}

// unconfirmed refuses what was not confirmed, with the plan.
func unconfirmed(out Applied) *problem {
	said := make([]string, len(out.Plan.Consequences))
	for i := range said {
		said[i] = out.Plan.Consequences[i].Text
	}
	p := refuse(codeConfirm, strings.Join(said, " ")+" Nothing has changed. To apply the file, send it again with ?confirm=1.")
	p.Plan, p.Rev = &out.Plan, out.Rev-1
	return p
}

// tagOf is the ETag of a revision.
func tagOf(rev int64) string { return `"` + strconv.FormatInt(rev, 10) + `"` }

// revisionIn reads If-Match: the revision that has to be in force, 0 for any. Of
// several it is the one in force. A hunt that does not exist has none.
func revisionIn(r *http.Request, before *hunt.Definition) (only int64, err error) {
	for item := range strings.SplitSeq(strings.Join(r.Header.Values("If-Match"), ","), ",") {
		item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
		switch {
		case item == "":
			continue
		case before == nil:
			return 0, changedSince(0)
		case item == "*":
			return 0, nil
		}
		rev, err := strconv.ParseInt(strings.Trim(item, `"`), 10, 64)
		if err != nil || rev < 1 {
			return 0, badRequest(fmt.Sprintf("If-Match is %q, want the ETag of a definition, such as \"3\"", clip(item)))
		}
		if only = rev; rev == before.Rev {
			return only, nil
		}
	}
	return only, nil
}

// changedSince refuses a file that was made from an older revision.
func changedSince(rev int64) *problem {
	text := "there is no such hunt yet"
	if rev != 0 {
		text = fmt.Sprintf("revision %d is in force: somebody has changed the hunt since; get it again", rev)
	}
	p := refuse(game.CodeConflict, text)
	p.Status, p.Title, p.Why, p.Rev = http.StatusPreconditionFailed, http.StatusText(http.StatusPreconditionFailed), game.WhyRev, rev
	return p
}

// linted is what was found in a hunt file.
type linted struct {
	Hunt     string            `json:"hunt"` // empty when the file has errors
	Findings huntfile.Findings `json:"findings"`
	MaxScore int64             `json:"max_score"` // 0 when the file has errors
}

// lint says what is wrong or odd in a hunt file, and changes nothing.
func (a *API) lint(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	src, err := readFile(w, r)
	if err != nil {
		return err
	}
	d, findings := a.check(r, src)
	out := linted{Findings: append(huntfile.Findings{}, findings...)}
	if d != nil {
		out.Hunt, out.MaxScore = d.ID, hunt.MaxScore(d)
	}
	return answer(w, http.StatusOK, out)
}

// readFile reads the hunt file in a body. The type may be missing, as with curl -T.
func readFile(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.Header.Get("Content-Type") != "" {
		if err := mediaType(r, huntTypes...); err != nil {
			return nil, err
		}
	}
	src, err := io.ReadAll(http.MaxBytesReader(w, r.Body, hunt.MaxFile))
	if err != nil {
		return nil, bodyProblem(err)
	}
	return src, nil
}

// check is huntfile.Parse, but for a file that is in force already: an earlier
// linter accepted it, so what this one calls errors are warnings.
func (a *API) check(r *http.Request, src []byte) (*hunt.Definition, huntfile.Findings) {
	d, findings := huntfile.Parse(src)
	if d != nil {
		return d, findings
	}
	old, warnings := huntfile.Recheck(src)
	if old == nil {
		return nil, findings
	}
	if now, err := a.inForce(r, old.ID); err != nil || now == nil || !bytes.Equal(now.Source, src) {
		return nil, findings
	}
	return old, warnings
}

// readHunt reads and checks the hunt file in a body.
func (a *API) readHunt(w http.ResponseWriter, r *http.Request) (*hunt.Definition, huntfile.Findings, error) {
	src, err := readFile(w, r)
	if err != nil {
		return nil, nil, err
	}
	d, findings := a.check(r, src)
	if d == nil {
		p := refuse(codeBadHunt, "the hunt file has errors")
		p.Findings = findings
		return nil, nil, p
	}
	if id := r.PathValue("hunt"); d.ID != id {
		return nil, nil, refuse(codeBadHunt, fmt.Sprintf("the file is of the hunt %s, the path of %s", d.ID, id))
	}
	return d, findings, nil
}

// inForce returns the definition that a hunt has, nil when there is no hunt. A
// hunt in the bin has one.
func (a *API) inForce(r *http.Request, id string) (*hunt.Definition, error) {
	sum, err := a.inStore(r, id)
	if sum == nil {
		return nil, err
	}
	return sum.Definition, nil
}

// inStore reads a hunt, nil when there is none. It may be in the bin.
func (a *API) inStore(r *http.Request, id string) (*game.Summary, error) {
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	sum, err := a.store.Load(ctx, id)
	if errors.Is(err, game.ErrUnknownHunt) {
		return nil, nil
	}
	return sum, err
}

func nextRev(before, d *hunt.Definition) (rev int64, same bool) {
	switch {
	case before == nil:
		return 1, false
	case bytes.Equal(before.Source, d.Source):
		return before.Rev, true
	}
	return before.Rev + 1, false
}

// definition returns the hunt file as it was given, answers and all.
func (a *API) definition(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	sum, err := a.load(ctx, r.PathValue("hunt"))
	if err != nil {
		return err
	}
	d := sum.Definition
	tag := tagOf(d.Rev)
	h := w.Header()
	h.Set("Cache-Control", "private, no-cache")
	if unchanged(w, r, tag) {
		return nil
	}
	h.Set("Content-Type", "application/yaml")
	if json.Valid(d.Source) {
		h.Set("Content-Type", jsonType)
	}
	_, _ = w.Write(d.Source) // a peer that has gone hears nothing
	return nil
}
