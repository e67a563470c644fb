// The WebSocket protocol, version 1, as types: docs/protocol.md is the contract.
// Nothing here runs. Times are Unix ms, durations ms. A field in brackets is
// absent where it does not apply; every other field is always there.

// ---- What messages are made of ----

/** @typedef {'draft'|'open'|'paused'|'closed'} Phase */
/** @typedef {'text'|'number'|'choice'|'code'|'location'|'event'|'review'} ProofKind */
/** What a challenge gives the next solver, bonus included. @typedef {{worth: number, solves: number}} Worth */

/**
 * What has to be met, as the hunt file writes it: all of it.
 * @typedef {object} Condition
 * @property {number} [solves] of this category and tag
 * @property {string} [category]
 * @property {string} [tag]
 * @property {string[]} [challenges] all of them
 * @property {number} [any] that many of them
 * @property {number} [points]
 * @property {number} [firsts]
 * @property {number} [streak]
 * @property {string} [within] since joining, such as 1h30m
 * @property {string} [after] the start, such as 15m
 * @property {number} [place]
 * @property {string} [division]
 * @property {boolean} [manual]
 */

/** Challenges to solve first, or a condition. @typedef {string[]|Condition} Requires */

/**
 * @typedef {object} Hint before it is bought
 * @property {string} id
 * @property {string} title
 * @property {number} cost
 * @property {number} [after] ms of hunt time after the start
 * @property {string[]} requires hints of the same challenge to buy first
 */

/**
 * per is how often it falls, where time lowers it; up_to the most that an organizer can give.
 * @typedef {{initial: number, minimum: number, decay: number, per?: number, function: string, up_to?: number}} Points
 */

/**
 * While a challenge is locked it lacks its description, hints, options and prompt.
 * While it waits for its own window it has nothing but its id, title and opens.
 * @typedef {object} Challenge
 * @property {string} id
 * @property {string} title
 * @property {string} description Markdown
 * @property {string} category
 * @property {string[]} tags
 * @property {Points} points
 * @property {number[]} bonus of the first solvers
 * @property {{kind: ProofKind, options?: string[], multiple?: boolean, prompt?: string}} proof
 * @property {Requires} requires
 * @property {boolean} [optional] the hunt can be finished without it
 * @property {{max: number, cooldown: number}} attempts 0 is no limit
 * @property {number} [penalty] points that a wrong answer costs
 * @property {Hint[]} hints
 * @property {number} [opens]
 * @property {number} [closes]
 * @property {boolean} locked what it requires is not met, or it waits
 * @property {boolean} [waiting] it opens later
 * @property {string} [solved] Markdown, from the award on
 * @property {string} [solution] Markdown, once the hunt is closed
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

/** @typedef {{id: string, title: string, code_required: boolean}} Division */

/**
 * A hunt as this player may see it. The challenges of a draft are not shown, and
 * before the start of one's own clock neither.
 * @typedef {object} Definition
 * @property {string} hunt
 * @property {string} title
 * @property {string} description Markdown
 * @property {'solo'|'team'} mode
 * @property {number} [team_size] players that a team has at most
 * @property {number} [opens]
 * @property {number} [closes]
 * @property {number} [freeze]
 * @property {number} [limit] ms that an entrant has from its own start
 * @property {boolean} [practice] once closed, claims are answered without points
 * @property {boolean} code_required
 * @property {{privacy?: string, imprint?: string}} [links]
 * @property {Division[]} [divisions]
 * @property {string} [finish] Markdown, for whoever has finished
 * @property {Challenge[]} challenges
 * @property {Badge[]} badges
 * @property {number} challenge_count also of a draft
 */

/** @typedef {{rank: number, entrant: string, name: string, points: number, solved: number, badges: number, division?: string}} Row */

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
 * @property {string} [division]
 * @property {number} [division_rank]
 * @property {number} [ends] once started, in a hunt with a limit
 * @property {number} [finished] when
 * @property {string[]} [skipped] challenges that count as solved, without points
 * @property {Record<string, Solved>} solved by challenge
 * @property {Record<string, Held>} badges
 * @property {Record<string, BoughtHint>} hints by "challenge/hint"
 * @property {Record<string, Attempts>} attempts by challenge
 * @property {Record<string, Pending>} [pending] claims that wait for an organizer, by challenge
 * @property {Team} [team]
 */

/** An award of one's own, points with bonus. @typedef {{seq: number, points: number, at: number}} Solved */
/** A badge of one's own. @typedef {{seq: number, at: number}} Held */
/** A bought hint; title where the definition has it no more, or not so any more. @typedef {{title?: string, text: string, cost: number}} BoughtHint */
/** @typedef {{id: string, at: number}} Pending */
/** @typedef {{code: string, players: number, members: Member[]}} Team */
/** here says that the player has the page open. @typedef {{name: string, here: boolean}} Member */

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
/** view names the definition that the page holds. @typedef {{type: 'join', id: string, hunt: string, code?: string, since?: Since, view?: string, team?: TeamRequest, name?: string, division?: string, division_code?: string}} JoinRequest */
/** @typedef {{type: 'watch', id: string, hunt: string, code?: string, since?: Since, view?: string}} WatchRequest */
/** @typedef {{type: 'claim', id: string, hunt: string, challenge: string, proof: Proof}} ClaimRequest */
/** @typedef {{type: 'hint', id: string, hunt: string, challenge: string, hint: string}} HintRequest */
/** Begins one's own time. @typedef {{type: 'start', id: string, hunt: string}} StartRequest */
/** @typedef {{type: 'leave', id: string, hunt: string}} LeaveRequest */
/** @typedef {{type: 'ping', id?: string}} PingRequest */

/**
 * @typedef {HelloRequest|JoinRequest|WatchRequest|ClaimRequest|HintRequest|StartRequest|LeaveRequest|PingRequest} Request
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
/** Without id: the page was taken out of the hunt, and why. @typedef {{type: 'left', id?: string, hunt: string, why?: string}} LeftMessage */

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
 * @property {string} view a name for the definition as this session sees it
 * @property {Definition} [definition] absent while the one of the request's view holds
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

/**
 * solved is the challenge's text, finish the hunt's if this was the last of it, both Markdown.
 * @typedef {VerdictHead & VerdictAward & {outcome: 'awarded', badges: string[], solved?: string, finish?: string}} AwardedVerdict
 */
/**
 * The award is that of another claim; right says whether this proof was right.
 * @typedef {VerdictHead & VerdictAward & {outcome: 'already', badges?: string[], right: boolean}} AlreadyVerdict
 */
/**
 * total and seq are there with a penalty, practice after the close.
 * @typedef {VerdictHead & {outcome: 'wrong', seq?: number, penalty?: number, total?: number, attempts_left?: number, retry_after?: number, practice?: boolean}} WrongVerdict
 */
/** Not right, but the organizer has a word for it; it costs nothing. @typedef {VerdictHead & {outcome: 'near', seq?: undefined, say?: string, practice?: boolean, retry_after?: undefined}} NearVerdict */
/** After the close. @typedef {VerdictHead & {outcome: 'right', seq?: undefined, practice: boolean, retry_after?: undefined}} RightVerdict */
/** What is missing; at is from when on, where time alone is. @typedef {VerdictHead & {outcome: 'locked', seq?: undefined, requires?: Requires, retry_after?: undefined}} LockedVerdict */
/** @typedef {VerdictHead & {outcome: 'cooldown', seq?: undefined, retry_after?: number}} CooldownVerdict */
/** why limit: one's own time is over. @typedef {VerdictHead & {outcome: 'closed', seq?: undefined, why?: string, retry_after?: undefined}} ClosedVerdict */
/** @typedef {VerdictHead & {outcome: 'exhausted'|'pending', seq?: undefined, retry_after?: undefined}} PlainVerdict */

/**
 * @typedef {AwardedVerdict|AlreadyVerdict|WrongVerdict|NearVerdict|RightVerdict|LockedVerdict|CooldownVerdict
 *   |ClosedVerdict|PlainVerdict} VerdictMessage
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
 * @property {Requires} [requires] what is missing for a hint
 * @property {number} [at] when a hint is to be had, where time alone is missing
 * @property {string} [suggestion] a name that is free
 */

/**
 * One's own time runs. Without id another device has started it.
 * @typedef {object} StartedMessage
 * @property {'started'} type
 * @property {string} [id]
 * @property {string} hunt
 * @property {number} [seq]
 * @property {number} [at]
 * @property {number} ends
 * @property {boolean} [replay]
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
 * @property {string} [solved] the challenge's text, Markdown
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
 * What a wrong answer cost, on another device.
 * @typedef {object} PenalisedMessage
 * @property {'penalised'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {string} [challenge]
 * @property {number} points
 * @property {number} total
 * @property {string} [id] of the claim
 * @property {string} reason
 */

/**
 * What has become visible: whole challenges, in place of those of the same id.
 * @typedef {object} UnlockedMessage
 * @property {'unlocked'} type
 * @property {string} hunt
 * @property {string} view
 * @property {Challenge[]} challenges
 */

/**
 * More time. ends is absent before the start and without a limit.
 * @typedef {object} ExtendedMessage
 * @property {'extended'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {number} [ends]
 * @property {string} [reason]
 */

/**
 * What an organizer decided about a claim. An approval comes after its award.
 * @typedef {object} ReviewedMessage
 * @property {'reviewed'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {string} challenge
 * @property {string} claim
 * @property {boolean} approved
 * @property {number} [points]
 * @property {string} [reason]
 */

/**
 * @typedef {object} FinishedMessage
 * @property {'finished'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {string} text Markdown
 */

/**
 * A change of the entrant: its name, its division, or a challenge that counts as
 * solved from now on, or no more.
 * @typedef {object} ChangeMessage
 * @property {'renamed'|'division'|'skipped'|'unskipped'} type
 * @property {string} hunt
 * @property {number} seq
 * @property {number} at
 * @property {string} [name]
 * @property {string} [division]
 * @property {string} [challenge]
 * @property {string} [reason]
 */

/** Who is in the team, and who is here. @typedef {{type: 'team', hunt: string, members: Member[]}} TeamMessage */

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
 * @property {string} view
 * @property {Definition} definition
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
 * @property {number} [division_rank]
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

/**
 * @typedef {AwardMessage|BadgeMessage|HintedMessage|AdjustedMessage|RevokedMessage|PenalisedMessage|NoticeMessage
 *   |ReviewedMessage|ExtendedMessage|FinishedMessage|ChangeMessage} MissedMessage
 */

/**
 * @typedef {WelcomeMessage|PongMessage|LeftMessage|JoinedMessage|WatchingMessage|VerdictMessage|HintedMessage
 *   |StartedMessage|ErrorMessage|ByeMessage|AwardMessage|BadgeMessage|AdjustedMessage|RevokedMessage
 *   |PenalisedMessage|UnlockedMessage|ExtendedMessage|ReviewedMessage|FinishedMessage|ChangeMessage|TeamMessage
 *   |PhaseMessage|NoticeMessage|DefinitionMessage|ResetMessage|StandingMessage|BoardMessage|TickerMessage} Message
 */

export default null;
