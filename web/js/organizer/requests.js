// The questions and commands of an organizer, one function each, with the types
// of their answers. docs/http.md says what they do. Each throws an ApiError.

/**
 * @import {
 *   ApplyAnswer, Binned, CommandAnswer, EntrantRow, EntrantsAnswer, Entry, HuntAnswer, LintAnswer, Person,
 *   Preview, Regranted, Review, Stats, WrongAnswers
 * } from '../types/api.js'
 */
/** @import { Fields } from './orders.js' */
import { uuid } from '../ids.js';
import { call, callBlob, callText } from './api.js';
import { command } from './orders.js';

/** The corrections, by the last part of their path. */
export const CORRECTIONS = /** @type {const} */ ({
  adjust: 'adjustments',
  grant: 'grants',
  revoke: 'revocations',
  rename: 'names',
  division: 'divisions',
  extend: 'extensions',
  move: 'moves',
  skip: 'skips',
  unskip: 'skips',
  hide: 'visibility',
  show: 'visibility',
  ban: 'bans',
  lift: 'bans',
});
/** @typedef {keyof typeof CORRECTIONS} Kind */

/** Checks a hunt file. @param {string} yaml @returns {Promise<LintAnswer>} */
export const lint = (yaml) => call('/lint', { yaml });

/**
 * Applies a hunt file, or with dry only says what that would change.
 * @param {string} hunt @param {string} yaml @param {{dry?: boolean, rev?: number, confirmed?: boolean}} how rev has to be in force, 0 for any
 * @returns {Promise<ApplyAnswer>}
 */
export const applyFile = (hunt, yaml, { dry = false, rev = 0, confirmed = false }) =>
  call(`/hunts/${hunt}${dry ? '?dry_run=1' : confirmed ? '?confirm=1' : ''}`, {
    method: 'PUT',
    yaml,
    ifMatch: rev ? `"${rev}"` : undefined,
  });

/** @param {string} hunt @returns {Promise<HuntAnswer>} */
export const huntOf = (hunt) => call(`/hunts/${hunt}`);

/** The hunt file in force. @param {string} hunt */
export const fileOf = (hunt) => callText(`/hunts/${hunt}/definition`);

/** @param {string} hunt @returns {Promise<Stats>} */
export const statsOf = (hunt) => call(`/hunts/${hunt}/stats`);

/** @param {string} hunt */
export const resultsOf = (hunt) => callBlob(`/hunts/${hunt}/results.csv`);

/** Moves the hunt or its board. @param {string} hunt @param {Fields & {phase: string}} body @param {string} label @returns {Promise<unknown>} */
export const movePhase = (hunt, body, label) => command(`/hunts/${hunt}/phase`, body, label);

/** Puts a hunt into the bin. @param {string} hunt @returns {Promise<CommandAnswer>} */
export const discard = (hunt) =>
  call(`/hunts/${hunt}?confirm=${hunt}`, { method: 'DELETE', json: { id: uuid() } });

/** The hunts in the bin. @returns {Promise<Binned[]>} */
export async function binOf() {
  /** @type {{hunts: Binned[]}} */
  const { hunts } = await call('/bin');
  return hunts;
}

/** Takes a hunt out of the bin. @param {string} hunt @param {string} reason @param {string} label @returns {Promise<CommandAnswer>} */
export const restore = (hunt, reason, label) => command(`/bin/${hunt}/restore`, { reason }, label);

/** Something for all entrants. @param {string} hunt @param {'extensions'|'skips'} what @param {Fields} body @param {string} label @returns {Promise<CommandAnswer>} */
export const forAll = (hunt, what, body, label) => command(`/hunts/${hunt}/${what}`, body, label);

/** @param {string} hunt @param {string} text @param {string} label @returns {Promise<CommandAnswer>} */
export const announce = (hunt, text, label) => command(`/hunts/${hunt}/announcements`, { text }, label);

/** @param {string} hunt @param {Kind} kind @param {Fields} body @param {string} label @returns {Promise<CommandAnswer>} */
export const correct = (hunt, kind, body, label) =>
  command(`/hunts/${hunt}/${CORRECTIONS[kind]}`, body, label);

/** The effect that a correction would have. @param {string} hunt @param {Kind} kind @param {Fields} body @returns {Promise<Preview>} */
export const preview = (hunt, kind, body) =>
  call(`/hunts/${hunt}/${CORRECTIONS[kind]}?dry_run=1`, { json: { ...body, id: uuid() } });

/** The first entrants that are found, in the order of the live board. @param {string} hunt @param {string} search @param {number} limit @returns {Promise<EntrantsAnswer>} */
export const searchEntrants = (hunt, search, limit) =>
  call(`/hunts/${hunt}/entrants?q=${encodeURIComponent(search)}&limit=${limit}`);

/** The entrants with these ids, at most 100. @param {string} hunt @param {string[]} ids @returns {Promise<EntrantRow[]>} */
export async function namedEntrants(hunt, ids) {
  const asked = new URLSearchParams(ids.map((id) => ['id', id]));
  /** @type {EntrantsAnswer} */
  const { entrants } = await call(`/hunts/${hunt}/entrants?${asked}`);
  return entrants;
}

/** @param {string} hunt @param {string} entrant @returns {Promise<Person>} */
export const personOf = (hunt, entrant) => call(`/hunts/${hunt}/entrants/${encodeURIComponent(entrant)}`);

/** The claims that wait, oldest first. @param {string} hunt @returns {Promise<Review[]>} */
export async function reviewsOf(hunt) {
  /** @type {{reviews: Review[]}} */
  const { reviews } = await call(`/hunts/${hunt}/reviews`);
  return reviews;
}

/** @param {string} hunt @param {string} claim @param {Fields} body @param {string} label @returns {Promise<CommandAnswer>} */
export const decide = (hunt, claim, body, label) =>
  command(`/hunts/${hunt}/reviews/${claim}`, body, label, true);

/** Entries of the ledger before that seq, newest first. @param {string} hunt @param {number} before @param {number} limit @returns {Promise<Entry[]>} */
export async function ledgerOf(hunt, before, limit) {
  const lines = await callText(`/hunts/${hunt}/ledger?limit=${limit}&before=${before}`);
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The most frequent wrong answers to each challenge. @param {string} hunt @returns {Promise<WrongAnswers[]>} */
export async function allAnswersOf(hunt) {
  /** @type {{challenges: WrongAnswers[]}} */
  const { challenges } = await call(`/hunts/${hunt}/answers`);
  return challenges;
}

/** The wrong answers to a challenge. @param {string} hunt @param {string} challenge @returns {Promise<WrongAnswers>} */
export const answersOf = (hunt, challenge) => call(`/hunts/${hunt}/answers?challenge=${challenge}`);

/** What granting a challenge to all who gave an answer would do. @param {string} hunt @param {string} challenge @param {string} answer @returns {Promise<Regranted>} */
export const foreseeRegrant = (hunt, challenge, answer) =>
  call(`/hunts/${hunt}/answers/grants?dry_run=1`, { json: { id: uuid(), challenge, answer, reason: '?' } });

/** Grants a challenge to all who gave an answer. @param {string} hunt @param {Fields} body @param {string} label @returns {Promise<Regranted>} */
export const regrant = (hunt, body, label) => command(`/hunts/${hunt}/answers/grants`, body, label);
