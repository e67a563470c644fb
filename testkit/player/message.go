package player

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Message is any message from the server. Fields that its type does not have
// are zero; Raw is the message as it came.
type Message struct {
	Type      string `json:"type"`
	ID        string `json:"id"`
	Hunt      string `json:"hunt"`
	Challenge string `json:"challenge"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	Why       string `json:"why"`

	// welcome, pong
	Session   string `json:"session"`
	Player    string `json:"player"`
	Name      string `json:"name"`
	Now       int64  `json:"now"`
	Heartbeat int64  `json:"heartbeat"` // ms
	MaxFrame  int    `json:"max_frame"` // bytes

	// joined, watching
	Epoch      string          `json:"epoch"`
	Rev        int64           `json:"rev"`
	Phase      string          `json:"phase"`
	Definition json.RawMessage `json:"definition"`
	Board      *Board          `json:"board"`
	You        *You            `json:"you"`
	Missed     []Message       `json:"missed"`
	Reset      bool            `json:"reset"`

	// verdict, hinted and what else comes from the ledger
	Outcome      string   `json:"outcome"`
	Seq          int64    `json:"seq"`
	At           int64    `json:"at"` // Unix ms
	Points       int64    `json:"points"`
	Bonus        int64    `json:"bonus"`
	Total        int64    `json:"total"`
	Rank         int64    `json:"rank"`
	Cost         int64    `json:"cost"`
	Hint         string   `json:"hint"`
	Badge        string   `json:"badge"`
	Right        *bool    `json:"right"`
	Replay       bool     `json:"replay"`
	AttemptsLeft *int64   `json:"attempts_left"`
	RetryAfter   int64    `json:"retry_after"` // ms
	Requires     []string `json:"requires"`
	Text         string   `json:"text"`
	Reason       string   `json:"reason"`
	Opens        int64    `json:"opens"`
	Closes       int64    `json:"closes"`

	// board, ticker, standing
	Base     *int64  `json:"base"`
	Frozen   bool    `json:"frozen"`
	Entrants int64   `json:"entrants"`
	Size     int64   `json:"size"`
	Rows     []Row   `json:"rows"`
	Events   []Event `json:"events"`
	Skipped  int64   `json:"skipped"`

	// bye
	Reconnect bool  `json:"reconnect"`
	After     int64 `json:"after"` // ms

	// Heard is the epoch of the ledger in which the player was when the message
	// came; a verdict does not say it itself.
	Heard string `json:"-"`
	// Arrived is when it came, Unix µs.
	Arrived int64 `json:"-"`
	// Badges is an array of ids in a verdict and an award; elsewhere it has
	// another shape and is in Raw only.
	Badges []string        `json:"-"`
	Raw    json.RawMessage `json:"-"`
}

// Board is a board inside another message.
type Board struct {
	Seq      int64 `json:"seq"`
	At       int64 `json:"at"`
	Frozen   bool  `json:"frozen"`
	Entrants int64 `json:"entrants"`
	Size     int64 `json:"size"`
	Rows     []Row `json:"rows"`
}

// Row is a line of the board.
type Row struct {
	Rank    int64  `json:"rank"`
	Entrant string `json:"entrant"`
	Name    string `json:"name"`
	Points  int64  `json:"points"`
	Solved  int64  `json:"solved"`
	Badges  int64  `json:"badges"`
}

// Event is a line of the ticker.
type Event struct {
	Seq       int64    `json:"seq"`
	At        int64    `json:"at"`
	Name      string   `json:"name"`
	Challenge string   `json:"challenge"`
	Points    int64    `json:"points"`
	First     bool     `json:"first"`
	Badges    []string `json:"badges"`
}

// You is the state of the entrant in a snapshot.
type You struct {
	Entrant  string              `json:"entrant"`
	Name     string              `json:"name"`
	Points   int64               `json:"points"`
	Rank     int64               `json:"rank"`
	Solved   map[string]Solved   `json:"solved"`
	Badges   map[string]Held     `json:"badges"`
	Hints    map[string]Bought   `json:"hints"`
	Attempts map[string]Attempts `json:"attempts"`
	Team     *Team               `json:"team"` // only the code
}

// Solved is an award that an entrant has.
type Solved struct {
	Seq    int64 `json:"seq"`
	Points int64 `json:"points"`
	At     int64 `json:"at"`
}

// Held is a badge that an entrant has.
type Held struct {
	Seq int64 `json:"seq"`
	At  int64 `json:"at"`
}

// Bought is a hint that an entrant has.
type Bought struct {
	Text string `json:"text"`
	Cost int64  `json:"cost"`
}

// Attempts is what an entrant has left of a challenge's attempts.
type Attempts struct {
	Left    int64 `json:"left"`
	RetryAt int64 `json:"retry_at"` // Unix ms
}

// UnmarshalJSON reads a message and keeps it.
func (m *Message) UnmarshalJSON(raw []byte) error {
	type plain Message
	var read struct {
		*plain
		Badges json.RawMessage `json:"badges"`
	}
	read.plain = (*plain)(m)
	if err := json.Unmarshal(raw, &read); err != nil {
		return err
	}
	if len(read.Badges) > 0 && read.Badges[0] == '[' {
		if err := json.Unmarshal(read.Badges, &m.Badges); err != nil {
			return err
		}
	}
	m.Raw = bytes.Clone(raw)
	return nil
}

// split turns a frame, one message or an array of them, into messages.
func split(frame []byte) ([]Message, error) {
	frame = bytes.TrimSpace(frame)
	if len(frame) > 0 && frame[0] == '[' {
		var all []Message
		if err := json.Unmarshal(frame, &all); err != nil {
			return nil, fmt.Errorf("array frame: %w", err)
		}
		return all, nil
	}
	var one Message
	if err := json.Unmarshal(frame, &one); err != nil {
		return nil, fmt.Errorf("frame: %w", err)
	}
	return []Message{one}, nil
}
