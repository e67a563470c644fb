// The shapes that travel between the modules. Nothing here runs; it is read by
// the type checker. Wire shapes are those of the protocol; times are Unix ms.

/**
 * @typedef {object} Hint
 * @property {string} id
 * @property {string} title
 * @property {number} cost
 * @property {string[]} [requires] hints of the same challenge to take first
 */

/** @typedef {'text'|'number'|'choice'|'code'|'location'|'event'|'review'} ProofKind */

/**
 * @typedef {object} Challenge
 * @property {string} id
 * @property {string} title
 * @property {string} [description]
 * @property {string} [category]
 * @property {string[]} [tags]
 * @property {{initial: number, minimum?: number, decay?: number, function?: string}} points
 * @property {number[]} [bonus]
 * @property {{kind: ProofKind, options?: string[], multiple?: boolean, prompt?: string}} proof
 * @property {string[]} [requires]
 * @property {{max?: number, cooldown?: number}} [attempts]
 * @property {Hint[]} [hints]
 * @property {number} [opens]
 * @property {number} [closes]
 * @property {boolean} [locked] a prerequisite is unsolved: no description, options or hints
 */

/**
 * @typedef {object} Badge
 * @property {string} id
 * @property {string} title
 * @property {string} [description]
 * @property {string} [icon]
 * @property {number} [points]
 * @property {string} [text] how to earn it, in words
 */

/**
 * @typedef {object} Definition
 * @property {string} hunt
 * @property {string} title
 * @property {string} [description]
 * @property {'solo'|'team'} mode
 * @property {number} [opens]
 * @property {number} [closes]
 * @property {number} [freeze]
 * @property {boolean} [code_required]
 * @property {Challenge[]} challenges
 * @property {Badge[]} badges
 * @property {number} [challenge_count]
 */

/** @typedef {'draft'|'open'|'paused'|'closed'} Phase */
/** @typedef {{rank: number, entrant: string, name: string, points: number, solved: number, badges: number}} Row */
/** @typedef {{worth: number, solves: number}} Tally */

/**
 * @typedef {object} Board
 * @property {number} seq
 * @property {number} at
 * @property {boolean} frozen
 * @property {number} entrants
 * @property {number} size
 * @property {Row[]} rows
 * @property {Record<string, Tally>} challenges
 */

/**
 * @typedef {object} You
 * @property {string} entrant
 * @property {string} name
 * @property {number} points
 * @property {number} rank
 * @property {Record<string, {seq: number, points: number, bonus?: number, at: number, revoked?: boolean}>} solved
 * @property {Record<string, {seq: number, at: number}>} badges
 * @property {Record<string, {text: string, cost: number}>} hints by "challenge/hint"
 * @property {Record<string, Attempts>} attempts by challenge
 * @property {Record<string, {id: string, at: number}>} pending claims that wait for an organizer, by challenge
 * @property {number} [entrants]
 * @property {{code: string, players: number}} [team]
 */

/**
 * @typedef {object} Attempts
 * @property {number} [left] absent or below 0 means without limit
 * @property {number} [retry_at]
 */

/**
 * A line of the player's own history.
 * @typedef {object} LogEntry
 * @property {string} key the same happening has the same key
 * @property {'award'|'badge'|'hinted'|'adjusted'|'revoked'|'notice'|'phase'} type
 * @property {number} seq
 * @property {number} at
 * @property {string} [challenge]
 * @property {string} [badge]
 * @property {string} [hint]
 * @property {number} [points]
 * @property {number} [bonus]
 * @property {string} [reason]
 * @property {string} [text]
 * @property {Phase} [phase]
 */

/** @typedef {{seq: number, at: number, name: string, challenge: string, points: number, first?: boolean, badges?: string[]}} TickerEvent */

/**
 * A claim or hint order that has no answer yet.
 * @typedef {object} Outgoing
 * @property {'claim'|'hint'} type
 * @property {string} id
 * @property {string} player
 * @property {string} hunt
 * @property {string} challenge
 * @property {Proof} [proof]
 * @property {string} [hint]
 * @property {number} at when it was made
 */

/** @typedef {{text?: string, number?: number, choice?: string|string[], code?: string, location?: {lat: number, lon: number, accuracy: number}, review?: {note: string}}} Proof */

/**
 * The last answer to a claim or hint order of one challenge.
 * @typedef {object} Verdict
 * @property {string} id
 * @property {string} outcome one of the protocol's outcomes, or "error"
 * @property {string} [code] of an error
 * @property {string} [message] of an error
 * @property {string} [why] of an error, where its code has several reasons
 * @property {number} received when it arrived here
 * @property {number} [points]
 * @property {number} [bonus]
 * @property {string[]} [badges]
 * @property {number} [attempts_left]
 * @property {number} [retry_after]
 * @property {string[]} [requires]
 * @property {boolean} [right]
 * @property {boolean} [revoked]
 * @property {boolean} [replay]
 * @property {string} [hint] set when this answers a hint order
 */

/**
 * @typedef {object} Connection
 * @property {'idle'|'connecting'|'live'|'waiting'|'ended'} status
 * @property {number} [retryAt] waiting: when the next try begins
 * @property {string} [code] ended: why
 * @property {number} [heardAt] when something last arrived
 */

/**
 * What the page knows of one hunt.
 * @typedef {object} HuntState
 * @property {string} id
 * @property {'none'|'watching'|'joined'|'unknown'} presence
 * @property {string} epoch
 * @property {number} seq last ledger seq that was told reliably
 * @property {number} rev
 * @property {Phase} phase
 * @property {number} opens
 * @property {number} closes
 * @property {Definition|null} definition
 * @property {You|null} you
 * @property {number} pointsSeq
 * @property {number} entrants
 * @property {Board|null} board
 * @property {TickerEvent[]} ticker newest first
 * @property {number} skipped ticker events that were never sent
 * @property {LogEntry[]} log newest first
 * @property {Record<string, Verdict>} verdicts by challenge
 * @property {Outgoing[]} outgoing
 * @property {{code: string, message: string, why?: string}|null} refusal why the last join failed
 * @property {boolean} joining
 */

/**
 * @typedef {object} State
 * @property {Connection} connection
 * @property {number} clock server's clock − this one, ms
 * @property {{id: string, name: string}|null} player
 * @property {HuntState} hunt
 */

/** @typedef {{type: string} & Record<string, any>} Message */

export default null;
