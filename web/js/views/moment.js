/** @import { AwardedVerdict, AwardMessage, MissedMessage, UnlockedMessage, VerdictMessage } from '../types/protocol.js' */
/** @import { Happening, HuntState } from '../types/state.js' */
import { badgeOf, isDone, titleOf } from '../derive.js';
import { el, lantern } from '../dom.js';
import { signed } from '../format.js';
import { lineOf } from '../history.js';
import { challengeOf } from '../sign.js';
import { t as page } from '../strings.js';
import { textOf } from './log.js';
import { refusalText, t } from './strings.js';
import { complaintFor, lockedText, remarkFor } from './words.js';

const STAYS = 5_500; // ms
const READS = 60; // ms more for each letter
const AT_ONCE = 3;
const STYLED = ['no', 'minor']; // kinds that look, or count, different
const SUMMARY = 3; // lines of what was missed

/**
 * A moment: what happened, in words. A minor one makes room for others. One with once is shown only the first time.
 * A find takes away what was said about its challenge before.
 * @typedef {{kind: string, title: string, text?: string, icon?: string, points?: number, once?: string, about?: string, stays?: boolean}} Moment
 */

/**
 * The moments that something makes for the player.
 * @param {HuntState} hunt the state after it @param {Happening} m @param {number} now @returns {Moment[]}
 */
export function momentsOf(hunt, m, now) {
  switch (m.type) {
    case 'joined':
      return missed(hunt, m.missed);
    case 'verdict':
      return answer(hunt, m, now);
    case 'error':
      return [
        {
          kind: 'no',
          about: m.challenge,
          title: t.moment.rejected(titleOf(hunt, m.challenge)),
          text: refusalText(m.code, m.message, m.why),
        },
      ];
    case 'award':
      return [award(hunt, m), ...badges(hunt, m.badges)];
    case 'badge':
      return badges(hunt, [m.badge]);
    case 'adjusted':
      return [
        { kind: m.points < 0 ? 'no' : 'yes', title: t.moment.adjusted, text: m.reason, points: m.points },
      ];
    case 'revoked':
      return [
        {
          kind: 'no',
          title: t.moment.revoked(
            m.challenge ? titleOf(hunt, m.challenge) : (badgeOf(hunt, m.badge)?.title ?? ''),
          ),
          text: m.reason,
          points: m.points,
        },
      ];
    case 'penalised': {
      const title = t.moment.rejected(titleOf(hunt, m.challenge));
      return [{ kind: 'no', about: m.challenge, title, text: t.moment.penalised, points: m.points }];
    }
    case 'reviewed':
      return m.approved && !m.reason ? [] : [review(hunt, m.challenge, m.approved, m.reason)];
    case 'unlocked':
      return opened(hunt, m);
    case 'finished':
      return [finish()];
    case 'started':
      return m.id ? [] : [{ kind: 'notice', title: t.limit.begun }];
    case 'extended':
    case 'renamed':
    case 'division':
    case 'skipped':
    case 'unskipped':
      return [{ kind: 'notice', title: textOf(hunt, { ...m, reason: '' }), text: m.reason }];
    case 'healed':
      return [
        {
          kind: 'notice',
          title: t.moment.healed,
          text: t.moment.healedText(
            m.sent,
            m.missing.map((id) => titleOf(hunt, id)),
          ),
          stays: true,
        },
      ];
    case 'sign':
      return [{ kind: 'no', ...signWords(hunt, m.challenge, now), stays: true }];
    case 'notice':
      return [{ kind: 'notice', title: t.moment.notice, text: m.text, stays: true }];
    case 'phase':
      // The head of the page says how it ended.
      return m.phase === 'draft' || m.phase === 'closed'
        ? []
        : [{ kind: 'notice', title: t.log.phase[m.phase] }];
    default:
      return [];
  }
}

/** @param {HuntState} hunt @param {VerdictMessage} m @param {number} now @returns {Moment[]} */
function answer(hunt, m, now) {
  if (m.outcome === 'awarded')
    return [award(hunt, m), ...badges(hunt, m.badges), ...(m.finish ? [finish()] : [])];
  const told = { ...m, received: 0 };
  const remark = remarkFor(told);
  const name = titleOf(hunt, m.challenge);
  if (remark) return [{ kind: 'near', about: m.challenge, title: name, text: remark }];
  const text = m.outcome === 'pending' ? t.verdict.pending : complaintFor(hunt, told, now);
  return [{ kind: 'no', about: m.challenge, title: t.moment.rejected(name), text }];
}

/** @returns {Moment} */
function finish() {
  return { kind: 'yes', once: 'finish', title: t.ending.done };
}

/** @param {HuntState} hunt @param {string} challenge @param {boolean} approved @param {string} [reason] @returns {Moment} */
function review(hunt, challenge, approved, reason = '') {
  const title = titleOf(hunt, challenge);
  return approved
    ? { kind: 'yes', title: t.moment.approved(title), text: reason }
    : { kind: 'no', about: challenge, title: t.moment.rejected(title), text: t.verdict.declined(reason) };
}

/** What has just opened. @param {HuntState} hunt @param {UnlockedMessage} m @returns {Moment[]} */
function opened(hunt, { challenges }) {
  const titles = challenges.filter((c) => !isDone(hunt, c.id)).map((c) => c.title);
  return titles.length ? [{ kind: 'minor', title: t.moment.opened(titles) }] : [];
}

/** What to say about a sign that cannot be followed. @param {HuntState} hunt @param {string} id of its challenge @param {number} now */
function signWords(hunt, id, now) {
  const challenge = challengeOf(hunt, id);
  return challenge
    ? { title: t.moment.signLocked(challenge.title), text: lockedText(hunt, challenge, now) }
    : { title: t.moment.signUnknown, text: t.moment.signUnknownMore };
}

/** @param {HuntState} hunt @param {AwardMessage|AwardedVerdict} m @returns {Moment} */
function award(hunt, m) {
  return {
    kind: 'yes',
    about: m.challenge,
    title: t.moment.award(titleOf(hunt, m.challenge)),
    points: m.points,
    text: m.bonus ? t.verdict.bonus(m.bonus) : '',
  };
}

/** A short summary of what was missed. @param {HuntState} hunt @param {MissedMessage[]} [messages] @returns {Moment[]} */
function missed(hunt, messages = []) {
  const lines = messages.flatMap((message) => lineOf(message) ?? []).reverse();
  if (!lines.length) return [];
  const told = lines.slice(0, SUMMARY).map((line) => textOf(hunt, line));
  if (lines.length > SUMMARY) told.push(page.more(lines.length - SUMMARY));
  return [{ kind: 'notice', title: t.moment.missed, text: told.join(' · ') }];
}

/** @param {HuntState} hunt @param {string[]} [ids] @returns {Moment[]} */
function badges(hunt, ids = []) {
  return ids.map((id) => {
    const badge = badgeOf(hunt, id);
    return {
      kind: 'badge',
      once: `badge ${id}`,
      title: badge?.title ?? id,
      text: t.moment.badgeKind,
      icon: badge?.icon || '✦',
      points: badge?.points,
    };
  });
}

/** Moments as one sentence for screen readers. @param {Moment} m */
export function spokenMoment(m) {
  return [m.title, m.points ? signed(m.points) : '', m.text].filter(Boolean).join('. ');
}

/** The cards at the edge of the page that come and go. */
export function momentsView() {
  /** @type {Set<string>} */
  const seen = new Set();
  /** The challenge that a card is about. @type {WeakMap<Element, string>} */
  const about = new WeakMap();
  const node = el('div.moments', { role: 'region', 'aria-label': t.moment.label });
  /** @param {Moment} moment */
  function show(moment) {
    const close = el('button', { type: 'button', class: 'close', 'aria-label': t.moment.dismiss }, '×');
    const card = el(
      'div',
      { class: `moment ${STYLED.includes(moment.kind) ? moment.kind : ''}` },
      moment.icon
        ? el('span.badge-icon', { 'aria-hidden': 'true' }, moment.icon)
        : lantern(moment.kind === 'no' ? 'dim' : 'lit'),
      el(
        'div.moment-words',
        el('p.moment-title', { dir: 'auto' }, moment.title),
        moment.text ? el('p.moment-text', { dir: 'auto' }, moment.text) : null,
      ),
      moment.points ? el('span.moment-points', signed(moment.points)) : null,
      close,
    );
    close.addEventListener('click', () => card.remove());
    for (const old of [...node.children]) if (moment.about && about.get(old) === moment.about) old.remove();
    if (moment.about) about.set(card, moment.about);
    node.append(card);
    while (node.childElementCount > AT_ONCE)
      (node.querySelector('.minor') ?? node.firstElementChild)?.remove();
    if (!moment.stays) fadeOut(card, STAYS + READS * (moment.text?.length ?? 0));
  }
  return {
    node,
    show,
    /** Whether this was shown before; from now on it was. @param {Moment} moment */
    isOld({ once }) {
      if (!once) return false;
      const old = seen.has(once);
      seen.add(once);
      return old;
    },
  };
}

/** Goes by itself, but not while it is being read. @param {HTMLElement} card @param {number} after ms */
function fadeOut(card, after) {
  const timer = setTimeout(function leave() {
    if (card.matches(':hover, :focus-within')) setTimeout(leave, STAYS / 2);
    else card.remove();
  }, after);
  card.addEventListener('click', () => clearTimeout(timer), { once: true });
}
