/** @import { Desk } from './desk.js' */
/** @import { Panel } from './parts.js' */
import { el, setText } from '../dom.js';
import { field, VERBATIM } from '../views/field.js';
import { errorText, storage } from './api.js';
import { button, keep, tell } from './parts.js';
import { fileOf, resultsOf } from './requests.js';
import { t } from './strings.js';

/** A link to open or to copy. @param {string} label */
function link(label) {
  const f = field({ label, input: el('input', { type: 'text', readonly: true, class: 'code' }) });
  const go = el('a', { class: 'button quiet', target: '_blank', rel: 'noopener' }, t.share.openLink);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(f.input.value);
      tell(t.share.copied);
    } catch {
      f.error(t.share.copyNot);
      f.input.select();
    }
  };
  return {
    node: el(
      'div',
      { class: 'link' },
      f.node,
      el('div', { class: 'actions' }, button(t.share.copy, copy, 'quiet'), go),
    ),
    /** @param {string} path */
    set(path) {
      f.input.value = `${location.origin}${path}`;
      go.href = path;
    },
  };
}

/** The join code that a hunt file sets, or ''. @param {string} file */
export function joinCodeIn(file) {
  return /^\s*"?join_code"?\s*:\s*["']?([^"'\s#,]+)/m.exec(file)?.[1] ?? '';
}

/** Links, the QR code and the results. @param {Desk} desk @returns {Panel} */
export function shareView(desk) {
  const page = `/h/${desk.hunt}`;
  const players = link(t.share.players);
  const display = link(t.share.display);
  display.set(`${page}/display`);
  const code = field({
    label: t.share.code,
    hint: t.share.codeHint,
    input: el('input', {
      type: 'text',
      maxlength: 64,
      ...VERBATIM,
      class: 'code',
    }),
  });
  const qr = el('img', { class: 'qr', alt: t.share.qr, width: 264, height: 264 });
  const show = () => {
    const said = encodeURIComponent(code.input.value.trim());
    players.set(page + (said && `#code=${said}`));
    // A server behind a proxy does not know by which scheme the page was fetched.
    const src = `${page}/qr.svg?scheme=${location.protocol.slice(0, -1)}${said && `&code=${said}`}`;
    if (qr.getAttribute('src') !== src) qr.src = src;
  };
  keep(code.input, `${desk.hunt}:share`);
  code.input.addEventListener('input', show);
  show();
  fileOf(desk.hunt).then(
    (file) => {
      const found = joinCodeIn(file);
      if (!found || code.input.value || storage.getItem(`veltrix:desk:typed:${desk.hunt}:share`) !== null)
        return;
      code.input.value = found;
      show();
    },
    () => {}, // without the file the organizer types the code
  );

  const failed = el('p', { class: 'field-error', role: 'alert', hidden: true });
  const csv = async () => {
    failed.hidden = true;
    try {
      const blob = await resultsOf(desk.hunt);
      const href = URL.createObjectURL(blob);
      el('a', { href, download: `${desk.hunt}-results.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
    } catch (error) {
      setText(failed, errorText(error));
      failed.hidden = false;
    }
  };
  const node = el(
    'div',
    { class: 'share' },
    el(
      'section',
      { class: 'for-players' },
      qr,
      el(
        'div',
        { class: 'stack' },
        players.node,
        el('p', { class: 'small-print' }, t.share.playersHint),
        code.node,
      ),
    ),
    el('section', { class: 'stack' }, display.node, el('p', { class: 'small-print' }, t.share.displayHint)),
    el(
      'section',
      { class: 'stack' },
      el('h2', { class: 'panel-title' }, t.share.results),
      el('p', { class: 'small-print' }, t.share.resultsHint),
      failed,
      el('div', { class: 'actions' }, button(t.share.csv, csv, '')),
    ),
  );
  return { node };
}
