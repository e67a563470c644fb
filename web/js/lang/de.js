import { clock, count, number, plainSpan, span } from '../format.js';

// The German sentences of the first view of the player's page, in the shape of the English ones.

/** @typedef {number} N an amount, or a time in ms */

const tasks = (/** @type {N} */ n) => count(n, 'Aufgabe', 'Aufgaben');
const people = (/** @type {N} */ n) => count(n, 'Person', 'Personen');

/** @type {import('./en.js').Texts} */
export const t = {
  home: 'Alle Schatzsuchen',
  playingAs: 'Du spielst als',
  skip: 'Zum Inhalt springen',
  unit: (n) => (n === 1 ? 'Punkt' : 'Punkte'),
  more: (n) => `und ${number(n)} mehr unter „Deins“`,
  internal: 'Auf dem Server ging etwas schief. Der Fehler ist notiert.',
  errors: {
    unreachable: 'Der Server antwortet nicht. Prüfe deine Verbindung und versuch es noch einmal.',
    bad_request: 'Damit konnte der Server nichts anfangen.',
    unauthorized: 'Deine Anmeldung gilt nicht mehr.',
    forbidden: 'Das geht in dieser Schatzsuche nicht.',
    unknown_hunt: 'Diese Schatzsuche gibt es nicht.',
    bad_code: 'Das ist nicht der Code dieser Schatzsuche.',
    conflict: 'Das verträgt sich nicht mit dem, was vorher war.',
    too_large: 'Das ist zu lang.',
    rate_limited: 'Zu viele Versuche auf einmal. Warte kurz und versuch es noch einmal.',
    busy: 'Auf dem Server ist viel los. Versuch es gleich noch einmal.',
    unavailable: 'Der Server kann gerade nichts sicher aufheben. Versuch es gleich noch einmal.',
    banned: 'Die Spielleitung hat dich von dieser Schatzsuche ausgeschlossen.',
    name: 'Jemand heißt hier schon ganz ähnlich.',
  },

  lobby: {
    title: 'Wohin heute Nacht?',
    lead: 'Such dir eine aus, gib dir einen Namen, und los. Nichts zu installieren, kein Konto.',
    loading: 'Schatzsuchen werden gesucht …',
    none: 'Noch ist keine Schatzsuche ausgelegt',
    noneMore: 'Sobald jemand eine vorbereitet, taucht sie hier von selbst auf.',
    failed: 'Die Schatzsuchen ließen sich nicht laden.',
    retry: 'Noch einmal',
    entrants: (n, team = false) =>
      n ? (team ? count(n, 'Team') : people(n)) : `noch ${team ? 'kein Team' : 'niemand'} dabei`,
    challenges: tasks,
    needsCode: 'nur mit Code',
    teams: 'in Teams',
    forget: 'Unter anderem Namen spielen',
    forgetSure: 'Dieses Gerät vergisst, wer du bist, und deine Punkte bleiben für immer beim alten Namen.',
    forgetYes: 'Vergiss mich',
    forgetNo: 'Ich bleibe',
  },

  phase: {
    draft: 'Noch nicht offen',
    open: 'Offen',
    paused: 'Pause',
    closed: 'Beendet',
    opensIn: (ms) => `öffnet in ${span(ms)}`,
    closesIn: (ms) => `endet in ${span(ms)}`,
    anyMoment: 'jeden Moment',
    byHand: 'der Start wird von Hand gegeben',
  },

  entry: {
    title: 'Komm mit',
    name: 'Dein Name',
    nameHint: 'Alle sehen ihn auf der Rangliste.',
    nameMissing: 'Gib zuerst einen Namen ein.',
    nameRefused: () => 'Diesen Namen nimmt der Server nicht: 1 bis 40 sichtbare Zeichen, nichts Verstecktes.',
    code: 'Code der Schatzsuche',
    codeHint: 'Du bekommst ihn von der Spielleitung.',
    codeMissing: 'Hier brauchst du einen Code.',
    suggested: (name) => `„${name}“ nehmen`,
    privacy: 'Datenschutz',
    imprint: 'Impressum',
    submit: 'Mitmachen',
    turn: (ms) => `Gerade kommen viele. Du bist in ${plainSpan(ms)} dran.`,
    joining: 'Einen Moment …',
  },

  connection: {
    connecting: 'Verbindung wird aufgebaut …',
    staleAt: (at) => `Stand ${clock(at)}, Verbindung wird wieder aufgebaut …`,
    offline: (at) => `Offline, Stand ${clock(at)}.`,
    kept: (n) => `${count(n, 'Antwort', 'Antworten')} aufgehoben.`,
    proxy: (detail) => `Die Live-Verbindung kommt nicht durch. ${detail}`,
    ended: 'Der Server hat die Verbindung beendet.',
    badToken: 'Deine Anmeldung auf diesem Gerät gilt nicht mehr.',
    banned: 'Die Spielleitung hat dich aus dieser Schatzsuche genommen.',
    again: 'Wieder verbinden',
  },

  hunt: {
    about: 'Worum es geht',
    loading: 'Die Schatzsuche wird gesucht …',
    unknown: 'Hier gibt es keine solche Schatzsuche',
    unknownMore: 'Vielleicht ist die Adresse vertippt, oder die Schatzsuche ist nicht mehr da.',
    banned: 'Du kannst bei dieser Schatzsuche nicht mehr mitmachen',
    bannedMore: 'Die Spielleitung hat dich herausgenommen. Die anderen stehen dir offen wie bisher.',
    draft: (n) =>
      n
        ? `${tasks(n)} ${n === 1 ? 'wartet' : 'warten'} im Dunkeln, bis es losgeht.`
        : 'Die Aufgaben erscheinen, sobald es losgeht.',
    draftIn: 'Du bist dabei. Lass diese Seite offen, sie leuchtet von selbst auf.',
    empty: 'Noch gibt es hier keine Aufgaben.',
    paused: 'Gerade ist Pause. Die Uhr steht still; Antworten zählen wieder, wenn es weitergeht.',
  },
};
