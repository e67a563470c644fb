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
	CmdBan      CommandType = "ban"    // Lift lets the entrant in again
	CmdHide     CommandType = "hide"   // takes an entrant out of all that counts; Lift brings it back
	CmdRename   CommandType = "rename" // an entrant
	CmdDivide   CommandType = "divide" // puts an entrant into a division
	CmdMove     CommandType = "move"   // a player into another team, or out of its team
	CmdExtend   CommandType = "extend" // gives more time, to one entrant or to all
	CmdSkip     CommandType = "skip"   // a challenge, for one entrant or for all; Lift takes it back
	CmdDelete   CommandType = "delete" // puts the hunt into the bin; Lift takes it out
	CmdDefine   CommandType = "define"
	// CmdStart starts the clock of an entrant, in a hunt with a limit.
	CmdStart CommandType = "start"
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
	// Join, start, claim, event, hint, grant, review, adjust, phase, skip and divide
	// carry it; the others need no definition.
	Rev int64

	// Entrant is whom it is about: of all but phase, announce, delete, define and
	// advance. Join: empty to come back to a team. Extend, skip: empty for
	// everybody. Move: empty to take the player out.
	Entrant string
	Player  string // join, start, claim, event, hint: who did it; move: who moves
	Name    string // join, rename: the entrant's name
	Looks   string // join, rename: what names that look alike have in common; empty: not compared
	Member  string // join: the player's own name in a team
	// Invite is, in a team hunt, what other players need to join the entrant;
	// kept with the entrant when the join founds it.
	Invite string
	// Found says that this join may create its entrant: always in a solo hunt,
	// in a team hunt only for the player that founds the team.
	Found bool
	// Admitted says that the join code was right or none is needed. An entrant
	// that has joined before needs none.
	Admitted bool
	// Division is what the entrant chose; a join that founds none keeps it from
	// nobody. Chosen says that the division's code was right or none is needed.
	Division string // join, divide
	Chosen   bool   // join

	Challenge string // claim, event, hint, revoke, grant
	Badge     string // revoke, grant
	Hint      string // hint
	Right     bool   // claim
	Pending   bool   // claim: an organizer has to decide
	Near      bool   // claim: not right, but the hunt file has a reply to it
	Malformed string // claim: why the proof cannot be judged; empty: it was
	Digest    string // claim: hunt.Judgement.Digest
	Answer    string // claim: what was typed, for organizers; not kept where it is right
	Note      string // claim for review: what the player wrote
	Approve   bool   // review
	Points    int64  // adjust; review, grant: what the organizer judges
	Judged    bool   // review, grant: Points were said
	KeepPlace bool   // adjust: more points do not move the tie
	Minutes   int64  // extend
	Lift      bool   // ban, hide, skip, delete: undoes it
	Phase     Phase  // phase; empty when only Frozen changes
	Freeze    Freeze // phase
	At        int64  // phase: opens then, Unix ms; 0 now
	// Closes is when a hunt that is opened again closes: Unix ms, 0 never. It counts
	// with SetCloses only.
	Closes    int64
	SetCloses bool
	Text      string // announce
	Reason    string // of an organizer's command
	By        string // the organizer
	// If says that a define counts only while this is the revision in force; 0: any.
	If int64

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
	Unbanned  EntryType = "unbanned"
	Hidden    EntryType = "hidden"
	Shown     EntryType = "shown"
	Renamed   EntryType = "renamed"
	Divided   EntryType = "division"
	Moved     EntryType = "moved"
	Extended  EntryType = "extended"
	Skipped   EntryType = "skipped"
	Unskipped EntryType = "unskipped"
	Started   EntryType = "started"
	Submitted EntryType = "submitted" // a claim that an organizer has to decide
	Rejected  EntryType = "rejected"  // such a claim
	Penalised EntryType = "penalised"
	Finished  EntryType = "finished" // the entrant meets what finishing takes
	Deleted   EntryType = "deleted"
	Undeleted EntryType = "undeleted"
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

	Entrant string `json:"entrant,omitempty"`
	Player  string `json:"player,omitempty"`

	// What persons wrote stands beside the ledger. Whoever reads an entry gets what
	// there is now: nothing once the person was forgotten.
	Name   string `json:"name,omitempty"` // joined, renamed, unbanned, shown: the entrant's
	Looks  string `json:"-"`              // with Name: see Command
	Member string `json:"-"`              // joined: the player's own name in a team
	Note   string `json:"-"`              // submitted
	Invite string `json:"-"`              // joined: shown to no one but the team

	// Number is, of the entry joined that makes an entrant, how many joined before it.
	Number    int64  `json:"-"`
	Division  string `json:"division,omitempty"` // joined, division
	From      string `json:"from,omitempty"`     // moved: the entrant before
	Challenge string `json:"challenge,omitempty"`
	Badge     string `json:"badge,omitempty"`
	Place     int64  `json:"place,omitempty"` // badge: the place that it was given for
	Hint      string `json:"hint,omitempty"`
	// Points is the whole change that the entry makes to the total, bonus
	// included: the sum over an entrant's entries is its total.
	Points int64 `json:"points,omitempty"`
	Bonus  int64 `json:"bonus,omitempty"`
	Total  int64 `json:"total,omitempty"` // after
	// Tie is the seq that ranks the entrant among equals after an entry awarded,
	// adjusted or revoked.
	Tie int64 `json:"tie,omitempty"`
	// Since is the seq that an award ties with where it is not its own: of the
	// entry submitted, or of the award that was taken back and is granted again.
	Since     int64 `json:"since,omitempty"`
	KeepPlace bool  `json:"keep_place,omitempty"` // adjusted
	// Awards has, when an entrant stops or begins to count, the challenges whose
	// tallies that moves, separated by spaces; a minus stands before those whose
	// award was taken back.
	Awards string `json:"awards,omitempty"`
	// Out says, after an entry banned, unbanned, hidden or shown, that nothing of the
	// entrant counts.
	Out     bool  `json:"out,omitempty"`
	Minutes int64 `json:"minutes,omitempty"` // extended
	Clock   int64 `json:"clock,omitempty"`   // started: the hunt time, ms
	// Opens and Closes are what the schedule goes by after an entry phase or
	// defined, in hunt time, ms.
	Opens  int64  `json:"opens,omitempty"`
	Closes int64  `json:"closes,omitempty"`
	ID     string `json:"id,omitempty"` // of the command
	By     string `json:"by,omitempty"`
	Reason string `json:"reason,omitempty"`
	Text   string `json:"text,omitempty"`
	Phase  Phase  `json:"phase,omitempty"`  // after
	Frozen bool   `json:"frozen,omitempty"` // phase: after
	Rev    int64  `json:"rev,omitempty"`    // defined, hinted: the definition in force
	// Nonce is random and common to the entries of one commit: two histories
	// that forked have different ones at the same seq.
	Nonce string `json:"nonce,omitempty"`
}

// Ranks reports whether the entry may move its entrant among equals: whether Tie
// says something.
func (n *Entry) Ranks() bool { return n.Type == Awarded || n.Type == Adjusted || n.Type == Revoked }

// Outcome is what was decided.
type Outcome string

// The outcomes. The first ten are the outcomes of a claim on the wire.
const (
	OutAwarded   Outcome = "awarded"
	OutAlready   Outcome = "already"
	OutWrong     Outcome = "wrong"
	OutLocked    Outcome = "locked"
	OutCooldown  Outcome = "cooldown"
	OutExhausted Outcome = "exhausted"
	OutClosed    Outcome = "closed"
	OutPending   Outcome = "pending"
	OutNear      Outcome = "near"  // not right, but foreseen: costs nothing
	OutRight     Outcome = "right" // in practice: right, without points

	OutDone    Outcome = "done"    // any other command: it took effect, now or (Replay) before
	OutRefused Outcome = "refused" // nothing changed; Code says why
	OutStale   Outcome = "stale"   // judged by an old definition: judge again and commit again
)

// Reply answers a command.
type Reply struct {
	Outcome Outcome
	Code    Code   // with OutRefused
	Why     string // with Code or OutClosed: its reason, one of the Why constants; with CodeBadProof a sentence
	Replay  bool   // this answers a repeated id; nothing changed
	Right   bool   // OutAlready: whether this proof was right
	Revoked bool   // the award was taken back since

	Seq    int64 // of the entry that the command made first
	At     int64 // of that entry, Unix ms
	Points int64 // of that entry; of an award with its bonus
	Bonus  int64
	Total  int64    // after the command's last entry
	Badges []string // earned with it, in order

	Left       int64    // wrong: attempts left, −1 when unlimited or not known any more
	RetryAfter int64    // wrong, cooldown: ms to wait; 0 none
	Penalty    int64    // wrong: points that it took; then Seq and Total are of that entry
	Practice   bool     // right, wrong: the hunt is closed and nothing counts
	Requires   []string // locked: the challenges or hints that are missing, of a list
	Unmet      []string // locked: the parts of a condition that are missing, by their keys in the hunt file
	From       int64    // locked: when time alone is missing, from when on, Unix ms
	Finished   bool     // the entrant has finished with it
	Say        string   // near: what the hunt file says; the engine fills it in
	Ends       int64    // start: when the entrant's time is over, Unix ms; 0 never

	Rev     int64    // define: the revision in force
	Entrant *Entrant // join: the entrant as it is now
	Count   int64    // event: reports counted so far
}

// Entrant is what a store knows of an entrant.
type Entrant struct {
	ID       string
	Name     string
	Invite   string
	Looks    string
	Players  []string          // of a team, in the order of joining
	Members  map[string]string // in a team, names by player
	Division string
	Number   int64 // how many joined before it
	JoinSeq  int64
	JoinedAt int64
	Banned   bool
	Hidden   bool

	Total  int64
	Solves int64 // awards not revoked
	Firsts int64 // of these, first solves
	Streak int64 // right claims since the last wrong one
	Broken int64 // seq of the ledger's head at that wrong one
	Tie    int64 // seq of the last award with points that counts, else of joining; see Raised
	Raised int64 // seq of the last correction that moved the tie

	Clock       int64 // hunt time of its start, ms; 0 before
	Extra       int64 // ms that its time was extended by
	FinishedSeq int64
	FinishedAt  int64

	Awards   map[string]Award    // by challenge
	Badges   map[string]Held     // by badge
	Hints    map[string]Bought   // by "challenge/hint"
	Attempts map[string]Attempts // by challenge
	Skips    map[string]bool     // by challenge, of its own
	Fined    map[string]Fine     // penalties, by "challenge/claim id"
}

// Out reports whether nothing of the entrant counts.
func (e *Entrant) Out() bool { return e.Banned || e.Hidden }

// Fine is a penalty that an entrant has paid.
type Fine struct {
	Seq    int64
	At     int64
	Points int64 // taken, not negative
	Total  int64 // after
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
	First   bool     // no one who counts was awarded the challenge before
	Revoked bool
	Tie     int64 // seq that it ties with: its own, or Entry.Since
}

// Held is a badge that an entrant has.
type Held struct {
	Seq    int64
	At     int64
	Points int64
	Place  int64 // that it was given for, see Entry
}

// Bought is a hint that an entrant has.
type Bought struct {
	ID   string // of the command
	Seq  int64
	At   int64
	Cost int64
	// Total after buying it.
	Total int64
	Rev   int64 // of the definition that had its text
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
	Brake   Brake
}

// Brake is how the default brake on guessing stands, see hunt.Challenge.Guarded.
// Times are hunt time in ms.
type Brake struct {
	Free  int64 // wrong claims since Since
	Since int64 // when the window of free ones began
	Level int64 // how often the cooldown doubled and once more; 0: not braked
	Last  int64 // the last wrong claim
}

// Wrong is a wrong claim and the verdict it got.
type Wrong struct {
	ID         string
	At         int64
	Left       int64 // −1 when unlimited
	RetryAfter int64 // ms
	Fine       Fine
}

// MaxGiven is how many different wrong answers of a challenge are kept, and
// MaxAnswer how many characters of each.
const (
	MaxGiven  = 1000
	MaxAnswer = 100
)

// Given is a wrong answer to a challenge, and who gave it. It is kept for
// organizers, beside the ledger, and does not outlive a loss of history.
type Given struct {
	Digest   string // hunt.Judgement.Digest
	Text     string // as the first of them typed it
	Entrants []string
}

// Review is a claim that waits for an organizer.
type Review struct {
	ID        string // of the claim
	Entrant   string
	Player    string
	Challenge string
	Note      string
	At        int64
	Seq       int64 // of the entry submitted
}

// Row is an entrant's line on the board.
type Row struct {
	Entrant string
	Name    string
	Points  int64
	Solved  int64
	Badges  int64
	Tie     int64 // seq that breaks ties: lower ranks first
	// Division is the one that the entrant is in.
	Division string
	// Out says that the entrant is banned or hidden: its row is on no board.
	Out bool
}

// Tally counts the awards of a challenge.
type Tally struct {
	Solves int64 // not revoked; decay counts these
	// Given counts entrants that ever had it; bonuses and first solves go by it, so
	// none is paid twice.
	Given int64
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
	OpensAt    int64            // hunt time, ms; 0: by hand
	ClosesAt   int64            // hunt time, ms; 0: by hand
	Extra      int64            // ms that everybody's time was extended by
	DeletedAt  int64            // Unix ms, while in the bin
	Skips      map[string]bool  // challenges that are skipped for all
	Joined     int64            // entrants that ever joined, the number of the next one
	Entrants   int64            // on the board
	Tallies    map[string]Tally // by challenge
	// FrozenTallies are the tallies at FrozenSeq, nil unless frozen.
	FrozenTallies map[string]Tally
}
