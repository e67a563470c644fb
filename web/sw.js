/// <reference lib="webworker" />
/* global FILES, BUILD */

// Keeps the shell of the player's pages for a phone without a network. The
// server writes BUILD and FILES in front. Every build has its own cache, so the
// files in a cache belong together. The network always comes first. Only the
// shell is kept, and never an answer of the API.

const PATIENCE = 4000; // ms to wait for a page of the network before the kept one is shown
const CACHE = `veltrix-${BUILD}`;

/** Pages that came from the cache; their files come from it too. @type {Set<string>} */
const kept = new Set();

addEventListener('install', (event) => {
  const newest = FILES.map((path) => new Request(path, { cache: 'no-cache' }));
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(newest))
      .then(() => skipWaiting()),
  );
});

addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))),
      ),
  );
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  const page = pathname === '/' ? '/' : /^\/h\/[a-z0-9-]+$/.test(pathname) ? '/h/-' : '';
  if (request.mode === 'navigate' && page) event.respondWith(showPage(event, page));
  else if (FILES.includes(pathname) && pathname !== '/') event.respondWith(showFile(event, pathname));
});

/** @param {FetchEvent} event @param {string} page as it is kept */
async function showPage(event, page) {
  try {
    return await fetch(event.request, { signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    kept.add(event.resultingClientId);
    return (await fromCache(page)) ?? Response.error();
  }
}

/** @param {FetchEvent} event @param {string} path */
async function showFile(event, path) {
  const first = kept.has(event.clientId) && (await fromCache(path));
  if (first) return first;
  try {
    return await fetch(event.request);
  } catch {
    return (await fromCache(path)) ?? Response.error();
  }
}

/** @param {string} path */
async function fromCache(path) {
  return (await caches.open(CACHE)).match(path);
}
