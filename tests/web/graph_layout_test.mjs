import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './modules.mjs';

const { layout } = await load('graph_layout.js');
const row = (revision, down_revisions = [], dependencies = []) => ({ revision, down_revisions, dependencies });

// A line's way as a reader sees it: from the child's row to the row of the point that it ends at.
function ends(rows, plan) {
  const found = [];
  for (const turn of plan.lines.filter((one) => one.turn)) {
    const rest = plan.lines.find((one) => !one.turn && one.kind === turn.kind && one.from === turn.to && one.top <= turn.bottom && one.bottom >= turn.bottom);
    found.push([rows[turn.source].revision, rows[rest.bottom].revision, turn.kind]);
  }
  for (const line of plan.lines.filter((one) => !one.turn && one.kind === 'parent' && one.top === one.source)) {
    found.push([rows[line.source].revision, rows[line.bottom].revision, line.kind]);
  }
  return found.sort();
}

const edges = (rows) => {
  const known = new Set(rows.map((one) => one.revision));
  return rows.flatMap((one) => [...one.down_revisions.map((to) => [one.revision, to, 'parent']), ...one.dependencies.map((to) => [one.revision, to, 'dependency'])])
    .filter(([, to]) => known.has(to)).sort();
};

test('a line of revisions is one lane', () => {
  const plan = layout([row('c', ['b']), row('b', ['a']), row('a')]);
  assert.deepEqual(plan.lane, [0, 0, 0]);
  assert.equal(plan.lanes, 1);
  assert.equal(plan.lines.length, 2);
});

test('a branch and its merge take two lanes and give the second back', () => {
  const rows = [row('m', ['x', 'y']), row('x', ['a']), row('y', ['a']), row('a', ['r']), row('r')];
  const plan = layout(rows);
  assert.deepEqual(plan.lane, [0, 0, 1, 0, 0]);
  assert.equal(plan.lanes, 2);
  assert.deepEqual(ends(rows, plan), edges(rows));
});

test('a dependency has a lane of its own and ends beside its point', () => {
  const rows = [row('c', ['b'], ['a']), row('b', ['a']), row('a')];
  const plan = layout(rows);
  const line = plan.lines.find((one) => one.kind === 'dependency' && !one.turn);
  assert.equal(line.bottom, 2);
  assert.equal(line.to, plan.lane[2]);
  assert.notEqual(line.from, plan.lane[2]);
  assert.deepEqual(ends(rows, plan), edges(rows));
});

test('many children of one parent share its lane', () => {
  const rows = [...Array.from({ length: 50 }, (_, at) => row(`c${at}`, ['p'])), row('p')];
  assert.equal(layout(rows).lanes, 2);
});

test('a parent that is not shown leaves no line', () => {
  const plan = layout([row('b', ['gone']), row('a')]);
  assert.equal(plan.lines.length, 0);
  assert.deepEqual(plan.lane, [0, 0]);
});

test('every edge of a random graph is drawn once, to the right point', () => {
  const seed = Number(process.env.REVISIOND_SEED || Date.now() % 2 ** 31);
  console.log(`seed ${seed}`);
  let state = seed;
  const random = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  for (let round = 0; round < 200; ++round) {
    const number = 1 + random(40);
    const rows = Array.from({ length: number }, (_, at) => {
      const older = Array.from({ length: number - at - 1 }, (__, step) => `r${at + 1 + step}`);
      const some = (most) => [...new Set(Array.from({ length: random(most + 1) }, () => older[random(Math.max(1, Math.min(older.length, 12)))]).filter(Boolean))];
      const parents = some(2);
      return row(`r${at}`, parents, some(1).filter((one) => !parents.includes(one)));
    });
    const plan = layout(rows);
    assert.deepEqual(ends(rows, plan), edges(rows), `seed ${seed}, round ${round}`);
    for (const [at, one] of plan.lines.entries()) {  // two lines never share a stretch of a lane
      for (const other of plan.lines.slice(at + 1)) {
        if (one.turn || other.turn || one.from !== other.from) continue;
        assert.ok(one.bottom <= other.top || other.bottom <= one.top, `seed ${seed}, round ${round}: lane ${one.from} twice`);
      }
    }
  }
});

test('ten thousand revisions make as many lines as edges, and few lanes', () => {
  const rows = Array.from({ length: 10000 }, (_, at) => row(`r${at}`, at < 9999 ? [`r${at + 1}`] : []));
  const plan = layout(rows);
  assert.equal(plan.lines.length, 9999);
  assert.equal(plan.lanes, 1);
  assert.equal(layout(Array.from({ length: 10000 }, (_, at) => row(`r${at}`))).lanes, 1);
});
