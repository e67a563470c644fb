/**
 * A random UUID (version 4). crypto.randomUUID exists in secure contexts only; a
 * page served over http on a local network is not one.
 * @returns {string}
 */
export function uuid() {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join('-');
}

/**
 * What a record has under a name that came from elsewhere. A hunt may call a
 * challenge constructor, and every object has one.
 * @template T @param {Record<string, T>|null|undefined} record @param {string} name @returns {T|undefined}
 */
export function own(record, name) {
  return record && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A part of an address in plain text; one that is not encoded as it has to be stays as it is. @param {string} part */
export function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
