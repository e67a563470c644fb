package process

import (
	"bytes"
	"sync"
)

// Transcript keeps what a process printed. It is safe for concurrent use.
type Transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds text; it never fails.
func (t *Transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

// String is everything that was printed so far.
func (t *Transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}
