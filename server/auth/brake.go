package auth

import (
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"
)

// Bounds of guessing codes: of hunts, teams and what else opens with one. A code of
// four digits is found after 5,000 tries on average. With these a player makes 12
// an hour, and an address with any number of players 300 and then 12 an hour.
const (
	// FreePlayer is how many wrong codes of a player cost nothing: who types from
	// a sheet of paper gets it right within five tries.
	FreePlayer = 5
	// FreeAddress is the same for an address: a school's, at which a hundred
	// pupils type it wrong once.
	FreeAddress = 100
	// FreshPlayer is how many wrong codes a player may have and still try while its
	// address is slowed down, so that one who guesses does not keep his school out.
	FreshPlayer = 3
	// HardAddress is how many wrong codes of an address slow down fresh players,
	// too: otherwise who makes a new player for every third try is not slowed down.
	HardAddress = 300
	// FirstWait doubles with each further wrong code up to LongestWait, and all is
	// forgotten after QuietTime without one. The brake on challenges has the same.
	FirstWait   = 5 * time.Second
	LongestWait = 5 * time.Minute
	QuietTime   = 10 * time.Minute
)

// maxGuessers is how many players and addresses are remembered at least, and half
// of how many at most; those not seen for longest are forgotten.
const maxGuessers = 20_000

// Brake slows down who guesses codes. It counts wrong codes only, of the player and
// of its address, on this node: right ones cost nothing, so that a school behind
// one address gets in. Safe for concurrent use.
type Brake struct {
	mu          sync.Mutex
	recent, old map[guesser]*guesses
}

// NewBrake returns a brake that has seen nothing.
func NewBrake() *Brake { return &Brake{recent: map[guesser]*guesses{}} }

// guesser is a player or an address.
type guesser struct {
	player  string
	network netip.Prefix
}

// guesses is what is remembered of a guesser. It belongs to Brake.mu.
type guesses struct {
	wrong  int
	last   time.Time // the last wrong one
	until  time.Time // before it nothing is tried
	trying bool      // past the free ones only one try is under way
}

// Try is a try of a code that was let through. End has to be called.
type Try struct {
	brake           *Brake
	player, address guesser
	holds           []*guesses // whose trying it set
	ended           bool
}

// Begin asks to try a code. Player is empty for someone without a token. Without a
// try, wait says how long to stay away; nothing was looked up then.
func (b *Brake) Begin(player string, network netip.Prefix) (try *Try, wait time.Duration) {
	now := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	t := &Try{brake: b, player: guesser{player: player}, address: guesser{network: network}}
	mine, ours := b.ofLocked(t.player, now), b.ofLocked(t.address, now)
	if player == "" {
		mine = nil
	}
	fresh := player != "" && mine.count() < FreshPlayer
	braked := []*guesses{}
	if mine.count() >= FreePlayer {
		braked = append(braked, mine)
	}
	if n := ours.count(); n >= HardAddress || n >= FreeAddress && !fresh {
		braked = append(braked, ours)
	}
	for _, g := range braked {
		wait = max(wait, g.until.Sub(now))
		if g.trying {
			wait = max(wait, time.Second)
		}
	}
	if wait > 0 {
		return nil, wait + rand.N(wait/4+1) // those of one address come back apart
	}
	for _, g := range braked {
		g.trying = true
	}
	t.holds = braked
	return t, 0
}

// End says whether the code was wrong. Only the first call counts; a nil Try has
// none.
func (t *Try) End(wrong bool) {
	if t == nil {
		return
	}
	b, now := t.brake, time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if t.ended {
		return
	}
	t.ended = true
	for _, g := range t.holds {
		g.trying = false
	}
	if !wrong {
		return
	}
	if t.player.player != "" {
		b.makeLocked(t.player, now).failed(FreePlayer, now)
	}
	b.makeLocked(t.address, now).failed(FreeAddress, now)
}

// ofLocked returns what is remembered, nil for nothing.
func (b *Brake) ofLocked(who guesser, now time.Time) *guesses {
	g := b.recent[who]
	if g == nil {
		if g = b.old[who]; g != nil {
			b.keepLocked(who, g)
		}
	}
	if g != nil && now.Sub(g.last) > QuietTime {
		g.wrong, g.until = 0, time.Time{}
	}
	return g
}

func (b *Brake) makeLocked(who guesser, now time.Time) *guesses {
	g := b.ofLocked(who, now)
	if g == nil {
		g = new(guesses)
		b.keepLocked(who, g)
	}
	return g
}

func (b *Brake) keepLocked(who guesser, g *guesses) {
	if len(b.recent) >= maxGuessers {
		b.old, b.recent = b.recent, map[guesser]*guesses{}
	}
	b.recent[who] = g
}

func (g *guesses) count() int {
	if g == nil {
		return 0
	}
	return g.wrong
}

// failed counts a wrong code.
func (g *guesses) failed(free int, now time.Time) {
	g.wrong++
	g.last = now
	if over := g.wrong - free; over >= 0 {
		wait := LongestWait
		if over < 10 { // 5 s doubled ten times is far more
			wait = min(FirstWait<<over, LongestWait)
		}
		g.until = now.Add(wait)
	}
}
