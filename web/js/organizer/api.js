// The organizer's side of the HTTP API: the token, and one request after it.
// requests.js has the questions, orders.js the commands.

import { ApiError } from '../api.js';
/** @import { Finding, Problem } from '../types/api.js' */
/** @import { DeviceStorage } from '../storage.js' */
import { own } from '../ids.js';
import { retryAfter } from '../retry.js';
import { PageStorage } from '../storage.js';
import { t } from './strings.js';

/** sessionStorage, or what lasts as long as the page. @returns {DeviceStorage} */
function openStorage() {
  try {
    sessionStorage.setItem('veltrix:probe', '');
    sessionStorage.removeItem('veltrix:probe');
    return sessionStorage;
  } catch {
    return new PageStorage();
  }
}
export const storage = openStorage();

const TOKEN = 'veltrix:desk:token';
const PATIENCE = 15_000; // ms until a request counts as unanswered

let token = storage.getItem(TOKEN) ?? '';
export const signedIn = () => Boolean(token);

/** @param {string} next '' signs out */
export function setToken(next) {
  token = next;
  if (next) storage.setItem(TOKEN, next);
  else storage.removeItem(TOKEN);
}

const NO_WORK = /:(token|search|kind|what|share)$/;

/** Whether this tab keeps anything that took work to type or that waits for an answer. */
export const keepsWork = () =>
  keys().some((key) => !NO_WORK.test(key) && !['', '[]'].includes(storage.getItem(key) ?? ''));

/** Signs out and forgets what was typed: drafts of hunt files hold answers. */
export function forgetAll() {
  setToken('');
  for (const key of keys()) storage.removeItem(key);
}

function keys() {
  const all = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '');
  return all.filter((key) => key.startsWith('veltrix:desk:'));
}

/** The desk sets here what happens when the token no longer counts. */
export const on = { expired() {} };

/** A refusal to an organizer. */
export class DeskError extends ApiError {
  /** @param {number} status @param {Partial<Problem>} [problem] */
  constructor(
    status,
    { code = 'internal', detail = '', retry_after, why = '', findings = [], plan, suggestion = '' } = {},
  ) {
    super(status, code, detail, retry_after);
    /** A word for the reason, where the code has several. */
    this.why = why;
    /** The mistakes in a hunt file. @type {Finding[]} */
    this.findings = findings;
    /** What a hunt file would do, of one that has to be confirmed. */
    this.plan = plan;
    /** A name that is free, where one is taken. */
    this.suggestion = suggestion;
  }
}

/**
 * @typedef {object} Body
 * @property {string} [method]
 * @property {unknown} [json]
 * @property {string} [yaml]
 * @property {string} [ifMatch] the revision that has to be in force
 * @property {AbortSignal} [signal]
 */

/**
 * One request.
 * @template T
 * @param {string} path below /api/v1 @param {Body} body
 * @param {(response: Response) => Promise<T>} read takes the body of an answer that is not a refusal
 * @returns {Promise<T>} @throws {ApiError}
 */
async function request(path, { method, json, yaml, ifMatch, signal }, read) {
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${token}` };
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  else if (yaml !== undefined) headers['Content-Type'] = 'application/yaml';
  if (ifMatch) headers['If-Match'] = ifMatch;
  const body = json === undefined ? yaml : JSON.stringify(json);
  const limit = AbortSignal.timeout(PATIENCE);
  let response;
  let refusal;
  try {
    response = await fetch(`/api/v1${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers,
      body,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    if (response.ok) return await read(response);
    refusal = await response.text();
  } catch {
    throw new ApiError(0, signal?.aborted ? 'aborted' : 'unreachable', '');
  }
  if (response.status === 401 || response.status === 403) on.expired();
  throw new DeskError(response.status, { retry_after: retryAfter(response), ...parse(refusal) });
}

/**
 * One request whose answer is JSON, of the type that docs/http.md gives.
 * @template T @param {string} path below /api/v1 @param {Body} [body]
 * @returns {Promise<T>} @throws {ApiError}
 */
export async function call(path, body = {}) {
  const answer = parse(await request(path, body, (response) => response.text()));
  if (!answer) throw new DeskError(200);
  return answer;
}

/** One request whose answer is a text. @param {string} path below /api/v1 @returns {Promise<string>} @throws {ApiError} */
export const callText = (path) => request(path, {}, (response) => response.text());

/** One request whose answer is a file. @param {string} path below /api/v1 @returns {Promise<Blob>} @throws {ApiError} */
export const callBlob = (path) => request(path, {}, (response) => response.blob());

/** The value of a JSON text, null where it is none. @param {string} text */
export function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The words for a failure. @param {unknown} error @throws error unless it is an ApiError */
export function errorText(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 0) return t.unreachable;
  if (error.code === 'busy' || error.code === 'unavailable' || error.code === 'rate_limited') return t.busy;
  const why = error instanceof DeskError ? error.why : '';
  if (error instanceof DeskError && error.suggestion) return t.nameTaken(error.suggestion);
  return own(t.said, why) ?? own(t.said, error.code) ?? t.saidInEnglish(error.message);
}
