package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"veltrix/game"
)

// purgeTime is for how long the data of a deleted hunt is kept: a day longer than
// anyone can restore it, so that a clock that is wrong takes no hunt too early.
const purgeTime = (game.BinTime + 24*60*60*1000) * time.Millisecond

// Binned is a hunt in the bin. Times are Unix ms.
type Binned struct {
	Hunt    string `json:"hunt"`
	Title   string `json:"title"`
	Deleted int64  `json:"deleted"`
	Gone    int64  `json:"gone"` // from when on it cannot be restored
}

func binnedOf(sum *game.Summary) Binned {
	return Binned{sum.Definition.ID, sum.Definition.Title, sum.DeletedAt, sum.DeletedAt + game.BinTime}
}

// binning reads the command of a request about the bin. Its body may be left out,
// and so may the reason.
func binning(w http.ResponseWriter, r *http.Request) (c game.Command, err error) {
	body := order{ID: uuid.NewString()}
	if r.ContentLength != 0 {
		if err := decode(w, r, &body); err != nil {
			return c, err
		}
	}
	c = game.Command{Type: game.CmdDelete, By: byOrganizer}
	if c.ID, err = commandID(body.ID); err != nil {
		return c, err
	}
	c.Reason, err = checkText("reason", body.Reason, false)
	return c, err
}

// discard puts a hunt into the bin.
func (a *API) discard(w http.ResponseWriter, r *http.Request) error {
	if err := query(r, "confirm"); err != nil {
		return err
	}
	c, err := binning(w, r)
	if err != nil {
		return err
	}
	id := r.PathValue("hunt")
	if r.URL.Query().Get("confirm") != id {
		sum, err := a.load(r.Context(), id)
		if err != nil {
			return err
		}
		return refuse(codeConfirm, fmt.Sprintf("Deleting the hunt %s (%s) ends it%s Nothing has changed. "+
			"To put it into the bin, where it stays for 30 days, send this again with ?confirm=%s.", id, sum.Definition.Title, playing(sum.Entrants), id))
	}
	return a.throw(w, r, c)
}

// restore takes a hunt out of the bin.
func (a *API) restore(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	c, err := binning(w, r)
	if err != nil {
		return err
	}
	c.Lift = true
	sum, err := a.store.Load(r.Context(), r.PathValue("hunt"))
	if err != nil {
		return err
	}
	if sum.DeletedAt != 0 && a.clock.Now().UnixMilli() >= binnedOf(sum).Gone {
		return refuse(game.CodeUnknownHunt, "")
	}
	return a.throw(w, r, c)
}

// throw carries out a command about the bin.
func (a *API) throw(w http.ResponseWriter, r *http.Request, c game.Command) error {
	reply, _, err := a.command(r, c)
	a.charts.forget(r.PathValue("hunt"))
	if reply.Why == game.WhyHas {
		return refuse(game.CodeUnknownHunt, "") // it is in the bin already
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, changedBy(reply))
}

// bin lists the hunts in the bin.
func (a *API) bin(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), readTimeout)
	defer cancel()
	list := []Binned{}
	now := a.clock.Now().UnixMilli()
	err := eachBinned(ctx, a.store, func(sum *game.Summary) error {
		if b := binnedOf(sum); now < b.Gone {
			list = append(list, b)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, map[string]any{"hunts": list})
}

// eachBinned calls f for every hunt in the bin.
func eachBinned(ctx context.Context, store game.Store, f func(*game.Summary) error) error {
	ids, err := store.Hunts(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		sum, err := store.Load(ctx, id)
		if errors.Is(err, game.ErrUnknownHunt) {
			continue
		}
		if err != nil {
			return err
		}
		if sum.DeletedAt != 0 {
			if err := f(sum); err != nil {
				return err
			}
		}
	}
	return nil
}

// PurgeBin removes for good the hunts that have lain in the bin for longer than
// anyone can restore them, and a day; now is the store's clock.
func PurgeBin(ctx context.Context, store game.Store, now time.Time, log *zap.Logger) error {
	before := now.Add(-purgeTime).UnixMilli()
	return eachBinned(ctx, store, func(sum *game.Summary) error {
		if sum.DeletedAt >= before {
			return nil
		}
		id := sum.Definition.ID
		if err := store.Purge(ctx, id, before); err != nil {
			return fmt.Errorf("purge hunt %s: %w", id, err)
		}
		log.Info("hunt purged", zap.String("hunt", id), zap.Time("deleted", time.UnixMilli(sum.DeletedAt)))
		return nil
	})
}
