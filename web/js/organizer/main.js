import { openDesk } from './app.js';

openDesk(
  /** @type {HTMLElement} */ (document.getElementById('main')),
  /** @type {HTMLElement} */ (document.getElementById('who')),
);
