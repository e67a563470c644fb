// The WebSocket protocol, version 1, as types: docs/protocol.md is the contract.
// Nothing here runs. Times are Unix ms, durations ms. A field in brackets is
// absent where it does not apply; every other field is always there.

// ---- What messages are made of ----

/** @typedef {'draft'|'open'|'paused'|'closed'} Phase */
/** @typedef {'text'|'number'|'choice'|'code'|'location'|'event'|'review'} ProofKind */
/** What a challenge gives the next solver, bonus included. @typedef {{worth: number, solves: number}} Worth */

/**
 * @typedef {object} Hint before it is bought
 * @property {string} id
 * @property {string} title
 * @property {number} cost
 * @property {string[]} requires hints of the same challenge to buy first
 */

/**
 * While a challenge is locked it lacks its description, hints, options and prompt.
 * @typedef {object} Challenge
 * @property {string} id
 * @property {string} title
 * @property {string} description Markdown
 * @property {string} category
 * @property {string[]} tags
 * @property {{initial: number, minimum: number, decay: number, function: string}} points
 * @property {number[]} bonus of the first solvers
 * @property {{kind: ProofKind, options?: string[], multiple?: boolean, prompt?: string}} proof
 * @property {string[]|Record<string, unknown>} requires challenges to solve first, or a condition as in the hunt file
 * @property {{max: number, cooldown: number}} attempts 0 is no limit
 * @property {Hint[]} hints
 * @property {number} [opens]
 * @property {number} [closes]
 * @property {boolean} locked what it requires is not met
 * @property {boolean} [waiting] it opens later; until then there are only its id, title and opens
 */

/**
 * @typedef {object} Badge
 * @property {string} id
 * @property {string} title
 * @property {string} description
 * @property {string} icon
 * @property {number} points
 * @property {string} text its rule in a sentence
 */

/**
 * A hunt as this player may see it. The challenges of a draft are not shown.
 * @typedef {object} Definition
 * @property {string} hunt
 * @property {string} title
 * @property {string} description Markdown
 * @property {'solo'|'team'} mode
 * @property {number} [opens]
 * @property {number} [closes]
 * @property {number} [freeze]
 * @property {boolean} code_required
 * @property {Challenge[]} challenges
 * @property {Badge[]} badges
 * @property {number} challenge_count also of a draft
 */

/** @typedef {{rank: number, entrant: string, name: string, points: number, solved: number, badges: number}} Row */

/**
 * An award in the ticker.
 * @typedef {object} TickerEvent
 * @property {number} seq
 * @property {number} at
 * @property {string} name
 * @property {string} entrant
 * @property {string} challenge
 * @property {number} points
 * @property {boolean} first
 * @property {string[]} badges earned with it
 */

/**
 * The entrant as it sees itself.
 * @typedef {object} Personal
 * @property {string} entrant
 * @property {string} name
 * @property {number} points
 * @property {number} rank 0 for none
 * @property {number} entrants
 * @property {Record<string, {seq: number, points: number, at: number}>} solved points with bonus, by challenge
 * @property {Record<string, {seq: number, at: number}>} badges
 * @property {Record<string, {text: string, cost: number}>} hints by "challenge/hint"
 * @property {Record<string, Attempts>} attempts by challenge
 * @property {Record<string, {id: string, at: number}>} [pending] claims that wait for an organizer, by challenge
 * @property {{code: string, players: number}} [team]
 */

/** left is absent where attempts are not limited in number. @typedef {{left?: number, retry_at: number}} Attempts */

/**
 * The evidence in a claim: one kind.
 * @typedef {{text: string} | {number: number} | {choice: string|string[]} | {code: string}
 *   | {location: {lat: number, lon: number, accuracy: number}} | {review: {note: string}}} Proof
 */

// ---- From the page to the server ----

/** @typedef {{type: 'hello', token?: string}} HelloRequest */
/** The ledger up to where the page has seen it. @typedef {{epoch: string, seq: number}} Since */
/** @typedef {{name: string}|{code: string}} TeamRequest founds a team, or joins one by its code */
/** @typedef {{type: 'join', id: string, hunt: string, code?: string, since?: Since, team?: TeamRequest}} JoinRequest */
/** @typedef {{type: 'watch', id: string, hunt: string, since?: Since}} WatchRequest */
/** @typedef {{type: 'claim', id: string, hunt: string, challenge: string, proof: Proof}} ClaimRequest */
/** @typedef {{type: 'hint', id: string, hunt: string, challenge: string, hint: string}} HintRequest */
/** @typedef {{type: 'leave', id: string, hunt: string}} LeaveRequest */
/** @typedef {{type: 'ping', id?: string}} PingRequest */

/**
 * @typedef {HelloRequest|JoinRequest|WatchRequest|ClaimRequest|HintRequest|LeaveRequest|PingRequest} Request
 */

// ---- From the server to the page: answers ----

/**
 * @typedef {object} WelcomeMessage
 * @property {'welcome'} type
 * @property {string} [id]
 * @property {undefined} [hunt]
 * @property {string} session
 * @property {string} [player] with a token
 * @property {string} [name] with a token
 * @property {number} now the server's clock
 * @property {number} heartbeat ms
 * @property {number} max_frame bytes
 */

/** @typedef {{type: 'pong', id?: string, hunt?: undefined, now: number}} PongMessage */
/** @typedef {{type: 'left', id?: string, hunt: string}} LeftMessage */

/**
 * The fields that joined and watching share.
 * @typedef {object} Snapshot
 * @property {string} [id]
 * @property {string} hunt
 * @property {string} epoch
 * @property {number} seq
 * @property {number} rev
 * @property {Phase} phase
 * @property {boolean} frozen
 * @property {number} [opens]
 * @property {number} [closes]
 * @property {number} now
 * @property {Definition} definition
 * @property {BoardMessage} board
 * @property {MissedMessage[]} [missed] with since: what came after it
 * @property {boolean} [reset] with since: what came after it is not known any more
 */

/** @typedef {Snapshot & {type: 'joined', you: Personal}} JoinedMessage */
/** @typedef {Snapshot & {type: 'watching', you?: undefined}} WatchingMessage */

/**
 * The fields that all verdicts share. at is the time of the award or of the review.
 * @typedef {object} VerdictHead
 * @property {'verdict'} type
 * @property {string} id
 * @property {string} hunt
 * @property {string} challenge
 * @property {number} [at]
 * @property {boolean} [replay] the same claim id has had this verdict before
 * @property {boolean} [revoked] the award was taken back since
 */

/**
 * @typedef {object} VerdictAward
 * @property {number} seq
 * @property {number} points with bonus
 * @property {number} bonus
 * @property {number} total with badges
 * @property {number} [rank]
 * @property {undefined} [retry_after]
 */

/** @typedef {VerdictHead & VerdictAward & {outcome: 'awarded', badges: string[]}} AwardedVerdict */
/**
 * The award is that of another claim; right says whether this proof was right.
 * @typedef {VerdictHead & VerdictAward & {outcome: 'already', badges?: string[], right: boolean}} AlreadyVerdict
 */
/**
 * @typedef {VerdictHead & {outcome: 'wrong', seq?: undefined, attempts_left?: number, retry_after?: number}} WrongVerdict
 */
/** @typedef {VerdictHead & {outcome: 'locked', seq?: undefined, requires?: string[], retry_after?: undefined}} LockedVerdict */
/** @typedef {VerdictHead & {outcome: 'cooldown', seq?: undefined, retry_after?: number}} CooldownVerdict */
/** @typedef {VerdictHead & {outcome: 'exhausted'|'closed'|'pending', seq?: undefined, retry_after?: undefined}} PlainVerdict */

/**
 * @typedef {AwardedVerdict|AlreadyVerdict|WrongVerdict|LockedVerdict|CooldownVerdict|PlainVerdict} VerdictMessage
 */

/**
 * @typedef {object} HintedMessage
 * @property {'hinted'} type
 * @property {string} [id] of the order, to the session that gave it
 * @property {string} hunt
 * @property {string} challenge
 * @property {string} hint
 * @property {string} text
 * @property {number} cost
 * @property {number} total
 * @property {number} seq
 * @property {number} at
 * @property {boolean} [replay]
 */

/**
 * @typedef {object} ErrorMessage
 * @property {'error'} type
 * @property {string} [id]
 * @property {string} [hunt]
 * @property {string} code
 * @property {string} message for people, in English
 * @property {string} [why] a word for the reason, where the code has several
 * @property {number} [retry_after] nothing was decided: send the same again after this
 * @property {string[]} [requires] hints to buy first
 */

/**
 * @typedef {object} ByeMessage
 * @property {'bye'} type
 * @property {undefined} [hunt]
 * @property {string} code
 * @property {boolean} reconnect
 * @property {number} after ms to stay away at least
 */

// ---- From the server to the page: pushes ----

/**
 * @typedef {object} AwardMessage
 * @property {'award'} type
 * @property {string} [id] of the claim
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {string} challenge
 * @property {number} points with bonus
 * @property {number} bonus
 * @property {number} total with badges
 * @property {string[]} badges
 * @property {string} [reason] of an organizer
 */

/**
 * @typedef {object} BadgeMessage
 * @property {'badge'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {string} badge
 * @property {number} points
 * @property {number} total
 * @property {string} [reason] of an organizer
 */

/**
 * @typedef {object} AdjustedMessage
 * @property {'adjusted'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {number} points
 * @property {number} total
 * @property {string} reason
 */

/**
 * An award or a badge is taken back.
 * @typedef {object} RevokedMessage
 * @property {'revoked'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {string} [challenge]
 * @property {string} [badge]
 * @property {number} points
 * @property {number} total
 * @property {string} reason
 */

/**
 * @typedef {object} PhaseMessage
 * @property {'phase'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {Phase} phase
 * @property {boolean} frozen
 * @property {number} [opens]
 * @property {number} [closes]
 */

/** @typedef {{type: 'notice', hunt: string, seq: number, at: number, text: string}} NoticeMessage */

/**
 * @typedef {object} DefinitionMessage
 * @property {'definition'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {number} rev
 * @property {Definition} definition as anyone may see it
 */

/** The history was lost, and this epoch began. @typedef {{type: 'reset', hunt: string, epoch: string, seq: number}} ResetMessage */

/**
 * @typedef {object} StandingMessage
 * @property {'standing'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} rank
 * @property {number} points
 * @property {number} entrants
 */

/**
 * The top of the board, or with base what changed on the one of that seq.
 * @typedef {object} BoardMessage
 * @property {'board'} type
 * @property {string} hunt
 * @property {number} [base]
 * @property {number} seq
 * @property {number} at
 * @property {boolean} frozen
 * @property {number} entrants
 * @property {number} size rows that a board has at most
 * @property {Row[]} rows
 * @property {Record<string, Worth>} [challenges]
 */

/** @typedef {{type: 'ticker', hunt: string, events: TickerEvent[], skipped: number}} TickerMessage */

/** @typedef {AwardMessage|BadgeMessage|HintedMessage|AdjustedMessage|RevokedMessage|NoticeMessage} MissedMessage */

/**
 * @typedef {WelcomeMessage|PongMessage|LeftMessage|JoinedMessage|WatchingMessage|VerdictMessage|HintedMessage
 *   |ErrorMessage|ByeMessage|AwardMessage|BadgeMessage|AdjustedMessage|RevokedMessage|PhaseMessage|NoticeMessage
 *   |DefinitionMessage|ResetMessage|StandingMessage|BoardMessage|TickerMessage} Message
 */

export default null;
