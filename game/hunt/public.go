package hunt

// Public is what a viewer may know of a hunt. Times are Unix milliseconds, durations
// milliseconds but for those of conditions, which are as in the file.
type Public struct {
	Hunt           string            `json:"hunt"`
	Title          string            `json:"title"`
	Description    string            `json:"description"`
	Mode           Mode              `json:"mode"`
	TeamSize       int64             `json:"team_size,omitempty"`
	Opens          int64             `json:"opens,omitempty"`
	Closes         int64             `json:"closes,omitempty"`
	Freeze         int64             `json:"freeze,omitempty"`
	Limit          int64             `json:"limit,omitempty"`
	Practice       bool              `json:"practice,omitempty"`
	CodeRequired   bool              `json:"code_required"`
	Links          *Links            `json:"links,omitempty"`
	Divisions      []PublicDivision  `json:"divisions,omitempty"`
	Finish         string            `json:"finish,omitempty"` // its text, for whoever has finished
	Challenges     []PublicChallenge `json:"challenges"`
	Badges         []PublicBadge     `json:"badges"`
	ChallengeCount int               `json:"challenge_count"`
}

// PublicDivision is a division without its code.
type PublicDivision struct {
	ID           string `json:"id"`
	Title        string `json:"title"`
	CodeRequired bool   `json:"code_required"`
}

// PublicChallenge is a challenge without its answer. While it is locked its
// description, hints, options and prompt are left out too. While it waits for its
// own window there are only id, title and opens.
type PublicChallenge struct {
	ID          string         `json:"id"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Category    string         `json:"category"`
	Tags        []string       `json:"tags"`
	Points      PublicPoints   `json:"points"`
	Bonus       []int64        `json:"bonus"`
	Proof       PublicProof    `json:"proof"`
	Requires    any            `json:"requires"` // []string, or a *Condition
	Optional    bool           `json:"optional,omitempty"`
	Attempts    PublicAttempts `json:"attempts"`
	Penalty     int64          `json:"penalty,omitempty"`
	Hints       []PublicHint   `json:"hints"`
	Opens       int64          `json:"opens,omitempty"`
	Closes      int64          `json:"closes,omitempty"`
	Locked      bool           `json:"locked"`
	Waiting     bool           `json:"waiting,omitempty"`  // it opens later; then it is locked, too
	Solved      string         `json:"solved,omitempty"`   // from the award on
	Solution    string         `json:"solution,omitempty"` // once the hunt is closed
}

// PublicPoints is Points.
type PublicPoints struct {
	Initial  int64 `json:"initial"`
	Minimum  int64 `json:"minimum"`
	Decay    int64 `json:"decay"`
	Per      int64 `json:"per,omitempty"`
	Function Decay `json:"function"`
	UpTo     int64 `json:"up_to,omitempty"`
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
	After    int64    `json:"after,omitempty"`
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

// Public is what this viewer may know. Before the hunt has started that is the
// number of challenges and the badges, but no challenge; for one who is outside
// neither. Answers, replies, texts of hints, places and codes are never part of it.
func (d *Definition) Public(v Viewer) *Public {
	p := &Public{
		Hunt: d.ID, Title: d.Title, Mode: d.Mode, TeamSize: d.TeamSize,
		Opens: d.Opens, Closes: d.Closes, Freeze: d.Freeze, Limit: d.Limit, Practice: d.Practice,
		CodeRequired: d.JoinCode != "",
		Challenges:   []PublicChallenge{},
		Badges:       []PublicBadge{},
	}
	if d.Links != (Links{}) {
		p.Links = &d.Links
	}
	for _, one := range d.Divisions {
		p.Divisions = append(p.Divisions, PublicDivision{one.ID, one.Title, one.Code != ""})
	}
	if v.Outside {
		return p
	}
	p.Description, p.ChallengeCount = d.Description, len(d.Challenges)
	for i := range d.Badges {
		b := &d.Badges[i]
		p.Badges = append(p.Badges, PublicBadge{b.ID, b.Title, b.Description, b.Icon, b.Points, d.ruleText(&b.When, v.Started)})
	}
	if !v.Started {
		return p
	}
	if v.Finished && d.Finish != nil {
		p.Finish = d.Finish.Text
	}
	p.Challenges = make([]PublicChallenge, len(d.Challenges))
	for i := range d.Challenges {
		p.Challenges[i] = d.show(&d.Challenges[i], &v)
	}
	return p
}

// PublicChallenge is what this viewer may know of a challenge once the hunt has
// started for it.
func (d *Definition) PublicChallenge(c *Challenge, v Viewer) PublicChallenge { return d.show(c, &v) }

func (d *Definition) show(c *Challenge, v *Viewer) PublicChallenge {
	p := PublicChallenge{
		ID: c.ID, Title: c.Title, Tags: []string{}, Bonus: []int64{}, Requires: []string{}, Hints: []PublicHint{},
		Opens: c.Opens, Locked: true, Waiting: v.Waits(d, c),
	}
	if v.Closed {
		p.Solution = c.Solution
	}
	if p.Waiting {
		return p
	}
	p.Category, p.Tags, p.Bonus = c.Category, list(c.Tags), list(c.Bonus)
	p.Points = c.Points.public()
	p.Proof.Kind = c.Proof.Kind.Shown()
	p.Requires = list(c.Requires)
	if c.Unlock != nil {
		p.Requires = c.Unlock.Condition()
	}
	p.Optional, p.Penalty, p.Attempts = c.Optional, c.Penalty, PublicAttempts{c.MaxAttempts, c.Cooldown}
	p.Closes = c.Closes
	if p.Locked = !v.MayRead(d, c); p.Locked {
		return p
	}
	p.Description = c.Description
	p.Proof.Options, p.Proof.Multiple, p.Proof.Prompt = c.Proof.Options, c.Proof.Multiple, c.Proof.Prompt
	for _, h := range c.Hints {
		p.Hints = append(p.Hints, PublicHint{h.ID, h.Title, h.Cost, h.After, list(h.Requires)})
	}
	if v.awarded(c) {
		p.Solved = c.Solved
	}
	return p
}

func (p Points) public() PublicPoints {
	out := PublicPoints{Initial: p.Initial, Minimum: p.Minimum, Decay: p.Decay, Per: p.Per, Function: p.Function}
	if p.Function == Judged {
		out.UpTo = p.Initial
	}
	return out
}

// list makes an absent list an empty one, which JSON shows as [].
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
