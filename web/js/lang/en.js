import { clock, count, number, plainSpan, span } from '../format.js';

// The English sentences of the first view of the player's page; views/lang has the others. Functions take the values in the sentence.

/** @typedef {typeof t} Texts */
/** @typedef {number} N an amount, or a time in ms */

export const t = {
  home: 'All hunts',
  playingAs: 'Playing as',
  skip: 'Skip to content',
  unit: (/** @type {N} */ n) => /** @type {string} */ (n === 1 ? 'point' : 'points'),
  more: (/** @type {N} */ n) => `and ${number(n)} more, under “Yours”`,
  internal: 'Something went wrong on the server. It has been noted.',
  /** by the code of the error; for the others the server's own message is shown @type {Record<string, string>} */
  errors: {
    unreachable: 'No answer from the server. Check your connection and try again.',
    bad_request: 'The server did not understand that.',
    unauthorized: 'Your sign-in is no longer valid.',
    forbidden: 'You may not do that in this hunt.',
    unknown_hunt: 'There is no such hunt.',
    bad_code: 'That is not the code of this hunt.',
    conflict: 'That clashes with something that happened before.',
    too_large: 'That is too long.',
    rate_limited: 'Too many tries at once. Wait a moment and try again.',
    busy: 'The server is busy. Try again in a moment.',
    unavailable: 'The server cannot keep anything safe right now. Try again in a moment.',
    // where a code has several reasons
    banned: 'An organizer has banned you from this hunt.',
    name: 'Somebody in this hunt has a name like that already.',
  },

  lobby: {
    title: 'Which way tonight?',
    lead: 'Pick a hunt, give yourself a name, and go. There is nothing to install and no account to make.',
    loading: 'Looking for hunts …',
    none: 'No hunt is laid out yet',
    noneMore: 'When an organizer sets one up it appears here by itself.',
    failed: 'The hunts could not be fetched.',
    retry: 'Try again',
    entrants: (/** @type {N} */ n, team = false) =>
      n ? count(n, team ? 'team' : 'player') : `no ${team ? 'teams' : 'players'} yet`,
    challenges: (/** @type {N} */ n) => count(n, 'challenge'),
    needsCode: 'needs a code',
    teams: 'in teams',
    forget: 'Play as somebody else',
    forgetSure: 'This device forgets who you are, and your points stay with the old name for good.',
    forgetYes: 'Forget me',
    forgetNo: 'Stay',
  },

  phase: {
    draft: 'Not open yet',
    open: 'Open',
    paused: 'Paused',
    closed: 'Closed',
    opensIn: (/** @type {N} */ ms) => `opens in ${span(ms)}`,
    closesIn: (/** @type {N} */ ms) => `closes in ${span(ms)}`,
    anyMoment: 'any moment now',
    byHand: 'the organizer opens it by hand',
  },

  entry: {
    title: 'Come along',
    name: 'Your name',
    nameHint: 'Everyone on the board sees it.',
    nameMissing: 'Type a name first.',
    nameRefused: (/** @type {string} */ why) => `${why[0].toUpperCase()}${why.slice(1)}.`,
    code: 'Code of the hunt',
    codeHint: 'The organizer gives it out.',
    codeMissing: 'This hunt needs a code.',
    suggested: (/** @type {string} */ name) => `Take “${name}”`,
    privacy: 'Privacy',
    imprint: 'Imprint',
    submit: 'Join the hunt',
    joining: 'Joining …',
    turn: (/** @type {N} */ ms) => `Many are coming in. It is your turn in ${plainSpan(ms)}.`,
  },

  connection: {
    connecting: 'Connecting …',
    staleAt: (/** @type {N} */ at) => `As of ${clock(at)}, reconnecting …`,
    offline: (/** @type {N} */ at) => `Offline, as of ${clock(at)}.`,
    kept: (/** @type {N} */ n) => `${count(n, 'claim')} kept.`,
    proxy: (/** @type {string} */ detail) => `The live connection does not get through. ${detail}`,
    ended: 'The connection was closed by the server.',
    badToken: 'Your sign-in on this device is no longer valid.',
    banned: 'You were removed from this hunt by an organizer.',
    again: 'Connect again',
  },

  hunt: {
    about: 'About this hunt',
    loading: 'Finding the hunt …',
    unknown: 'There is no such hunt here',
    unknownMore: 'The address may be mistyped, or the hunt was taken down.',
    banned: 'You cannot take part in this hunt any more',
    bannedMore: 'An organizer has taken you out of it. The other hunts are open to you as before.',
    draft: (/** @type {N} */ n) =>
      n
        ? `${count(n, 'challenge')} ${n === 1 ? 'waits' : 'wait'} in the dark until the hunt opens.`
        : 'The challenges appear when the hunt opens.',
    draftIn: 'You are in. Keep this page open; it lights up by itself.',
    empty: 'This hunt has no challenges yet.',
    paused: 'The hunt is paused. The clock stands still, and claims are taken again when it goes on.',
  },
};
