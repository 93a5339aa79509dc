import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './modules.mjs';

const { eventParser } = await load('events.js');
const { emptyLog, progress, take } = await load('operation_log.js');
const { titleOf, words } = await load('words.js');

function parse(...chunks) {
  const found = [];
  const feed = eventParser((id, data) => found.push([id, data]));
  chunks.forEach(feed);
  return found;
}

test('events, comments and several lines of data', () => {
  assert.deepEqual(parse(': hello\n\nretry: 5\n\nid: 7\nevent: note\ndata: {"a":1}\n\ndata: x\ndata: y\n\n'), [['7', '{"a":1}'], ['7', 'x\ny']]);
});

test('a stream cut anywhere is the same stream', () => {
  const text = 'id: 1\r\ndata: one: two\r\n\r\n: beat\n\nid: 2\ndata:three\n\nid: 3\rdata: four\r\r\n';
  const whole = parse(text);
  assert.deepEqual(whole, [['1', 'one: two'], ['2', 'three'], ['3', 'four']]);
  for (let at = 1; at < text.length; ++at) assert.deepEqual(parse(text.slice(0, at), text.slice(at)), whole, `cut at ${at}`);
  assert.deepEqual(parse(...text), whole);
});

test('an event that has not ended is not told', () => {
  assert.deepEqual(parse('id: 1\ndata: x\n'), []);
});

const begin = { revision: 'a', message: 'm', direction: 'upgrade', number: 1, of: 2, transaction: true };
const EVENTS = [
  ['accepted', { kind: 'upgrade', target: 'heads', actor: 'marta', revisions: ['a', 'b'], digest: 'v1:x' }],
  ['waiting_for_lock', { holder: 'x' }],
  ['started', { term: 4, host: 'h' }],
  ['step_begins', begin],
  ['statement_begins', { revision: 'a', line: 8, sql: 'UPDATE t' }],
  ['statement_ends', { revision: 'a', line: 8, tag: 'UPDATE 1', rows: 1, elapsed_ms: 2, notices: [] }],
  ['statement_begins', { revision: 'a', line: 9, sql: 'ALTER TABLE t' }],
  ['retrying', { revision: 'a', line: 9, attempt: 1, pause_ms: 100, sqlstate: '55P03', message: 'lock timeout', blockers: ['process 9'] }],
  ['step_begins', begin],
  ['statement_begins', { revision: 'a', line: 8, sql: 'UPDATE t' }],
  ['statement_ends', { revision: 'a', line: 8, tag: 'UPDATE 1', rows: 1, elapsed_ms: 2, notices: [] }],
  ['statement_begins', { revision: 'a', line: 9, sql: 'ALTER TABLE t' }],
  ['statement_ends', { revision: 'a', line: 9, tag: 'ALTER TABLE', rows: 0, elapsed_ms: 3, notices: [] }],
  ['step_ends', { revision: 'a', elapsed_ms: 120 }],
  ['step_begins', { ...begin, revision: 'b', number: 2 }],
  ['statement_begins', { revision: 'b', line: 3, sql: 'SELECT 1' }],
  ['finished', { state: 'failed', applied: ['a'], rows: ['a'], error: { title: 'x' } }],
].map(([type, data], at) => ({ id: at + 1, at: `2026-11-22T10:00:${String(at).padStart(2, '0')}Z`, type, data }));

const logOf = (events) => {
  const log = emptyLog();
  events.forEach((one) => take(log, one));
  return log;
};

test('events make the log of an operation', () => {
  const log = logOf(EVENTS);
  assert.deepEqual(log.steps.map((one) => [one.revision, one.elapsed, one.statements.map((each) => [each.line, Boolean(each.done)])]),
    [['a', 120, [[8, true], [9, true]]], ['b', null, [[3, false]]]]);
  assert.deepEqual(log.remarks.map((one) => one.type), ['waiting_for_lock']);
  assert.deepEqual(log.steps[0].remarks.map((one) => [one.type, one.after]), [['retrying', 0]]);
  assert.equal(log.operation.state, 'failed');
  assert.equal(log.operation.term, 4);
  assert.deepEqual(progress(log), { done: 1, of: 2 });
});

test('the next leader counts what is left; the whole is told, and what was cut off says so', () => {
  const more = [['started', { term: 5, host: 'i' }], ['step_begins', { ...begin, revision: 'b', number: 1, of: 1 }], ['step_ends', { revision: 'b', elapsed_ms: 7 }],
    ['finished', { state: 'succeeded', applied: ['a', 'b'], rows: ['b'], error: null }]].map(([type, data], at) => ({ id: 90 + at, at: 'x', type, data }));
  const log = logOf([...EVENTS.slice(0, -1), ...more]);
  assert.deepEqual(log.steps.map((one) => [one.revision, one.number, one.of, one.ended]), [['a', 1, 2, undefined], ['b', 2, 2, 'interrupted'], ['b', 2, 2, undefined]]);
  assert.deepEqual(progress(log), { done: 2, of: 2 });
});

test('a kind without revisions to go through has no progress', () => {
  for (const kind of ['stamp', 'repair', 'drift']) {
    const log = logOf([{ id: 1, at: 'x', type: 'accepted', data: { kind, target: '', actor: 'marta', revisions: ['a'], digest: null } }]);
    assert.deepEqual(progress(log), { done: 0, of: 0 }, kind);
  }
});

test('a retry outside a transaction keeps what is done', () => {
  const events = EVENTS.map((one) => (one.type === 'step_begins' ? { ...one, data: { ...one.data, transaction: false } } : one)).slice(0, 8);
  assert.deepEqual(logOf(events).steps[0].statements.map((one) => one.line), [8]);
});

test('events that come twice, as after a lost connection, change nothing', () => {
  for (let from = 0; from < EVENTS.length; ++from) {
    assert.deepEqual(logOf([...EVENTS.slice(0, from + 3), ...EVENTS.slice(from)]), logOf(EVENTS));
  }
});

test('a type of event that is not known is kept as a remark', () => {
  assert.equal(logOf([...EVENTS.slice(0, 4), { id: 99, at: 'x', type: 'from_the_future', data: {} }]).steps[0].remarks[0].type, 'from_the_future');
});

test('every state has a shape, and two states of one tone have two shapes or two words', () => {
  const states = ['applied', 'current', 'pending', 'modified', 'ahead'];
  assert.equal(new Set(states.map((one) => words(one).shape)).size, states.length);
  assert.equal(words('up_to_date').word, 'up to date');
  assert.equal(words('never_heard_of').tone, 'off');
});

test('an operation is called by its verb once, whoever asked for it', () => {
  const cases = [[{ kind: 'upgrade', target: 'heads' }, 'upgrade to heads'], [{ kind: 'upgrade', target: 'upgrade heads' }, 'upgrade heads'],
    [{ kind: 'downgrade', target: 'downgrade -1', dry_run: true }, 'dry run: downgrade -1'], [{ kind: 'repair', target: 'repair' }, 'repair'],
    [{ kind: 'drift', target: null }, 'drift']];
  for (const [operation, title] of cases) assert.equal(titleOf(operation), title);
});
