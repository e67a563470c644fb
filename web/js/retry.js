const SPREAD = 3_000; // ms

/**
 * How long to wait where the server asked for a time: never less, and not
 * everybody at one moment.
 * @param {number} ms that the server asked for @param {() => number} [random]
 */
export function patience(ms, random = Math.random) {
  return ms + random() * Math.min(ms, SPREAD);
}

/** The header of that name, in ms. @param {Response} response */
export function retryAfter(response) {
  return 1000 * Number(response.headers.get('Retry-After')) || undefined;
}
