// The answers of the HTTP API, as types: docs/http.md is the contract. Nothing
// here runs. Times are Unix ms. A field in brackets is absent where it does not
// apply; every other field is always there.

/** @import { Definition, Phase, Row, Worth } from './protocol.js' */

/** An error. @typedef {{title: string, detail?: string, code: string, why?: string, retry_after?: number, rev?: number, suggestion?: string, plan?: Plan, findings?: Finding[]}} Problem */

/**
 * @typedef {object} HuntSummary
 * @property {string} hunt
 * @property {string} title
 * @property {string} description
 * @property {'solo'|'team'} mode
 * @property {Phase} phase
 * @property {number} [opens]
 * @property {number} [closes]
 * @property {boolean} frozen
 * @property {number} entrants
 * @property {number} challenge_count
 * @property {boolean} code_required
 */

/** @typedef {HuntSummary & {epoch: string, seq: number, rev: number, definition: Definition, challenges: Record<string, Worth>}} HuntAnswer */
/** @typedef {{player: string, name: string, token: string}} PlayerAnswer */

/** How the first on the board came to their points: [at, total]. @typedef {{entrant: string, name: string, points: [number, number][]}} Track */
/** @typedef {{seq: number, at: number, frozen: boolean, series: Track[]}} SeriesAnswer */

/**
 * @typedef {object} Finding
 * @property {number} line from 1
 * @property {number} column from 1
 * @property {'error'|'warning'|'note'} severity
 * @property {string} path such as challenges[2].proof.text; empty for the file
 * @property {string} message
 * @property {string} remedy what to write instead
 */

/** hunt is empty and max_score 0 when the file has errors. @typedef {{hunt: string, findings: Finding[], max_score: number}} LintAnswer */
/** What a change does to those who play. @typedef {{kind: 'opens'|'closes'|'freezes'|'again', text: string, entrants: number, challenge?: string, badge?: string}} Consequence */
/** @typedef {{text: string[], consequences: Consequence[], confirm: boolean}} Plan */
/** A hunt in the bin; it can be restored until gone. @typedef {{hunt: string, title: string, deleted: number, gone: number}} Binned */
/**
 * A hunt file is in force, or would be with dry_run. replay says that it was before.
 * @typedef {{rev: number, plan: Plan, findings: Finding[], dry_run?: boolean, replay?: boolean}} ApplyAnswer
 */

/** @typedef {{id: string, title: string, solves: number, wrong: number}} ChallengeStats */

/**
 * Numbers of one hunt. Sessions, audience, claims, delays and outcomes are
 * those of the node that answers.
 * @typedef {object} Stats
 * @property {number} now
 * @property {number} sessions
 * @property {number} audience sessions in the hunt
 * @property {number} entrants
 * @property {number} claims_per_second
 * @property {{p50: number, p99: number}} verdict_ms 0 without any
 * @property {Record<string, number>} outcomes of claims
 * @property {ChallengeStats[]} challenges
 * @property {Phase} phase
 * @property {boolean} frozen
 * @property {number} seq
 * @property {number} reviews_waiting
 */

/** rank is 0 off the board. @typedef {Row & {banned?: boolean, hidden?: boolean}} EntrantRow */
/** total is how many there are; entrants are a part of them. @typedef {{total: number, offset: number, entrants: EntrantRow[]}} EntrantsAnswer */

/**
 * @typedef {'joined'|'awarded'|'badge'|'hinted'|'adjusted'|'revoked'|'phase'|'announced'|'banned'|'unbanned'|'hidden'
 *   |'shown'|'renamed'|'division'|'moved'|'extended'|'skipped'|'unskipped'|'started'|'submitted'|'rejected'|'penalised'
 *   |'finished'|'deleted'|'undeleted'|'defined'|'recovered'} EntryType
 */

/**
 * A line of the ledger. A field that does not apply is absent, and so is a 0.
 * @typedef {object} Entry
 * @property {string} epoch
 * @property {number} seq
 * @property {number} at
 * @property {EntryType} type
 * @property {string} [entrant]
 * @property {string} [player]
 * @property {string} [name]
 * @property {string} [challenge]
 * @property {string} [badge]
 * @property {string} [hint]
 * @property {number} [points] the whole change
 * @property {number} [bonus]
 * @property {number} [total] after it
 * @property {string} [id] of the command
 * @property {string} [by]
 * @property {string} [reason]
 * @property {string} [text]
 * @property {Phase} [phase] after it
 * @property {boolean} [frozen] after it
 * @property {number} [rev]
 * @property {string} [division]
 * @property {string} [from] moved: the entrant before
 * @property {number} [minutes] extended
 */

/**
 * All that is known of one entrant.
 * @typedef {object} Person
 * @property {string} entrant
 * @property {string} name
 * @property {number} rank live; 0 when banned
 * @property {number} points
 * @property {boolean} banned
 * @property {boolean} hidden
 * @property {string} division '' for none
 * @property {number} number how many joined before it
 * @property {number} joined_at
 * @property {number} started its own time; 0 for not
 * @property {number} ends its own time; 0 for not
 * @property {number} extra ms that it was extended by
 * @property {number} finished 0 for not
 * @property {string[]} skips challenges that it may skip, for it alone
 * @property {string[]} players of a team
 * @property {{player: string, name: string}[]} members of a team
 * @property {{challenge: string, seq: number, at: number, points: number, bonus: number, revoked: boolean}[]} awards
 * @property {{badge: string, seq: number, at: number, points: number}[]} badges
 * @property {{challenge: string, hint: string, seq: number, at: number, cost: number}[]} hints
 * @property {{challenge: string, count: number}[]} attempts wrong answers
 * @property {Entry[]} history newest first
 * @property {number} history_after the seq before which there may be more, 0 for none
 */

/** A command that was carried out. @typedef {{seq: number, at: number, points: number, total: number, badges: string[], replay?: boolean}} CommandAnswer */

/**
 * What a correction would do.
 * @typedef {object} Preview
 * @property {string} entrant
 * @property {number} points the whole change, badges that come with it included
 * @property {number} total after it
 * @property {string[]} badges that come with it
 * @property {number} rank now, 0 for none
 * @property {number} rank_after 0 for none
 * @property {number} entrants on the board now
 */

/** answer names it; right says that the file in force accepts it by now. @typedef {{answer: string, text: string, count: number, right: boolean}} WrongAnswer */
/** total sums up all counts of the different answers. @typedef {{challenge: string, total: number, different: number, answers: WrongAnswer[]}} WrongAnswers */

/**
 * What granting a challenge to all who gave an answer did, or would do.
 * @typedef {object} Regranted
 * @property {string} challenge
 * @property {string} text
 * @property {number} total who gave the answer
 * @property {number} granted
 * @property {number} had who had the award already
 * @property {number} left for whom there was no time
 * @property {{entrant: string, name: string, why: string}[]} refused the first of them
 * @property {{entrant: string, name: string, points: number, total: number}[]} entrants the first who were granted it
 * @property {boolean} [dry_run]
 */

/** A claim that waits for a decision. @typedef {{claim: string, entrant: string, name: string, player: string, challenge: string, note: string, at: number}} Review */

export default null;
