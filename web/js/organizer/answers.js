/** @import { Regranted, WrongAnswer, WrongAnswers } from '../types/api.js' */
/** @import { Desk } from './desk.js' */
import { el, fill, fixed, foreign, keyed, setText } from '../dom.js';
import { number, signed } from '../format.js';
import { own } from '../ids.js';
import { field } from '../views/field.js';
import { errorText } from './api.js';
import { button, form, keep, need, tell, trouble } from './parts.js';
import { allAnswersOf, answersOf, foreseeRegrant, regrant } from './requests.js';
import { t } from './strings.js';

const SHOWN = 12; // entrants that the dialogue names

/** The wrong answers to each challenge, and what grants one to all who gave it. @param {Desk} desk */
export function answersView(desk) {
  const rows = el('tbody');
  const none = el('p', { class: 'empty', hidden: true }, t.answers.none);
  const said = el('div', { role: 'status' });
  const one = el('div', { class: 'stack' });
  const head = [t.live.challenge, t.answers.given, t.answers.often].map((text) =>
    el('th', { scope: 'col' }, text),
  );
  const table = el('table', { class: 'answers-table' }, el('thead', null, el('tr', null, ...head)), rows);
  const node = el(
    'details',
    { class: 'everyone answers' },
    el('summary', null, t.answers.title),
    el(
      'div',
      { class: 'stack' },
      said,
      none,
      table,
      one,
      el('div', { class: 'actions' }, button(t.answers.look, look)),
    ),
  );
  node.addEventListener('toggle', () => node.open && look());
  let shown = '';

  async function look() {
    try {
      const all = (await allAnswersOf(desk.hunt)).filter((c) => c.total);
      none.hidden = all.length > 0;
      table.hidden = !all.length;
      keyed(rows, all, (c) => c.challenge, row);
      fill(said);
      if (shown) await show(shown);
    } catch (error) {
      fill(said, trouble(error, look));
    }
  }

  /** @param {WrongAnswers} c */
  function row({ challenge }) {
    const name = desk.titles.challenge.get(challenge) ?? challenge;
    const given = el('td');
    const often = el('td');
    const all = button(t.answers.all, () => show(challenge));
    all.setAttribute('aria-label', t.answers.allOf(name));
    return {
      node: el('tr', null, el('th', { scope: 'row', dir: 'auto' }, name), given, often, el('td', null, all)),
      /** @param {WrongAnswers} c */
      update(c) {
        setText(given, number(c.total));
        fill(
          often,
          ...c.answers.map((a) => el('span', { class: 'typed' }, `${number(a.count)} × `, foreign(a.text))),
        );
      },
    };
  }

  /** Shows all answers to a challenge. @param {string} challenge */
  async function show(challenge) {
    shown = challenge;
    try {
      const list = await answersOf(desk.hunt, challenge);
      if (shown !== challenge) return;
      const name = desk.titles.challenge.get(challenge) ?? challenge;
      const items = el('ul', { class: 'answers-list' });
      keyed(
        items,
        list.answers,
        (a) => a.answer,
        (a) => fixed(item(challenge, name, a)),
      );
      const more = list.different - list.answers.length;
      fill(
        one,
        el('h3', { class: 'panel-title', dir: 'auto' }, name),
        items,
        more > 0 && el('p', { class: 'small-print' }, t.answers.more(more)),
        el('p', { class: 'small-print' }, t.answers.note),
      );
    } catch (error) {
      fill(
        one,
        trouble(error, () => show(challenge)),
      );
    }
  }

  /** @param {string} challenge @param {string} name of it @param {WrongAnswer} a */
  function item(challenge, name, a) {
    const grant = button(t.answers.grant, async () => {
      if (await grantDialog(desk, challenge, name, a)) await look();
    });
    return el(
      'li',
      null,
      el('b', null, number(a.count)),
      foreign(a.text, 'typed'),
      a.right && el('span', { class: 'facts' }, t.answers.right),
      a.right && grant,
    );
  }

  return { node };
}

/**
 * Shows what granting a challenge to all who gave an answer would do, and does it.
 * @param {Desk} desk @param {string} challenge @param {string} name @param {WrongAnswer} a
 * @returns {Promise<boolean>} whether it was done
 */
async function grantDialog(desk, challenge, name, a) {
  /** @type {Regranted} */
  let would;
  try {
    would = await foreseeRegrant(desk.hunt, challenge, a.answer);
  } catch (error) {
    tell(errorText(error));
    return false;
  }
  return new Promise((resolve) => {
    const input = el('input', { type: 'text', maxlength: 500, dir: 'auto', autocomplete: 'off' });
    const reason = field({ label: t.people.reason, hint: t.people.reasonHint, input });
    const clear = keep(input, `${desk.hunt}:answers:${challenge}:${a.answer}`);
    const title = el('h2', { class: 'panel-title', id: 'ask' }, t.answers.grantTitle(name));
    const parts = [title, preview(would), reason.node];
    const sheet = form(t.answers.yes(would.granted), { reason }, parts, async () => {
      const why = need(reason, t.people.reasonMissing);
      const label = `${t.answers.grantTitle(name)} ${a.text}`;
      const { granted, left } = await grantAll(
        desk.hunt,
        { challenge, answer: a.answer, reason: why },
        label,
      );
      clear();
      tell(t.answers.done(granted, name, left));
      node.close('yes');
    });
    sheet.submit.hidden = !would.granted;
    reason.node.hidden = !would.granted;
    const cancel = button(t.cancel, () => node.close(), 'quiet');
    sheet.node.append(el('div', { class: 'actions' }, sheet.submit, cancel));
    const node = el('dialog', { class: 'ask', 'aria-labelledby': 'ask' }, sheet.node);
    node.addEventListener('close', () => {
      node.remove();
      resolve(node.returnValue === 'yes');
    });
    document.body.append(node);
    node.showModal();
    (would.granted ? input : cancel).focus();
  });
}

/**
 * Grants until nobody is left, or the server does not get on.
 * @param {string} hunt @param {{challenge: string, answer: string, reason: string}} body @param {string} label
 */
async function grantAll(hunt, body, label) {
  let sum = 0;
  for (;;) {
    const did = await regrant(hunt, body, label);
    sum += did.granted;
    if (!did.left || !did.granted) return { granted: sum, left: did.left };
  }
}

/** @param {Regranted} r */
function preview({ text, total, granted, had, entrants, refused }) {
  const lines = entrants
    .slice(0, SHOWN)
    .map((e) => el('li', null, foreign(e.name || e.entrant), ` ${signed(e.points)} → ${number(e.total)}`));
  const rest = granted - lines.length;
  return el(
    'div',
    { class: 'preview' },
    el('p', null, t.answers.who(total), ' ', foreign(text, 'typed')),
    el('p', null, t.answers.would(granted, had)),
    lines.length > 0 && el('ul', null, ...lines, rest > 0 && el('li', null, t.answers.more(rest))),
    refused.length > 0 &&
      el(
        'ul',
        { class: 'consequences' },
        ...refused
          .slice(0, SHOWN)
          .map((e) => el('li', null, foreign(e.name || e.entrant), `: ${own(t.said, e.why) ?? e.why}`)),
      ),
  );
}
