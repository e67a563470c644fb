// Package game is the contract between a hunt and whoever decides and keeps it:
// commands, replies, entries of the ledger, and the Store.
//
// Guarantees:
//   - A command is decided once. The same id again gets the first reply.
//   - A Store decides; package actor, the engine, never does. So any number of
//     nodes may run the same hunt.
//   - This package runs nothing: it has neither goroutines nor I/O, and imports
//     only the definition of a hunt.
package game

import "veltrix/game/hunt"

// Phase is where a hunt is in its life.
type Phase string

// The phases: draft → open ⇄ paused → closed.
const (
	Draft  Phase = "draft"
	Open   Phase = "open"
	Paused Phase = "paused"
	Closed Phase = "closed"
)

// CommandType names what a command asks for.
type CommandType string

// The commands.
const (
	CmdJoin     CommandType = "join"
	CmdClaim    CommandType = "claim"  // judged right, wrong or for review
	CmdEvent    CommandType = "event"  // a trusted producer's report that meets a challenge
	CmdHint     CommandType = "hint"   // buys a hint
	CmdAdjust   CommandType = "adjust" // gives or takes points
	CmdRevoke   CommandType = "revoke" // takes an award or a badge back
	CmdGrant    CommandType = "grant"  // gives an award or a badge
	CmdReview   CommandType = "review" // decides a pending claim
	CmdPhase    CommandType = "phase"  // changes phase or freeze
	CmdAnnounce CommandType = "announce"
	CmdBan      CommandType = "ban"
	CmdDefine   CommandType = "define"
	// CmdAdvance does nothing itself: every commit first lets the schedule
	// move the hunt, and this is how an actor asks for that alone.
	CmdAdvance CommandType = "advance"
	// CmdRestore puts back what a lost entry did, without regard to phase,
	// windows, codes, attempts, prerequisites and revision, and with the points
	// that it had. It takes every type of entry but defined and recovered. The
	// same entry again, from whichever node, is a Replay; so is one whose effect
	// is there in another way. For an award that stands the reply says what it
	// gave. A batch of restores alone does not let the schedule move the hunt:
	// it must not close before it has its history back.
	CmdRestore CommandType = "restore"
)

// Command asks a hunt for something. Which fields count depends on Type.
type Command struct {
	Type CommandType
	// ID is made by the sender; the same id again gets the first reply. For
	// claim, hint and the organizer's commands it is a UUID in lower case. For
	// a review it is the id of the claim to decide. Join, define and advance
	// have none.
	ID string
	// Rev is the revision of the definition that the command was judged by.
	// If the hunt has another one by now the reply's outcome is Stale.
	// Join, claim, event, hint, grant, review, adjust and phase carry it; an
	// announcement, a ban and a revocation need no definition.
	Rev int64

	Entrant string // all but phase, announce, define, advance; join: empty to come back to a team
	Player  string // join, claim, event, hint: who did it
	Name    string // join: the entrant's name
	// Invite is, in a team hunt, what other players need to join the entrant;
	// kept with the entrant when the join founds it.
	Invite string
	// Found says that this join may create its entrant: always in a solo hunt,
	// in a team hunt only for the player that founds the team.
	Found bool
	// Admitted says that the join code was right or none is needed. An entrant
	// that has joined before needs none.
	Admitted bool

	Challenge string // claim, event, hint, revoke, grant
	Badge     string // revoke, grant
	Hint      string // hint
	Right     bool   // claim
	Pending   bool   // claim: an organizer has to decide
	Digest    string // claim: hunt.Judgement.Digest
	Note      string // claim for review: what the player wrote
	Approve   bool   // review
	Points    int64  // adjust
	Phase     Phase  // phase; empty when only Frozen changes
	Freeze    Freeze // phase
	Text      string // announce
	Reason    string // adjust, revoke, grant, review, phase, ban
	By        string // the organizer

	Definition *hunt.Definition // define: what to apply
	Entry      *Entry           // restore: the entry as it was; never changed
}

// Freeze is a change of the frozen board.
type Freeze string

// The changes of the frozen board; empty is none.
const (
	FreezeOn  Freeze = "freeze"
	FreezeOff Freeze = "reveal"
)

// EntryType names what happened.
type EntryType string

// The entries of a ledger.
const (
	Joined    EntryType = "joined"
	Awarded   EntryType = "awarded"
	Badged    EntryType = "badge"
	Hinted    EntryType = "hinted"
	Adjusted  EntryType = "adjusted"
	Revoked   EntryType = "revoked"
	Phased    EntryType = "phase"
	Announced EntryType = "announced"
	Banned    EntryType = "banned"
	Defined   EntryType = "defined"
	// Recovered is the first entry of every epoch but the first: the history
	// that went on from the entry before was lost. Text says what is known of it.
	Recovered EntryType = "recovered"
)

// Schedule is the By of what the hunt's own times did.
const Schedule = "schedule"

// Entry is one line of a hunt's ledger. A field that does not apply is zero.
type Entry struct {
	Epoch string    `json:"epoch"`
	Seq   int64     `json:"seq"`
	At    int64     `json:"at"` // store's clock, Unix ms
	Type  EntryType `json:"type"`

	Entrant   string `json:"entrant,omitempty"`
	Player    string `json:"player,omitempty"`
	Name      string `json:"name,omitempty"`
	Invite    string `json:"-"` // joined: kept in the store, shown to no one but the team
	Challenge string `json:"challenge,omitempty"`
	Badge     string `json:"badge,omitempty"`
	Hint      string `json:"hint,omitempty"`
	// Points is the whole change that the entry makes to the total, bonus
	// included: the sum over an entrant's entries is its total.
	Points int64  `json:"points,omitempty"`
	Bonus  int64  `json:"bonus,omitempty"`
	Total  int64  `json:"total,omitempty"` // after
	ID     string `json:"id,omitempty"`    // of the command
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"`
	Phase  Phase  `json:"phase,omitempty"`  // after
	Frozen bool   `json:"frozen,omitempty"` // phase: after
	Rev    int64  `json:"rev,omitempty"`
	// Nonce is random and common to the entries of one commit: two histories
	// that forked have different ones at the same seq.
	Nonce string `json:"nonce,omitempty"`
}

// Outcome is what was decided.
type Outcome string

// The outcomes. The first eight are the outcomes of a claim on the wire.
const (
	OutAwarded   Outcome = "awarded"
	OutAlready   Outcome = "already"
	OutWrong     Outcome = "wrong"
	OutLocked    Outcome = "locked"
	OutCooldown  Outcome = "cooldown"
	OutExhausted Outcome = "exhausted"
	OutClosed    Outcome = "closed"
	OutPending   Outcome = "pending"

	OutDone    Outcome = "done"    // any other command: it took effect, now or (Replay) before
	OutRefused Outcome = "refused" // nothing changed; Code says why
	OutStale   Outcome = "stale"   // judged by an old definition: judge again and commit again
)

// Reply answers a command.
type Reply struct {
	Outcome Outcome
	Code    Code   // with OutRefused
	Why     string // with Code: its reason, one of the Why constants; with CodeBadProof a sentence
	Replay  bool   // this answers a repeated id; nothing changed
	Right   bool   // OutAlready: whether this proof was right
	Revoked bool   // the award was taken back since

	Seq    int64 // of the entry that the command made first
	At     int64 // of that entry, Unix ms
	Points int64 // of that entry; of an award with its bonus
	Bonus  int64
	Total  int64    // after the command's last entry
	Badges []string // earned with it, in order

	Left       int64    // wrong: attempts left, −1 when unlimited
	RetryAfter int64    // wrong, cooldown: ms to wait; 0 none
	Requires   []string // locked: what is missing

	Rev     int64    // define: the revision in force
	Entrant *Entrant // join: the entrant as it is now
	Count   int64    // event: reports counted so far
}

// Entrant is what a store knows of an entrant.
type Entrant struct {
	ID       string
	Name     string
	Invite   string
	Players  []string // of a team, in the order of joining
	JoinSeq  int64
	JoinedAt int64
	Banned   bool

	Total  int64
	Solves int64 // awards not revoked
	Firsts int64 // of these, first solves
	Streak int64 // right claims since the last wrong one
	Broken int64 // seq of the ledger's head at that wrong one
	Tie    int64 // seq of the last award, of joining before the first

	Awards   map[string]Award    // by challenge
	Badges   map[string]Held     // by badge
	Hints    map[string]Bought   // by "challenge/hint"
	Attempts map[string]Attempts // by challenge
}

// Award is the award of one challenge to one entrant.
type Award struct {
	ID      string // of the claim, grant or event
	Player  string // empty for a grant
	Seq     int64
	At      int64
	Points  int64 // with Bonus
	Bonus   int64
	Total   int64    // after the award and its badges
	Badges  []string // earned with it
	First   bool     // no one was awarded the challenge before
	Revoked bool
}

// Held is a badge that an entrant has.
type Held struct {
	Seq    int64
	At     int64
	Points int64
}

// Bought is a hint that an entrant has.
type Bought struct {
	ID   string // of the command
	Seq  int64
	At   int64
	Cost int64
	// Total after buying it.
	Total int64
}

// How many recent wrong claims and wrong answers of an entrant and challenge
// are remembered.
const (
	RecentClaims  = 4
	RecentAnswers = 16
)

// Attempts is what an entrant tried at a challenge and what the ledger does
// not hold: wrong claims, a claim waiting for review, events counted.
type Attempts struct {
	Count   int64    // wrong claims that cost an attempt
	RetryAt int64    // hunt time, ms, before which claims get OutCooldown
	Broken  int64    // seq of the ledger's head at the last wrong claim: a streak starts after it
	Recent  []Wrong  // last RecentClaims wrong claims, oldest first
	Answers []string // last RecentAnswers digests of wrong answers, oldest first

	Pending *Review  // claim waiting for review
	Events  []string // ids of events counted, until the award
}

// Wrong is a wrong claim and the verdict it got.
type Wrong struct {
	ID         string
	At         int64
	Left       int64 // −1 when unlimited
	RetryAfter int64 // ms
}

// Review is a claim that waits for an organizer.
type Review struct {
	ID        string // of the claim
	Entrant   string
	Player    string
	Challenge string
	Note      string
	At        int64
}

// Row is an entrant's line on the board.
type Row struct {
	Entrant string
	Name    string
	Points  int64
	Solved  int64
	Badges  int64
	Tie     int64 // seq that breaks ties: lower ranks first
}

// Tally counts the awards of a challenge.
type Tally struct {
	Solves int64 // not revoked; decay counts these
	Given  int64 // ever; bonuses and first solves count these, so none is paid twice
}

// Summary is a hunt without its entrants.
type Summary struct {
	Epoch      string           // a decimal number that only grows
	Seq        int64            // head of the ledger; 0 when empty
	Nonce      string           // of the head
	Definition *hunt.Definition // with Rev and Source
	Phase      Phase
	Frozen     bool
	FrozenSeq  int64 // head when it was frozen
	OpenedAt   int64 // Unix ms; 0 before
	ClosedAt   int64
	PausedAt   int64            // Unix ms; 0 unless paused, or closed during a pause
	Shift      int64            // ms of all finished pauses
	Entrants   int64            // on the board
	Tallies    map[string]Tally // by challenge
	// FrozenTallies are the tallies at FrozenSeq, nil unless frozen.
	FrozenTallies map[string]Tally
}
