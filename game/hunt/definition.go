// Package hunt is a hunt as it was defined: its challenges and badges, what a
// challenge is worth, what of it players may see, and whether a proof meets a
// challenge. Package huntfile reads definitions from hunt files.
//
// Guarantees:
//   - A *Definition that New returned can be judged by, and it never changes,
//     so goroutines share it without locks. One that huntfile.Parse returned is
//     also free of everything that the linter calls an error.
//   - Public never contains an answer, in clear or hashed.
//   - Judge is a pure function of a challenge and a proof, and Points.Value one
//     of the points and the number of solvers.
//   - The package imports nothing but the standard library, of that neither
//     net nor encoding/json, and golang.org/x/text. So what decides awards
//     depends on neither a codec nor a parser.
package hunt

import "slices"

// MaxPoints bounds the absolute value of every total. The board packs points
// and a tie-break into one float64 score (points·2^31 + tie), which is exact
// only while |points| < 2^22.
const MaxPoints = 1<<22 - 1

// Bounds of a hunt file. They keep a definition below a few hundred kilobytes
// and one batch of decisions below a millisecond.
const (
	MaxFile       = 1 << 20 // bytes of the file
	MaxChallenges = 500
	MaxBadges     = 100
	MaxHints      = 10  // of one challenge
	MaxAnswers    = 100 // of one challenge
	MaxBonus      = 20  // places with a bonus
	MaxReplies    = 20  // of one challenge
	MaxDivisions  = 20
	MaxTeam       = 1_000  // players of a team
	MaxDecay      = 40_000 // solvers over which a quadratic value falls; keeps the arithmetic exact in float64
	MaxAttempts   = 1_000
	MaxEvents     = 1_000 // that an event proof may ask for
)

// Mode says what the board ranks.
type Mode string

// The modes.
const (
	Solo Mode = "solo" // every player is an entrant
	Team Mode = "team" // a team is an entrant
)

// Definition is what a hunt file says. Only New makes one that can be judged
// by. Times are Unix milliseconds, and 0 is an absent one; durations are
// milliseconds.
type Definition struct {
	ID          string
	Title       string
	Description string // Markdown
	Mode        Mode
	Opens       int64
	Closes      int64
	Freeze      int64
	JoinCode    string
	Unlisted    bool  // listed: false
	FreeNames   bool  // names: free; otherwise no two entrants look alike
	TeamSize    int64 // players of a team; 0 is unlimited
	Limit       int64 // ms that an entrant has from its start; 0 is no clock
	Practice    bool  // once closed, claims are answered without points
	Finish      *Finish
	Divisions   []Division // in file order
	Routes      *Routes
	Links       Links
	Challenges  []Challenge // in file order
	Badges      []Badge     // in file order

	// Rev is the revision that the store gave this definition; 0 until then.
	// Whatever loads a definition sets it before it shares the definition.
	Rev int64
	// Source is the file as it was given, byte for byte.
	Source []byte

	challenges map[string]int
	badges     map[string]int
}

// Challenge returns the challenge with this id, or nil.
func (d *Definition) Challenge(id string) *Challenge {
	if i, ok := d.challenges[id]; ok {
		return &d.Challenges[i]
	}
	return nil
}

// Badge returns the badge with this id, or nil.
func (d *Definition) Badge(id string) *Badge {
	if i, ok := d.badges[id]; ok {
		return &d.Badges[i]
	}
	return nil
}

// Division is a board of its own beside the overall one.
type Division struct {
	ID    string
	Title string
	Code  string // whoever knows it may choose the division; empty: anyone
}

// Division returns the division with this id, or nil.
func (d *Definition) Division(id string) *Division {
	for i := range d.Divisions {
		if d.Divisions[i].ID == id {
			return &d.Divisions[i]
		}
	}
	return nil
}

// Finish is the end of the walk.
type Finish struct {
	Text string // Markdown, for whoever gets there
	When *When  // nil: every challenge that is not optional
}

// Links are shown where players join.
type Links struct {
	Privacy string `json:"privacy,omitempty"`
	Imprint string `json:"imprint,omitempty"`
}

// Challenge is one thing to find or solve.
type Challenge struct {
	ID          string
	Title       string
	Description string // Markdown
	Category    string
	Tags        []string
	Points      Points
	Bonus       []int64 // for the first, second, … solver
	Proof       Criterion
	Requires    []string // challenges that must be solved first
	Unlock      *When    // requires as a condition; then Requires is empty
	Optional    bool     // not needed for finishing
	MaxAttempts int64    // wrong claims allowed; 0 is unlimited
	Cooldown    int64    // ms to wait after a wrong claim
	Penalty     int64    // points that a wrong claim takes
	Replies     []Reply  // to answers that are not right
	Solved      string   // Markdown, from the award on
	Solution    string   // Markdown, once the hunt is closed
	Hints       []Hint
	Opens       int64 // own window, within the hunt's
	Closes      int64
}

// Guarded reports whether wrong claims are slowed down by the default brake:
// the file sets no limit of its own.
func (c *Challenge) Guarded() bool { return c.MaxAttempts == 0 && c.Cooldown == 0 }

// Hint returns the hint with this id, or nil.
func (c *Challenge) Hint(id string) *Hint {
	for i := range c.Hints {
		if c.Hints[i].ID == id {
			return &c.Hints[i]
		}
	}
	return nil
}

// Hint is a text that an entrant may buy.
type Hint struct {
	ID       string
	Title    string
	Text     string
	Cost     int64
	After    int64    // ms of hunt time from the opening, with a limit from the entrant's start
	Requires []string // hints of the same challenge that must be taken first
}

// Decay is the way in which a challenge loses value.
type Decay string

// The decay functions. A static challenge keeps its value.
const (
	Static    Decay = "static"
	Linear    Decay = "linear"
	Quadratic Decay = "quadratic"
	// ByTime falls while the challenge is open, whoever solves it.
	ByTime Decay = "time"
	// Judged is what an organizer says on approving, at most Initial.
	Judged Decay = "judged"
)

// Points is what a challenge is worth.
type Points struct {
	Initial  int64
	Minimum  int64
	Decay    int64
	Per      int64 // ms of hunt time for one Decay, by time
	Function Decay
}

// Value is what the next solver gets after x earlier ones, in points, when the
// challenge has been open for that many ms of hunt time. A linear value is
// initial − decay·x, a quadratic one ((minimum−initial)/decay²)·x² + initial;
// both are rounded up and never below minimum. The formulas are CTFd's dynamic
// value functions. One by time is linear in the whole Pers that have passed.
// Everything stays an exact integer below 2^53, so that the Lua rules compute
// the same in float64.
func (p Points) Value(x, open int64) int64 {
	var v int64
	if p.Function == ByTime {
		x = 0
		if p.Per > 0 && open > 0 {
			x = open / p.Per
		}
	}
	switch p.Function {
	case Linear, ByTime:
		// decay·x cannot overflow before it passes the floor.
		if p.Decay > 0 && x > (p.Initial-p.Minimum)/p.Decay {
			return p.Minimum
		}
		v = p.Initial - p.Decay*x
	case Quadratic:
		if x >= p.Decay {
			return p.Minimum
		}
		v = p.Initial - (p.Initial-p.Minimum)*x*x/(p.Decay*p.Decay)
	default:
		return p.Initial
	}
	return max(v, p.Minimum)
}

// Badge is a distinction with a rule for earning it.
type Badge struct {
	ID          string
	Title       string
	Description string
	Icon        string
	Points      int64
	When        When
}

// When is a condition, of a badge, for unlocking or for finishing: all parts
// that are set must hold. The zero value of a field sets no condition.
type When struct {
	Solves     int64    // number of solved challenges …
	Category   string   // … of this category
	Tag        string   // … with this tag
	Challenges []string // these, all of them or Any of them
	Any        int64    // 0: all of Challenges
	Points     int64    // total at least
	Firsts     int64    // first solves
	Streak     int64    // right claims with no wrong one between
	Within     int64    // ms since joining
	After      int64    // ms of hunt time since the opening, with a limit since the entrant's start; unlocking only
	Place      int64    // rank at most, when the hunt closes
	Division   string   // … on the board of this division
	Manual     bool     // only by an organizer
}

// Matches reports whether a challenge counts for the condition's category and
// tag.
func (w *When) Matches(c *Challenge) bool {
	if w.Category != "" && c.Category != w.Category {
		return false
	}
	return w.Tag == "" || slices.Contains(c.Tags, w.Tag)
}

// Only returns the condition with these of its parts alone, by their keys in the
// hunt file.
func (w *When) Only(parts []string) *When {
	var only When
	for _, part := range parts {
		switch part {
		case "solves":
			only.Solves, only.Category, only.Tag = w.Solves, w.Category, w.Tag
		case "challenges":
			only.Challenges, only.Any = w.Challenges, w.Any
		case "points":
			only.Points = w.Points
		case "firsts":
			only.Firsts = w.Firsts
		case "streak":
			only.Streak = w.Streak
		case "after":
			only.After = w.After
		}
	}
	return &only
}

// MaxScore is the most points that an entrant can have: every challenge at
// its initial value with its largest bonus, and every badge.
func MaxScore(d *Definition) int64 {
	var sum int64
	for i := range d.Challenges {
		c := &d.Challenges[i]
		best := int64(0)
		for _, b := range c.Bonus {
			best = max(best, b)
		}
		sum += c.Points.Initial + best
	}
	for i := range d.Badges {
		sum += d.Badges[i].Points
	}
	return sum
}
