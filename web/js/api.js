/** @import { HuntAnswer, HuntSummary, PlayerAnswer } from './types/api.js' */

import { retryAfter } from './retry.js';

/** A refusal by the server, or no answer (status 0). */
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

/**
 * One request to the API. The answer has the type that docs/http.md gives.
 * @template T @param {string} path @param {RequestInit} [init] @returns {Promise<T>} @throws {ApiError}
 */
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
    body?.retry_after ?? retryAfter(response),
  );
}

/** @returns {Promise<HuntSummary[]>} @throws {ApiError} */
export async function listHunts() {
  /** @type {{hunts: HuntSummary[]}} */
  const { hunts } = await request('/api/v1/hunts');
  return hunts;
}

/** @param {string} name @returns {Promise<PlayerAnswer>} @throws {ApiError} */
export function createPlayer(name) {
  return request('/api/v1/players', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name }),
  });
}

/** A hunt as anyone may see it. @param {string} hunt @returns {Promise<HuntAnswer>} @throws {ApiError} */
export function huntOf(hunt) {
  return request(`/api/v1/hunts/${hunt}`);
}
