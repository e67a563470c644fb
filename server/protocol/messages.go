package protocol

import (
	"bytes"
	"encoding/json"

	"veltrix/game"
	"veltrix/game/hunt"
)

// Welcome answers hello.
type Welcome struct {
	Type      string `json:"type"` // welcome
	ID        string `json:"id,omitempty"`
	Session   string `json:"session"`
	Player    string `json:"player,omitempty"`
	Name      string `json:"name,omitempty"`
	Now       int64  `json:"now"`
	Heartbeat int64  `json:"heartbeat"` // ms
	MaxFrame  int    `json:"max_frame"` // bytes
}

// Pong answers ping.
type Pong struct {
	Type string `json:"type"` // pong
	ID   string `json:"id,omitempty"`
	Now  int64  `json:"now"`
}

// Left answers leave. Without ID it says that the session was taken out of the
// hunt, and why.
type Left struct {
	Type string `json:"type"` // left
	ID   string `json:"id,omitempty"`
	Hunt string `json:"hunt"`
	Why  string `json:"why,omitempty"`
}

// Joined answers join, and without You watch (type watching).
type Joined struct {
	Type       string            `json:"type"`
	ID         string            `json:"id,omitempty"`
	Hunt       string            `json:"hunt"`
	Epoch      string            `json:"epoch"`
	Seq        int64             `json:"seq"`
	Rev        int64             `json:"rev"`
	Phase      game.Phase        `json:"phase"`
	Frozen     bool              `json:"frozen"`
	Opens      int64             `json:"opens,omitempty"`
	Closes     int64             `json:"closes,omitempty"`
	Now        int64             `json:"now"`
	View       string            `json:"view"` // a name for the definition as this session sees it
	Definition json.RawMessage   `json:"definition,omitempty"`
	Board      json.RawMessage   `json:"board"`
	You        *You              `json:"you,omitempty"`
	Missed     []json.RawMessage `json:"missed,omitempty"`
	Reset      bool              `json:"reset,omitempty"`
}

// Encode writes the message as the package's Encode does, without reading again
// what is encoded already: the definition and the board are most of it, and the
// same for all sessions that join between two changes.
func (j *Joined) Encode() []byte {
	head := *j
	head.Definition, head.Board, head.You, head.Missed, head.Reset = nil, nil, nil, nil, false
	b := bytes.TrimSuffix(Encode(head), []byte(`"board":null}`))
	size := len(b) + len(j.Definition) + len(j.Board) + 64
	var you []byte
	if j.You != nil {
		you = Encode(j.You)
		size += len(you)
	}
	for _, m := range j.Missed {
		size += len(m) + 1
	}
	b = append(make([]byte, 0, size), b...)
	if len(j.Definition) > 0 {
		b = append(append(append(b, `"definition":`...), j.Definition...), ',')
	}
	b = append(append(b, `"board":`...), j.Board...)
	if you != nil {
		b = append(append(b, `,"you":`...), you...)
	}
	if j.Missed != nil {
		b = append(b, `,"missed":[`...)
		for i, m := range j.Missed {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, m...)
		}
		b = append(b, ']')
	}
	if j.Reset {
		b = append(b, `,"reset":true`...)
	}
	return append(b, '}')
}

// You is an entrant as it sees itself.
type You struct {
	Entrant  string `json:"entrant"`
	Name     string `json:"name"`
	Points   int64  `json:"points"`
	Rank     int    `json:"rank"`
	Entrants int    `json:"entrants"`
	Division string `json:"division,omitempty"`
	// DivisionRank is the rank on the division's board.
	DivisionRank int                `json:"division_rank,omitempty"`
	Ends         int64              `json:"ends,omitempty"`     // Unix ms, once started, in a hunt with a limit
	Finished     int64              `json:"finished,omitempty"` // Unix ms
	Skipped      []string           `json:"skipped,omitempty"`  // challenges that count as solved, without points
	Solved       map[string]Solved  `json:"solved"`
	Badges       map[string]Held    `json:"badges"`
	Hints        map[string]Hint    `json:"hints"`
	Attempts     map[string]Attempt `json:"attempts"`
	Pending      map[string]Pending `json:"pending,omitempty"` // claims that wait for an organizer, by challenge
	Team         *OwnTeam           `json:"team,omitempty"`
}

// Solved is an award of one's own; Points includes the bonus.
type Solved struct {
	Seq    int64 `json:"seq"`
	Points int64 `json:"points"`
	At     int64 `json:"at"`
}

// Held is a badge of one's own.
type Held struct {
	Seq int64 `json:"seq"`
	At  int64 `json:"at"`
}

// Hint is a bought hint.
type Hint struct {
	Title string `json:"title,omitempty"` // where the definition has it no more, or not so any more
	Text  string `json:"text"`
	Cost  int64  `json:"cost"`
}

// Attempt says what is left of limited attempts. Left is absent when their number
// is not limited.
type Attempt struct {
	Left    *int64 `json:"left,omitempty"`
	RetryAt int64  `json:"retry_at"` // Unix ms, 0 now
}

// Pending is a claim that waits for an organizer.
type Pending struct {
	ID string `json:"id"`
	At int64  `json:"at"`
}

// OwnTeam is what the members of a team know of it.
type OwnTeam struct {
	Code    string   `json:"code"`
	Players int      `json:"players"`
	Members []Member `json:"members"`
}

// Member is a player of a team. Here says that it has a session on this node.
type Member struct {
	Name string `json:"name"`
	Here bool   `json:"here"`
}

// TeamNow is one's own team when who is in it or here has changed.
type TeamNow struct {
	Type    string   `json:"type"` // team
	Hunt    string   `json:"hunt"`
	Members []Member `json:"members"`
}

// Started answers start. The entrant's other sessions get it without ID.
type Started struct {
	Type   string `json:"type"` // started
	ID     string `json:"id,omitempty"`
	Hunt   string `json:"hunt"`
	Seq    int64  `json:"seq,omitempty"`
	At     int64  `json:"at,omitempty"`
	Ends   int64  `json:"ends"` // Unix ms
	Replay bool   `json:"replay,omitempty"`
}

// Extended is more time, for the entrant's sessions.
type Extended struct {
	Type   string `json:"type"` // extended
	Hunt   string `json:"hunt"`
	Seq    int64  `json:"seq"`
	At     int64  `json:"at"`
	Ends   int64  `json:"ends,omitempty"` // Unix ms; absent before the start and without a limit
	Reason string `json:"reason,omitempty"`
}

// Unlocked is what of the definition an entrant sees from now on: whole
// challenges, in place of those that it had.
type Unlocked struct {
	Type       string                 `json:"type"` // unlocked
	Hunt       string                 `json:"hunt"`
	View       string                 `json:"view"`
	Challenges []hunt.PublicChallenge `json:"challenges"`
}

// Reviewed is what an organizer decided about a claim, for the entrant's
// sessions. An approval comes after its award.
type Reviewed struct {
	Type      string `json:"type"` // reviewed
	Hunt      string `json:"hunt"`
	Seq       int64  `json:"seq"`
	At        int64  `json:"at"`
	Challenge string `json:"challenge"`
	Claim     string `json:"claim"`
	Approved  bool   `json:"approved"`
	Points    *int64 `json:"points,omitempty"` // of an approval
	Reason    string `json:"reason,omitempty"`
}

// Finished says that the entrant has finished, for its sessions.
type Finished struct {
	Type string `json:"type"` // finished
	Hunt string `json:"hunt"`
	Seq  int64  `json:"seq"`
	At   int64  `json:"at"`
	Text string `json:"text"` // Markdown
}

// Change is a change of the entrant, for its sessions: type renamed with Name,
// division with Division, skipped and unskipped with Challenge.
type Change struct {
	Type      string `json:"type"`
	Hunt      string `json:"hunt"`
	Seq       int64  `json:"seq"`
	At        int64  `json:"at"`
	Name      string `json:"name,omitempty"`
	Division  string `json:"division,omitempty"`
	Challenge string `json:"challenge,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// Verdict answers a claim.
type Verdict struct {
	Type         string       `json:"type"` // verdict
	ID           string       `json:"id"`
	Hunt         string       `json:"hunt"`
	Challenge    string       `json:"challenge"`
	Outcome      game.Outcome `json:"outcome"`
	Seq          int64        `json:"seq,omitempty"`
	Points       *int64       `json:"points,omitempty"`
	Bonus        *int64       `json:"bonus,omitempty"`
	Total        *int64       `json:"total,omitempty"`
	Rank         int          `json:"rank,omitempty"`
	Badges       []string     `json:"badges,omitzero"` // present, if empty, with awarded
	Right        *bool        `json:"right,omitempty"`
	AttemptsLeft *int64       `json:"attempts_left,omitempty"`
	RetryAfter   int64        `json:"retry_after,omitempty"` // ms
	Penalty      int64        `json:"penalty,omitempty"`     // points that a wrong claim took
	Requires     any          `json:"requires,omitempty"`    // []string, or a *hunt.Condition
	Why          string       `json:"why,omitempty"`         // closed: limit
	Say          string       `json:"say,omitempty"`         // near
	Solved       string       `json:"solved,omitempty"`      // awarded: the challenge's text, Markdown
	Finish       string       `json:"finish,omitempty"`      // awarded: the hunt's, if the entrant has finished with it
	Practice     bool         `json:"practice,omitempty"`
	At           int64        `json:"at,omitempty"` // locked: from when on, where time alone is missing
	Replay       bool         `json:"replay,omitempty"`
	Revoked      bool         `json:"revoked,omitempty"`
}

// Hinted answers hint. The entrant's other sessions get it without ID.
type Hinted struct {
	Type      string `json:"type"` // hinted
	ID        string `json:"id,omitempty"`
	Hunt      string `json:"hunt"`
	Challenge string `json:"challenge"`
	Hint      string `json:"hint"`
	Text      string `json:"text"`
	Cost      int64  `json:"cost"`
	Total     int64  `json:"total"`
	Seq       int64  `json:"seq"`
	At        int64  `json:"at"`
	Replay    bool   `json:"replay,omitempty"`
}

// Award is an award, for the entrant's sessions.
type Award struct {
	Type      string   `json:"type"` // award
	Hunt      string   `json:"hunt"`
	Seq       int64    `json:"seq"`
	At        int64    `json:"at"`
	ID        string   `json:"id,omitempty"` // of the claim
	Challenge string   `json:"challenge"`
	Points    int64    `json:"points"`
	Bonus     int64    `json:"bonus"`
	Total     int64    `json:"total"`
	Badges    []string `json:"badges"`
	Solved    string   `json:"solved,omitempty"` // the challenge's text, Markdown
	Reason    string   `json:"reason,omitempty"`
}

// Badge is a badge, for the entrant's sessions.
type Badge struct {
	Type   string `json:"type"` // badge
	Hunt   string `json:"hunt"`
	Seq    int64  `json:"seq"`
	At     int64  `json:"at"`
	Badge  string `json:"badge"`
	Points int64  `json:"points"`
	Total  int64  `json:"total"`
	Reason string `json:"reason,omitempty"`
}

// Correction is an adjustment (type adjusted), an award or badge taken back
// (type revoked), or what a wrong claim cost (type penalised), for the entrant's
// sessions.
type Correction struct {
	Type      string `json:"type"`
	Hunt      string `json:"hunt"`
	Seq       int64  `json:"seq"`
	At        int64  `json:"at"`
	Challenge string `json:"challenge,omitempty"`
	Badge     string `json:"badge,omitempty"`
	Points    int64  `json:"points"`
	Total     int64  `json:"total"`
	ID        string `json:"id,omitempty"` // penalised: of the claim
	Reason    string `json:"reason"`
}

// Phase is a change of the hunt's phase, for everyone.
type Phase struct {
	Type   string     `json:"type"` // phase
	Hunt   string     `json:"hunt"`
	Seq    int64      `json:"seq"`
	At     int64      `json:"at"`
	Phase  game.Phase `json:"phase"`
	Frozen bool       `json:"frozen"`
	Opens  int64      `json:"opens,omitempty"`
	Closes int64      `json:"closes,omitempty"`
}

// Notice is what an organizer announced, for everyone.
type Notice struct {
	Type string `json:"type"` // notice
	Hunt string `json:"hunt"`
	Seq  int64  `json:"seq"`
	At   int64  `json:"at"`
	Text string `json:"text"`
}

// Definition is a new definition, for everyone.
type Definition struct {
	Type       string          `json:"type"` // definition
	Hunt       string          `json:"hunt"`
	Seq        int64           `json:"seq"`
	At         int64           `json:"at"`
	Rev        int64           `json:"rev"`
	View       string          `json:"view"`
	Definition json.RawMessage `json:"definition"`
}

// Reset says that the ledger's history was lost: join again.
type Reset struct {
	Type  string `json:"type"` // reset
	Hunt  string `json:"hunt"`
	Epoch string `json:"epoch"`
	Seq   int64  `json:"seq"`
}

// Standing is where an entrant stands, for its sessions.
type Standing struct {
	Type     string `json:"type"` // standing
	Hunt     string `json:"hunt"`
	Seq      int64  `json:"seq"`
	Rank     int    `json:"rank"`
	Points   int64  `json:"points"`
	Entrants int    `json:"entrants"`
	// DivisionRank is the rank on the board of the entrant's division.
	DivisionRank int `json:"division_rank,omitempty"`
}

// Board is the top of a leaderboard, or with Base what changed on it.
type Board struct {
	Type       string           `json:"type"` // board
	Hunt       string           `json:"hunt"`
	Base       int64            `json:"base,omitempty"`
	Seq        int64            `json:"seq"`
	At         int64            `json:"at"`
	Frozen     bool             `json:"frozen"`
	Entrants   int              `json:"entrants"`
	Size       int              `json:"size"`
	Rows       []Row            `json:"rows"`
	Challenges map[string]Worth `json:"challenges,omitempty"`
}

// Row is an entrant's line on a board.
type Row struct {
	Rank    int    `json:"rank"`
	Entrant string `json:"entrant"`
	Name    string `json:"name"`
	Points  int64  `json:"points"`
	Solved  int64  `json:"solved"`
	Badges  int64  `json:"badges"`
	// Division is the one that the entrant is in.
	Division string `json:"division,omitempty"`
}

// Worth is what a challenge gives the next solver, and how many solved it.
type Worth struct {
	Worth  int64 `json:"worth"`
	Solves int64 `json:"solves"`
}

// RowsOf turns rows of the game, the first of which has rank offset+1, into
// rows on the wire.
func RowsOf(rows []game.Row, offset int) []Row {
	list := make([]Row, len(rows))
	for i, r := range rows {
		list[i] = Row{
			Rank: offset + i + 1, Entrant: r.Entrant, Name: r.Name,
			Points: r.Points, Solved: r.Solved, Badges: r.Badges, Division: r.Division,
		}
	}
	return list
}

// Ticker is the latest awards, for everyone.
type Ticker struct {
	Type    string  `json:"type"` // ticker
	Hunt    string  `json:"hunt"`
	Events  []Event `json:"events"`
	Skipped int     `json:"skipped"`
}

// Event is an award in a ticker.
type Event struct {
	Seq       int64    `json:"seq"`
	At        int64    `json:"at"`
	Name      string   `json:"name"`
	Entrant   string   `json:"entrant"`
	Challenge string   `json:"challenge"`
	Points    int64    `json:"points"`
	First     bool     `json:"first"`
	Badges    []string `json:"badges"`
}
