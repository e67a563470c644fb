package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/xuri/excelize/v2"
	"go.uber.org/zap"
)

// sheetTime is how long the largest sheet takes to be read and packed.
const sheetTime = 30 * time.Second

// sheet is the live board as a sheet for spreadsheet programs. Its names are texts,
// whatever they look like.
func (a *API) sheet(w http.ResponseWriter, r *http.Request) error {
	if err := query(r); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), sheetTime)
	defer cancel()
	id := r.PathValue("hunt")
	rows, err := a.table(ctx, id)
	if err != nil {
		return err
	}
	file, err := sheetOf(rows)
	if err != nil {
		return fmt.Errorf("make the sheet of %s: %w", id, err)
	}
	defer func() {
		if err := file.Close(); err != nil {
			a.log.Warn("sheet not tidied up", requestFields(r, zap.Error(err))...)
		}
	}()
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="`+id+`-results.xlsx"`)
	h.Set("Cache-Control", "no-store")
	if err := file.Write(w); err != nil {
		a.log.Warn("results cut", requestFields(r, zap.Error(err))...)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// sheetOf makes a file with one sheet. It has to be closed.
func sheetOf(rows []result) (_ *excelize.File, err error) {
	file := excelize.NewFile()
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close())
		}
	}()
	const name = "Results"
	if err := file.SetSheetName(file.GetSheetName(0), name); err != nil {
		return nil, err
	}
	out, err := file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		out.SetColWidth(2, 3, 30), // ids and names
		out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}),
	)
	if err != nil {
		return nil, err
	}
	head := make([]any, len(resultColumns))
	for i, column := range resultColumns {
		head[i] = column
	}
	if err := out.SetRow("A1", head); err != nil {
		return nil, err
	}
	for i, row := range rows {
		var rank any // an empty cell
		if row.rank != 0 {
			rank = row.rank
		}
		cells := []any{
			rank, row.Entrant, row.Name, row.Points, row.Solved, row.Badges,
			row.Division, row.state(), clock(row.started), clock(row.finished), row.penalties,
		}
		if err := out.SetRow(fmt.Sprintf("A%d", i+2), cells); err != nil {
			return nil, err
		}
	}
	return file, out.Flush()
}
