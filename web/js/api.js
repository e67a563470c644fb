/** @import { Identity } from './identity.js' */
/** @import { Phase } from './types.js' */

/**
 * @typedef {object} HuntSummary
 * @property {string} hunt
 * @property {string} title
 * @property {string} [description]
 * @property {'solo'|'team'} mode
 * @property {Phase} phase
 * @property {number} [opens]
 * @property {number} [closes]
 * @property {number} [entrants]
 * @property {number} [challenge_count]
 * @property {boolean} [code_required]
 */

/** A refusal by the server, or no answer at all (status 0). */
export class ApiError extends Error {
  /** @param {number} status @param {string} code @param {string} detail @param {number} [retryAfter] ms */
  constructor(status, code, detail, retryAfter) {
    super(detail || code);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

const PATIENCE = 15_000; // ms until a request counts as unanswered

/** @param {string} path @param {RequestInit} [init] */
async function request(path, init) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, { ...init, signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new ApiError(0, 'unreachable', '');
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body;
  throw new ApiError(
    response.status,
    body?.code ?? 'internal',
    body?.detail ?? body?.title ?? '',
    body?.retry_after,
  );
}

/** @returns {Promise<HuntSummary[]>} @throws {ApiError} */
export async function listHunts() {
  return (await request('/api/v1/hunts')).hunts ?? [];
}

/** @param {string} name @returns {Promise<Identity>} @throws {ApiError} */
export function createPlayer(name) {
  return request('/api/v1/players', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name }),
  });
}
