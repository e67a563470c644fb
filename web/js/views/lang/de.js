import { count, list, moment, number, ordinal, plainSpan, signed, span } from '../../format.js';

// The German sentences of the walk, in the shape of the English ones.

/** @typedef {number} N an amount, or a time in ms */

const points = (/** @type {N} */ n) => count(n, 'Punkt', 'Punkte');
const people = (/** @type {N} */ n) => count(n, 'Person', 'Personen');

/** @type {import('./en.js').Texts} */
export const t = {
  errors: {
    unknown_challenge: 'Diese Aufgabe gehört nicht mehr dazu.',
    unknown_hint: 'Diesen Tipp gibt es nicht mehr.',
    bad_proof: 'Diese Antwort passt nicht zur Aufgabe.',
    not_joined: 'Du bist hier noch nicht dabei.',
    not_started: 'Deine Zeit läuft noch nicht.',
    insufficient_points: 'Dafür reichen deine Punkte nicht.',
    closed: 'Die Schatzsuche nimmt gerade nichts an.',
    locked: 'Davor kommt noch etwas anderes.',
    has: 'Das hast du schon.',
    other_team: 'Du bist hier schon in einem anderen Team.',
    which_team: 'Gründe ein Team mit einem Namen oder tritt einem mit seinem Code bei.',
    full: 'In diesem Team ist kein Platz mehr.',
    division: 'Diese Wertung gibt es hier nicht, oder ihr Code stimmt nicht.',
    limit: 'Deine Zeit ist um.',
  },

  entry: {
    nameRefused: () => 'Diesen Namen nimmt der Server nicht: 1 bis 40 sichtbare Zeichen, nichts Verstecktes.',
    suggested: (name) => `„${name}“ nehmen`,
    codeMissing: 'Gib den Code ein.',
    team: 'Dein Team',
    found: 'Team gründen',
    enter: 'Team beitreten',
    teamName: 'Name des Teams',
    teamNameMissing: 'Gib dem Team einen Namen.',
    invite: 'Einladungscode',
    inviteHint: 'Wer schon im Team ist, sieht ihn auf der eigenen Seite.',
    inviteBad: 'Kein Team hier hat diesen Code.',
    inviteMissing: 'Gib den Code ein, den du von deinem Team bekommen hast.',
    division: 'Deine Wertung',
    divisionNone: 'Keine davon',
    divisionMissing: 'Wähle, wo du dazugehörst.',
    divisionCode: 'Code der Wertung',
    divisionCodeHint: 'Ihn haben nur die, die dazugehören.',
  },

  limit: {
    start: 'Jetzt starten',
    starting: 'Es geht los …',
    begun: 'Deine Zeit läuft',
    before: (n, team = false) =>
      `So viel Zeit ${team ? 'habt ihr' : 'hast du'} für ${count(n, 'Aufgabe', 'Aufgaben')}. Die Uhr läuft, sobald ${team ? 'jemand von euch' : 'du'} auf den Knopf ${team ? 'drückt' : 'drückst'}, und hält nicht an.`,
    left: (ms) => `noch ${span(ms)}`,
    over: 'Die Zeit ist um',
    waits: (n, time) => `Alle haben eigene ${time} Zeit für ${count(n, 'Aufgabe', 'Aufgaben')}.`,
    stands: 'Die Uhr steht still',
  },

  lack: {
    solves: (n, of = '') => `noch ${number(n)}${of ? ` aus „${of}“` : ''} finden`,
    finds: (titles) => `${list(titles)} finden`,
    some: (n, titles) => `${number(n)} von ${list(titles)} finden`,
    points: (n) => `auf ${points(n)} kommen`,
    firsts: (n) => (n === 1 ? 'eine als Erste finden' : `${number(n)} als Erste finden`),
    streak: (n) => `${number(n)} hintereinander ohne Fehler lösen`,
    until: (at) => `bis ${at} warten`,
    after: (time) => `warten, bis ${time} nach dem Start um sind`,
  },

  ending: {
    done: 'Du bist am Ziel',
    title: 'Der Weg ist zu Ende',
    podium: 'Die ersten drei',
    place: (rank, of, n) =>
      `Dein Platz: der ${ordinal(rank)} von ${number(of)}, mit ${count(n, 'Punkt', 'Punkten')}.`,
    more: (found, of, badges) =>
      `${found} von ${of} gefunden${badges ? `, ${count(badges, 'Abzeichen', 'Abzeichen')} verdient` : ''}.`,
    none: 'So ist es ausgegangen.',
    frozen: 'Das Ergebnis verrät die Spielleitung.',
  },

  tabs: { label: 'Bereiche der Schatzsuche', trail: 'Weg', board: 'Rangliste', log: 'Deins' },

  standing: {
    label: 'Dein Stand',
    rank: (rank, of) => `${ordinal(rank)} Platz${of > 1 ? ` von ${number(of)}` : ''}`,
    found: (n, of) => `${n} von ${of} gefunden`,
    badges: (n, of) => `Abzeichen, ${n} von ${of}`,
    earned: 'verdient',
    toEarn: 'noch nicht verdient',
    here: 'gerade hier',
    division: (rank, title) => (rank ? `${ordinal(rank)} in ${title}` : title),
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
      practice: '',
      ready: '',
    },
    optional: 'eine Zugabe',
    upTo: (n) => `bis zu ${number(n)}`,
    falls: (n, every) => `alle ${every} ${number(n)} weniger`,
    penalty: (n) => `falsch kostet ${points(n)}`,
    opens: (at) => `Öffnet ${at}`,
    opensIn: (ms) => `Öffnet in ${span(ms)}`,
    skippedShort: 'Übersprungen',
    skipped:
      'Die Spielleitung lässt hier alle vorbei: Es gilt als gefunden, ohne Punkte. Versuchen kannst du es trotzdem.',
    timeOver: 'Deine Zeit ist um.',
    practice: 'Die Schatzsuche ist vorbei. Versuch es, so oft du magst; Punkte gibt es nicht mehr.',
    solution: 'Die Antwort',
    outside: 'Die Aufgaben zeigen sich, sobald du dabei bist.',
    solvedAt: (at, now) => (at ? `gefunden: ${moment(at, now)}` : 'gefunden'),
    locked: (parts) => (parts.length ? `Zuerst ${list(parts)}; dann zeigt sie sich.` : 'Noch verborgen.'),
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
    practise: 'Ausprobieren',
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
    notNumber: 'Gib eine Zahl in Ziffern ein, zum Beispiel 42 oder 3,5.',
    numberAlone: (unit) => `Gib nur die Zahl ein, ohne „${unit}“.`,
    either: (one, other) => `Meinst du ${one} oder ${other}?`,
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
    locked: (parts) => (parts.length ? `Zuerst ${list(parts)}.` : 'Noch nicht.'),
    lockedUntil: (at) => `Erst ab ${at}.`,
    penalty: (n) => `Das hat ${points(n)} gekostet.`,
    practised: 'Richtig. Punkte gibt es dafür nicht mehr.',
    declined: (reason = '') =>
      `Gilt nicht${reason ? `: ${reason}` : '.'} Du kannst noch einmal antworten.`.replace(
        /([^.!?…])( Du kannst)/,
        '$1.$2',
      ),
    remark: (reason) => `„${reason}“`,
    limit: 'Deine Zeit ist um. Dieser Versuch zählt nicht.',
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
    from: (at, ms) => `ab ${at}, in ${plainSpan(ms)}`,
    later: (time) => `ab ${time} nach dem Start`,
  },

  board: {
    title: 'Die Rangliste',
    frozen: 'Die Rangliste ist eingefroren, bis alles verraten wird.',
    empty: 'Noch steht niemand auf der Rangliste.',
    emptyMore: 'Der erste Name steht hier, eine Sekunde nachdem er dabei ist.',
    you: 'du',
    more: (n) => `und ${number(n)} weitere`,
    found: (n) => `${number(n)} gefunden`,
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
    penalised: (title) => `Eine falsche Antwort: ${title}`,
    reviewed: (title, approved, reason = '') =>
      `${approved ? 'Angenommen' : 'Gilt nicht'}: ${title}${reason ? ` (${reason})` : ''}`,
    extended: (reason = '') => `Mehr Zeit${reason ? `: ${reason}` : ''}`,
    renamed: (name) => `Du heißt jetzt ${name}`,
    division: (title) => (title ? `Du spielst jetzt in ${title}` : 'Du spielst jetzt in keiner Wertung'),
    skip: (title, reason = '') => `Übersprungen, gilt als gefunden: ${title}${reason ? ` (${reason})` : ''}`,
    unskip: (title, reason = '') => `Nicht mehr übersprungen: ${title}${reason ? ` (${reason})` : ''}`,
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
    approved: (title) => `Angenommen: ${title}`,
    penalised: 'Eine falsche Antwort aus deinem Team oder von einem anderen Gerät.',
    opened: (titles) =>
      titles.length === 1
        ? `Jetzt offen: ${titles[0]}`
        : `${number(titles.length)} Aufgaben sind jetzt offen`,
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
  },
};
