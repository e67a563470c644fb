package hunt

// Public is what anyone may know of a hunt. Times are Unix milliseconds,
// durations milliseconds.
type Public struct {
	Hunt           string            `json:"hunt"`
	Title          string            `json:"title"`
	Description    string            `json:"description"`
	Mode           Mode              `json:"mode"`
	Opens          int64             `json:"opens,omitempty"`
	Closes         int64             `json:"closes,omitempty"`
	Freeze         int64             `json:"freeze,omitempty"`
	CodeRequired   bool              `json:"code_required"`
	Challenges     []PublicChallenge `json:"challenges"`
	Badges         []PublicBadge     `json:"badges"`
	ChallengeCount int               `json:"challenge_count"`
}

// PublicChallenge is a challenge without its answer. While it is locked its
// description, hints, options and prompt are left out too.
type PublicChallenge struct {
	ID          string         `json:"id"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Category    string         `json:"category"`
	Tags        []string       `json:"tags"`
	Points      PublicPoints   `json:"points"`
	Bonus       []int64        `json:"bonus"`
	Proof       PublicProof    `json:"proof"`
	Requires    []string       `json:"requires"`
	Attempts    PublicAttempts `json:"attempts"`
	Hints       []PublicHint   `json:"hints"`
	Opens       int64          `json:"opens,omitempty"`
	Closes      int64          `json:"closes,omitempty"`
	Locked      bool           `json:"locked"`
}

// PublicPoints is Points.
type PublicPoints struct {
	Initial  int64 `json:"initial"`
	Minimum  int64 `json:"minimum"`
	Decay    int64 `json:"decay"`
	Function Decay `json:"function"`
}

// PublicProof says what to hand in; a regex challenge looks like a text one.
type PublicProof struct {
	Kind     Kind     `json:"kind"`
	Options  []string `json:"options,omitempty"`
	Multiple bool     `json:"multiple,omitempty"`
	Prompt   string   `json:"prompt,omitempty"`
}

// PublicAttempts limits wrong claims; 0 is no limit.
type PublicAttempts struct {
	Max      int64 `json:"max"`
	Cooldown int64 `json:"cooldown"`
}

// PublicHint is a hint before it is bought.
type PublicHint struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Cost     int64    `json:"cost"`
	Requires []string `json:"requires"`
}

// PublicBadge is a badge; Text is its rule in a sentence.
type PublicBadge struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Icon        string `json:"icon"`
	Points      int64  `json:"points"`
	Text        string `json:"text"`
}

// Public is what an entrant may know after solving these challenges; a nil
// function stands for none. Before the hunt has started it has the number of
// challenges and the badges, but no challenge. Answers, hint texts, places and
// the join code are never part of it.
func (d *Definition) Public(started bool, solved func(challenge string) bool) *Public {
	p := &Public{
		Hunt: d.ID, Title: d.Title, Description: d.Description, Mode: d.Mode,
		Opens: d.Opens, Closes: d.Closes, Freeze: d.Freeze,
		CodeRequired:   d.JoinCode != "",
		Challenges:     []PublicChallenge{},
		Badges:         make([]PublicBadge, len(d.Badges)),
		ChallengeCount: len(d.Challenges),
	}
	for i := range d.Badges {
		b := &d.Badges[i]
		p.Badges[i] = PublicBadge{b.ID, b.Title, b.Description, b.Icon, b.Points, d.ruleText(&b.When, started)}
	}
	if !started {
		return p
	}
	p.Challenges = make([]PublicChallenge, len(d.Challenges))
	for i := range d.Challenges {
		c := &d.Challenges[i]
		p.Challenges[i] = c.public(!c.unlocked(solved))
	}
	return p
}

func (c *Challenge) unlocked(solved func(string) bool) bool {
	for _, id := range c.Requires {
		if solved == nil || !solved(id) {
			return false
		}
	}
	return true
}

func (c *Challenge) public(locked bool) PublicChallenge {
	p := PublicChallenge{
		ID: c.ID, Title: c.Title, Category: c.Category, Tags: list(c.Tags),
		Points:   PublicPoints{c.Points.Initial, c.Points.Minimum, c.Points.Decay, c.Points.Function},
		Bonus:    list(c.Bonus),
		Proof:    PublicProof{Kind: c.Proof.Kind.Shown()},
		Requires: list(c.Requires),
		Attempts: PublicAttempts{c.MaxAttempts, c.Cooldown},
		Hints:    []PublicHint{},
		Opens:    c.Opens, Closes: c.Closes, Locked: locked,
	}
	if locked {
		return p
	}
	p.Description = c.Description
	p.Proof.Options, p.Proof.Multiple, p.Proof.Prompt = c.Proof.Options, c.Proof.Multiple, c.Proof.Prompt
	for _, h := range c.Hints {
		p.Hints = append(p.Hints, PublicHint{h.ID, h.Title, h.Cost, list(h.Requires)})
	}
	return p
}

// list makes an absent list an empty one, which JSON shows as [].
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
