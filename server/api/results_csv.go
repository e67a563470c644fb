package api

import (
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.uber.org/zap"
)

// results is the live board as a table. It begins with a byte order mark, without
// which spreadsheets take it for text in the local code page.
func (a *API) results(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	id := r.PathValue("hunt")
	rows, err := a.table(r.Context(), id)
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

func writeResults(w http.ResponseWriter, rows []result) error {
	control := http.NewResponseController(w)
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(resultColumns); err != nil {
		return err
	}
	for i, row := range rows {
		if i%ledgerChunk == 0 {
			if err := control.SetWriteDeadline(time.Now().Add(chunkTimeout)); err != nil {
				return err
			}
		}
		rank := ""
		if row.rank != 0 {
			rank = strconv.Itoa(row.rank)
		}
		if err := out.Write([]string{
			rank, harmless(row.Entrant), harmless(row.Name), decimal(row.Points), decimal(row.Solved), decimal(row.Badges),
			row.Division, row.state(), clock(row.started), clock(row.finished), decimal(row.penalties),
		}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless puts an apostrophe before what a spreadsheet would take for the
// beginning of a formula: at the beginning of the cell, and after a character at
// which a spreadsheet of another country would begin the next cell.
func harmless(cell string) string {
	var b strings.Builder
	begins := true // a cell, so far without anything that can be seen
	for _, r := range cell {
		if begins && strings.ContainsRune(formulas, r) {
			b.WriteByte('\'')
		}
		begins = strings.ContainsRune(separators, r) || begins && (r == '"' || unicode.IsSpace(r))
		b.WriteRune(r)
	}
	return b.String()
}

// What begins a formula, in all widths, and what separates cells.
const (
	formulas   = "=+-@\t\r＝＋－＠﹦﹢﹣﹫"
	separators = ";,|\t\r\n"
)

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
