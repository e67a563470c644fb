/** @import { ApplyAnswer, Consequence, Finding, Plan } from '../types/api.js' */
/** @import { Panel } from './parts.js' */

import { ApiError } from '../api.js';
import { el, fill, setText } from '../dom.js';
import { errorOn, VERBATIM } from '../views/field.js';
import { DeskError, errorText, storage } from './api.js';
import { ask, button, later, tell, trouble } from './parts.js';
import { applyFile, fileOf, huntOf, lint as lintFile } from './requests.js';
import { t } from './strings.js';

const MOST = 1 << 20; // bytes of a hunt file
const LINE = 1.5; // em, as in the style sheet

/** The hunt that a file names, or ''. @param {string} file */
export function huntIn(file) {
  return /^\s*["{]*\s*"?hunt"?\s*:\s*["']?([a-z0-9-]{1,64})/m.exec(file)?.[1] ?? '';
}

/** The result of a check in a line. @param {Finding[]} findings @param {number} maxScore */
export function summaryOf(findings, maxScore) {
  const errors = findings.filter((f) => f.severity === 'error').length;
  const warnings = findings.filter((f) => f.severity === 'warning').length;
  const sum = errors + warnings ? `${t.file.counts(errors, warnings)}.` : t.file.clean;
  return errors ? sum : `${sum} ${t.file.max(maxScore)}`;
}

/** What a change does at once, in the language of the page. @param {Consequence} c */
export function consequenceText({ kind, text, entrants, challenge, badge }) {
  return t.file.consequence[kind]?.(entrants, challenge ?? badge ?? '') ?? text;
}

/**
 * Writes and applies a hunt file: findings at their lines, a plan first.
 * @param {string} hunt '' for a new one @param {(hunt: string) => void} applied
 * @returns {Panel}
 */
export function editor(hunt, applied) {
  const key = `veltrix:desk:file:${hunt}`;
  const text = el('textarea', {
    id: 'file',
    class: 'editor-text',
    ...VERBATIM,
    wrap: 'off',
    'aria-describedby': 'file-state',
  });
  const numbers = el('pre');
  const bands = el('div');
  const back = el('div', { class: 'editor-back', 'aria-hidden': 'true' }, bands, numbers);
  const state = el('p', { class: 'small-print', id: 'file-state', role: 'status' });
  const verdict = el('p', { class: 'lint', role: 'status' });
  const list = el('ol', { class: 'findings' });
  const english = t.file.english && el('p', { class: 'small-print' }, t.file.english);
  const failed = el('p', { class: 'field-error', id: 'file-error', role: 'alert', hidden: true });
  const complain = errorOn(failed, [text], 'file-state');
  const plan = el('section', { class: 'plan sheet', hidden: true, tabindex: -1 });
  const upload = el('input', {
    type: 'file',
    accept: '.yaml,.yml,.json',
    class: 'spoken',
    id: 'file-upload',
    on: { change: pick },
  });
  const discard = button(t.file.discard, drop);
  const planButton = button(t.file.plan, showPlan, '');
  const node = el(
    'div',
    { class: 'editor' },
    el(
      'div',
      { class: 'editor-main' },
      el(
        'div',
        { class: 'title-line' },
        el('label', { for: 'file' }, t.file.label),
        upload,
        el('label', { for: 'file-upload', class: 'button quiet small' }, t.file.upload),
      ),
      el('div', { class: 'editor-pane' }, back, text),
      state,
      failed,
      el('div', { class: 'actions' }, planButton, discard),
    ),
    el(
      'div',
      { class: 'aside' },
      plan,
      el('section', null, el('h2', { class: 'panel-title' }, t.file.findings), verdict, list, english),
    ),
  );

  /** The file in force when the draft began, and its revision. */
  let base = { text: hunt ? '' : t.file.template, rev: 0 };
  let round = 0;
  /** What the plan that is shown says. @type {ApplyAnswer|null} */
  let planned = null;

  const check = later(lint, 350);
  text.addEventListener('input', changed);
  text.addEventListener('scroll', () => back.style.setProperty('--top', `${-text.scrollTop}px`));
  text.addEventListener('keydown', indent);
  text.addEventListener('dragover', (event) => event.preventDefault());
  text.addEventListener('drop', (event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault();
    read(file);
  });

  function changed() {
    if (text.value === base.text) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify({ text: text.value, base }));
    plan.hidden = true;
    complain('');
    draw();
    verdict.setAttribute('aria-busy', 'true'); // until there is something to say
    setText(verdict, t.file.checking);
    check();
  }

  function draw() {
    const count = text.value.split('\n').length;
    setText(numbers, Array.from({ length: count }, (_, i) => i + 1).join('\n'));
    const draft = text.value !== base.text;
    setText(state, draft ? t.file.draft : hunt ? t.file.inForce : '');
    discard.hidden = !draft;
  }

  /** A new line begins as deep as the last one. @param {KeyboardEvent} event */
  function indent(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    const before = text.value.slice(0, text.selectionStart);
    const depth = /[^\n]*$/.exec(before)?.[0].match(/^ */)?.[0] ?? '';
    // The only way to insert text that undo knows.
    if (depth && document.execCommand('insertText', false, `\n${depth}`)) event.preventDefault();
  }

  /** @param {Event} event */
  function pick(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.files?.[0]) read(input.files[0]);
    input.value = '';
  }

  /** @param {File} file */
  async function read(file) {
    if (file.size > MOST) return complain(t.file.tooLarge);
    text.value = (await file.text()).replace(/\r\n?/g, '\n');
    changed();
  }

  async function lint() {
    const mine = ++round;
    if (!text.value.trim()) {
      conclude(t.file.empty);
      return find([]);
    }
    try {
      const { findings, max_score } = await lintFile(text.value);
      if (mine !== round) return;
      find(findings);
      conclude(summaryOf(findings, max_score));
    } catch (error) {
      const answered = error instanceof ApiError && error.status > 0;
      if (mine === round) conclude(answered ? errorText(error) : t.file.noCheck);
    }
  }

  /** @param {string} text */
  function conclude(text) {
    verdict.removeAttribute('aria-busy');
    setText(verdict, text);
  }

  /** @param {Finding[]} findings */
  function find(findings) {
    fill(
      bands,
      ...findings.map((f) => {
        const band = el('i', { class: f.severity });
        band.style.setProperty('--line', `${(Math.max(1, f.line) - 1) * LINE}em`);
        return band;
      }),
    );
    fill(
      list,
      ...findings.map((f) =>
        el(
          'li',
          { class: f.severity },
          button(`${t.file.line(f.line)} · ${t.file[f.severity]}`, () => visit(f), 'plain'),
          el('p', { dir: 'auto' }, f.message),
          f.remedy && el('p', { class: 'small-print', dir: 'auto' }, f.remedy),
        ),
      ),
    );
  }

  /** Puts the caret where a finding is. @param {Finding} f */
  function visit(f) {
    const lines = text.value.split('\n');
    const start = lines.slice(0, f.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
    text.focus();
    text.setSelectionRange(start + f.column - 1, start + (lines[f.line - 1] ?? '').length);
    const height = Number.parseFloat(getComputedStyle(text).lineHeight);
    text.scrollTop = Math.max(0, (f.line - 1) * height - text.clientHeight / 3);
    text.scrollLeft = 0;
  }

  /** @param {{dry?: boolean, rev?: number, confirmed?: boolean}} how @returns {Promise<ApplyAnswer|null>} */
  async function put(how) {
    const id = hunt || huntIn(text.value);
    if (!text.value.trim()) {
      complain(t.file.empty);
      text.focus();
      return null;
    }
    if (!id) {
      await lint(); // says what is wrong with the id, and with the rest
      complain(t.file.noId);
      return null;
    }
    complain('');
    planButton.disabled = true;
    try {
      return await applyFile(id, text.value, how);
    } catch (error) {
      if (error instanceof DeskError && error.plan) {
        planButton.disabled = false;
        return (await agreed(error.plan)) ? put({ ...how, confirmed: true }) : null;
      }
      if (error instanceof DeskError && error.findings.length) {
        round++;
        find(error.findings);
        conclude(summaryOf(error.findings, 0));
        visit(error.findings.find((f) => f.severity === 'error') ?? error.findings[0]);
      }
      complain(errorText(error));
      return null;
    } finally {
      planButton.disabled = false;
    }
  }

  /** Names what happens at once, and asks. @param {Plan} plan */
  const agreed = (plan) =>
    ask(t.file.confirmTitle, plan.consequences.map((c) => consequenceText(c)).join(' '), t.file.confirmYes);

  async function showPlan() {
    const said = await put({ dry: true });
    if (!said) return;
    const { consequences } = said.plan;
    planned = said;
    const moved = base.rev > 0 && !said.replay && said.rev !== base.rev + 1;
    fill(
      plan,
      el('h2', { class: 'panel-title' }, t.file.planTitle),
      moved && el('p', { class: 'field-error' }, t.file.moved),
      consequences.length > 0 &&
        el(
          'ul',
          { class: 'consequences' },
          ...consequences.map((c) => el('li', { dir: 'auto' }, consequenceText(c))),
        ),
      said.replay
        ? el('p', null, t.file.nothing)
        : el('ul', { class: 'plan-lines' }, ...said.plan.text.map((line) => el('li', { dir: 'auto' }, line))),
      el(
        'div',
        { class: 'actions' },
        !said.replay && button(t.file.apply(said.rev), apply, ''),
        button(
          t.file.back,
          () => {
            plan.hidden = true;
            text.focus();
          },
          'quiet',
        ),
      ),
    );
    plan.hidden = false;
    plan.focus();
    plan.scrollIntoView({ block: 'nearest' });
  }

  async function apply() {
    if (!planned) return;
    const { plan: what, rev } = planned;
    if (what.confirm && !(await agreed(what))) return;
    const said = await put({ rev: rev - 1, confirmed: what.confirm });
    if (!said) return;
    base = { text: text.value, rev: said.rev };
    storage.removeItem(key);
    plan.hidden = true;
    draw();
    tell(t.file.applied(said.rev));
    applied(hunt || huntIn(text.value));
  }

  async function drop() {
    if (!(await ask(`${t.file.discard}?`, t.file.discardSure, t.file.discard))) return;
    storage.removeItem(key);
    await begin();
  }

  async function begin() {
    try {
      const kept = JSON.parse(storage.getItem(key) ?? 'null');
      if (kept) base = kept.base;
      else if (hunt) {
        base = { text: await fileOf(hunt), rev: (await huntOf(hunt)).rev };
      }
      text.value = kept?.text ?? base.text;
      complain('');
      draw();
      lint();
    } catch (error) {
      fill(list, trouble(error, begin));
    }
  }

  begin();
  return { node };
}
