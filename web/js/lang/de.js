import { clock, count, list, moment, number, ordinal, plainSpan, signed, span } from '../format.js';

// Every German sentence of the player's page, in the shape of the English ones.

/** @typedef {number} N an amount, or a time in ms */

const points = (/** @type {N} */ n) => count(n, 'Punkt', 'Punkte');
const tasks = (/** @type {N} */ n) => count(n, 'Aufgabe', 'Aufgaben');
const people = (/** @type {N} */ n) => count(n, 'Person', 'Personen');

/** @type {import('./en.js').Texts} */
export const t = {
  home: 'Alle Schatzsuchen',
  playingAs: 'Du spielst als',
  skip: 'Zum Inhalt springen',
  internal: 'Auf dem Server ging etwas schief. Der Fehler ist notiert.',
  errors: {
    unreachable: 'Der Server antwortet nicht. Prüfe deine Verbindung und versuch es noch einmal.',
    bad_request: 'Damit konnte der Server nichts anfangen.',
    unauthorized: 'Deine Anmeldung gilt nicht mehr.',
    forbidden: 'Das geht in dieser Schatzsuche nicht.',
    unknown_hunt: 'Diese Schatzsuche gibt es nicht.',
    unknown_challenge: 'Diese Aufgabe gehört nicht mehr dazu.',
    unknown_hint: 'Diesen Tipp gibt es nicht mehr.',
    bad_proof: 'Diese Antwort passt nicht zur Aufgabe.',
    not_joined: 'Du bist hier noch nicht dabei.',
    bad_code: 'Das ist nicht der Code dieser Schatzsuche.',
    conflict: 'Das verträgt sich nicht mit dem, was vorher war.',
    insufficient_points: 'Dafür reichen deine Punkte nicht.',
    closed: 'Die Schatzsuche nimmt gerade nichts an.',
    too_large: 'Das ist zu lang.',
    rate_limited: 'Zu viele Versuche auf einmal. Warte kurz und versuch es noch einmal.',
    busy: 'Auf dem Server ist viel los. Versuch es gleich noch einmal.',
    unavailable: 'Der Server kann gerade nichts sicher aufheben. Versuch es gleich noch einmal.',
    banned: 'Die Spielleitung hat dich von dieser Schatzsuche ausgeschlossen.',
    locked: 'Davor kommt noch etwas anderes.',
    has: 'Das hast du schon.',
    other_team: 'Du bist hier schon in einem anderen Team.',
    which_team: 'Gründe ein Team mit einem Namen oder tritt einem mit seinem Code bei.',
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
    team: 'Dein Team',
    found: 'Team gründen',
    enter: 'Team beitreten',
    teamName: 'Name des Teams',
    teamNameMissing: 'Gib dem Team einen Namen.',
    invite: 'Einladungscode',
    inviteHint: 'Wer schon im Team ist, sieht ihn auf der eigenen Seite.',
    inviteBad: 'Kein Team hier hat diesen Code.',
    inviteMissing: 'Gib den Code ein, den du von deinem Team bekommen hast.',
    submit: 'Mitmachen',
    joining: 'Einen Moment …',
  },

  connection: {
    connecting: 'Verbindung wird aufgebaut …',
    staleAt: (at) => `Stand ${clock(at)}, Verbindung wird wieder aufgebaut …`,
    offline: (at) => `Offline, Stand ${clock(at)}.`,
    kept: (n) => `${count(n, 'Antwort', 'Antworten')} aufgehoben.`,
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
    draft: (n) =>
      n
        ? `${tasks(n)} ${n === 1 ? 'wartet' : 'warten'} im Dunkeln, bis es losgeht.`
        : 'Die Aufgaben erscheinen, sobald es losgeht.',
    draftIn: 'Du bist dabei. Lass diese Seite offen, sie leuchtet von selbst auf.',
    empty: 'Noch gibt es hier keine Aufgaben.',
    paused: 'Gerade ist Pause. Die Uhr steht still; Antworten zählen wieder, wenn es weitergeht.',
    finalTitle: 'Der Weg ist zu Ende',
    final: (rank, of, n) =>
      `Dein Platz: der ${ordinal(rank)} von ${number(of)}, mit ${count(n, 'Punkt', 'Punkten')}.`,
    finalMore: (found, of, badges) =>
      `${found} von ${of} gefunden${badges ? `, ${count(badges, 'Abzeichen', 'Abzeichen')} verdient` : ''}.`,
    finalNone: 'So ist es ausgegangen.',
    finalFrozen: 'Das Ergebnis verrät die Spielleitung.',
  },

  tabs: { label: 'Bereiche der Schatzsuche', trail: 'Weg', board: 'Rangliste', log: 'Deins' },

  standing: {
    label: 'Dein Stand',
    points: (n) => (n === 1 ? 'Punkt' : 'Punkte'),
    rank: (rank, of) => `${ordinal(rank)} Platz${of > 1 ? ` von ${number(of)}` : ''}`,
    found: (n, of) => `${n} von ${of} gefunden`,
    badges: (n, of) => `Abzeichen, ${n} von ${of}`,
    earned: 'verdient',
    toEarn: 'noch nicht verdient',
    team: 'Dein Team',
    invite: 'Einladungscode für dein Team',
    players: people,
    up: (n) => `${count(n, 'Platz', 'Plätze')} vor`,
    down: (n) => `${count(n, 'Platz', 'Plätze')} zurück`,
    change: (n) => `${signed(n)} ${Math.abs(n) === 1 ? 'Punkt' : 'Punkte'}`,
    since: 'Seit du zuletzt hier warst',
  },

  trail: {
    title: 'Der Weg',
    category: 'Bereich',
    everything: 'Alle',
    left: 'Nur was noch fehlt',
    noneLeft: 'Hier fehlt nichts mehr.',
    next: 'Weiter zur nächsten',
    fixed: 'Wer später kommt, bekommt manchmal weniger. Was du verdient hast, bleibt, wie es war.',
    bonus: (n) => `davon ${number(n)} für frühes Finden`,
    solves: (n) =>
      n === 0 ? 'noch von niemandem' : n === 1 ? 'einmal gefunden' : `${number(n)}-mal gefunden`,
    status: {
      solved: 'Gefunden',
      locked: 'Verschlossen',
      sending: 'Unterwegs',
      kept: 'Wartet hier auf das Netz',
      review: 'Wird geprüft',
      exhausted: 'Keine Versuche mehr',
      resting: 'Kurz warten',
      early: 'Noch nicht',
      late: 'Vorbei',
      shut: '',
      ready: '',
    },
    solvedAt: (at, now) => (at ? `gefunden: ${moment(at, now)}` : 'gefunden'),
    locked: (titles) =>
      titles.length ? `Finde zuerst ${list(titles)}; dann zeigt sie sich.` : 'Noch verborgen.',
    early: (ms) => `Nimmt Antworten an in ${span(ms)}.`,
    late: 'Diese Aufgabe nimmt keine Antworten mehr an.',
    shut: {
      draft: 'Antworten zählen, sobald es losgeht.',
      paused: 'Gerade ist Pause.',
      closed: 'Die Schatzsuche ist beendet.',
      open: '',
    },
    watch: 'Mach mit, dann kannst du hier antworten.',
    attempts: (n) => (n === 1 ? 'Letzter Versuch' : `noch ${number(n)} Versuche`),
    resting: (ms) => `Weiter in ${plainSpan(ms)}`,
    exhausted:
      'Alle Versuche sind aufgebraucht. Ein Tipp hilft hier nicht mehr, aber andere Laternen warten.',
  },

  proof: {
    claim: 'Antworten',
    sending: 'Wird gefragt …',
    waiting: 'Wartet …',
    kept: 'Auf diesem Gerät aufgehoben. Wird gesendet, sobald die Verbindung wieder da ist.',
    answer: 'Deine Antwort',
    number: 'Deine Zahl',
    code: 'Der Code, den du gefunden hast',
    choice: 'Wähle eins',
    choices: 'Wähle alles, was passt',
    note: 'Was soll die Spielleitung wissen?',
    position: 'Meinen Standort nehmen',
    locating: 'Du wirst gesucht …',
    lat: 'Breite',
    lon: 'Länge',
    byHand: 'oder eintippen',
    accuracy: (m) => `Auf ${number(Math.ceil(m))} m genau gefunden.`,
    geoWhy: 'Dein Browser fragt dich vorher. Der Standort gehört nur zu dieser Antwort.',
    missing: 'Antworte zuerst.',
    notNumber: 'Gib eine Zahl ein, zum Beispiel 42 oder 3,5.',
    noChoice: 'Wähle zuerst etwas aus.',
    badLat: 'Die Breite ist eine Zahl von −90 bis 90.',
    badLon: 'Die Länge ist eine Zahl von −180 bis 180.',
    noGeo: 'Dieser Browser kennt hier keinen Standort. Tippe die Koordinaten ein.',
    geoInsecure: 'Einen Standort gibt es nur über https. Tippe die Koordinaten ein.',
    geoDenied:
      'Der Browser darf deinen Standort nicht verraten. Erlaub es in den Einstellungen der Seite, oder tippe die Koordinaten ein.',
    geoUnknown: 'Dein Standort war nicht zu finden. Geh ins Freie, oder tippe die Koordinaten ein.',
    geoSlow: 'Die Suche hat zu lange gedauert. Versuch es noch einmal, oder tippe die Koordinaten ein.',
    event: 'Hier gibt es nichts zu tippen: Die Meldung kommt von vor Ort, und es leuchtet von selbst auf.',
    review: 'Die Spielleitung sieht sich deine Antwort an. Die Punkte kommen, wenn sie gilt.',
    full: 'Dieses Gerät konnte die Antwort nicht aufheben. Schaff etwas Platz und versuch es noch einmal.',
  },

  camera: {
    start: 'Mit der Kamera scannen',
    why: 'Dein Browser fragt dich vorher. Das Bild bleibt auf diesem Gerät.',
    stop: 'Kamera aus',
    aim: 'Halte den Code vor die Kamera.',
    found: 'Erkannt. Jetzt nur noch antworten.',
    denied:
      'Der Browser darf die Kamera nicht benutzen. Erlaub es in den Einstellungen der Seite, oder tippe den Code ein.',
    none: 'Hier ließ sich keine Kamera benutzen. Tippe den Code ein.',
  },

  verdict: {
    awarded: 'Gefunden!',
    bonus: (n) => `${number(n)} davon, weil du früh dran warst`,
    badge: (title, n = 0) => `Abzeichen: ${title}${n ? `, ${signed(n)}` : ''}`,
    already: 'Das hattest du schon.',
    alreadyTeam: 'Richtig, und es gehörte euch schon.',
    revoked: 'Die Spielleitung hat das zurückgenommen.',
    wrong: [
      'Das ist es nicht. Sieh noch einmal hin.',
      'Nein, etwas anderes.',
      'Nicht ganz. Halt die Laterne näher.',
    ],
    left: (n) =>
      n === 0 ? 'Das war der letzte Versuch.' : n === 1 ? 'Noch ein Versuch.' : `Noch ${number(n)} Versuche.`,
    locked: (titles) => `Finde zuerst ${list(titles)}.`,
    cooldown: 'Zu früh. Dieser Versuch zählt nicht.',
    exhausted: 'Es sind keine Versuche mehr übrig.',
    closed: 'Antworten zählen gerade nicht. Dieser Versuch auch nicht.',
    pending: 'Liegt jetzt bei der Spielleitung. Die Punkte kommen, wenn die Antwort gilt.',
  },

  hints: {
    title: 'Tipps',
    cost: (n) => (n ? points(n) : 'umsonst'),
    paid: (n) => (n ? `−${points(n)}` : 'umsonst'),
    take: 'Tipp nehmen',
    sure: (cost, left) => `Kostet ${points(cost)}; dir bleiben ${number(left)}.`,
    yes: 'Ja, her damit',
    no: 'Lieber nicht',
    poor: (missing) => `${points(missing)} zu wenig`,
    after: (titles) => `nach ${list(titles)}`,
    shut: 'nur solange die Schatzsuche läuft',
  },

  board: {
    title: 'Die Rangliste',
    frozen: 'Die Rangliste ist eingefroren, bis alles verraten wird.',
    empty: 'Noch steht niemand auf der Rangliste.',
    emptyMore: 'Der erste Name steht hier, eine Sekunde nachdem er dabei ist.',
    you: 'du',
    more: (n) => `und ${number(n)} weitere`,
    found: (n) => `${number(n)} gefunden`,
    podium: 'Die ersten drei',
  },

  log: {
    title: 'Was dir passiert ist',
    panel: 'Deins',
    everyone: 'Gerade eben',
    ownEmpty: 'Was du findest, verdienst und nimmst, steht dann hier.',
    tickerEmpty: 'Still, seit du da bist.',
    badge: (title) => `Abzeichen: ${title}`,
    hinted: (title) => `Ein Tipp zu: ${title}`,
    adjusted: (reason) => (reason ? `Korrigiert: ${reason}` : 'Von der Spielleitung korrigiert'),
    revoked: (title, reason = '') => `Zurückgenommen: ${title}${reason ? ` (${reason})` : ''}`,
    notice: (text) => `Durchsage: ${text}`,
    phase: {
      draft: 'Die Schatzsuche wird vorbereitet',
      open: 'Die Schatzsuche ist offen',
      paused: 'Die Schatzsuche macht Pause',
      closed: 'Die Schatzsuche ist beendet',
    },
    found: 'hat gefunden:',
    first: 'zuerst',
    skipped: (n) => `${number(n)} weitere zogen zu schnell vorbei`,
  },

  moment: {
    label: 'Neues',
    dismiss: 'Schließen',
    award: (title) => `Gefunden: ${title}`,
    badgeKind: 'Abzeichen verdient',
    adjusted: 'Punkte korrigiert',
    revoked: (title) => `Zurückgenommen: ${title}`,
    notice: 'Von der Spielleitung',
    rejected: (title) => `${title}: nicht angenommen`,
    signUnknown: 'Dieses Schild gehört nicht zu dieser Schatzsuche',
    signUnknownMore: 'Vielleicht gehört es zu einer anderen, oder es wurde herausgenommen.',
    signLocked: (title) => `Du hast ein Schild von „${title}“ gefunden`,
    missed: 'Während du weg warst',
    healed: 'Der Server hat einen Teil seiner Geschichte verloren',
    healedText: (n, missing) =>
      missing.length
        ? `Deine letzten Funde wurden noch einmal geschickt, aber ${list(missing)} ließ sich nicht mehr zählen. Zeig das der Spielleitung.`
        : n
          ? `${n === 1 ? 'Dein letzter Fund wurde' : `Deine letzten ${number(n)} Funde wurden`} noch einmal geschickt. Dir fehlt nichts.`
          : 'Dir fehlt nichts.',
    more: (n) => `und ${number(n)} mehr unter „Deins“`,
  },
};
