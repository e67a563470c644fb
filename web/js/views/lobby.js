/** @import { HuntSummary } from '../types/api.js' */
/** @import { Identity } from '../identity.js' */
import { el, keyed, lantern, prose, setText } from '../dom.js';
import { t } from '../strings.js';
import { phaseLine } from './head.js';

/** @typedef {{hunts: HuntSummary[]|null, failed: string}} LobbyState hunts is null before the first answer */

const ORDER = ['open', 'paused', 'draft', 'closed'];

/**
 * The list of hunts.
 * @param {{identity: Identity|null, onRetry: () => void, onForget: () => void}} o
 */
export function lobbyView(o) {
  const list = el('ul.hunts');
  const empty = el(
    'div.waiting',
    { hidden: true },
    lantern('dim big'),
    el('h2.panel-title', t.lobby.none),
    el('p', t.lobby.noneMore),
  );
  const lead = o.identity ? null : el('p.lead', t.lobby.lead);
  const loading = el('p.small-print', t.lobby.loading);
  const why = el('span');
  const retry = el('button', { type: 'button', class: 'quiet', on: { click: o.onRetry } }, t.lobby.retry);
  const failed = el('div.trouble', { role: 'alert', hidden: true }, why, ' ', retry);
  const who = o.identity ? whoView(o.identity, o.onForget) : null;
  const node = el('div.lobby', el('h1', t.lobby.title), lead, failed, loading, list, empty, who);
  return {
    node,
    /** @param {LobbyState} state @param {number} now */
    update(state, now) {
      const hunts = [...(state.hunts ?? [])].sort(byPhase);
      loading.hidden = state.hunts !== null || Boolean(state.failed);
      empty.hidden = !state.hunts || hunts.length > 0;
      failed.hidden = !state.failed;
      setText(why, state.failed ? `${t.lobby.failed} ${state.failed}` : '');
      keyed(
        list,
        hunts,
        (h) => `${h.hunt} ${h.title} ${h.description}`,
        (h) => {
          const view = huntView(h);
          return { node: view.node, update: (hunt) => view.update(hunt, now) };
        },
      );
    },
  };
}

/** @param {HuntSummary} a @param {HuntSummary} b */
function byPhase(a, b) {
  return ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase) || (a.opens ?? 0) - (b.opens ?? 0);
}

/** @param {HuntSummary} hunt */
function huntView(hunt) {
  const facts = el('p.facts');
  const phase = el('p.phase');
  const link = el('a', { href: `/h/${encodeURIComponent(hunt.hunt)}`, dir: 'auto' }, hunt.title || hunt.hunt);
  const mark = lantern('');
  const node = el(
    'li.hunt-card',
    mark,
    el('h2', link),
    phase,
    hunt.description ? prose(hunt.description.split(/\n\s*\n/)[0]) : null,
    facts,
  );
  return {
    node,
    /** @param {HuntSummary} h @param {number} now */
    update(h, now) {
      const team = h.mode === 'team';
      node.dataset.phase = h.phase;
      mark.setAttribute('class', `lantern ${h.phase === 'open' ? 'lit' : 'dim'}`);
      setText(phase, phaseLine(h.phase, h.opens ?? 0, h.closes ?? 0, now));
      const parts = [
        t.lobby.challenges(h.challenge_count),
        t.lobby.entrants(h.entrants, team),
        team ? t.lobby.teams : '',
        h.code_required ? t.lobby.needsCode : '',
      ];
      setText(facts, parts.filter(Boolean).join(' · '));
    },
  };
}

/** @param {Identity} identity @param {() => void} onForget */
function whoView(identity, onForget) {
  const start = el('button', { type: 'button', class: 'quiet' }, t.lobby.forget);
  const yes = el('button', { type: 'button', class: 'small' }, t.lobby.forgetYes);
  const no = el('button', { type: 'button', class: 'quiet' }, t.lobby.forgetNo);
  const sure = el('div.forget-sure', { hidden: true }, el('p', t.lobby.forgetSure), yes, ' ', no);
  const ask = (/** @type {boolean} */ open) => {
    sure.hidden = !open;
    start.hidden = open;
    (open ? no : start).focus();
  };
  start.addEventListener('click', () => ask(true));
  no.addEventListener('click', () => ask(false));
  yes.addEventListener('click', onForget);
  return el('footer.who-line', el('span', `${t.playingAs} `, el('bdi', identity.name)), ' ', start, sure);
}
