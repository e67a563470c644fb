import { count, list, moment, number, ordinal, plainSpan, signed, span } from '../../format.js';

// The English sentences of the walk: the trail, the board and the history. Functions take the values in the sentence.

/** @typedef {typeof t} Texts */
/** @typedef {number} N an amount, or a time in ms */

const points = (/** @type {N} */ n) => count(n, 'point');

export const t = {
  /** what the first view has no words for @type {Record<string, string>} */
  errors: {
    unknown_challenge: 'This challenge is no longer part of the hunt.',
    unknown_hint: 'This hint is no longer part of the hunt.',
    bad_proof: 'This answer does not fit the challenge.',
    not_joined: 'You are not in this hunt yet.',
    not_started: 'Your time has not started yet.',
    insufficient_points: 'You do not have enough points for that.',
    closed: 'The hunt takes nothing now.',
    locked: 'Something else has to come first.',
    has: 'That is yours already.',
    other_team: 'You are in another team of this hunt already.',
    which_team: 'Found a team by a name, or join one by its code.',
    full: 'This team has no room for another player.',
    division: 'That is not a division of this hunt, or not its code.',
    limit: 'Your time is over.',
  },

  entry: {
    nameRefused: (/** @type {string} */ why) => `${why[0].toUpperCase()}${why.slice(1)}.`,
    suggested: (/** @type {string} */ name) => `Take “${name}”`,
    codeMissing: 'Type the code.',
    team: 'Your team',
    found: 'Found a team',
    enter: 'Join a team',
    teamName: 'Name of the team',
    teamNameMissing: 'Give the team a name.',
    invite: 'Invitation code',
    inviteHint: 'Whoever is in the team sees it on their page.',
    inviteBad: 'No team of this hunt has that code.',
    inviteMissing: 'Type the code that your team shared.',
    division: 'Your division',
    divisionNone: 'None of these',
    divisionMissing: 'Choose where you belong.',
    divisionCode: 'Code of the division',
    divisionCodeHint: 'Only those who belong to it have it.',
  },

  limit: {
    start: 'Start now',
    starting: 'Starting …',
    begun: 'Your time runs',
    before: (/** @type {N} */ n, team = false) =>
      `${team ? 'Your team has' : 'You have'} this long for ${count(n, 'challenge')}. The clock starts when ${team ? 'one of you presses' : 'you press'} the button, and does not stop.`,
    left: (/** @type {N} */ ms) => `${span(ms)} left`,
    over: 'Time is over',
    waits: (/** @type {N} */ n, /** @type {string} */ time) =>
      `Everybody has ${time} of their own for ${count(n, 'challenge')}.`,
    stands: 'The clock stands still',
  },

  /** what is missing, after “First” */
  lack: {
    solves: (/** @type {N} */ n, of = '') => `find ${number(n)} more${of ? ` of “${of}”` : ''}`,
    finds: (/** @type {string[]} */ titles) => `find ${list(titles)}`,
    some: (/** @type {N} */ n, /** @type {string[]} */ titles) => `find ${number(n)} of ${list(titles)}`,
    points: (/** @type {N} */ n) => `get to ${points(n)}`,
    firsts: (/** @type {N} */ n) => `be the first to find ${n === 1 ? 'one' : number(n)}`,
    streak: (/** @type {N} */ n) => `answer ${number(n)} in a row without a mistake`,
    until: (/** @type {string} */ at) => `wait until ${at}`,
    after: (/** @type {string} */ time) => `wait until ${time} after the start`,
  },

  ending: {
    done: 'You have reached the end',
    title: 'The walk is over',
    podium: 'The first three',
    place: (/** @type {N} */ rank, /** @type {N} */ of, /** @type {N} */ n) =>
      `You came ${ordinal(rank)} of ${number(of)}, with ${points(n)}.`,
    more: (/** @type {N} */ found, /** @type {N} */ of, /** @type {N} */ badges) =>
      `You found ${found} of ${of}${badges ? ` and earned ${count(badges, 'badge')}` : ''}.`,
    none: 'Here is how it ended.',
    frozen: 'The result is revealed by the organizer.',
  },

  tabs: { label: 'Parts of the hunt', trail: 'Trail', board: 'Board', log: 'Yours' },

  standing: {
    label: 'Your standing',
    rank: (/** @type {N} */ rank, /** @type {N} */ of) =>
      of > 1 ? `${ordinal(rank)} of ${number(of)}` : ordinal(rank),
    found: (/** @type {N} */ n, /** @type {N} */ of) => `${n} of ${of} found`,
    badges: (/** @type {N} */ n, /** @type {N} */ of) => `Badges, ${n} of ${of}`,
    earned: 'earned',
    toEarn: 'not earned yet',
    here: 'here now',
    division: (/** @type {N} */ rank, /** @type {string} */ title) =>
      rank ? `${ordinal(rank)} in ${title}` : title,
    team: 'Your team',
    invite: 'Invitation code for your team',
    players: (/** @type {N} */ n) => count(n, 'player'),
    up: (/** @type {N} */ n) => `${count(n, 'place')} up`,
    down: (/** @type {N} */ n) => `${count(n, 'place')} down`,
    change: (/** @type {N} */ n) => `${signed(n)} ${n === 1 ? 'point' : 'points'}`,
    since: 'Since your last look',
  },

  trail: {
    title: 'The trail',
    category: 'Category',
    everything: 'All',
    left: 'Only what is left',
    noneLeft: 'Nothing is left here.',
    next: 'On to the next one',
    fixed: 'Worth can fall for those who come later. What you earned stays as it was.',
    bonus: (/** @type {N} */ n) => `includes ${number(n)} for an early finder`,
    solves: (/** @type {N} */ n) =>
      n === 0 ? 'nobody has it yet' : n === 1 ? 'found once' : `found ${number(n)} times`,
    status: {
      solved: 'Found',
      locked: 'Locked',
      sending: 'On its way',
      kept: 'Kept here until you are online',
      review: 'In review',
      exhausted: 'No attempts left',
      resting: 'Wait a little',
      early: 'Not yet',
      late: 'Over',
      shut: '',
      practice: '',
      ready: '',
    },
    optional: 'an extra',
    upTo: (/** @type {N} */ n) => `up to ${number(n)}`,
    falls: (/** @type {N} */ n, /** @type {string} */ every) => `${number(n)} less every ${every}`,
    penalty: (/** @type {N} */ n) => `a wrong answer costs ${points(n)}`,
    opens: (/** @type {string} */ at) => `Opens at ${at}`,
    opensIn: (/** @type {N} */ ms) => `Opens in ${span(ms)}`,
    skippedShort: 'Skipped',
    skipped:
      'An organizer has let everybody pass here: it counts as found, without points. You can still try.',
    timeOver: 'Your time is over.',
    practice: 'The hunt is over. Try as often as you like; it brings no points.',
    solution: 'The answer',
    outside: 'The challenges show themselves once you are in.',
    solvedAt: (/** @type {N} */ at, /** @type {N} */ now) => (at ? `found at ${moment(at, now)}` : 'found'),
    locked: (/** @type {string[]} */ parts) =>
      parts.length ? `First ${list(parts)}; then this one shows itself.` : 'Still hidden.',
    early: (/** @type {N} */ ms) => `Takes claims in ${span(ms)}.`,
    late: 'This one takes no claims any more.',
    shut: {
      draft: 'Claims are taken when the hunt opens.',
      paused: 'The hunt is paused.',
      closed: 'The hunt is closed.',
      open: '',
    },
    watch: 'Join the hunt to claim this one.',
    attempts: (/** @type {N} */ n) => (n === 1 ? 'Last attempt' : `${number(n)} attempts left`),
    resting: (/** @type {N} */ ms) => `Try again in ${plainSpan(ms)}`,
    exhausted: 'All attempts are used up. A hint will not help here any more, but other lanterns wait.',
  },

  proof: {
    claim: 'Claim it',
    practise: 'Try it',
    sending: 'Asking …',
    waiting: 'Waiting …',
    kept: 'Kept on this device. It is sent as soon as the connection is back.',
    answer: 'Your answer',
    number: 'Your number',
    code: 'The code you found',
    choice: 'Choose one',
    choices: 'Choose all that fit',
    note: 'What should the organizer know?',
    position: 'Use my position',
    locating: 'Looking for you …',
    lat: 'Latitude',
    lon: 'Longitude',
    byHand: 'or type it',
    accuracy: (/** @type {N} */ m) => `Found you within ${number(Math.ceil(m))} m.`,
    geoWhy: 'Your browser asks you first. The position goes along with this claim only.',
    missing: 'Answer first.',
    notNumber: 'Type a number in digits, for example 42 or 3.5.',
    numberAlone: (/** @type {string} */ unit) => `Type the number alone, without “${unit}”.`,
    either: (/** @type {string} */ one, /** @type {string} */ other) => `Do you mean ${one} or ${other}?`,
    noChoice: 'Choose something first.',
    badLat: 'Latitude is a number from −90 to 90.',
    badLon: 'Longitude is a number from −180 to 180.',
    noGeo: 'This browser gives no position here. Type the coordinates instead.',
    geoInsecure: 'Browsers give a position over https only. Type the coordinates instead.',
    geoDenied:
      'The browser may not tell your position. Allow it in the site’s settings, or type the coordinates.',
    geoUnknown: 'Your position could not be found. Step into the open, or type the coordinates.',
    geoSlow: 'Finding your position took too long. Try again, or type the coordinates.',
    event: 'Nothing to type: this one is reported from the spot, and lights up by itself.',
    review: 'An organizer looks at your claim. The points come when it is approved.',
    full: 'This device could not keep the claim. Free some storage and try again.',
  },

  camera: {
    start: 'Scan with the camera',
    why: 'Your browser asks you first. The picture stays on this device.',
    stop: 'Stop the camera',
    aim: 'Hold the code in front of the camera.',
    found: 'Got it. Now claim it.',
    denied: 'The browser may not use the camera. Allow it in the site’s settings, or type the code.',
    none: 'No camera could be used here. Type the code instead.',
  },

  verdict: {
    awarded: 'Found!',
    bonus: (/** @type {N} */ n) => `${number(n)} of them for being early`,
    badge: (/** @type {string} */ title, n = 0) => `Badge: ${title}${n ? `, ${signed(n)}` : ''}`,
    already: 'You had this one already.',
    alreadyTeam: 'A right answer, and it was already yours.',
    revoked: 'An organizer has taken this award back.',
    wrong: ['Not it. Look again.', 'No. It is something else.', 'Not quite. Hold the lantern closer.'],
    left: (/** @type {N} */ n) =>
      n === 0 ? 'That was the last attempt.' : n === 1 ? 'One attempt left.' : `${number(n)} attempts left.`,
    locked: (/** @type {string[]} */ parts) => (parts.length ? `First ${list(parts)}.` : 'Not yet.'),
    lockedUntil: (/** @type {string} */ at) => `Not before ${at}.`,
    penalty: (/** @type {N} */ n) => `It cost ${points(n)}.`,
    practised: 'That is right. It brings no points any more.',
    declined: (reason = '') =>
      `Not accepted${reason ? `: ${reason}` : '.'} You can hand in again.`.replace(
        /([^.!?…])( You can)/,
        '$1.$2',
      ),
    remark: (/** @type {string} */ reason) => `“${reason}”`,
    limit: 'Your time is over. This try was not counted.',
    cooldown: 'Too soon. This try was not counted.',
    exhausted: 'No attempts are left.',
    closed: 'Claims are not taken right now. This try was not counted.',
    pending: 'Handed to an organizer. The points come when it is approved.',
  },

  hints: {
    title: 'Hints',
    cost: (/** @type {N} */ n) => (n ? points(n) : 'free'),
    paid: (/** @type {N} */ n) => (n ? `−${points(n)}` : 'free'),
    take: 'Take the hint',
    sure: (/** @type {N} */ cost, /** @type {N} */ left) =>
      `It costs ${points(cost)}; you keep ${number(left)}.`,
    yes: 'Yes, take it',
    no: 'Not now',
    poor: (/** @type {N} */ missing) => `${points(missing)} too few`,
    after: (/** @type {string[]} */ titles) => `after ${list(titles)}`,
    shut: 'while the hunt is open',
    from: (/** @type {string} */ at, /** @type {N} */ ms) => `from ${at} on, in ${plainSpan(ms)}`,
    later: (/** @type {string} */ time) => `from ${time} after the start on`,
  },

  board: {
    title: 'The board',
    frozen: 'The board is frozen until the reveal.',
    empty: 'Nobody is on the board yet.',
    emptyMore: 'The first name stands here a second after it joins.',
    you: 'you',
    more: (/** @type {N} */ n) => `and ${number(n)} more`,
    found: (/** @type {N} */ n) => `${number(n)} found`,
  },

  log: {
    title: 'What happened to you',
    panel: 'Yours',
    everyone: 'Just now',
    ownEmpty: 'What you find, earn and take is written down here.',
    tickerEmpty: 'Quiet since you came.',
    badge: (/** @type {string} */ title) => `Badge: ${title}`,
    hinted: (/** @type {string} */ title) => `A hint for ${title}`,
    adjusted: (/** @type {string} */ reason) =>
      reason ? `Corrected: ${reason}` : 'Corrected by an organizer',
    revoked: (/** @type {string} */ title, reason = '') =>
      `Taken back: ${title}${reason ? ` (${reason})` : ''}`,
    penalised: (/** @type {string} */ title) => `A wrong answer: ${title}`,
    reviewed: (/** @type {string} */ title, /** @type {boolean} */ approved, reason = '') =>
      `${approved ? 'Accepted' : 'Not accepted'}: ${title}${reason ? ` (${reason})` : ''}`,
    extended: (reason = '') => `More time${reason ? `: ${reason}` : ''}`,
    renamed: (/** @type {string} */ name) => `You are called ${name} now`,
    division: (/** @type {string} */ title) =>
      title ? `You play in ${title} now` : 'You play in no division now',
    skip: (/** @type {string} */ title, reason = '') =>
      `Skipped, it counts as found: ${title}${reason ? ` (${reason})` : ''}`,
    unskip: (/** @type {string} */ title, reason = '') =>
      `No longer skipped: ${title}${reason ? ` (${reason})` : ''}`,
    notice: (/** @type {string} */ text) => `Announcement: ${text}`,
    phase: {
      draft: 'The hunt is being prepared',
      open: 'The hunt is open',
      paused: 'The hunt is paused',
      closed: 'The hunt is closed',
    },
    found: 'found',
    first: 'first',
    skipped: (/** @type {N} */ n) => `${number(n)} more went by too fast to show`,
  },

  moment: {
    label: 'News',
    dismiss: 'Close',
    award: (/** @type {string} */ title) => `${title} is found`,
    badgeKind: 'Badge earned',
    adjusted: 'Points corrected',
    revoked: (/** @type {string} */ title) => `${title} was taken back`,
    notice: 'From the organizer',
    rejected: (/** @type {string} */ title) => `${title}: not accepted`,
    approved: (/** @type {string} */ title) => `${title}: accepted`,
    penalised: 'A wrong answer of your team, or on another device.',
    opened: (/** @type {string[]} */ titles) =>
      titles.length === 1 ? `“${titles[0]}” has opened` : `${number(titles.length)} stops have opened`,
    signUnknown: 'This sign is not part of this hunt',
    signUnknownMore: 'It may belong to another hunt, or have been taken out.',
    signLocked: (/** @type {string} */ title) => `You found a sign of “${title}”`,
    missed: 'While you were away',
    healed: 'The server lost a part of its history',
    healedText: (/** @type {N} */ n, /** @type {string[]} */ missing) =>
      missing.length
        ? `Your latest finds were sent again, but ${list(missing)} could not be counted. Show this to the organizer.`
        : n
          ? `${n === 1 ? 'Your latest find was' : `Your latest ${number(n)} finds were`} sent again, and nothing of yours is missing.`
          : 'Nothing of yours is missing.',
  },
};
