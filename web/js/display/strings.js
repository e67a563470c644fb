import { number } from '../format.js';
import { pick } from '../language.js';

/** @typedef {typeof en} Texts */

export const en = {
  join: 'Join with your phone',
  joinCode: 'Code',
  qr: 'QR code of the address',
  here: (/** @type {number} */ n) => (n === 1 ? 'One is here' : `${number(n)} are here`),
  onTrail: (/** @type {number} */ n) => (n === 1 ? 'One on the trail' : `${number(n)} on the trail`),
  tookPart: (/** @type {number} */ n) => (n === 1 ? 'One took part' : `${number(n)} took part`),
  opensIn: 'The hunt opens in',
  opensSoon: 'The hunt opens soon',
  closesIn: 'Closes in',
  isOpen: 'The hunt is open',
  paused: 'Paused',
  pausedMore: 'The clock stands still',
  closed: 'The hunt is over',
  frozen: 'The board is frozen',
  frozenMore: 'What is found now stays in the dark until the reveal.',
  frozenEnd: 'The places are called at the reveal.',
  board: 'Leaderboard',
  empty: 'Nobody is on the board yet. Scan the code and be the first.',
  emptyEnd: 'Nobody was on the trail this time.',
  found: (/** @type {number} */ n) => `${number(n)} found`,
  chart: 'Points over time',
  chartEmpty: 'Here the light climbs as points are won.',
  ticker: 'Just now',
  first: 'first',
  quiet: 'Quiet on the trail.',
  firstSolve: 'First to find it',
  badge: 'Badge earned',
  notice: 'From the organizer',
  place: (/** @type {number} */ n) => `Place ${n}`,
  winner: 'The winner',
  reveal: 'The reveal',
  moved: (/** @type {number} */ n) =>
    n > 0 ? `▲ ${n} since the freeze` : n < 0 ? `▼ ${-n} since the freeze` : 'held through the dark',
  podium: 'Podium',
  unknown: 'There is no such hunt here',
  connecting: 'Looking for the server …',
  stale: (/** @type {string} */ at) => `As of ${at}, reconnecting`,
  proxy: (/** @type {string} */ detail) => `The live connection does not get through. ${detail}`,
  ended: 'The server has ended this connection. Reload the page.',
  points: (/** @type {number} */ n) => `${number(n)} ${n === 1 ? 'point' : 'points'}`,
};

/** @type {Texts} */
export const de = {
  join: 'Mit dem Handy mitmachen',
  joinCode: 'Code',
  qr: 'QR-Code der Adresse',
  here: (n) => (n === 1 ? 'Jemand ist schon da' : `${number(n)} sind da`),
  onTrail: (n) => (n === 1 ? 'Jemand ist unterwegs' : `${number(n)} unterwegs`),
  tookPart: (n) => (n === 1 ? 'Jemand war dabei' : `${number(n)} waren dabei`),
  opensIn: 'Die Jagd beginnt in',
  opensSoon: 'Die Jagd beginnt bald',
  closesIn: 'Schluss in',
  isOpen: 'Die Jagd läuft',
  paused: 'Pause',
  pausedMore: 'Die Uhr steht still',
  closed: 'Die Jagd ist vorbei',
  frozen: 'Die Tafel ist eingefroren',
  frozenMore: 'Was jetzt gefunden wird, bleibt bis zur Enthüllung im Dunkeln.',
  frozenEnd: 'Bei der Enthüllung werden die Plätze aufgerufen.',
  board: 'Rangliste',
  empty: 'Noch steht niemand auf der Tafel. Code scannen und als Erste dabei sein.',
  emptyEnd: 'Diesmal war niemand unterwegs.',
  found: (n) => `${number(n)} gefunden`,
  chart: 'Punkte im Lauf der Zeit',
  chartEmpty: 'Hier steigt das Licht mit jedem Punkt.',
  ticker: 'Gerade eben',
  first: 'zuerst',
  quiet: 'Still auf dem Pfad.',
  firstSolve: 'Zuerst gefunden',
  badge: 'Abzeichen verdient',
  notice: 'Von der Spielleitung',
  place: (n) => `Platz ${n}`,
  winner: 'Es gewinnt',
  reveal: 'Die Enthüllung',
  moved: (n) =>
    n > 0
      ? `▲ ${n} seit dem Einfrieren`
      : n < 0
        ? `▼ ${-n} seit dem Einfrieren`
        : 'im Dunkeln den Platz gehalten',
  podium: 'Siegertreppe',
  unknown: 'Diese Jagd gibt es hier nicht',
  connecting: 'Der Server wird gesucht …',
  stale: (at) => `Stand ${at}, Verbindung wird gesucht`,
  proxy: (detail) => `Die Live-Verbindung kommt nicht durch. ${detail}`,
  ended: 'Der Server hat die Verbindung beendet. Bitte die Seite neu laden.',
  points: (n) => `${number(n)} ${n === 1 ? 'Punkt' : 'Punkte'}`,
};

export const t = pick({ en, de });
