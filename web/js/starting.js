// Loads a page again when a part of it did not arrive. It needs no other module,
// so a missing module does not stop it. Where this one is missing too, the words
// in the page say what to do.

const FIRST = 8000; // ms after the last part came or failed; doubled with each try
const MOST = 120_000;
const KEY = 'veltrix.starting';

/** How often this page was loaded in vain. @param {number} [tries] the new number */
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
