/** @import { Badge, Member } from '../types/protocol.js' */
/** @import { HuntState, State, You } from '../types/state.js' */
/** @import { Look } from '../bookmark.js' */

import { progress } from '../derive.js';
import { el, fixed, foreign, keyed, setText, spoken } from '../dom.js';
import { number, signed } from '../format.js';
import { own } from '../ids.js';
import { t as page } from '../strings.js';
import { t } from './strings.js';

const SOON = 300_000; // ms

/** Points, rank and progress. They are always in sight. */
export function standingView() {
  const points = el('span.points-number');
  const unit = el('span.points-unit');
  const rank = el('span.standing-rank');
  const found = el('span.standing-found');
  const division = el('span.standing-rank', { dir: 'auto' });
  const clock = el('span.clock', { role: 'timer', hidden: true });
  const changed = el('span');
  const change = el('span.standing-change', spoken(`${t.standing.since}: `), changed);
  const lamps = el('span.lamps', { 'aria-hidden': 'true' });
  const node = el(
    'section.standing',
    { 'aria-label': t.standing.label, hidden: true },
    el('p.points', points, ' ', unit),
    clock,
    el('p.standing-more', rank, division, change, found, lamps),
  );
  return {
    node,
    /** @param {State} state @param {number} now @param {Look} [since] the standing at the last look */
    update({ hunt }, now, since) {
      const { you } = hunt;
      node.hidden = !you;
      if (!you) return;
      const { solved, of } = progress(hunt);
      if (points.textContent && points.textContent !== number(you.points)) pulse(points);
      setText(points, number(you.points));
      setText(unit, page.unit(you.points));
      setText(rank, you.rank ? t.standing.rank(you.rank, hunt.entrants) : '');
      const place = divisionText(hunt);
      setText(division, place);
      division.hidden = !place;
      const time = clockText(hunt, now);
      setText(clock, time);
      clock.hidden = !time;
      clock.classList.toggle('soon', Boolean(you.ends && you.ends - now < SOON));
      setText(changed, changeText(you, since));
      change.hidden = !changed.textContent;
      setText(found, of ? t.standing.found(solved, of) : '');
      const ids = hunt.definition?.challenges.slice(0, 24).map((c) => c.id) ?? [];
      keyed(
        lamps,
        ids,
        (id) => id,
        () => fixed(el('i')),
      );
      for (const [i, lamp] of [...lamps.children].entries())
        lamp.classList.toggle('lit', Boolean(own(you.solved, ids[i])));
      document.documentElement.style.setProperty('--lit', String(of ? solved / of : 0));
    },
  };
}

/** 2nd in Schools, or '' @param {HuntState} hunt */
export function divisionText({ you, definition }) {
  const title = definition?.divisions?.find((d) => d.id === you?.division)?.title;
  return title ? t.standing.division(you?.division_rank ?? 0, title) : '';
}

/** What is left of one's own time, or ''. @param {HuntState} hunt @param {number} now */
export function clockText({ you, phase }, now) {
  if (!you?.ends || phase === 'closed') return '';
  if (phase === 'paused') return t.limit.stands;
  return now < you.ends ? t.limit.left(you.ends - now) : t.limit.over;
}

/** +30 points, 2 places up @param {Pick<You, 'points'|'rank'>} you @param {Look} [since] */
export function changeText(you, since) {
  if (!since) return '';
  const points = you.points - since.points;
  const places = you.rank && since.rank ? since.rank - you.rank : 0;
  return [
    points ? t.standing.change(points) : '',
    places > 0 ? `▲ ${t.standing.up(places)}` : places ? `▼ ${t.standing.down(-places)}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** @param {Element} node */
function pulse(node) {
  node.classList.remove('pulse');
  requestAnimationFrame(() => node.classList.add('pulse'));
}

/** Badges earned and still to earn, and the team's invitation. */
export function badgesView() {
  const list = el('ul.badges');
  const heading = el('h3.label');
  const node = el('section.badges-box', heading, list);
  return {
    node,
    /** @param {State} state */
    update({ hunt }) {
      const badges = hunt.definition?.badges ?? [];
      const earned = hunt.you?.badges ?? {};
      node.hidden = badges.length === 0;
      setText(heading, t.standing.badges(badges.filter((b) => own(earned, b.id)).length, badges.length));
      const order = [...badges].sort(
        (a, b) => Number(Boolean(own(earned, b.id))) - Number(Boolean(own(earned, a.id))),
      );
      keyed(
        list,
        order,
        (b) => `${b.id} ${hunt.rev} ${Boolean(own(earned, b.id))}`,
        (b) => badgeLine(b, Boolean(own(earned, b.id))),
      );
    },
  };
}

/** @param {Badge} badge @param {boolean} earned */
function badgeLine(badge, earned) {
  return fixed(
    el(
      'li',
      { class: earned ? 'badge earned' : 'badge' },
      el('span.badge-icon', { 'aria-hidden': 'true' }, badge.icon || '✦'),
      el(
        'span.badge-words',
        el('span.badge-title', { dir: 'auto' }, badge.title),
        spoken(`, ${earned ? t.standing.earned : t.standing.toEarn}`),
        el(
          'span.badge-how',
          { dir: 'auto' },
          (earned && badge.description) || badge.text || badge.description || '',
        ),
      ),
      badge.points ? el('span.log-points', signed(badge.points)) : null,
    ),
  );
}

/** In a team hunt: the team, and the invitation for others. */
export function teamView() {
  const name = el('bdi.team-name');
  const players = el('span.team-players');
  const code = el('code.invite');
  const members = el('ul.members');
  const node = el(
    'section.team',
    { 'aria-label': t.standing.team, hidden: true },
    el('h3.label', t.standing.team),
    el('p', name, ' ', players),
    members,
    el('p.small-print', t.standing.invite),
    code,
  );
  return {
    node,
    /** @param {State} state */
    update({ hunt }) {
      const team = hunt.you?.team;
      node.hidden = !team;
      if (!team) return;
      setText(name, hunt.you?.name ?? '');
      setText(players, t.standing.players(team.players));
      setText(code, team.code);
      keyed(
        members,
        (team.members ?? []).map((m, i) => ({ ...m, i })),
        ({ i, name, here }) => `${i} ${here} ${name}`,
        memberLine,
      );
    },
  };
}

/** @param {Member} member */
function memberLine({ name, here }) {
  return fixed(
    el(
      'li',
      { class: here ? 'here' : undefined },
      foreign(name),
      here ? spoken(`, ${t.standing.here}`) : null,
    ),
  );
}
