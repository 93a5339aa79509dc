// The dashboard on a real daemon and a real PostgreSQL: one story, from an empty database to a
// modified file. REVISIOND_BINARY is the revisiond to test.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { axe, openBrowser } from './browser.mjs';

const INDEX = 'c25d93e0a8b6';
const HEAD = 'd08b3f61c7e5';
let browser;
let page;
let daemon;
let lines;
let site;

before(async () => {
  daemon = spawn('/usr/bin/python3', [fileURLToPath(new URL('serve_sample.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
  lines = createInterface({ input: daemon.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  assert.ok(value, 'the daemon did not start');
  site = JSON.parse(value);
  browser = await openBrowser();
  page = await browser.page();
  await page.goto(`${site.url}#token=${site.token}`);
  await page.waitForSelector('main table');
});
after(async () => {
  await browser?.close();
  daemon?.stdin.end();
});

async function sql(text) {
  daemon.stdin.write(`${text}\n`);
  await lines.next();
}

const sees = (words, selector = 'main') => page.waitForFunction(([where, what]) => document.querySelector(where)?.innerText.includes(what), [selector, words]);
const text = (selector = 'main') => page.innerText(selector);
const go = (hash) => page.evaluate((to) => { location.hash = to; }, hash);
// A revision above another, until the test ends, or for good.
function write(t, id, down, statement) {
  const path = join(site.migrations, `${id}_x.sql`);
  writeFileSync(path, `-- revision = "${id}"\n-- down_revision = "${down}"\n-- message = "${id}"\n\n-- [upgrade]\n${statement}\n\n-- [downgrade]\n`);
  t?.after(() => rmSync(path));
}

async function sound(name) {
  assert.deepEqual(await axe(page), [], name);
  const shots = process.env.REVISIOND_SCREENSHOTS;
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `daemon-${name}.png`), fullPage: true });
}

async function apply(path = '#/main/plan') {
  await go('#/');
  await sees('Databases');
  await go(path);
  await page.waitForSelector('.sticky');
  for (const box of await page.locator('[type=checkbox]').all()) await box.check();
  await page.locator('.sticky .strong').click();
  await page.fill('dialog input', 'main');
  await page.locator('dialog .strong').click();
}

test('the overview and the graph of an empty database', async () => {
  await sees('10 revisions');
  assert.match(await text(), /main\s+production\s+empty/);
  await sound('overview');
  await page.click('text=main');
  await page.waitForSelector('.graph tr');
  assert.equal(await page.locator('.graph tr').count(), 10);
  assert.match(await text('.graph'), /search/);
  await sound('revisions');
  await page.click(`a[href$="${INDEX}"]`);
  await sees('CREATE INDEX CONCURRENTLY');
  assert.match(await text(), /outside transactions/);
  await sound('revision');
});

test('a plan is applied, followed to its end and found in the history', async () => {
  await go('#/main/plan');
  await sees('Apply 10 revisions on main');
  await sound('plan');
  await apply();
  await sees('succeeded');
  assert.match(await text(), /10 of 10/);
  await page.locator('.step').nth(9).waitFor();
  await sees('up to date', '[data-where]');
  await sound('operation');
  await page.reload();
  await sees('10 of 10');
  assert.ok(await page.locator('.statement').count() > 10);
  await go('#/main/history');
  await sees(INDEX);
  assert.equal(await page.locator('table').last().locator('tbody tr').count(), 10);
  assert.match(await text(), /marta/);
  await sound('history');
});

test('what somebody has changed by hand is found, and shown beside what the revisions make', async () => {
  const commit = async (statements) => {
    await sql(`${statements}; COMMIT`);
    await sql('');
  };
  await commit('CREATE TABLE by_hand (id bigint); ALTER TABLE users ADD COLUMN hotfix text');
  await go('#/main/drift');
  await sees('It has not been compared yet.');
  await page.click('text=Compare now');
  await sees('compares them');
  await sees('2 differences');
  assert.doesNotMatch(await text(), /Plan it again|0 of 0|rolled back/);
  await sound('drift-operation');
  await page.click('main a:text("Drift")');
  await sees('public.by_hand');
  const found = (await page.locator('.step > summary').allInnerTexts()).map((one) => one.replace(/\s+/g, ' ').trim());
  assert.deepEqual(found, ['extra table public.by_hand', 'changed table public.users']);
  assert.match(await text('.step:nth-of-type(2) ins'), /hotfix text/);
  await sound('drift');
  await commit('DROP TABLE by_hand; ALTER TABLE users DROP COLUMN hotfix');
});

test('a revision that fails: where, with a caret, in the operation and in the history', async (t) => {
  write(t, 'fa11ed000001', HEAD, "INSERT INTO users (email, password)\nVALUES ('a', nonsense);");
  await go('#/main/revisions');
  await sees('fa11ed000001');
  await apply();
  await sees('failed');
  await sees("VALUES ('a', nonsense);\n             ^");
  assert.match(await text(), /fa11ed000001_x\.sql:7:14/);
  assert.match(await page.locator('.statement').last().innerText(), /failed/);
  await sound('failed');
  await go('#/main/history');
  await sees('fa11ed000001_x.sql:7:14');
  assert.match(await text('.error'), /\n +VALUES \('a', nonsense\);\n +\^/);
  await sound('failed-history');
});

test('a lock that is held: who blocks, through a reload and a lost connection', async () => {
  write(null, '10c4ed000001', HEAD, 'ALTER TABLE posts ADD COLUMN pinned boolean;');
  await sql('LOCK TABLE posts IN ACCESS SHARE MODE');
  await go('#/main/revisions');
  await sees('10c4ed000001');
  await apply();
  await sees(' failed at line 6: canceling statement due to lock timeout');
  await sees('blocked by');
  await sound('blocked');
  await page.reload();
  await sees(' failed at line 6: canceling statement due to lock timeout');
  await page.context().setOffline(true);
  await sees('Connection lost, trying again', '[data-live]');
  await sql('');
  await page.context().setOffline(false);
  await sees('succeeded');
  assert.match(await text(), /Attempt \d+ failed[^]*ALTER TABLE posts ADD COLUMN pinned boolean/);
});

test('a stamp moves the version table, and is told as what it is', async () => {
  const stamp = async (target) => {
    await go(`#/main/plan?direction=stamp&target=${target}`);
    await page.click('main .strong');
    await page.fill('dialog input', 'main');
    await page.locator('dialog .strong').click();
    await sees(`to ${target}`);
    await sees('succeeded');
    await sees(`at ${target}`);
  };
  await stamp(HEAD);
  await sound('stamp');
  await stamp('10c4ed000001');
});

test('an operation is cancelled', async (t) => {
  write(t, 'ca9ce1000001', '10c4ed000001', 'SELECT pg_sleep(600);');
  await go('#/main/revisions');
  await sees('ca9ce1000001');
  await apply();
  await sees('SELECT pg_sleep(600)');
  await page.click('main >> text=Cancel');
  await sees('cancelled');
  await sound('cancelled');
});

test('broken files are told with line and caret until they are mended', async (t) => {
  await go('#/');
  const path = join(site.migrations, 'broken.sql');
  t.after(() => rmSync(path, { force: true }));
  writeFileSync(path, '-- revision = "b0"\n-- down_revison = "x"\n\n-- [upgrade]\nSELECT 1;\n');
  await sees('main has broken files');
  await sees('broken.sql:2');
  await sees('-- down_revison = "x"\n   ^');
  await sound('broken');
  rmSync(path);
  await page.waitForFunction(() => !document.querySelector('main').innerText.includes('broken files'));
});

test('a downgrade is confirmed; a modified file stops everything', async () => {
  await apply('#/main/plan?direction=downgrade&target=-1');
  await sees('succeeded');
  const path = join(site.migrations, '5d1f0a6c3b72_create_users.sql');
  writeFileSync(path, readFileSync(path, 'utf8').replace('-- [upgrade]', '-- [upgrade]\nSELECT 1;'));
  await go('#/');
  await sees('main is modified');
  await go('#/main/revisions');
  await page.waitForSelector('.graph .badge.warn');
  assert.match(await page.locator('tr[data-key="5d1f0a6c3b72"]').innerText(), /modified/);
  await sound('modified');
  await page.click('tr[data-key="5d1f0a6c3b72"] a');
  await sees('Accept the changed file');
  await sound('changed');
  await go('#/main/plan');
  await page.waitForSelector('.flash');
  await sound('modified-plan');
  await go('#/main/revisions/5d1f0a6c3b72');
  await page.click('text=Accept the changed file');
  await page.fill('dialog input', 'main');
  await page.locator('dialog .strong').click();
  await sees('1 accepted, 0 settled');
  await sound('repaired');
  await go('#/');
  await page.waitForFunction(() => !document.querySelector('main').innerText.includes('main is modified'));
  assert.deepEqual(page.wrong.filter((one) => !/status of (404|409|422|503)|ERR_/.test(one)), []);
});
