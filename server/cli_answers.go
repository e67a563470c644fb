package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"veltrix/server/api"
)

type answersCmd struct {
	remote
	Limit     int    `default:"100" placeholder:"N" help:"How many answers to list, at most 1000."`
	Hunt      string `arg:"" help:"Id of the hunt."`
	Challenge string `arg:"" optional:"" help:"Id of the challenge; without one the most frequent answers to each."`
}

// Run implements the command.
func (c *answersCmd) Run(ctx context.Context, out *streams) error {
	server, err := c.api()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out.out, 0, 8, 2, ' ', 0)
	p := printer{w: table}
	if c.Challenge != "" {
		list, err := server.Answers(ctx, c.Hunt, c.Challenge, c.Limit)
		if err != nil {
			return err
		}
		printAnswers(&p, &list)
	} else {
		all, err := server.AllAnswers(ctx, c.Hunt)
		if err != nil {
			return err
		}
		printAllAnswers(&p, all)
	}
	if p.err != nil {
		return p.err
	}
	return table.Flush()
}

// printAnswers prints the answers to one challenge. They are quoted, so that what
// cannot be seen is.
func printAnswers(p *printer, list *api.GivenAnswers) {
	p.line("GIVEN BY", "ANSWER")
	for _, a := range list.Answers {
		note := ""
		if a.Right {
			note = "accepted by now"
		}
		p.line(strconv.Itoa(a.Count), strconv.Quote(a.Text), note)
	}
	if more := list.Different - len(list.Answers); more > 0 {
		p.line(fmt.Sprintf("and %d more", more))
	}
}

func printAllAnswers(p *printer, all []api.GivenAnswers) {
	p.line("CHALLENGE", "WRONG", "DIFFERENT", "MOST OFTEN")
	for i := range all {
		top := make([]string, len(all[i].Answers))
		for k, a := range all[i].Answers {
			top[k] = fmt.Sprintf("%d× %s", a.Count, strconv.Quote(a.Text))
			if a.Right {
				top[k] += " (accepted by now)"
			}
		}
		p.line(all[i].Challenge, strconv.Itoa(all[i].Total), strconv.Itoa(all[i].Different), strings.Join(top, ", "))
	}
}

type regrantCmd struct {
	remote
	Yes       bool   `source:"flag" help:"Do not ask."`
	Force     bool   `source:"flag" help:"Also for an answer that the hunt file in force does not accept, and also what was taken back."`
	Reason    string `default:"your answer is right after all" placeholder:"TEXT" help:"Reason, for the ledger and for those who get it."`
	Hunt      string `arg:"" help:"Id of the hunt."`
	Challenge string `arg:"" help:"Id of the challenge."`
	Text      string `arg:"" help:"The answer, as veltrix hunt answers prints it or as anyone typed it."`
}

// Run implements the command.
func (c *regrantCmd) Run(ctx context.Context, out *streams) error {
	server, err := c.api()
	if err != nil {
		return err
	}
	ask := api.NewRegrant(c.Challenge, c.Text, c.Reason, c.Force)
	p := printer{w: out.out}
	if !c.Yes {
		would, err := server.Regrant(ctx, c.Hunt, ask, true)
		if err != nil {
			return err
		}
		printRegrant(&p, &would)
		if p.err != nil || would.Granted == 0 {
			return p.err
		}
		if err := out.confirm(fmt.Sprintf("Grant %s to them?", c.Challenge)); err != nil {
			return err
		}
	}
	did, err := server.Regrant(ctx, c.Hunt, ask, false)
	for err == nil && did.Left > 0 {
		left := did.Left
		did, err = server.Regrant(ctx, c.Hunt, ask, false)
		if err == nil && did.Left >= left {
			err = fmt.Errorf("the server is too slow: %d are left", left)
		}
	}
	if err != nil {
		return fmt.Errorf("%w; give the command again: nobody gets it twice", err)
	}
	printRegrant(&p, &did)
	return p.err
}

// printRegrant prints what a grant to all who gave an answer did, or would do.
func printRegrant(p *printer, did *api.Regranted) {
	verb := "was"
	if did.DryRun {
		verb = "would be"
	}
	p.line(fmt.Sprintf("%s gave %s; %s %s granted to %s, %d had it",
		entrants(did.Total), strconv.Quote(did.Text), did.Challenge, verb, entrants(did.Granted), did.Had))
	for _, e := range did.Entrants {
		p.line(fmt.Sprintf("  %s (%s): %+d, then %d", e.Name, e.Entrant, e.Points, e.Total))
	}
	if more := did.Granted - len(did.Entrants); more > 0 {
		p.line(fmt.Sprintf("  and %d more", more))
	}
	for _, e := range did.Refused {
		p.line(fmt.Sprintf("! %s (%s) not: %s", e.Name, e.Entrant, e.Why))
	}
	if more := did.Total - did.Granted - did.Had - did.Left - len(did.Refused); more > 0 {
		p.line(fmt.Sprintf("! and %d more not", more))
	}
}

func entrants(n int) string {
	if n == 1 {
		return "1 entrant"
	}
	return fmt.Sprintf("%d entrants", n)
}
