package player

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// event is a line of a journal: one of Claim, Sent, Answer and Visit.
type event struct {
	At     int64    `json:"at"` // Unix µs
	Claim  *Claim   `json:"claim,omitempty"`
	Sent   string   `json:"sent,omitempty"` // a frame with the claim of this id
	Answer *Message `json:"-"`
	Epoch  string   `json:"epoch,omitempty"` // of Answer
	Visit  *Visit   `json:"visit,omitempty"`

	Raw json.RawMessage `json:"answer,omitempty"` // of Answer
}

// Journal is a history on disk, with one JSON object a line. It only grows.
// Each line is one write, so that what was journaled survives a crash of the
// program that plays.
type Journal struct {
	file *os.File
	err  error // the first that happened
}

// NewJournal makes the file, which must not exist.
func NewJournal(path string) (*Journal, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	return &Journal{file: f}, nil
}

// write appends an event. It belongs to one goroutine at a time; its error is
// Close's.
func (j *Journal) write(e event) {
	if e.Answer != nil {
		e.Raw = e.Answer.Raw
	}
	line, err := json.Marshal(e)
	if err == nil && j.err == nil {
		_, err = j.file.Write(append(line, '\n'))
	}
	if j.err == nil {
		j.err = err
	}
}

// Close closes the file and returns what went wrong since it was made.
func (j *Journal) Close() error {
	err := j.file.Close()
	if j.err != nil {
		err = j.err
	}
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}

// Replay reads a journal. A last line that was cut off is ignored: nothing
// followed from it.
func Replay(r io.Reader) (*History, error) {
	h := &History{}
	lines := bufio.NewReaderSize(r, 1<<16)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return h, nil
		}
		if err != nil {
			return nil, fmt.Errorf("journal: line %d: %w", n, err)
		}
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("journal: line %d: %w", n, err)
		}
		if e.Raw != nil {
			e.Answer = &Message{}
			if err := json.Unmarshal(e.Raw, e.Answer); err != nil {
				return nil, fmt.Errorf("journal: line %d: %w", n, err)
			}
		}
		h.takeLocked(e)
	}
}
