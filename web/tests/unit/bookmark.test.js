import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keeper, loadBookmark, loadShown, saveBookmark } from '../../js/bookmark.js';
import { lineOf } from '../../js/history.js';
import { t as de } from '../../js/lang/de.js';
import { t as en } from '../../js/lang/en.js';
import { PageStorage } from '../../js/storage.js';
import { emptyState, reduce } from '../../js/store.js';
import { codeIn } from '../../js/views/camera.js';
import { t as deWalk } from '../../js/views/lang/de.js';
import { t as enWalk } from '../../js/views/lang/en.js';
import { after, HUNT, joined, message } from './support.js';

const line = (/** @type {number} */ seq) =>
  /** @type {import('../../js/types/state.js').LogLine} */ (
    lineOf(message('notice', { seq, at: seq, text: `line ${seq}` }))
  );

test('the history survives a reload, bounded, for the player it belongs to', () => {
  const storage = new PageStorage();
  const log = Array.from({ length: 150 }, (_, i) => line(150 - i));
  saveBookmark(storage, 'p1', HUNT, { epoch: '7', seq: 150, log, look: { rank: 2, points: 30 } });
  const bookmark = loadBookmark(storage, 'p1', HUNT);
  assert.equal(bookmark?.log.length, 100);
  assert.equal(bookmark?.log[0].seq, 150);
  assert.deepEqual(bookmark?.look, { rank: 2, points: 30 });
  assert.equal(loadBookmark(storage, 'p2', HUNT), null);

  const welcomeBack = (/** @type {object} */ over) =>
    reduce(emptyState(HUNT, bookmark), {
      do: 'message',
      message: joined({ seq: 152, missed: [message('notice', { seq: 151, text: 'soup' })], ...over }),
      now: 1,
    }).hunt.log;
  assert.equal(welcomeBack({}).length, 101);
  assert.equal(welcomeBack({})[0].text, 'soup');
  assert.equal(welcomeBack({ epoch: '8', missed: [] }).length, 0);
  assert.equal(welcomeBack({ reset: true, missed: [] }).length, 0);
});

test('the device keeps what the page shows, for the same player and hunt', () => {
  const storage = new PageStorage();
  const keep = keeper(storage);
  const identity = { player: 'p1', name: 'Ada', token: 't' };
  const welcome = message('welcome', { player: 'p1', name: 'Ada' });
  const shown = { ...after([welcome, joined()]), connection: /** @type {const} */ ({ status: 'live' }) };
  keep.keep(shown, 'p1', false, 100_000);
  assert.equal(loadBookmark(storage, 'p1', HUNT)?.seq, 5);
  const again = loadShown(storage, identity, emptyState(HUNT));
  assert.equal(again.hunt.presence, 'joined');
  assert.deepEqual(again.hunt.you, shown.hunt.you);
  for (const [other, hunt] of [
    [{ ...identity, player: 'p2' }, HUNT],
    [identity, 'other'],
    [null, HUNT],
  ]) {
    const empty = emptyState(String(hunt));
    assert.equal(loadShown(storage, /** @type {typeof identity|null} */ (other), empty), empty);
  }
});

test('changes are counted from the look before, not from a blink', () => {
  const keep = keeper(new PageStorage(), { rank: 5, points: 0 });
  const state = after([joined({ you: { rank: 2, points: 120 } })]);
  keep.keep(state, 'p1', false, 0);
  keep.turn(true, 1_000);
  keep.turn(false, 2_000);
  assert.deepEqual(keep.since(), { rank: 5, points: 0 });
  keep.turn(true, 10_000);
  keep.turn(false, 16_000);
  assert.deepEqual(keep.since(), { rank: 2, points: 120 });
});

test('anything but a bookmark is ignored', () => {
  const storage = new PageStorage();
  for (const bad of ['', '{', '[]', '{"epoch":"7"}', '{"epoch":"7","seq":1,"log":{}}']) {
    storage.setItem(`veltrix:memory:p1:${HUNT}`, bad);
    assert.equal(loadBookmark(storage, 'p1', HUNT), null, bad);
  }
  storage.setItem = () => {
    throw new Error('full');
  };
  saveBookmark(storage, 'p1', HUNT, { epoch: '7', seq: 1, log: [] });
});

test('a sign holds its code alone or inside a link', () => {
  assert.equal(codeIn('OWL-7'), 'OWL-7');
  assert.equal(codeIn('https://example.org/h/signs#claim=post&code=OWL-7'), 'OWL-7');
  assert.equal(codeIn('https://example.org/h/signs'), 'https://example.org/h/signs');
});

test('both languages say everything', () => {
  /** @type {(texts: any) => any[]} */
  const shape = (texts) =>
    Object.entries(texts)
      .map(([key, value]) => [key, value && typeof value === 'object' ? shape(value) : typeof value])
      .sort();
  assert.deepEqual(shape(de), shape(en));
  assert.deepEqual(shape(deWalk), shape(enWalk));
  for (const [, text] of Object.entries(de.errors)) assert.doesNotMatch(text, /\b(Sie|Ihr|Ihnen|Ihre)\b/);
});
