package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/server/api"
	"veltrix/server/config"
)

type huntCmd struct {
	Lint   lintCmd   `cmd:"" help:"Say everything that is wrong or odd in hunt files, and the maximum score."`
	Plan   planCmd   `cmd:"" help:"Say what applying a hunt file would change."`
	Apply  applyCmd  `cmd:"" help:"Apply a hunt file to a running server."`
	Export exportCmd `cmd:"" help:"Print the hunt file in force, answers and all."`

	Answers answersCmd `cmd:"" help:"List the wrong answers to a challenge, and how often each was given."`
	Regrant regrantCmd `cmd:"" help:"Grant a challenge to all who gave an answer, after the hunt file was corrected."`

	Delete  deleteCmd  `cmd:"" help:"Put a hunt into the bin, from which it can be restored for 30 days."`
	Restore restoreCmd `cmd:"" help:"Take a hunt out of the bin."`
	Bin     binCmd     `cmd:"" help:"List the hunts in the bin."`
}

type lintCmd struct {
	Files []string `arg:"" name:"file" help:"Hunt files; - is standard input."`
}

// Run implements the command.
func (c *lintCmd) Run(out *streams) error {
	failed := false
	for _, name := range c.Files {
		src, err := config.ReadBounded(name, hunt.MaxFile)
		if err != nil {
			return err
		}
		d, findings := huntfile.Parse(src)
		text := located(name, findings)
		if d == nil {
			failed = true
		} else {
			text += fmt.Sprintf("%s: %s, %d challenges, %d badges, maximum score %d\n",
				name, d.ID, len(d.Challenges), len(d.Badges), hunt.MaxScore(d))
		}
		if _, err := io.WriteString(out.out, text); err != nil {
			return err
		}
	}
	if failed {
		return errFound
	}
	return nil
}

// located is findings as compilers print theirs, one a line:
// file:line:col: severity: message (remedy).
func located(name string, findings huntfile.Findings) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s:%d:%d: %s: ", name, f.Line, f.Column, f.Severity)
		if f.Path != "" {
			fmt.Fprintf(&b, "%s: ", f.Path)
		}
		b.WriteString(f.Message)
		if f.Remedy != "" {
			fmt.Fprintf(&b, " (%s)", f.Remedy)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// remote is a running server, and the token that it demands.
type remote struct {
	Server         string `default:"http://127.0.0.1:8080" placeholder:"URL" help:"The server's address."`
	OrganizerToken string `required:"" placeholder:"TOKEN" help:"The organizers' token, as in the link that the server prints at start."`
}

type planCmd struct {
	remote
	File string `arg:"" help:"Hunt file; - is standard input."`
}

// Run implements the command.
func (c *planCmd) Run(ctx context.Context, out *streams) error {
	return c.apply(ctx, out, c.File, api.DryRun)
}

type applyCmd struct {
	remote
	Yes    bool   `source:"flag" help:"Do not ask, whatever follows from it for those who play."`
	DryRun bool   `source:"flag" help:"Change nothing, print the plan: as veltrix hunt plan."`
	File   string `arg:"" help:"Hunt file; - is standard input, and then nobody can be asked."`
}

// Run implements the command.
func (c *applyCmd) Run(ctx context.Context, out *streams) error {
	how := api.IfHarmless
	switch {
	case c.DryRun:
		how = api.DryRun
	case c.Yes:
		how = api.Confirmed
	}
	return c.apply(ctx, out, c.File, how)
}

type exportCmd struct {
	remote
	Hunt string `arg:"" help:"Id of the hunt."`
}

// Run implements the command.
func (c *exportCmd) Run(ctx context.Context, out *streams) error {
	server, err := c.api()
	if err != nil {
		return err
	}
	file, err := server.Definition(ctx, c.Hunt)
	if err != nil {
		return err
	}
	_, err = out.out.Write(file)
	return err
}

// apply applies a hunt file, or says what that would change. It asks before what
// has consequences.
func (r *remote) apply(ctx context.Context, out *streams, file string, how api.Applying) error {
	src, err := config.ReadBounded(file, hunt.MaxFile)
	if err != nil {
		return err
	}
	d, findings := huntfile.Parse(src)
	if _, err := io.WriteString(out.out, located(file, findings)); err != nil {
		return err
	}
	if d == nil {
		return errFound
	}
	server, err := r.api()
	if err != nil {
		return err
	}
	did, err := server.Apply(ctx, d.ID, src, how, 0)
	var unconfirmed *api.UnconfirmedError
	asked := errors.As(err, &unconfirmed)
	if asked {
		if _, err := io.WriteString(out.out, said(&unconfirmed.Plan)); err != nil {
			return err
		}
		if err := out.confirm("Apply it all the same?"); err != nil {
			return err
		}
		did, err = server.Apply(ctx, d.ID, src, api.Confirmed, unconfirmed.Rev)
	}
	if err != nil {
		return err
	}
	text := ""
	if !asked && !did.Replay {
		text = said(&did.Plan)
	}
	switch {
	case did.Replay:
		text += fmt.Sprintf("%s: revision %d is this file already; nothing changes\n", d.ID, did.Rev)
	case how == api.DryRun:
		text += fmt.Sprintf("%s: would become revision %d\n", d.ID, did.Rev)
	default:
		text += fmt.Sprintf("%s: is revision %d now\n", d.ID, did.Rev)
	}
	_, err = io.WriteString(out.out, text)
	return err
}

// said is a plan for people, what follows from it last.
func said(p *api.Plan) string {
	lines := slices.Clone(p.Text)
	for _, c := range p.Consequences {
		lines = append(lines, "! "+c.Text)
	}
	return strings.Join(append(lines, ""), "\n")
}

type deleteCmd struct {
	remote
	Yes  bool   `source:"flag" help:"Do not ask."`
	Hunt string `arg:"" help:"Id of the hunt."`
}

// Run implements the command.
func (c *deleteCmd) Run(ctx context.Context, out *streams) error {
	server, err := c.api()
	if err != nil {
		return err
	}
	if !c.Yes {
		title, entrants, err := server.Summary(ctx, c.Hunt)
		if err != nil {
			return err
		}
		if err := out.confirm(fmt.Sprintf("Put the hunt %s (%s), with %d entrants, into the bin?", c.Hunt, title, entrants)); err != nil {
			return err
		}
	}
	if err := server.Delete(ctx, c.Hunt); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.out, "%s: is in the bin for 30 days; veltrix hunt restore %s takes it out\n", c.Hunt, c.Hunt)
	return err
}

type restoreCmd struct {
	remote
	Reason string `default:"restored on the command line" placeholder:"TEXT" help:"Reason, for the ledger."`
	Hunt   string `arg:"" help:"Id of the hunt."`
}

// Run implements the command.
func (c *restoreCmd) Run(ctx context.Context, out *streams) error {
	server, err := c.api()
	if err != nil {
		return err
	}
	if err := server.Restore(ctx, c.Hunt, c.Reason); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out.out, "%s: is back\n", c.Hunt)
	return err
}

type binCmd struct {
	remote
}

// Run implements the command.
func (c *binCmd) Run(ctx context.Context, out *streams) error {
	server, err := c.api()
	if err != nil {
		return err
	}
	list, err := server.Bin(ctx)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		_, err = io.WriteString(out.out, "the bin is empty\n")
		return err
	}
	for _, h := range list {
		day := func(ms int64) string { return time.UnixMilli(ms).Local().Format(time.DateTime) }
		if _, err := fmt.Fprintf(out.out, "%s: %s, deleted %s, gone %s\n", h.Hunt, h.Title, day(h.Deleted), day(h.Gone)); err != nil {
			return err
		}
	}
	return nil
}

// api is the server's API.
func (r *remote) api() (*api.Remote, error) {
	base, err := url.Parse(r.Server)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, usageError{fmt.Errorf("--server: %q is no URL such as http://127.0.0.1:8080", r.Server)}
	}
	return &api.Remote{Server: r.Server, Token: r.OrganizerToken}, nil
}
