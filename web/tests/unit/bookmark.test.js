import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadBookmark, saveBookmark } from '../../js/bookmark.js';
import { t as de } from '../../js/lang/de.js';
import { t as en } from '../../js/lang/en.js';
import { PageStorage } from '../../js/storage.js';
import { emptyState, lineOf, reduce } from '../../js/store.js';
import { codeIn } from '../../js/views/camera.js';
import { HUNT, joined } from './support.js';

const line = (/** @type {number} */ seq) =>
  /** @type {import('../../js/types/state.js').LogLine} */ (
    lineOf({ type: 'notice', seq, at: seq, text: `line ${seq}` })
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
      message: joined({ seq: 152, missed: [{ type: 'notice', seq: 151, at: 1, text: 'soup' }], ...over }),
      now: 1,
    }).hunt.log;
  assert.equal(welcomeBack({}).length, 101);
  assert.equal(welcomeBack({})[0].text, 'soup');
  assert.equal(welcomeBack({ epoch: '8', missed: [] }).length, 0);
  assert.equal(welcomeBack({ reset: true, missed: [] }).length, 0);
});

test('what is no bookmark is none', () => {
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

test('a sign holds the code itself or a link that brings it along', () => {
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
  for (const [, text] of Object.entries(de.errors)) assert.doesNotMatch(text, /\b(Sie|Ihr|Ihnen|Ihre)\b/);
});
