import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainNumber } from '../../js/format.js';
import { besides, readings } from '../../js/views/number.js';

test('numbers as people type them', () => {
  /** @type {[string, ...number[]][]} */
  const table = [
    ['42', 42],
    [' +7 ', 7],
    ['−8.4', -8.4],
    ['– 3', -3],
    ['12,5', 12.5],
    ['12.5', 12.5],
    ['.5', 0.5],
    ['0,874', 0.874],
    ['1874,500', 1874.5],
    ['1.874,5', 1874.5],
    ['1,874.5', 1874.5],
    ['1.234.567', 1234567],
    ['1,234,567.89', 1234567.89],
    ['1 874', 1874],
    ['1\u00a0874', 1874],
    ['1\u202f874 000', 1874000],
    ["1'874", 1874],
    ['1’874,25', 1874.25],
    ['1 874,500', 1874.5],
    ['1e3', 1000],
    ['1.874e3', 1874],
    ['5.', 5],
    ['\u200e42\u200b', 42],
    ['١٨٧٤', 1874],
    ['١٬٨٧٤', 1874],
    ['۱۲٫۵', 12.5],
    ['１２．５', 12.5],
    // two ways to read it
    ['1,874', 1874, 1.874],
    ['1.874', 1874, 1.874],
    ['-12.500', -12500, -12.5],
    ['1.000', 1000, 1],
    // none
    [''],
    ['x'],
    ['.'],
    ['eight'],
    ['1,2,3'],
    ['1.2.3'],
    ['1.874.5'],
    ['24.12.2026'],
    ['18 74'],
    ['1/2'],
    ['5²'],
    ['½'],
    ['12 m'],
    ['0x10'],
    ['Infinity'],
    ['--1'],
    ['1e999'],
  ];
  for (const [typed, ...want] of table) assert.deepEqual(readings(typed), want, JSON.stringify(typed));
});

test('what stands beside a number is named', () => {
  const table = [
    ['12 m', 'm'],
    ['12.5kg', 'kg'],
    ['€ 5', '€'],
    ['53.55°', '°'],
    ['1874 AD', 'AD'],
    ['1,874 m', 'm'],
    ['12', ''],
    ['eight', ''],
    ['3 or 4', ''],
    ['1/2', ''],
    ['', ''],
  ];
  for (const [typed, want] of table) assert.equal(besides(typed), want, JSON.stringify(typed));
});

test('the readings look different', () => {
  assert.deepEqual([1874, 1.874, 12.5, -12500].map(plainNumber), ['1874', '1.874', '12.5', '−12500']);
});
