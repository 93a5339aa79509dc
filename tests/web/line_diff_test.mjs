import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './modules.mjs';

const { merge } = await load('line_diff.js');
const marks = (first, second) => merge(first, second).map(([mark, line]) => `${{ del: '-', ins: '+' }[mark] || ' '}${line}`);

test('lines of both stay together, with what is only in one of them between', () => {
  assert.deepEqual(marks('a\nb\nc\n', 'a\nx\nc\nd\n'), [' a', '-b', '+x', ' c', '+d']);
  assert.deepEqual(marks('begin\nx\nend\nbegin\ny\nend', 'begin\ny\nend'), [' begin', '-x', '-end', '-begin', ' y', ' end']);
  assert.deepEqual(marks('a', 'a'), [' a']);
});

test('a side that is not there has no lines, and an empty line is one', () => {
  assert.deepEqual(marks(null, 'a\n\nb'), ['+a', '+', '+b']);
  assert.deepEqual(marks('a\n\nb', null), ['-a', '-', '-b']);
  assert.deepEqual(marks('a\n\nb', 'a\nb'), [' a', '-', ' b']);
  assert.deepEqual(marks(null, null), []);
});

test('the last of a list has no comma', () => {
  assert.deepEqual(marks('(\nid int\n)', '(\nid int,\nmore int\n)'), [' (', ' id int', '+more int', ' )']);
});

test('both sides come back, whatever they are', () => {
  let seed = 42;
  const random = (below) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % below; };
  const text = () => Array.from({ length: random(12) }, () => 'abcd'[random(4)]).join('\n') || null;
  for (let round = 0; round < 500; ++round) {
    const [first, second] = [text(), text()];
    const merged = merge(first, second);
    const side = (other) => merged.filter(([mark]) => mark !== other).map(([, line]) => line).join('\n') || null;
    assert.deepEqual([side('ins'), side('del')], [first, second]);
  }
});
