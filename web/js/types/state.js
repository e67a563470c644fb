// What the page knows, as types. Nothing here runs; times are Unix ms.

/** @import { Ordered } from '../game.js' */
/**
 * @import {
 *   Definition, ErrorMessage, Message, Personal, Phase, Proof, Requires, Row, TickerEvent, VerdictMessage, Worth
 * } from './protocol.js'
 */

/**
 * The board as it is held: a full message with the changes since.
 * @typedef {object} Board
 * @property {number} seq
 * @property {number} at
 * @property {boolean} frozen
 * @property {number} entrants
 * @property {number} size
 * @property {Row[]} rows by rank
 * @property {Record<string, Worth>} challenges
 */

/**
 * The entrant that plays here, as the server said at the last join and as
 * messages changed it since.
 * @typedef {Omit<Personal, 'solved'|'pending'> & {
 *   solved: Record<string, {seq: number, points: number, bonus?: number, at: number}>,
 *   pending: Record<string, {id: string, at: number}>}} You
 */

/**
 * @typedef {'award'|'badge'|'hinted'|'adjusted'|'revoked'|'penalised'|'reviewed'|'extended'|'finished'|'renamed'|'division'
 *   |'skipped'|'unskipped'|'notice'|'phase'} LineType
 */

/**
 * A line of the player's own history.
 * @typedef {object} LogLine
 * @property {string} key the same happening has the same key
 * @property {LineType} type
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
 * @property {string} [name]
 * @property {string} [division]
 * @property {boolean} [approved]
 */

/** The source of a line: a message, or a part of the personal view. @typedef {Omit<LogLine, 'key'> & {cost?: number, claim?: string}} LogSource */

/** A claim that has no answer yet. @typedef {{type: 'claim', proof: Proof} & OutgoingHead} OutgoingClaim */
/** A hint order that has no answer yet. @typedef {{type: 'hint', hint: string} & OutgoingHead} OutgoingHint */
/** @typedef {OutgoingClaim|OutgoingHint} Outgoing */
/**
 * @typedef {object} OutgoingHead
 * @property {string} id
 * @property {string} player
 * @property {string} hunt
 * @property {string} challenge
 * @property {number} at when it was made
 */

/**
 * The last answer to a claim or hint order of one challenge; '' is the challenge of
 * the order to start.
 * @typedef {VerdictAnswer|ErrorAnswer|ReviewAnswer} Answer
 */
/** What an organizer decided about a claim. @typedef {{id: string, outcome: 'reviewed', approved: boolean, reason: string, hint?: undefined, received: number}} ReviewAnswer */
/** received is when it arrived here. @typedef {VerdictMessage & {received: number, hint?: undefined}} VerdictAnswer */
/**
 * @typedef {object} ErrorAnswer
 * @property {string} id
 * @property {'error'} outcome
 * @property {string} code
 * @property {string} message
 * @property {string} [why]
 * @property {string} [hint] of a hint order
 * @property {Requires} [requires] what is missing for a hint
 * @property {number} [at] when the hint is to be had
 * @property {number} received
 */

/** Why the last join failed. @typedef {Pick<ErrorMessage, 'code'|'message'|'why'|'suggestion'>} Refusal */

/**
 * What the views show as it happens: a message of the server, or news of the page
 * itself: a claim or hint order was refused, claims were sent again after a loss,
 * or the sign of a link cannot be claimed.
 * @typedef {Exclude<Message, ErrorMessage> | RefusedHappening | HealedHappening | SignHappening} Happening
 */
/** @typedef {Omit<ErrorMessage, 'type'> & {type: 'error', challenge: string}} RefusedHappening */
/** missing are the challenges that could not be counted again. @typedef {{type: 'healed', hunt: string, sent: number, missing: string[]}} HealedHappening */
/** challenge is what the sign names. @typedef {{type: 'sign', challenge: string}} SignHappening */

/**
 * @typedef {object} Connection
 * @property {'idle'|'connecting'|'live'|'waiting'|'ended'} status
 * @property {number} [retryAt] waiting: when the next try begins
 * @property {string} [code] ended: why
 * @property {number} [heardAt] when something last arrived
 * @property {string} [trouble] what the server says is wrong on the way to it
 */

/**
 * What the page knows of one hunt.
 * @typedef {object} HuntState
 * @property {string} id
 * @property {'none'|'watching'|'joined'|'unknown'|'banned'} presence
 * @property {string} epoch
 * @property {number} seq up to which the page knows the ledger
 * @property {number} rev
 * @property {Phase} phase
 * @property {number} opens 0 for none
 * @property {number} closes 0 for none
 * @property {Definition|null} definition
 * @property {string} view the server's name for exactly this definition, '' for none
 * @property {Definition|null} bare a pushed definition, while what this player sees more of it is awaited
 * @property {You|null} you
 * @property {number} pointsSeq of the entry after which you had these points
 * @property {number} entrants
 * @property {Board|null} board
 * @property {TickerEvent[]} ticker newest first
 * @property {number} skipped ticker events that were never sent
 * @property {LogLine[]} log newest first
 * @property {Record<string, Answer>} verdicts by challenge
 * @property {Outgoing[]} outgoing
 * @property {Refusal|null} refusal
 * @property {boolean} joining
 * @property {boolean} starting the order to start one's own time has no answer yet
 */

/**
 * What views may ask for.
 * @typedef {object} Actions
 * @property {(challenge: string, proof: Proof) => Ordered} claim
 * @property {(challenge: string, hint: string) => Ordered} takeHint
 * @property {() => void} start one's own time
 * @property {(challenge: string) => string} codeFor a code that a link brought for this challenge
 * @property {(text: string) => void} announce says it to screen readers
 */

/**
 * @typedef {object} State
 * @property {Connection} connection
 * @property {number} clock server's clock − this one, ms
 * @property {{id: string, name: string}|null} player
 * @property {HuntState} hunt
 */

export default null;
