import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './modules.mjs';

const { ago, caret, count, duration, localTime, took } = await load('format.js');

test('durations have the unit that fits', () => {
  const cases = [[-3, '0 ms'], [0, '0 ms'], [0.44, '0.4 ms'], [9.96, '10 ms'], [38.4, '38 ms'], [999.4, '999 ms'], [999.6, '1 s'], [1240, '1.24 s'], [7000, '7 s'],
    [59994, '59.99 s'], [59996, '1 min 00 s'], [185000, '3 min 05 s'], [3599600, '1 h 00 min'], [7620000, '2 h 07 min']];
  for (const [ms, words] of cases) assert.equal(duration(ms), words);
});

test('how long ago', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const cases = [['2026-11-22T12:00:09Z', '0 s ago'], ['2026-11-22T11:59:20Z', '40 s ago'], ['2026-11-22T11:55:00Z', '5 min ago'],
    ['2026-11-22T09:00:00Z', '3 h ago'], ['2026-11-10T12:00:00Z', '12 days ago']];
  for (const [iso, words] of cases) assert.equal(ago(iso, now), words);
});

test('a moment is shown where the reader is', () => {
  const zone = process.env.TZ;
  process.env.TZ = 'Asia/Kolkata';
  assert.equal(localTime('2026-11-22T10:15:07.123456+00:00'), '2026-11-22 15:45:07');
  process.env.TZ = 'America/Caracas';
  assert.equal(localTime('2026-11-22T02:15:07Z'), '2026-11-21 22:15:07');
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

test('numbers and their things', () => {
  assert.equal(count(1, 'revision'), '1 revision');
  assert.equal(count(0, 'revision'), '0 revisions');
  assert.equal(count(10000, 'revision'), '10,000 revisions');
});

test('how long an operation took, when it is over', () => {
  assert.equal(took({ started_at: '2026-11-22T10:00:00Z', finished_at: '2026-11-22T10:00:01.5Z' }), '1.5 s');
  assert.equal(took({ started_at: '2026-11-22T10:00:00Z', finished_at: null }), '');
});

test('the caret stands below its column, behind tabs and wide characters, too', () => {
  assert.equal(caret('SELECT x', 8), 'SELECT x\n       ^');
  assert.equal(caret('SELECT xyz', 8, 3), 'SELECT xyz\n       ^~~');
  assert.equal(caret('\tSELECT x', 9), '\tSELECT x\n\t       ^');
  assert.equal(caret('𝄞x', 2), '𝄞x\n ^');
});
