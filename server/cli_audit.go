package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"

	"go.uber.org/zap"

	"veltrix/game/audit"
	"veltrix/game/bolt/salvage"
	"veltrix/server/config"
)

type auditCmd struct {
	Hunts         []string             `arg:"" optional:"" name:"hunt" help:"Ids of hunts; all of the store when there is none."`
	Repair        bool                 `help:"Make a readable file of a damaged bolt store first, keeping the damaged one."`
	StoreSettings config.StoreSettings `embed:""`
	Config        string               `placeholder:"FILE" help:"The server's configuration file."`
}

// Run implements the command: every difference on a line of its own, then a
// table of the hunts. With --repair it first says what was kept and what was cut.
func (c *auditCmd) Run(ctx context.Context, out *streams, from *config.Sources) (err error) {
	if err := storeExists(&c.StoreSettings, from); err != nil {
		return err
	}
	kind, dir, err := c.StoreSettings.Kind()
	if err != nil {
		return err
	}
	whole := true
	if c.Repair {
		if whole, err = c.repair(out, kind, dir); err != nil {
			return err
		}
	}
	damage := map[string]error{}
	if kind == config.Bolt {
		if damage, err = c.damage(dir); err != nil {
			return err
		}
	}
	store, err := openStoreFor(ctx, &c.StoreSettings, zap.NewNop(), true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	reports, err := audit.Hunts(ctx, store, c.Hunts, damage)
	if err != nil {
		return err
	}
	same, err := writeReports(out, reports)
	if err == nil && !(same && whole) {
		return errFound
	}
	return err
}

// damage reads every record of a bolt store, those included that no total
// depends on, and returns what is wrong with each hunt.
func (c *auditCmd) damage(dir string) (map[string]error, error) {
	found, err := salvage.Check(dir)
	if err != nil {
		return nil, boltError(&c.StoreSettings, err)
	}
	damage := map[string]error{}
	for _, r := range found {
		damage[r.Hunt] = r.Err
	}
	return damage, nil
}

// writeReports reports whether all is as the ledgers say.
func writeReports(out *streams, reports []*audit.Report) (same bool, err error) {
	w := tabwriter.NewWriter(out.out, 0, 0, 2, ' ', 0)
	p := printer{w: w}
	differences := 0
	for _, r := range reports {
		for _, d := range r.Differences {
			p.line(d.String())
		}
		if r.More > 0 {
			p.line(fmt.Sprintf("%s: %d more differences are not shown", r.Hunt, r.More))
		}
		differences += len(r.Differences) + r.More
	}
	p.line("HUNT", "ENTRIES", "ENTRANTS", "AWARDS", "BADGES HELD", "POINTS", "DIFFERENCES")
	for _, r := range reports {
		p.line(r.Hunt, decimal(r.Entries), decimal(int64(r.Entrants)), decimal(r.Awards), decimal(r.Badges), decimal(r.Points),
			decimal(int64(len(r.Differences)+r.More)))
	}
	if differences == 0 {
		p.line(fmt.Sprintf("%d hunts: every total, badge and board is what the ledger says.", len(reports)))
	} else {
		p.line(fmt.Sprintf("%d hunts: %d differences.", len(reports), differences))
	}
	if p.err != nil {
		return false, p.err
	}
	return differences == 0, w.Flush()
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
