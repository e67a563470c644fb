/** @import { Badge, State } from '../types.js' */
import { progress } from '../derive.js';
import { el, keyed, setText } from '../dom.js';
import { number } from '../format.js';
import { t } from '../strings.js';

/** Points, rank and progress, always in sight. */
export function standingView() {
  const points = el('span', { class: 'points-number' });
  const unit = el('span', { class: 'points-unit' });
  const rank = el('span', { class: 'standing-rank' });
  const found = el('span', { class: 'standing-found' });
  const lamps = el('span', { class: 'lamps', 'aria-hidden': 'true' });
  const node = el(
    'section',
    { class: 'standing', 'aria-label': t.standing.label, hidden: true },
    el('p', { class: 'points' }, points, ' ', unit),
    el('p', { class: 'standing-more' }, rank, found, lamps),
  );
  return {
    node,
    /** @param {State} state */
    update({ hunt }) {
      const { you } = hunt;
      node.hidden = !you;
      if (!you) return;
      const { solved, of } = progress(hunt);
      if (points.textContent && points.textContent !== number(you.points)) pulse(points);
      setText(points, number(you.points));
      setText(unit, t.standing.points(you.points));
      setText(rank, you.rank ? t.standing.rank(you.rank, hunt.entrants) : '');
      setText(found, of ? t.standing.found(solved, of) : '');
      const ids = hunt.definition?.challenges.slice(0, 24).map((c) => c.id) ?? [];
      keyed(
        lamps,
        ids,
        (id) => id,
        () => ({ node: el('i'), update() {} }),
      );
      for (const [i, lamp] of [...lamps.children].entries())
        lamp.classList.toggle('lit', Boolean(you.solved[ids[i]]));
      document.documentElement.style.setProperty('--lit', String(of ? solved / of : 0));
    },
  };
}

/** @param {Element} node */
function pulse(node) {
  node.classList.remove('pulse');
  requestAnimationFrame(() => node.classList.add('pulse'));
}

/** Badges earned and still to earn, and the team's invitation. */
export function badgesView() {
  const list = el('ul', { class: 'badges' });
  const heading = el('h3', { class: 'label' }, t.standing.badges);
  const node = el('section', { class: 'badges-box', 'aria-label': t.standing.badges }, heading, list);
  return {
    node,
    /** @param {State} state */
    update({ hunt }) {
      const badges = hunt.definition?.badges ?? [];
      const earned = hunt.you?.badges ?? {};
      node.hidden = badges.length === 0;
      const order = [...badges].sort((a, b) => Number(Boolean(earned[b.id])) - Number(Boolean(earned[a.id])));
      keyed(
        list,
        order,
        (b) => `${b.id} ${hunt.rev} ${Boolean(earned[b.id])}`,
        (b) => badgeLine(b, Boolean(earned[b.id])),
      );
    },
  };
}

/** @param {Badge} badge @param {boolean} earned */
function badgeLine(badge, earned) {
  const node = el(
    'li',
    { class: earned ? 'badge earned' : 'badge' },
    el('span', { class: 'badge-icon', 'aria-hidden': 'true' }, badge.icon || '✦'),
    el(
      'span',
      { class: 'badge-words' },
      el('span', { class: 'badge-title', dir: 'auto' }, badge.title),
      el('span', { class: 'spoken' }, `, ${earned ? t.standing.earned : t.standing.toEarn}`),
      el(
        'span',
        { class: 'badge-how', dir: 'auto' },
        (earned && badge.description) || badge.text || badge.description || '',
      ),
    ),
    badge.points ? el('span', { class: 'log-points' }, `+${number(badge.points)}`) : null,
  );
  return { node, update() {} };
}

/** In a team hunt: who we are and how others get in. */
export function teamView() {
  const name = el('bdi', { class: 'team-name' });
  const players = el('span', { class: 'team-players' });
  const code = el('output', { class: 'invite' });
  const node = el(
    'section',
    { class: 'team', 'aria-label': t.standing.team, hidden: true },
    el('h3', { class: 'label' }, t.standing.team),
    el('p', null, name, ' ', players),
    el('p', { class: 'small-print' }, t.standing.invite),
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
    },
  };
}
