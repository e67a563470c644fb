/** @import { Desk } from './desk.js' */
import { el, fill } from '../dom.js';
import { field } from '../views/field.js';
import { minutesField, readMinutes } from './kinds.js';
import { form, keep, need, Refusal, tell } from './parts.js';
import { forAll } from './requests.js';
import { t } from './strings.js';

/** More time for all, and stops that all may skip. @param {Desk} desk */
export function everyoneView(desk) {
  return el(
    'details',
    { class: 'everyone' },
    el('summary', null, t.everyone.title),
    el('div', { class: 'stack' }, moreTime(desk), skips(desk)),
  );
}

/** @param {string} key */
function reasonField(key) {
  const input = el('input', { type: 'text', maxlength: 500, dir: 'auto', autocomplete: 'off' });
  const reason = field({ label: t.people.reason, hint: t.everyone.reasonHint, input });
  return { reason, clear: keep(input, key) };
}

/** @param {Desk} desk */
function moreTime(desk) {
  const key = `${desk.hunt}:all:time`;
  const { minutes, clear } = minutesField(key);
  const { reason, clear: clearReason } = reasonField(`${key}:reason`);
  const title = el('h3', { class: 'panel-title' }, t.everyone.time);
  return form(t.everyone.timeSend, { minutes, reason }, [title, minutes.node, reason.node], async () => {
    const n = readMinutes(minutes);
    const body = { minutes: n, reason: need(reason, t.people.reasonMissing) };
    await forAll(desk.hunt, 'extensions', body, `${t.everyone.time}: ${t.people.minutes(n)}`);
    clear();
    clearReason();
    tell(t.everyone.timeDone(n));
  }).node;
}

/** @param {Desk} desk */
function skips(desk) {
  const key = `${desk.hunt}:all:skip`;
  const select = el('select');
  const stop = field({ label: t.people.stop, input: select });
  const { reason, clear } = reasonField(`${key}:reason`);
  const lift = el('input', { type: 'checkbox' });
  const back = el('label', { class: 'option' }, lift, el('span', null, t.everyone.unskip));
  const title = el('h3', { class: 'panel-title' }, t.everyone.skip);
  const parts = [title, stop.node, back, reason.node];
  const sheet = form(t.everyone.skipSend, { challenge: stop, reason }, parts, async () => {
    const challenge = select.value;
    if (!challenge) throw new Refusal(stop, t.people.whatMissing);
    const why = need(reason, t.people.reasonMissing);
    const body = { challenge, reason: why, ...(lift.checked ? { lift: true } : {}) };
    const name = select.selectedOptions[0].text;
    const label = `${lift.checked ? t.everyone.unskip : t.everyone.skip}: ${name}`;
    await forAll(desk.hunt, 'skips', body, label);
    clear();
    tell(lift.checked ? t.everyone.unskipped(name) : t.everyone.skipped(name));
    lift.checked = false;
  });
  select.addEventListener('focus', () => {
    if (select.length > 1) return;
    offer();
  });
  function offer() {
    const challenges = desk.stats?.challenges ?? [];
    fill(
      select,
      el('option', { value: '' }, '…'),
      ...challenges.map((c) => el('option', { value: c.id, dir: 'auto' }, c.title)),
    );
  }
  offer();
  return sheet.node;
}
