/** @import { Row } from '../types/protocol.js' */
/** @import { HuntState } from '../types/state.js' */
/** @import { Reveal } from './reveal.js' */
import { el, foreign, lantern, setText } from '../dom.js';
import { number, span } from '../format.js';
import { t } from './strings.js';

// What the screen shows besides the board: the way in, the time before the start, the reveal, the podium.

/** Where to go, and the same as a QR code. @param {string} hunt @param {string} code to join with, or '' */
export function joinView(hunt, code) {
  const query = new URLSearchParams({ scheme: location.protocol.slice(0, -1), ...(code ? { code } : {}) });
  const image = el('img', {
    class: 'qr',
    alt: t.qr,
    width: 300,
    height: 300,
    hidden: true,
    on: {
      load: () => {
        image.hidden = false;
      },
    },
  });
  const words = el(
    'div',
    { class: 'join-words' },
    el('p', { class: 'join-label' }, t.join),
    // The address breaks only where it may, so that people can copy it by hand.
    el('p', { class: 'join-address', dir: 'ltr' }, location.host, el('wbr'), `/h/${hunt}`),
    code && el('p', { class: 'join-code' }, `${t.joinCode} `, el('b', null, code)),
  );
  return {
    node: el('section', { class: 'join', 'aria-label': t.join }, image, words),
    /** Fetches the QR code: the hunt exists by now. Until it comes, the address can be read. */
    show() {
      if (image.hidden) image.src = `/h/${hunt}/qr.svg?${query}`;
    },
  };
}

/** Before the hunt opens: the countdown is the picture. */
export function heroView() {
  const label = el('p', { class: 'hero-label' });
  const value = el('p', { class: 'hero-value' });
  const here = el('p', { class: 'hero-here' });
  const node = el('section', { class: 'hero' }, lantern('lit hero-lantern'), label, value, here);
  return {
    node,
    /** @param {HuntState} hunt @param {number} now the server's clock */
    update(hunt, now) {
      const left = hunt.opens - now;
      const counting = hunt.opens > 0 && left > -5000;
      setText(label, counting ? t.opensIn : t.opensSoon);
      setText(value, counting ? span(left) : '');
      setText(here, hunt.entrants ? t.here(hunt.entrants) : '');
      node.classList.toggle('last', counting && left < 60_000);
    },
  };
}

const LONG = 18; // letters; a longer name is written smaller

/** @param {HTMLElement} node @param {string} name */
function write(node, name) {
  setText(node, name);
  if ([...name].length > LONG) node.dataset.long = '';
  else delete node.dataset.long;
}

/** The place that is called now. */
export function callView() {
  const place = el('p', { class: 'call-place' });
  const name = foreign('', 'call-name');
  const points = el('p', { class: 'call-points' });
  const moved = el('p', { class: 'call-moved' });
  const node = el(
    'section',
    { class: 'call', role: 'status', 'aria-label': t.reveal },
    lantern('call-lantern'),
    place,
    el('p', null, name),
    points,
    moved,
  );
  return {
    node,
    /** @param {NonNullable<Reveal['now']>} now */
    update({ call: { row, moved: up }, named }) {
      setText(place, row.rank === 1 ? t.winner : t.place(row.rank));
      write(name, named ? row.name : '');
      setText(points, named ? t.points(row.points) : '');
      setText(moved, named && up !== undefined ? t.moved(up) : '');
      node.dataset.rank = row.rank <= 3 ? String(row.rank) : '';
      node.classList.toggle('named', named);
      node.firstElementChild?.classList.toggle('lit', named);
    },
  };
}

/** The first three, and the lanterns that rise for them. */
export function podiumView() {
  const steps = [1, 2, 3].map((rank) => {
    const name = foreign('', 'step-name');
    const points = el('p', { class: 'step-points' });
    const node = el(
      'li',
      { class: 'step' },
      lantern('lit'),
      el('p', { class: 'step-who' }, name),
      points,
      el('div', { class: 'step-block' }, String(rank)),
    );
    node.dataset.rank = String(rank);
    return { node, name, points };
  });
  const sky = el('div', { class: 'sky', 'aria-hidden': 'true' });
  for (let i = 0; i < 12; i++) {
    const far = lantern('lit');
    far.style.setProperty('--x', String(3 + 8.5 * i));
    far.style.setProperty('--near', String(0.5 + ((i * 7) % 5) / 8));
    sky.append(far);
  }
  const node = el(
    'section',
    { class: 'podium', 'aria-label': t.podium },
    el('ol', { class: 'steps', role: 'list' }, ...steps.map((step) => step.node)),
  );
  return {
    node,
    sky,
    /** @param {Row[]} rows */
    update(rows) {
      steps.forEach((step, i) => {
        step.node.classList.toggle('empty', !rows[i]);
        write(step.name, rows[i]?.name ?? '');
        setText(step.points, rows[i] ? number(rows[i].points) : '');
      });
    },
  };
}
