package actor

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"veltrix/game"
	"veltrix/game/hunt"
	"veltrix/game/hunt/huntfile"
)

// journal keeps a hunt's memory in a file, so that a node that is started again
// can still put back what the store lost meanwhile. Each record is a line of
// JSON. The file is written before the claims of a batch are answered, and not
// synced: it outlives the process, not the machine. When the memory drops its
// older half, the whole file is replaced.
//
// A nil journal keeps nothing.
type journal struct {
	path     string
	log      *zap.Logger
	failures prometheus.Counter

	buf     bytes.Buffer
	stale   bool      // the file is not what the memory is: replace it
	err     error     // of a record
	retryAt time.Time // after a failure
}

// record is a line of a journal; one field is set.
type record struct {
	Begin   *beginning   `json:"begin,omitempty"`
	Source  *definition  `json:"definition,omitempty"`
	Entry   *game.Entry  `json:"entry,omitempty"`
	Hidden  *hidden      `json:"hidden,omitempty"` // of the entry
	Pending *game.Review `json:"pending,omitempty"`
	Settled *game.Review `json:"settled,omitempty"` // of which entrant and challenge
}

// hidden is what an entry has and does not show.
type hidden struct {
	Invite string `json:"invite,omitempty"`
	Looks  string `json:"looks,omitempty"`
	Member string `json:"member,omitempty"`
	Note   string `json:"note,omitempty"`
	Number int64  `json:"number,omitempty"`
}

// beginning is what a memory knows besides its entries.
type beginning struct {
	Base   game.Head  `json:"base"`
	Phase  game.Phase `json:"phase"`
	Frozen bool       `json:"frozen"`
}

type definition struct {
	Rev    int64  `json:"rev"`
	Source []byte `json:"source"`
}

const (
	journalSuffix = ".ndjson"
	// journalRetry is the pause after a failed write: a full disk is noticed,
	// and not written to a thousand times a second.
	journalRetry = 5 * time.Second
)

func journalPath(dir, hunt string) string { return filepath.Join(dir, hunt+journalSuffix) }

// remembered lists the hunts that a directory has journals of, and makes the
// directory when there is none.
func remembered(dir string) ([]string, error) {
	if dir == "" {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("remember: %w", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("remember: %w", err)
	}
	var hunts []string
	for _, f := range files {
		if id, ok := strings.CutSuffix(f.Name(), journalSuffix); ok && hunt.ValidID(id) && f.Type().IsRegular() {
			hunts = append(hunts, id)
		}
	}
	return hunts, nil
}

// recall reads what a journal holds. A torn end is what a killed process
// leaves, so reading stops there; the error says what else is wrong, and the
// memory is what could be read before.
func recall(path string) (*memory, error) {
	m := &memory{}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("remember: %w", err)
	}
	defer func() { _ = file.Close() }() // was only read
	lines := bufio.NewReader(file)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return m, nil // what follows the last line was not written whole
		}
		if err != nil {
			return m, fmt.Errorf("remember: %w", err)
		}
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			return m, fmt.Errorf("remember: %s:%d: %w", path, n, err)
		}
		if err := m.recall(&r); err != nil {
			return m, fmt.Errorf("remember: %s:%d: %w", path, n, err)
		}
	}
}

func (m *memory) recall(r *record) error {
	switch {
	case r.Begin != nil:
		if err := r.Begin.Base.Check(); err != nil {
			return err
		}
		m.base, m.phase, m.frozen = r.Begin.Base, r.Begin.Phase, r.Begin.Frozen
	case r.Source != nil:
		d, findings := huntfile.ParseStored(r.Source.Source)
		if d == nil {
			return fmt.Errorf("definition %d cannot be read: %v", r.Source.Rev, findings)
		}
		d.Rev = r.Source.Rev
		m.definition = d
	case r.Entry != nil:
		if want := m.head().Seq + 1; r.Entry.Seq != want {
			return fmt.Errorf("entry %d where %d should be", r.Entry.Seq, want)
		}
		if err := headOf(r.Entry).Check(); err != nil {
			return err
		}
		if h := r.Hidden; h != nil {
			n := r.Entry
			n.Invite, n.Looks, n.Member, n.Note, n.Number = h.Invite, h.Looks, h.Member, h.Note, h.Number
		}
		m.add(r.Entry)
	case r.Pending != nil:
		m.pend(*r.Pending)
	case r.Settled != nil:
		m.settled(r.Settled.Entrant, r.Settled.Challenge)
	}
	return nil
}

func (j *journal) entry(n *game.Entry) {
	if j != nil {
		r := record{Entry: n}
		if h := (hidden{n.Invite, n.Looks, n.Member, n.Note, n.Number}); h != (hidden{}) {
			r.Hidden = &h
		}
		j.write(r)
	}
}

func (j *journal) definition(d *hunt.Definition) {
	if j != nil {
		j.write(record{Source: &definition{d.Rev, d.Source}})
	}
}

func (j *journal) pending(r *game.Review) {
	if j != nil {
		j.write(record{Pending: r})
	}
}

func (j *journal) settled(entrant, challenge string) {
	if j != nil {
		j.write(record{Settled: &game.Review{Entrant: entrant, Challenge: challenge}})
	}
}

func (j *journal) write(r record) {
	line, err := json.Marshal(r)
	j.err = errors.Join(j.err, err)
	j.buf.Write(append(line, '\n'))
}

// renew has the next flush replace the whole file.
func (j *journal) renew() {
	if j != nil {
		j.stale = true
	}
}

// flush writes what was collected. A failure is logged and counted, and later
// the file is replaced: the hunt goes on.
func (j *journal) flush(m *memory) {
	if j == nil || j.buf.Len() == 0 && !j.stale {
		return
	}
	defer j.buf.Reset()
	err := j.err
	switch {
	case err != nil:
		j.err = nil
	case !j.stale:
		err = j.append()
	case time.Now().Before(j.retryAt):
		return
	default:
		err = j.rewrite(m)
	}
	if err != nil {
		j.failures.Inc()
		j.log.Error("cannot remember", zap.Error(err), zap.Duration("again_in", journalRetry))
		j.stale, j.retryAt = true, time.Now().Add(journalRetry)
	}
}

// remove takes the file away. A failure is logged and counted.
func (j *journal) remove() {
	j.buf.Reset()
	j.stale, j.err = false, nil
	if err := os.Remove(j.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		j.failures.Inc()
		j.log.Error("cannot forget", zap.Error(err))
	}
}

// append opens the file each time: thousands of hunts would hold as many files.
func (j *journal) append() error {
	file, err := os.OpenFile(j.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = file.Write(j.buf.Bytes())
	return errors.Join(err, file.Close())
}

// rewrite replaces the file in one step.
func (j *journal) rewrite(m *memory) error {
	j.buf.Reset()
	j.write(record{Begin: &beginning{m.base, m.phase, m.frozen}})
	if m.definition != nil {
		j.definition(m.definition)
	}
	for i := range m.entries {
		j.entry(&m.entries[i])
	}
	for i := range m.pending {
		j.pending(&m.pending[i])
	}
	if j.err == nil {
		j.err = os.WriteFile(j.path+".new", j.buf.Bytes(), 0o600)
	}
	if j.err == nil {
		j.err = os.Rename(j.path+".new", j.path)
	}
	err := j.err
	j.stale, j.err = false, nil
	return err
}
