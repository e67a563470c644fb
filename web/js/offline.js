// The page itself comes back without a network: see sw.js. Where a browser has
// no such workers, or the page came over plain http, it needs the network to
// load and is otherwise the same.
addEventListener('load', () => {
  navigator.serviceWorker?.register('/sw.js').catch(() => {});
});
