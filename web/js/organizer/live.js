/** @import { ChallengeStats } from '../types/api.js' */
/** @import { Desk } from './desk.js' */
/** @import { Panel } from './parts.js' */

import { el, keyed, setText } from '../dom.js';
import { number } from '../format.js';
import { own } from '../ids.js';
import { field } from '../views/field.js';
import { answersView } from './answers.js';
import { everyoneView } from './everyone.js';
import { form, keep, need, tell } from './parts.js';
import { announce } from './requests.js';
import { t } from './strings.js';

const KEPT = 60; // samples in the sparkline: two minutes
const SVG = 'http://www.w3.org/2000/svg';

/** @param {number} ms */
const delay = (ms) => (ms < 10 ? `${number(Math.round(ms * 10) / 10)} ms` : `${number(Math.round(ms))} ms`);

/** @param {string} label @param {Node} [more] */
function figure(label, more) {
  const value = el('b');
  const detail = el('span');
  return {
    node: el('div', { class: 'figure' }, el('dt', null, label), el('dd', null, value, more ?? detail)),
    value,
    detail,
  };
}

/** A line of the last samples. */
function sparkline() {
  const line = document.createElementNS(SVG, 'polyline');
  const node = document.createElementNS(SVG, 'svg');
  node.setAttribute('viewBox', `0 -1 ${KEPT - 1} 22`);
  node.setAttribute('preserveAspectRatio', 'none');
  node.setAttribute('class', 'spark');
  node.setAttribute('role', 'img');
  node.setAttribute('aria-label', t.live.spark);
  node.append(line);
  /** @type {number[]} */
  const samples = [];
  return {
    node,
    /** @param {number} sample */
    add(sample) {
      samples.push(sample);
      if (samples.length > KEPT) samples.shift();
      const top = Math.max(1, ...samples);
      const start = KEPT - samples.length;
      line.setAttribute('points', samples.map((s, i) => `${start + i},${20 - (20 * s) / top}`).join(' '));
    },
  };
}

/** A number and its bar. @param {string} name class */
function bar(name) {
  const text = el('span');
  const strip = el('i');
  return {
    node: el('td', { class: `bar ${name}` }, text, strip),
    /** @param {number} n @param {number} most */
    set(n, most) {
      setText(text, number(n));
      strip.style.setProperty('--share', `${n ? Math.max(2, (100 * n) / most) : 0}%`);
    },
  };
}

function challengeRow() {
  const title = el('th', { scope: 'row', dir: 'auto' });
  const found = bar('found');
  const wrong = bar('wrong');
  return {
    node: el('tr', null, title, found.node, wrong.node),
    /** most is the highest number of all. @param {ChallengeStats & {most: number}} c */
    update({ title: text, solves, wrong: missed, most }) {
      setText(title, text);
      found.set(solves, most);
      wrong.set(missed, most);
    },
  };
}

/** The numbers of now, and announcements. @param {Desk} desk @returns {Panel} */
export function liveView(desk) {
  const spark = sparkline();
  const figures = {
    sessions: figure(t.live.sessions),
    entrants: figure(t.live.entrants),
    claims: figure(t.live.claims, spark.node),
    verdict: figure(t.live.verdict),
  };
  const rows = el('tbody');
  const outcomes = el('ul', { class: 'outcomes' });
  const none = el('p', { class: 'empty' }, t.live.none);
  const node = el(
    'div',
    { class: 'live' },
    el('dl', { class: 'figures' }, ...Object.values(figures).map((f) => f.node)),
    el(
      'section',
      null,
      el('h2', { class: 'panel-title' }, t.live.challenges),
      el(
        'table',
        { class: 'bars' },
        el(
          'thead',
          null,
          el(
            'tr',
            null,
            ...[t.live.challenge, t.live.found, t.live.wrong].map((text) => el('th', { scope: 'col' }, text)),
          ),
        ),
        rows,
      ),
      el('p', { class: 'small-print' }, t.live.note),
      answersView(desk).node,
    ),
    el(
      'div',
      { class: 'aside' },
      announcement(desk),
      everyoneView(desk),
      el('section', null, el('h2', { class: 'panel-title' }, t.live.outcomes), outcomes, none),
    ),
  );
  return {
    node,
    tick(s) {
      setText(figures.sessions.value, number(s.sessions));
      setText(figures.sessions.detail, t.live.sessionsMore(s.audience));
      setText(figures.entrants.value, number(s.entrants));
      setText(figures.claims.value, number(Math.round(s.claims_per_second * 10) / 10));
      spark.add(s.claims_per_second);
      setText(figures.verdict.value, s.verdict_ms.p50 ? delay(s.verdict_ms.p50) : '–');
      setText(figures.verdict.detail, s.verdict_ms.p50 ? t.live.verdictMore(delay(s.verdict_ms.p99)) : '');
      const most = Math.max(0, ...s.challenges.flatMap((c) => [c.solves, c.wrong]));
      keyed(
        rows,
        s.challenges.map((c) => ({ ...c, most })),
        (c) => c.id,
        challengeRow,
      );
      const counts = Object.entries(s.outcomes).filter(([, n]) => n);
      none.hidden = counts.length > 0;
      keyed(
        outcomes,
        counts,
        ([name]) => name,
        ([name]) => {
          const value = el('b');
          return {
            node: el('li', null, own(t.outcome, name) ?? name, value),
            update: ([, n]) => setText(value, number(n)),
          };
        },
      );
    },
  };
}

/** @param {Desk} desk */
function announcement(desk) {
  const input = el('textarea', { rows: 3, maxlength: 500, dir: 'auto' });
  const text = field({ label: t.live.announce, hint: t.live.announceHint, input });
  const clear = keep(input, `${desk.hunt}:announce`);
  return form(t.live.announceSend, { text }, [text.node], async () => {
    const said = need(text, t.live.textMissing);
    await announce(desk.hunt, said, `${t.live.announce}: ${said}`);
    clear();
    tell(t.live.announced);
  }).node;
}
