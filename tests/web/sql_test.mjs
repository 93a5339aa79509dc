import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { load } from './modules.mjs';

const { lines, tokens } = await load('sql.js');
const kinds = (sql) => tokens(sql).filter((one) => one.kind !== 'space').map((one) => `${one.kind}:${one.text}`);

test('words, strings, names, numbers and comments', () => {
  assert.deepEqual(kinds(`SELECT "a""b", 'it''s', E'\\'', 1.5e3 -- end`), ['keyword:SELECT', 'name:"a"', 'name:"b"', 'other:,', "text:'it'", "text:'s'", 'other:,',
    "text:E'\\''", 'other:,', 'number:1.5e3', 'comment:-- end']);
});

test('keywords in any case, and not inside of names', () => {
  assert.deepEqual(kinds('create TABLE tables'), ['keyword:create', 'keyword:TABLE', 'word:tables']);
});

test('comments nest', () => {
  assert.deepEqual(kinds('/* a /* b */ c */ x'), ['comment:/* a /* b */ c */', 'word:x']);
});

test('the body of a function is code, and its quotes are text', () => {
  assert.deepEqual(kinds("AS $f$ SELECT '$$' $f$;"), ['keyword:AS', 'text:$f$', 'keyword:SELECT', "text:'$$'", 'text:$f$', 'other:;']);
});

test('what has no end reaches to the end', () => {
  for (const sql of ["'open", '"open', '/* open', '$$ open', "E'open\\"]) assert.equal(tokens(sql).map((one) => one.text).join(''), sql);
});

test('nothing is lost or made up, whatever the text', () => {
  const seed = Number(process.env.REVISIOND_SEED || Date.now() % 2 ** 31);
  console.log(`seed ${seed}`);
  let state = seed;
  const parts = ["'", '"', '$$', '$a$', '--', '\n', '/*', '*/', '\\', 'E', 'SELECT', ' ', 'ü', '1.', '😀', ';', ':'];
  for (let round = 0; round < 2000; ++round) {
    let sql = '';
    for (let at = 0; at < 20; ++at) {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      sql += parts[(state >> 8) % parts.length];
    }
    assert.equal(tokens(sql).map((one) => one.text).join(''), sql, `seed ${seed}, round ${round}`);
    assert.equal(lines(sql).map((line) => line.map((one) => one.text).join('')).join('\n'), sql, `seed ${seed}, round ${round}`);
  }
});

test('the sample project comes through whole', () => {
  const folder = new URL('../../migrations/', import.meta.url);
  for (const name of readdirSync(folder)) {
    const sql = readFileSync(new URL(name, folder), 'utf8');
    assert.equal(tokens(sql).map((one) => one.text).join(''), sql, name);
    assert.equal(lines(sql).length, sql.split('\n').length, name);
  }
});
