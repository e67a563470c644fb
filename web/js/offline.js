// Registers the worker that keeps the page for a phone without a network: see
// sw.js. Without workers, or over plain http, the page needs the network to load
// and is otherwise the same.
addEventListener('load', () => {
  navigator.serviceWorker?.register('/sw.js').catch(() => {});
});
