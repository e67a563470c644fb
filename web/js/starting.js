// Loads a page anew of which a part did not arrive. It needs no other module,
// so that it is there when one of those is not; where even this is missing, the
// words that the page came with say what to do.

const FIRST = 8000; // ms after everything came or failed; doubled with each try
const MOST = 120_000;
const KEY = 'veltrix.starting';

/** How often this page was tried in vain. @param {number} [tries] as it is from now on */
function count(tries) {
  try {
    if (tries) sessionStorage.setItem(KEY, String(tries));
    else if (tries === 0) sessionStorage.removeItem(KEY);
    return Number(sessionStorage.getItem(KEY));
  } catch {
    return 4; // nothing can be kept: two minutes between tries
  }
}

const tries = count();
addEventListener('load', () =>
  setTimeout(
    () => {
      if (!document.querySelector('.starting:last-child')) count(0);
      else {
        count(tries + 1);
        if (navigator.onLine) location.reload();
        else addEventListener('online', () => location.reload(), { once: true });
      }
    },
    Math.min(FIRST * 2 ** tries, MOST),
  ),
);
