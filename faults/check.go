package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"veltrix/testkit/check"
	"veltrix/testkit/player"
)

// checkDir checks what a fault left in its directory: the history of the players
// and of the organizer against ledgers and boards. It can be done again at any
// time.
func checkDir(dir string) (row Row, err error) {
	text, err := os.ReadFile(filepath.Join(dir, "meta.json"))
	if err != nil {
		return row, err
	}
	if err := json.Unmarshal(text, &row.meta); err != nil {
		return row, fmt.Errorf("meta.json: %w", err)
	}
	journal, err := os.Open(filepath.Join(dir, "players.ndjson"))
	if err != nil {
		return row, err
	}
	history, err := player.Replay(journal)
	if err = errors.Join(err, journal.Close()); err != nil {
		return row, err
	}
	orders, err := lines[Order](filepath.Join(dir, "orders.ndjson"))
	if err != nil {
		return row, err
	}
	claims := map[string][]player.Claim{}
	for _, c := range history.Claims() {
		claims[c.Hunt] = append(claims[c.Hunt], c)
	}
	visits := map[string][]player.Visit{}
	for _, v := range history.Visits() {
		visits[v.Hunt] = append(visits[v.Hunt], v)
	}
	for _, hunt := range row.Hunts {
		if err := row.hunt(dir, hunt, claims[hunt], visits[hunt], orders); err != nil {
			return row, err
		}
		delete(claims, hunt)
	}
	for hunt, left := range claims {
		row.findf("%d claims are of %s, of which there is no ledger", len(left), hunt)
	}
	return row, nil
}

func (r *Row) findf(format string, args ...any) {
	if len(r.Findings) < 50 {
		r.Findings = append(r.Findings, fmt.Sprintf(format, args...))
	}
}

// hunt checks one hunt.
func (r *Row) hunt(dir, hunt string, claims []player.Claim, visits []player.Visit, orders []Order) error {
	ledger, err := lines[check.Entry](filepath.Join(dir, hunt+".ledger.ndjson"))
	if err != nil {
		return err
	}
	epochs := map[string]bool{}
	byID := map[string]int{}
	for i := range ledger {
		epochs[ledger[i].Epoch] = true
		if e := &ledger[i]; e.ID != "" && e.Type != "awarded" && e.Type != "badge" {
			byID[e.ID]++
		}
	}
	r.Tally.Add(check.Count(claims, ledger))
	for i := range r.Nodes {
		var board check.Board
		text, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%s.board%d.json", hunt, i)))
		if err == nil {
			err = json.Unmarshal(text, &board)
		}
		if err != nil {
			return err
		}
		history := claims
		if i > 0 {
			history = nil // is compared with the same ledger
		}
		for _, p := range check.Verify(history, ledger, &board) {
			r.findf("%s: node %d: %s", hunt, i, p)
		}
	}
	histories := len(epochs)
	if r.Lossy {
		histories = max(histories, 2) // a hunt that was wiped may know the last one only
	} else {
		for _, p := range check.Visits(visits, ledger) {
			r.findf("%s: %s", hunt, p)
		}
	}
	for _, p := range check.Linearizable(claims, histories) {
		r.findf("%s: %s", hunt, p)
	}
	for _, o := range orders {
		if n := byID[o.ID]; o.Hunt == hunt && (n > 1 || n == 0 && o.Status/100 == 2) {
			r.findf("%s: order %s of %s was answered %d and is %d times in the ledger", hunt, o.ID, o.Path, o.Status, n)
		}
	}
	return nil
}

// lines reads a file of one JSON object a line.
func lines[T any](path string) ([]T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // has been read
	var all []T
	decode := json.NewDecoder(bufio.NewReader(f))
	for {
		var one T
		switch err := decode.Decode(&one); err {
		case nil:
			all = append(all, one)
		case io.EOF:
			return all, nil
		default:
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
}
