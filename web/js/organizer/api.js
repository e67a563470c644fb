// The organizer's side of the HTTP API: the token, and commands that are kept
// until they are answered, so that sending one again is the same command.

import { ApiError } from '../api.js';
import { uuid } from '../ids.js';
import { MemoryShelf } from '../storage.js';
import { t } from './strings.js';

/** sessionStorage, or what lasts as long as the page. @returns {import('../storage.js').Shelf} */
function openShelf() {
  try {
    sessionStorage.setItem('veltrix:probe', '');
    sessionStorage.removeItem('veltrix:probe');
    return sessionStorage;
  } catch {
    return new MemoryShelf();
  }
}
export const shelf = openShelf();

const TOKEN = 'veltrix:desk:token';
const ORDERS = 'veltrix:desk:orders';
const PATIENCE = 15_000; // ms until a request counts as unanswered

let token = shelf.getItem(TOKEN) ?? '';
export const signedIn = () => Boolean(token);

/** @param {string} next '' signs out */
export function setToken(next) {
  token = next;
  if (next) shelf.setItem(TOKEN, next);
  else shelf.removeItem(TOKEN);
}

const NO_WORK = /:(token|search|kind|what|share)$/;

/** Whether this tab keeps anything that took work to type or that waits for an answer. */
export const keepsWork = () =>
  keys().some((key) => !NO_WORK.test(key) && !['', '[]'].includes(shelf.getItem(key) ?? ''));

/** Signs out and forgets all that was typed: drafts of hunt files hold answers. */
export function forgetAll() {
  setToken('');
  orders.length = 0;
  for (const key of keys()) shelf.removeItem(key);
  on.orders();
}

function keys() {
  const all = Array.from({ length: shelf.length }, (_, i) => shelf.key(i) ?? '');
  return all.filter((key) => key.startsWith('veltrix:desk:'));
}

/** @type {{expired(): void, orders(): void}} */
export const on = { expired() {}, orders() {} };

/**
 * @typedef {object} Finding
 * @property {number} line from 1
 * @property {number} column from 1
 * @property {'error'|'warning'} severity
 * @property {string} message
 * @property {string} remedy
 */

/**
 * One request. The answer is JSON, or with `as` the body as such.
 * @param {string} path below /api/v1
 * @param {{method?: string, json?: unknown, yaml?: string, as?: 'text'|'blob', signal?: AbortSignal}} [o]
 * @returns {Promise<any>} @throws {ApiError & {findings?: Finding[]}}
 */
export async function call(path, { method, json, yaml, as, signal } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${token}` };
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  else if (yaml !== undefined) headers['Content-Type'] = 'application/yaml';
  const body = json === undefined ? yaml : JSON.stringify(json);
  const limit = AbortSignal.timeout(PATIENCE);
  let response;
  let content;
  try {
    response = await fetch(`/api/v1${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers,
      body,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    if (response.ok && as === 'blob') return await response.blob();
    content = await response.text();
  } catch {
    throw new ApiError(0, signal?.aborted ? 'aborted' : 'unreachable', '');
  }
  if (response.ok && as) return content;
  const parsed = parse(content);
  if (response.ok && parsed) return parsed;
  if (response.status === 401 || response.status === 403) on.expired();
  const error = new ApiError(
    response.status,
    parsed?.code ?? 'internal',
    parsed?.detail ?? '',
    parsed?.retry_after,
  );
  throw Object.assign(error, { findings: parsed?.findings, why: parsed?.why });
}

/** @param {string} text @returns {any} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What to tell a person about a failure. @param {any} error */
export function errorText(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 0) return t.unreachable;
  if (error.code === 'busy' || error.code === 'unavailable' || error.code === 'rate_limited') return t.busy;
  const { code, why } = /** @type {any} */ (error);
  return t.said[why] ?? t.said[code] ?? t.saidInEnglish(error.message);
}

/** @typedef {{path: string, body: Record<string, any>, label: string, lost?: boolean}} Order */

/** Commands without an answer, oldest first. @type {Order[]} */
export const orders = parse(shelf.getItem(ORDERS) ?? '') ?? [];
for (const order of orders) order.lost = true;

function keep() {
  shelf.setItem(ORDERS, JSON.stringify(orders));
  on.orders();
}

/** @param {Order} order */
export function forget(order) {
  const at = orders.indexOf(order);
  if (at >= 0) orders.splice(at, 1);
  keep();
}

/**
 * Gives a command. One that is the same as one without an answer is that
 * command: it goes out under its id.
 * @param {string} path @param {Record<string, any>} body without id @param {string} label
 * @param {boolean} [named] the path names the command: its body has no id
 * @returns {Promise<any>} @throws {ApiError}
 */
export function command(path, body, label, named = false) {
  const { id: _, ...plain } = body;
  let order = orders.find(
    (o) => o.path === path && JSON.stringify({ ...o.body, id: undefined }) === JSON.stringify({ ...plain }),
  );
  if (!order) {
    order = { path, body: named ? plain : { ...plain, id: uuid() }, label };
    orders.push(order);
  }
  return send(order);
}

/** @param {Order} order @returns {Promise<any>} @throws {ApiError} */
export async function send(order) {
  order.lost = false;
  keep();
  try {
    const answer = await call(order.path, { json: order.body });
    forget(order);
    return answer;
  } catch (error) {
    // Anything but a plain refusal may have been carried out: the id has to stay the same.
    const status = error instanceof ApiError ? error.status : 0;
    order.lost = status === 0 || status === 429 || status >= 500;
    if (order.lost) keep();
    else forget(order);
    throw error;
  }
}
