// Asks what is wrong on the way to the server: its pages arrive, and no WebSocket
// does. It is fetched when that has happened several times.

const PATIENCE = 10_000; // ms

/**
 * What the server says about it, as a sentence, or ''. A request for a page of the same origin
 * has no Origin, so the address says where the page came from.
 */
export async function trouble() {
  try {
    const path = `/ws?origin=${encodeURIComponent(location.origin)}`;
    const response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
    if (!response.headers.get('Content-Type')?.startsWith('application/problem+json')) return '';
    const { code, title, detail = title } = await response.json();
    if (!detail || (code !== 'no_upgrade' && code !== 'origin')) return '';
    return `${detail[0].toUpperCase()}${detail.slice(1)}.`;
  } catch {
    return '';
  }
}
