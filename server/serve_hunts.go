package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/actor"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
	"veltrix/server/api"
	"veltrix/server/config"
	"veltrix/server/protocol"
)

// openHunts applies the files of --hunt and opens their hunts. An empty bolt
// store gets the demo hunt, which it reports.
func (n *node) openHunts(ctx context.Context) (demo bool, err error) {
	for _, name := range n.set.Hunt {
		src, err := config.ReadBounded(name, hunt.MaxFile)
		if err != nil {
			return false, fmt.Errorf("--hunt: %w", err)
		}
		if err := n.openHunt(ctx, name, src); err != nil {
			return false, err
		}
	}
	if kind, _, err := n.set.StoreSettings.Kind(); err != nil || kind != config.Bolt || len(n.set.Hunt) > 0 {
		return false, err
	}
	ids, err := n.store.Hunts(ctx)
	if err != nil {
		return false, fmt.Errorf("list hunts: %w", err)
	}
	if len(ids) > 0 {
		return false, nil
	}
	return true, n.openHunt(ctx, "the demo hunt", huntfile.Demo())
}

// openHunt applies a hunt file and opens its hunt if it is a draft that no
// schedule will open. A file that would end or freeze a running hunt is refused.
func (n *node) openHunt(ctx context.Context, name string, src []byte) error {
	d, findings := n.check(ctx, src)
	if d == nil {
		return fmt.Errorf("--hunt: %s has errors:\n%s", name, located(name, findings))
	}
	for _, f := range findings {
		level := zap.WarnLevel
		if f.Severity == huntfile.SeverityNote {
			level = zap.InfoLevel
		}
		n.log.Log(level, "hunt file", zap.String("file", name), zap.String("finding", f.String()))
	}
	if err := n.harmless(ctx, name, d); err != nil {
		return err
	}
	if err := n.do(ctx, d.ID, game.Command{Type: game.CmdDefine, Definition: d, By: byStart}); err != nil {
		return fmt.Errorf("--hunt: apply %s: %w", name, err)
	}
	sum, err := n.store.Load(ctx, d.ID)
	if err != nil {
		return fmt.Errorf("--hunt: open %s: %w", name, err)
	}
	if sum.Phase != game.Draft || sum.OpensAt != 0 {
		return nil
	}
	open := game.Command{Type: game.CmdPhase, ID: uuid.NewString(), Phase: game.Open, By: byStart}
	if err := n.do(ctx, d.ID, open); err != nil {
		return fmt.Errorf("--hunt: open %s: %w", name, err)
	}
	n.log.Info("hunt opened", zap.String("hunt", d.ID), zap.String("file", name))
	return nil
}

// harmless refuses a file that has consequences for those who play, unless --yes
// says that they are meant. Opening the hunt is what --hunt is for.
func (n *node) harmless(ctx context.Context, name string, d *hunt.Definition) error {
	sum, err := n.store.Load(ctx, d.ID)
	switch {
	case errors.Is(err, game.ErrUnknownHunt):
		sum = nil
	case err != nil:
		return fmt.Errorf("--hunt: %s: %w", name, err)
	case sum.DeletedAt != 0:
		return fmt.Errorf("--hunt: the hunt %s of %s is in the bin; start without this file and take it out: veltrix hunt restore %s", d.ID, name, d.ID)
	}
	plan, err := api.PlanOf(ctx, n.store, sum, d, n.clock.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("--hunt: %s: %w", name, err)
	}
	var said []string
	for _, c := range plan.Consequences {
		if c.Kind != api.Opens {
			said = append(said, c.Text)
		}
	}
	if len(said) == 0 {
		return nil
	}
	if !n.set.Yes {
		return fmt.Errorf("--hunt: %s has consequences, so nothing was applied:\n  %s\nCorrect the file, or start with --yes if that is meant", name, strings.Join(said, "\n  "))
	}
	n.log.Warn("hunt file with consequences", zap.String("file", name), zap.String("hunt", d.ID), zap.Strings("consequences", said))
	return nil
}

// check is huntfile.Parse, but for a file that is in force already: an earlier
// linter accepted it, and a stricter one must not keep the server from starting.
func (n *node) check(ctx context.Context, src []byte) (*hunt.Definition, huntfile.Findings) {
	d, findings := huntfile.Parse(src)
	if d != nil {
		return d, findings
	}
	old, warnings := huntfile.Recheck(src)
	if old == nil {
		return nil, findings
	}
	if sum, err := n.store.Load(ctx, old.ID); err != nil || !bytes.Equal(sum.Definition.Source, src) {
		return nil, findings
	}
	return old, warnings
}

// byStart is the organizer of the hunts of --hunt in the ledger.
const byStart = "start"

func (n *node) do(ctx context.Context, id string, c game.Command) error {
	reply, err := n.hunts.Do(ctx, id, actor.Request{Command: c})
	if err != nil {
		return err
	}
	if reply.Outcome == game.OutRefused {
		return fmt.Errorf("%s: %s", reply.Code, protocol.RefusalText(reply))
	}
	return nil
}
