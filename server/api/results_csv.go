package api

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"veltrix/game"
)

// results is the live board as a table. A name that a spreadsheet would take
// for a formula gets an apostrophe in front.
func (a *API) results(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	id := r.PathValue("hunt")
	rows, _, err := a.store.Rows(r.Context(), id, false)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+id+`-results.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	if err := writeResults(w, rows); err != nil {
		a.log.Warn("results cut", requestFields(r, zap.Error(err))...)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func writeResults(w http.ResponseWriter, rows []game.Row) error {
	control := http.NewResponseController(w)
	out := csv.NewWriter(w)
	if err := out.Write([]string{"rank", "entrant", "name", "points", "solved", "badges"}); err != nil {
		return err
	}
	for i, row := range rows {
		if i%ledgerChunk == 0 {
			if err := control.SetWriteDeadline(time.Now().Add(chunkTimeout)); err != nil {
				return err
			}
		}
		if err := out.Write([]string{
			strconv.Itoa(i + 1), harmless(row.Entrant), harmless(row.Name),
			decimal(row.Points), decimal(row.Solved), decimal(row.Badges),
		}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func harmless(cell string) string {
	if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
