// The dashboard in a browser, against the mock of the HTTP contract.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axe, MODES, openBrowser } from './browser.mjs';
import { operation, UNREPLAYABLE } from './data.mjs';
import { Mock } from './mock.mjs';

const FAILED = '00000000-0000-4000-8000-000000000002';
const PAGES = {
  overview: '#/',
  revisions: '#/main/revisions',
  search: '#/main/revisions?q=orders',
  ahead: '#/search/revisions',
  broken: '#/billing/revisions',
  empty: '#/archive/revisions',
  large: '#/ledger/revisions',
  revision: '#/main/revisions/16ca4b7e90d8',
  irreversible: '#/main/revisions/3fa95c80d617',
  unknown: '#/main/revisions/no-such-revision',
  plan: '#/main/plan?direction=upgrade&target=heads',
  downgrade: '#/main/plan?direction=downgrade&target=-1',
  nothing: '#/search/plan',
  unsound: '#/billing/plan',
  target: '#/main/plan?direction=upgrade&target=%3F',
  stamp: '#/main/plan?direction=stamp&target=heads',
  changed: '#/main/revisions/e71a5c08d4f3',
  operation: `#/main/operations/${FAILED}`,
  operations: '#/main/operations',
  history: '#/main/history',
  drift: '#/main/drift',
  undrifted: '#/ledger/drift',
  older: '#/main/history?before=40',
};
const refused = /the server responded with a status of (401|403|404|409|422)/;

let browser;
const mocks = [];
before(async () => { browser = await openBrowser(); });
after(async () => {
  await browser.close();
  for (const mock of mocks) await mock.close();
});

async function open(path, { mode, media, ...options } = {}) {
  const mock = await new Mock(options).start();
  mocks.push(mock);
  const page = await browser.page(mode, media);
  page.mock = mock;
  await page.goto(`${mock.url}#token=secret`);
  await page.waitForSelector('main table');
  await go(page, path);
  return { mock, page };
}

async function go(page, path) {
  await page.evaluate((hash) => { location.hash = hash; }, path);
  await page.waitForFunction(() => document.querySelector('main h1') && !document.querySelector('[data-live]:empty'));
  await settled(page);
  await page.mock.idle();
  await settled(page);
}

const settled = (page) => page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
const text = (page, selector = 'main') => page.innerText(selector);
const sees = (page, words, selector = 'main') => page.waitForFunction(([where, what]) => document.querySelector(where)?.innerText.includes(what), [selector, words]);

async function close(page, allowed = /^$/) {
  assert.deepEqual(page.wrong.filter((one) => !allowed.test(one)), []);
  await page.close();
}

for (const mode of Object.keys(MODES)) {
  test(`every page, ${mode}: axe finds nothing, nothing is cut off, nothing is reported`, async () => {
    const { page } = await open('#/', { mode });
    const shots = process.env.REVISIOND_SCREENSHOTS;
    if (shots) mkdirSync(shots, { recursive: true });
    for (const [name, path] of Object.entries(PAGES)) {
      await go(page, path);
      assert.deepEqual(await axe(page), [], `${name}, ${mode}`);
      const { wide, screen } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, screen: innerWidth }));
      assert.ok(wide <= screen, `${name}, ${mode}: ${wide} px on a screen of ${screen}`);
      const out = await page.locator('main table, main pre, main .flash').evaluateAll((all) => {
        const main = document.querySelector('main');
        const end = main.getBoundingClientRect().right - parseFloat(getComputedStyle(main).paddingRight);
        return all.filter((one) => one.getBoundingClientRect().right > end + 1).map((one) => one.outerHTML.slice(0, 120));
      });
      assert.deepEqual(out, [], `${name}, ${mode}`);
      assert.equal(await page.locator('main h1').count(), 1, name);
      assert.match(await page.title(), /revisiond$/);
      if (shots) await page.screenshot({ path: join(shots, `${name}-${mode}.png`), fullPage: name !== 'large' });
    }
    for (const button of ['[data-keys]', '[data-leave]']) {
      if (!(await page.locator(button).isVisible())) continue;
      await page.click(button);
      assert.deepEqual(await axe(page), [], `${button}, ${mode}`);
      if (shots) await page.screenshot({ path: join(shots, `${button.slice(6, -1)}-${mode}.png`) });
      await page.keyboard.press('Escape');
    }
    await close(page, refused);
  });
}

test('the overview says where each database is and what needs a person', async () => {
  const { page } = await open('#/');
  const rows = await page.locator('tbody tr').allInnerTexts();
  assert.equal(rows.length, 6);
  assert.match(rows[0], /main\s+production\s+pending\s+e2707bd4c9a1[^]*5 revisions\s+failed upgrade to heads[^]*db-runner-1/);
  assert.match(rows[1], /billing\s+modified[^]*broken\s+1 modified/);
  assert.match(rows[4], /archive\s+unreachable\s+7f30e8b5d2c1\s+3 revisions read 2 h ago/);
  assert.match(rows[5], /fresh\s+unreachable\s+not known\s+not known/);
  assert.match(rows[0], /failed upgrade to heads 25 min ago/);
  const all = await text(page);
  for (const words of ['billing has broken files', 'billing/migrations/8812_add_vat.sql:3:4', '-- down_revison = "77a0"\n   ^~~~~~~~~~~~', 'did you mean "down_revision"?',
    'search is ahead', 'archive is unreachable', 'Connection refused']) assert.ok(all.includes(words), words);
  await close(page);
});

test('a database that this daemon cannot lead says why, whatever its state', async () => {
  const { mock, page } = await open('#/');
  Object.assign(mock.world.databases[2], { state: 'up_to_date', error: 'no privilege to create the schema revisiond' });
  mock.tell('status', {});
  await sees(page, 'ledger cannot be led from here');
  await sees(page, 'no privilege to create the schema revisiond');
  await close(page);
});

test('ages are told by the clock of the server, whatever that of the browser says', async () => {
  const { page } = await open('#/');
  await page.addInitScript(() => {
    const real = Date.now;
    Date.now = () => real() + 5 * 3600e3;
  });
  await page.reload();
  await page.waitForSelector('main table');
  assert.match((await page.locator('tbody tr').allInnerTexts())[4], /read 2 h ago/);
  await close(page);
});

test('what changes is shown without being asked for', async () => {
  const { mock, page } = await open('#/');
  mock.world.databases[2].state = 'up_to_date';
  mock.tell('status', { database: 'ledger' });
  await sees(page, 'up to date');
  await close(page);
});

test('the graph tells states by shape and word, and lanes by line', async () => {
  const { page } = await open('#/main/revisions');
  const states = await page.locator('.graph tbody .badge').allInnerTexts();
  assert.deepEqual([...new Set(states)].sort(), ['applied', 'current', 'modified', 'pending']);
  const shapes = await page.locator('.lanes > svg').evaluateAll((all) => all.map((one) => one.getAttribute('class').split(' ').at(-1)));
  assert.deepEqual(shapes, states.map((state) => ({ applied: 'full', current: 'ring', modified: 'diamond', pending: 'dash' })[state]));
  assert.equal(await page.locator('.lanes > path.parent, .lanes > path.waiting, .lanes > path.dependency').count(), 3);
  assert.match(await page.locator('tr[data-key="9d31f7c2ab60"]').textContent(), /after 7be04f9a1c28 and 16ca4b7e90d8/);
  assert.match(await page.locator('tr[data-key="16ca4b7e90d8"]').textContent(), /depends on 7f30e8b5d2c1/);
  assert.match(await text(page, '[data-key=bar]'), /down_revision\s*pending\s*depends_on\s*merge/);
  assert.equal(await page.locator('.key path.parent, .key path.waiting, .key path.dependency').count(), 4);
  await go(page, '#/search/revisions');
  assert.match(await page.locator('.graph tr').first().innerText(), /fe77120ab3d4\s+in no file here\s+ahead/);
  await close(page);
});

test('ten thousand revisions: only those on the screen are made, and all can be reached', async () => {
  const { page } = await open('#/ledger/revisions');
  await sees(page, 'change number 9999');
  const rows = () => page.locator('.graph tr').count();
  const inView = () => page.locator('.graph tr').evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().bottom > 60
    && one.getBoundingClientRect().top < innerHeight).map((one) => Number(/number (\d+)/.exec(one.innerText)[1])));
  assert.ok(await rows() < 100, `${await rows()} rows`);
  assert.equal(await page.getAttribute('.graph table', 'aria-rowcount'), '10000');
  for (let step = 0; step < 30; ++step) {
    await page.mouse.wheel(0, 9973);
    await settled(page);
    const seen = await inView();
    assert.ok(seen.length >= 20, `${seen.length} rows after ${step + 1} turns of the wheel`);
    assert.ok(seen.every((one, at) => at === 0 || one === seen[at - 1] - 1), `not in order: ${seen}`);
  }
  assert.ok(await rows() < 100, `${await rows()} rows`);
  await page.keyboard.press('j');
  await page.keyboard.press('End');
  assert.match(await page.evaluate(() => document.activeElement.closest('tr').innerText), /change number 0 of/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  assert.match(await page.evaluate(() => document.activeElement.closest('tr').innerText), /change number 9998 of/);
  await page.keyboard.press('/');
  await page.keyboard.type('number 4711');
  await sees(page, '1 of 10,000 revisions');
  assert.deepEqual(await inView(), [4711]);
  assert.match(page.url(), /q=number\+4711$/);
  await page.fill('[type=search]', 'no such thing');
  await sees(page, 'No revision has “no such thing”');
  await close(page);
});

test('a revision shows its sections, coloured, and its history here', async () => {
  const { page } = await open('#/main/revisions/16ca4b7e90d8');
  await sees(page, 'Rank search results');
  assert.equal(await page.locator('.line').first().getAttribute('data-line'), '8');
  assert.ok(await page.locator('.line .keyword', { hasText: 'SELECT' }).count() > 0);
  assert.ok(await page.locator('.line .comment', { hasText: 'Votes break ties' }).count() > 0);
  await go(page, '#/main/revisions/3fa95c80d617');
  await sees(page, 'None: it cannot be undone.');
  assert.match(await text(page), /11:32: revision 3fa95c80d617: column "currency"[^]*\n +\^~~~~~~~/);
  await page.click('text=Plan upgrade to here');
  await sees(page, 'Apply 2 revisions on main');
  await close(page);
});

test('text from the server is never markup', async () => {
  const { mock, page } = await open('#/');
  const evil = '<img src=x onerror="document.title=1"><b>bold</b>';
  mock.world.graphs.main.revisions[0].message = evil;
  mock.world.databases[4].error = evil;
  mock.tell('status', {});
  await sees(page, evil);
  await go(page, '#/main/revisions');
  await sees(page, evil);
  await go(page, '#/main/plan');
  await sees(page, evil);
  assert.equal(await page.locator('main img, main b').count(), 0);
  await close(page);
});

test('the token leaves the address bar at once, and is in no URL that is asked for', async () => {
  const { mock, page } = await open('#/');
  assert.equal(new URL(page.url()).hash, '#/');
  assert.equal(await page.evaluate(() => history.length <= 3 && sessionStorage.getItem('revisiond.token')), 'secret');
  for (const path of ['#/main/revisions', '#/main/plan', `#/main/operations/${FAILED}`]) await go(page, path);
  const asked = mock.seen.filter((one) => one.path.startsWith('/api/'));
  assert.ok(asked.length > 5);
  for (const one of mock.seen) assert.ok(!`${one.path}${one.query}`.includes('secret'), one.path);
  for (const one of asked) assert.equal(one.headers.authorization, 'Bearer secret');
  await page.evaluate(() => { location.hash = '#token=secret'; });  // pasted into a tab that is open
  await page.waitForFunction(() => location.hash === '#/');
  await close(page);
});

test('without a token, with a wrong one and with one that was taken away: the sign-in form, with words', async () => {
  const { mock, page } = await open('#/');
  await page.click('[data-leave]');
  await sees(page, 'Sign in');
  await page.fill('#token', 'wrong');
  await page.keyboard.press('Enter');
  await sees(page, 'does not accept this token');
  await page.fill('#token', 'secret');
  await page.keyboard.press('Enter');
  await sees(page, 'Databases');
  await page.waitForSelector('main table');
  mock.tokens = {};
  mock.cut();
  mock.up();
  await sees(page, 'does not accept this token');
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await sees(page, 'Sign in');
  assert.ok(!(await text(page)).includes('does not accept'));
  assert.deepEqual(await axe(page), []);
  await close(page, /401|ERR_/);
});

test('a server that wants no token asks for none', async () => {
  const { page } = await open('#/', { tokens: { secret: 'admin', '': 'read' } });
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await page.waitForSelector('main table');
  assert.ok(await page.locator('[data-leave]').isHidden());
  await close(page);
});

test('apply in production: hazards are acknowledged, the name is typed, the digest is sent', async () => {
  const { mock, page } = await open('#/main/plan', { pace: 40 });
  const apply = page.locator('.sticky .strong');
  await sees(page, 'Acknowledge 2 hazards first.');
  assert.ok(await apply.isDisabled());
  for (const box of await page.locator('[type=checkbox]').all()) await box.check();
  await apply.click();
  const yes = page.locator('dialog .strong');
  assert.ok(await yes.isDisabled());
  assert.equal(await page.evaluate(() => document.activeElement.id), 'name');
  await page.keyboard.type('mai');
  await page.keyboard.press('Enter');
  assert.ok(await yes.isDisabled());
  assert.deepEqual(await axe(page), []);
  await page.keyboard.type('n');
  await page.keyboard.press('Enter');
  await sees(page, 'succeeded');
  const [sent] = mock.seen.filter((one) => one.method === 'POST');
  assert.deepEqual(sent.body.acknowledge.sort(), ['drops-data', 'scan-under-lock']);
  assert.match(sent.body.plan, /^v1:[0-9a-f]{64}$/);
  assert.equal(sent.body.database_id.oid, 16384);
  assert.equal(sent.body.dry_run, false);
  assert.ok(sent.headers['idempotency-key'].length > 16);
  assert.match(await text(page), /5 of 5[^]*1\/5[^]*16ca4b7e90d8[^]*5\/5[^]*c4d8a1e07b35/);
  await sees(page, 'up to date', '[data-where]');
  await close(page);
});

test('cancelling the confirmation sends nothing', async () => {
  const { mock, page } = await open('#/main/plan?direction=downgrade&target=-1');
  await page.locator('.sticky .strong').click();
  await page.click('dialog >> text=Cancel');
  await page.locator('.sticky .strong').click();
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.equal(mock.seen.filter((one) => one.method === 'POST').length, 0);
  await close(page);
});

test('a plan that has changed meanwhile is shown as such, and nothing runs', async () => {
  const { mock, page } = await open('#/ledger/plan', { pace: 40 });
  await sees(page, 'Apply 39 revisions on ledger');
  mock.world.graphs.ledger.revisions[0].state = 'applied';
  await page.locator('.sticky .strong').click();
  await sees(page, 'The plan has changed since you looked at it');
  await sees(page, 'Apply 38 revisions on ledger');
  assert.equal(mock.world.operations.ledger.length, 0);
  await page.locator('.sticky .strong').click();
  await sees(page, 'running');
  assert.equal(mock.world.operations.ledger.length, 1);
  await close(page, refused);
});

test('a dry run needs no name and changes nothing', async () => {
  const { mock, page } = await open('#/main/plan', { pace: 20 });
  await page.click('text=Dry run');
  await sees(page, 'Dry run: upgrade to heads');
  await sees(page, 'succeeded');
  assert.equal(mock.world.databases[0].pending, 5);
  assert.equal(mock.seen.find((one) => one.method === 'POST').body.dry_run, true);
  await close(page);
});

test('a token that may not apply is told so', async () => {
  const { page } = await open('#/ledger/plan', { tokens: { secret: 'plan' } });
  await page.locator('.sticky .strong').click();
  await sees(page, 'This needs a token with the scope apply.');
  assert.ok(await page.locator('.sticky .strong').isEnabled());
  await close(page, refused);
});

test('a target that does not resolve says what might', async () => {
  const { page } = await open('#/main/plan');
  await page.selectOption('[name=direction]', 'upgrade');
  await page.fill('#target', '?');
  await page.keyboard.press('Enter');
  await sees(page, 'did you mean “heads”?');
  assert.equal(await page.locator('main .flash .title').count(), 0, 'the status in words says nothing to a person');
  assert.match(page.url(), /direction=upgrade&target=%3F$/);
  await close(page, refused);
});

test('an operation that runs is live, and whole after a reload in the middle', async () => {
  const { page } = await open('#/ledger/plan', { pace: 120 });
  await page.locator('.sticky .strong').click();
  await sees(page, '3/39');
  assert.match(await text(page), /running/);
  assert.match(await page.innerText('[data-say]'), /^Revision \d+ of 39: change number/);
  assert.match(await page.title(), /^\d+\/39 · /);
  await page.reload();
  await sees(page, '1/39');
  await sees(page, '6/39');
  const numbers = await page.locator('.step > summary .quiet').allInnerTexts();
  assert.deepEqual(numbers, numbers.map((_, at) => `${at + 1}/39`));
  assert.match(await text(page), /Attempt 1 failed at line 8: canceling statement due to lock timeout[^]*blocked by process 9184/);
  assert.match(await text(page), /NOTICE 48,212 orders had no currency/);
  await page.click('main >> text=Cancel');
  await sees(page, 'cancelled');
  assert.match(await text(page), /marta asked to cancel/);
  assert.match(await text(page), /Plan it again/);
  await close(page);
});

test('a lost connection is said, and what was missed is there when it comes back', async () => {
  const { mock, page } = await open('#/ledger/plan', { pace: 60 });
  await page.locator('.sticky .strong').click();
  await sees(page, '3/39');
  mock.cut();
  await sees(page, 'The connection is lost. The operation goes on');
  await sees(page, 'Connection lost, trying again', '[data-live]');
  mock.up();
  await sees(page, '39/39');
  await sees(page, 'succeeded');
  await sees(page, 'live', '[data-live]');
  const numbers = await page.locator('.step > summary .quiet').allInnerTexts();
  assert.deepEqual(numbers, Array.from({ length: 39 }, (_, at) => `${at + 1}/39`));
  const resumed = mock.seen.filter((one) => one.path.endsWith('/events') && one.path.includes('operations') && one.headers['last-event-id']);
  assert.ok(resumed.length > 0 && Number(resumed[0].headers['last-event-id']) > 3);
  // Finished steps of a long operation are folded; they open with all they hold.
  await page.locator('.step > summary').nth(5).click();
  await page.locator('.step').nth(5).locator('.statement').waitFor();
  await close(page, /ERR_/);
});

test('of many retries the last ones are shown', async () => {
  const { mock, page } = await open('#/');
  const one = operation('00000000-0000-4000-8000-000000000003', 'main', { state: 'running', revisions: ['7be04f9a1c28'] });
  mock.world.operations.main.unshift(one);
  mock.world.events[one.id] = [];
  mock.emit(one, 'accepted', { kind: 'upgrade', target: 'heads', actor: 'marta', revisions: one.revisions, digest: one.digest });
  mock.emit(one, 'started', { term: 41, host: 'db-runner-1' });
  mock.emit(one, 'step_begins', { revision: '7be04f9a1c28', message: 'waits', direction: 'upgrade', number: 1, of: 1, transaction: true });
  for (let attempt = 1; attempt <= 200; ++attempt) {
    mock.emit(one, 'retrying', { revision: '7be04f9a1c28', line: 8, attempt, pause_ms: 2000, sqlstate: '55P03', message: 'lock timeout', blockers: ['process 1'] });
  }
  await go(page, `#/main/operations/${one.id}`);
  await sees(page, 'Attempt 200 failed');
  assert.ok(await page.locator('.remark').count() < 10);
  await close(page);
});

test('a page that was opened without a connection is there when it comes back', async () => {
  const { mock, page } = await open('#/');
  mock.cut();
  await page.evaluate(() => { location.hash = '#/main/history'; });
  await sees(page, 'revisiond does not answer');
  mock.up();
  await sees(page, 'Older');
  await close(page, /ERR_/);
});

test('a failure shows file, line, caret, what to do, and which statement it was', async () => {
  const { page } = await open(`#/main/operations/${FAILED}`);
  await sees(page, 'failed');
  const all = await text(page);
  for (const words of ['migrations/3fa95c80d617_make_orders_currency_mandatory.sql:11:32', '                               ^~~~~~~~', 'SQLSTATE 23502', 'Fill the column in an earlier revision',
    'UPDATE 48212', '18.41 s', 'by marta'.slice(3), 'db-runner-1, term 41']) assert.ok(all.includes(words), words);
  assert.match(await page.locator('.statement').last().innerText(), /SET NOT NULL\s+failed/);
  await close(page);
});

test('drift: object by object, by word and shape, what should be and what is line by line', async () => {
  const { page } = await open('#/main/drift');
  await sees(page, '3 differences');
  assert.deepEqual((await page.locator('.step > summary').allInnerTexts()).map((one) => one.replace(/\s+/g, ' ').trim()),
    ['changed table public.orders', 'extra view public.orders_today', 'missing function public.touch_updated_at()']);
  const shapes = await page.locator('.step > summary .glyph').evaluateAll((all) => all.map((one) => one.getAttribute('class').split(' ').at(-1)));
  assert.deepEqual(shapes, ['diamond', 'full', 'hollow']);
  assert.deepEqual((await page.locator('.step').first().locator('li').allInnerTexts()).map((one) => one.replace(/\s+/g, ' ').trim()),
    ['extra column public.orders.hotfix_reason', 'changed column public.orders.total type, default', 'missing index public.orders_customer_idx']);
  // Only what differs is marked: a comma is not.
  assert.deepEqual((await page.locator('.step').first().locator('del').allInnerTexts()).map((one) => one.trim().split(' ').slice(0, 2).join(' ')), ['total numeric(10,2)', 'CREATE INDEX']);
  assert.deepEqual((await page.locator('.step').first().locator('ins').allInnerTexts()).map((one) => one.trim()), ['total numeric(12,4) NOT NULL,', 'hotfix_reason text']);
  const lines = await page.locator('.step').first().locator('.line > *').evaluateAll((all) => all.map((one) => `${one.tagName.toLowerCase()} ${one.innerText.trim().split(' ')[0]}`));
  assert.deepEqual(lines, ['span CREATE', 'span id', 'del total', 'ins total', 'span currency', 'ins hotfix_reason', 'span );', 'del CREATE'], 'the old beside the new');
  assert.deepEqual(await page.locator('.step').nth(1).locator('del, .line > span').count(), 0, 'all of it is new');
  assert.deepEqual(await page.locator('.step').nth(2).locator('ins, .line > span').count(), 0, 'all of it is missing');
  await sees(page, 'in the revisions');
  await sees(page, 'the owner of the extension citext');
  await close(page);
});

test('what a comparison shows stays open while other things change', async () => {
  const { mock, page } = await open('#/main/drift');
  await page.locator('.step > summary').first().click();
  mock.world.databases[0].modified = 2;
  mock.tell('status', {});
  await page.waitForTimeout(0);
  await page.mock.idle();
  await settled(page);
  assert.equal(await page.locator('.step').first().getAttribute('open'), null);
  assert.equal(await page.locator('.step').nth(1).getAttribute('open'), '');
  await close(page);
});

test('a comparison is begun, followed, and leads to its differences', async () => {
  const { mock, page } = await open('#/ledger/drift', { pace: 300 });
  await sees(page, 'It has not been compared yet.');
  await page.click('text=Compare now');
  await sees(page, 'running');
  await sees(page, 'applies the revisions up to e2707bd4c9a1 in a scratch database');
  assert.match(await text(page), /Nothing of it is kept/);
  assert.doesNotMatch(await text(page), /rolled back|0 of 0|upgrade/);
  assert.equal(await page.locator('.remark.warn').count(), 0, 'a note is no warning');
  assert.equal(await page.locator('progress').count(), 0);
  await sees(page, 'succeeded');
  await sees(page, '3 differences');
  await page.click('main a:text("Drift")');
  await sees(page, 'public.orders_today');
  assert.equal(mock.seen.find((one) => one.method === 'POST').path, '/api/v1/drift');
  await close(page, refused);
});

test('while the first comparison runs there is nothing to show yet', async () => {
  const { page } = await open('#/ledger/drift', { pace: 3000 });
  await sees(page, 'It has not been compared yet.');
  await page.click('text=Compare now');
  await sees(page, 'running');
  await page.evaluate(() => { location.hash = '#/ledger/drift'; });
  await sees(page, 'It has not been compared yet.');
  await close(page, refused);
});

test('a comparison that failed or was cancelled offers no plan', async () => {
  const { mock, page } = await open('#/ledger/drift', { pace: 300 });
  mock.unreplayable = UNREPLAYABLE;
  await page.click('text=Compare now');
  await sees(page, 'relation "gone" does not exist');
  assert.doesNotMatch(await text(page), /Plan it again|0 of 0/);
  await page.click('main a:text("Drift")');
  await page.click('text=Compare now');
  await page.click('main >> text=Cancel');
  await sees(page, 'cancelled');
  assert.doesNotMatch(await text(page), /Plan it again|rolled back/);
  await close(page, refused);
});

test('a comparison that may not be asked for says why, beside the last one', async () => {
  const { page } = await open('#/main/drift', { tokens: { secret: 'read' } });
  await page.click('text=Compare now');
  await sees(page, 'This needs a token with the scope plan.', 'dialog');
  assert.deepEqual(await axe(page), []);
  await page.click('dialog >> text=Close');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await sees(page, '3 differences');
  await close(page, refused);
});

test('the operations are paged, each with what it has come to', async () => {
  const { page } = await open('#/main/operations');
  const rows = (await page.locator('tbody tr').allInnerTexts()).map((one) => one.replace(/\s+/g, ' '));
  assert.equal(rows.length, 50);
  assert.match(rows[0], /upgrade to heads .*currency.* failed 0 of 2 revisions/);
  assert.match(rows[1], /drift succeeded 3 differences 2.1 s/);
  assert.match(rows[2], /stamp to 48f6b1907ead succeeded at 48f6b1907ead/);
  assert.match(rows[3], /repair succeeded 1 accepted, 0 settled/);
  assert.ok(rows.every((one) => !one.includes('0 of 0')));
  await page.click('text=Older');
  await sees(page, 'Newest');
  assert.equal(await page.locator('tbody tr').count(), 16);
  await close(page);
});

test('a stamp is confirmed by name in production, and sent', async () => {
  const { mock, page } = await open('#/main/plan');
  await page.selectOption('[name=direction]', 'stamp');
  await page.fill('#target', '48f6b1907ead 5c9e2fb7a104');
  await page.keyboard.press('Enter');
  await page.click('text=Empty the version table first');
  await page.click('text=Stamp main with 48f6b1907ead 5c9e2fb7a104');
  assert.deepEqual(await axe(page), []);
  await page.keyboard.type('main');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.startsWith('#/main/operations/'));
  await sees(page, 'to 48f6b1907ead 5c9e2fb7a104');
  const [sent] = mock.seen.filter((one) => one.method === 'POST');
  assert.equal(sent.path, '/api/v1/stamp');
  assert.deepEqual(sent.body, { targets: ['48f6b1907ead', '5c9e2fb7a104'], purge: true });
  assert.equal(mock.seen.filter((one) => one.path.endsWith('/plan') && one.query.includes('stamp')).length, 0);
  await close(page);
});

test('a stamp that is refused says why', async () => {
  const { page } = await open('#/ledger/plan?direction=stamp&target=heads', { tokens: { secret: 'apply' } });
  await page.click('text=Stamp ledger with heads');
  await page.click('dialog .strong');
  await sees(page, 'This needs a token with the scope admin.', 'dialog');
  await close(page, refused);
});

test('the changed file of a revision is accepted on its page', async () => {
  const { mock, page } = await open('#/main/revisions/16ca4b7e90d8');
  await sees(page, 'Rank search results');
  assert.equal(await page.locator('text=Accept the changed file').count(), 0);
  await go(page, '#/main/revisions/e71a5c08d4f3');
  await page.click('text=Accept the changed file');
  await page.keyboard.type('main');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.startsWith('#/main/operations/'));
  const [sent] = mock.seen.filter((one) => one.method === 'POST');
  assert.equal(sent.path, '/api/v1/repair');
  assert.deepEqual(sent.body, { accept: ['e71a5c08d4f3'] });
  await close(page);
});

test('all changed files are accepted at once', async () => {
  const { mock, page } = await open('#/main/revisions');
  assert.equal(await page.locator('text=Accept all changed files').count(), 0);
  mock.world.databases[0].modified = 2;
  mock.tell('status', {});
  await page.click('text=Accept all changed files');
  await page.keyboard.type('main');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash.startsWith('#/main/operations/'));
  assert.deepEqual(mock.seen.find((one) => one.method === 'POST').body, { accept: 'all' });
  await close(page);
});

test('a statement in doubt is shown and settled on the page of its revision', async () => {
  const { mock, page } = await open('#/ledger/revisions');
  const one = mock.world.graphs.ledger.revisions[38];
  one.state = 'in_doubt';
  for (const [choice, done] of [['It took effect', true], ['Run it again', false]]) {
    await go(page, `#/ledger/revisions/${one.revision}`);
    await sees(page, 'in doubt');
    assert.match((await text(page, 'table')).replace(/\s+/g, ' '), /done CREATE TABLE totals .* started CALL fill_totals\(\)/);
    assert.deepEqual(await axe(page), []);
    await page.click(`text=${choice}`);
    await page.click('dialog .strong');
    await page.waitForFunction(() => location.hash.startsWith('#/ledger/operations/'));
    const sent = mock.seen.filter((each) => each.method === 'POST').at(-1);
    assert.equal(sent.path, '/api/v1/repair');
    assert.deepEqual(sent.body, { settle: [{ revision: one.revision, done }] });
  }
  await close(page);
});

test('a plan made of the last sound files says that those of now are broken', async () => {
  const { page } = await open('#/billing/plan');
  await sees(page, 'billing has broken files');
  await sees(page, '8812_add_vat.sql:3:4');
  await close(page, refused);
});

test('a plan shows what is checked after a revision, and says why there is nothing to do', async () => {
  const { page } = await open('#/main/plan');
  await sees(page, 'Verify:');
  await sees(page, "SELECT count(*) = 0 FROM orders WHERE currency = ''");
  await go(page, '#/search/plan');
  await sees(page, 'the database is at the target already');
  await close(page);
});

test('the graph marks heads and what runs outside transactions; above it is how far the database is', async () => {
  const { page } = await open('#/main/revisions');
  await sees(page, '19 of 24');
  const tagged = (words) => page.locator('.graph tr', { has: page.locator(`.tag:text-is("${words}")`) }).evaluateAll((all) => all.map((one) => one.dataset.key));
  assert.deepEqual((await tagged('head')).sort(), ['5c9e2fb7a104', 'c4d8a1e07b35']);
  assert.deepEqual(await tagged('no transaction'), ['c4d8a1e07b35', '7be04f9a1c28', 'c25d93e0a8b6']);
  await close(page);
});

test('stamp and repair have no progress in revisions, and a cancel of their own', async () => {
  const { mock, page } = await open('#/');
  for (const [at, kind, target, revisions] of [[5, 'stamp', '48f6b1907ead', ['48f6b1907ead']], [6, 'repair', '', []]]) {
    const one = operation(`00000000-0000-4000-8000-00000000000${at}`, 'main', { kind, target, revisions });
    mock.world.operations.main.unshift(one);
    mock.world.events[one.id] = [];
    mock.emit(one, 'accepted', { kind, target, actor: 'marta', revisions, digest: null });
    mock.begin(one);
    await go(page, `#/main/operations/${one.id}`);
    await sees(page, 'Nothing of it is kept.');
    assert.equal(await page.locator('progress').count(), 0, kind);
    assert.doesNotMatch(await text(page), /Revisions|rolled back/);
  }
  await close(page);
});

test('the history is paged, with outcome, person, duration and error', async () => {
  const { page } = await open('#/main/history');
  await sees(page, 'Older');
  const table = page.locator('table').last();
  const first = await table.locator('tbody tr').first().innerText();
  assert.match(first, /3fa95c80d617[^]*11:32[^]*\^~~~~~~~[^]*failed[^]*460 ms[^]*marta from db-runner-1/);
  assert.equal(await table.locator('tbody tr').count(), 50);
  await page.click('text=Older');
  await sees(page, 'Newest');
  assert.ok(await page.locator('tbody tr').count() > 20);
  assert.match(page.url(), /before=\d+$/);
  await close(page);
});

test('everything is reached with the keyboard, and the focus is seen', async () => {
  for (const path of ['#/', '#/main/plan', `#/main/operations/${FAILED}`, '#/main/revisions/3fa95c80d617']) {
    const { page } = await open(path);
    await sees(page, path === '#/' ? 'Databases' : '', 'main');
    await page.evaluate(() => document.activeElement.blur());
    const wanted = await page.evaluate(() => {
      const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')].filter((one) => one.checkVisibility() && !one.disabled);
      all.forEach((one, at) => { one.dataset.walk = at; });
      return all.length;
    });
    const reached = new Set();
    for (let step = 0; step < wanted + 5; ++step) {
      await page.keyboard.press('Tab');
      const { walk, outline } = await page.evaluate(() => ({ walk: document.activeElement.dataset.walk, outline: getComputedStyle(document.activeElement).outlineStyle }));
      if (walk === undefined) continue;
      reached.add(walk);
      assert.notEqual(outline, 'none', `${path}: no outline on ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 120))}`);
    }
    assert.equal(reached.size, wanted, path);
    await close(page);
  }
});

test('from the overview to a cancelled upgrade by keyboard alone, with nothing in front of what has the focus', async () => {
  const { page } = await open('#/', { pace: 400 });
  const press = (key) => page.keyboard.press(key);
  const has = () => page.evaluate(() => {
    const { activeElement: one } = document;
    const { x, y, width, height } = one.getBoundingClientRect();
    const top = document.elementFromPoint(x + Math.min(width, 20) / 2, y + Math.min(height, 20) / 2);
    return { words: one.labels?.[0]?.innerText || one.innerText, covered: !one.contains(top) && `by ${top?.outerHTML.slice(0, 100)}` };
  });
  const tabTo = async (words, { back } = {}) => {
    for (let step = 0; step < 80; ++step) {
      await press(back ? 'Shift+Tab' : 'Tab');
      const now = await has();
      assert.equal(now.covered, false, `${now.words} is covered`);
      if (words.test(now.words)) return;
    }
    assert.fail(`${words} is not reached`);
  };
  await tabTo(/^main$/);
  await press('Enter');
  await sees(page, '24 revisions');
  await press('/');
  await page.keyboard.type('drop the old');
  await sees(page, '1 of 24 revisions');
  await tabTo(/^c4d8a1e07b35$/);
  await press('Enter');
  await sees(page, 'Plan upgrade to here');
  await tabTo(/^Plan upgrade to here$/);
  await press('Enter');
  await page.waitForSelector('.sticky');
  for (const hazard of [/^\s*scan-under-lock$/, /^\s*drops-data$/]) {
    await tabTo(hazard);
    await press('Space');
  }
  await tabTo(/^Apply 5 revisions/);
  await tabTo(/^Dry run$/);
  await tabTo(/^Apply 5 revisions/, { back: true });
  await press('Enter');
  await page.waitForSelector('dialog input:focus');
  await press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.match((await has()).words, /^Apply 5 revisions/, 'the focus is where it was');
  await press('Enter');
  await page.keyboard.type('main');
  await press('Enter');
  await sees(page, 'running');
  await tabTo(/^Cancel$/);
  await press('Enter');
  await sees(page, 'cancelled');
  await close(page);
});

test('shortcuts go to pages, and are listed', async () => {
  const { page } = await open('#/main/revisions');
  await page.keyboard.press('?');
  assert.match(await text(page, 'dialog'), /Keyboard shortcuts[^]*g p\s+plan/);
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  for (const [key, hash] of [['p', '#/main/plan'], ['q', '#/main/operations'], ['h', '#/main/history'], ['d', '#/main/drift'], ['r', '#/main/revisions'], ['o', '#/']]) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    await page.waitForFunction((wanted) => location.hash === wanted, hash);
  }
  await page.keyboard.press('/');
  await page.waitForFunction(() => document.activeElement.type === 'search');
  await page.keyboard.type('?gp');  // typed, not obeyed
  assert.equal(await page.inputValue('[type=search]'), '?gp');
  await page.keyboard.press('Escape');
  assert.equal(await page.inputValue('[type=search]'), '?gp');
  await page.fill('[type=search]', '');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash === '#/main/revisions/9d31f7c2ab60');
  await sees(page, 'Merge search into main');
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'MAIN');
  await close(page);
});

test('another database is chosen in the frame, and the page stays', async () => {
  const { page } = await open('#/main/history');
  await page.selectOption('[aria-label=Database]', 'search');
  await page.waitForFunction(() => location.hash === '#/search/history');
  await sees(page, 'Nothing was done yet.');
  assert.equal(await page.locator('[data-where] .production').count(), 0);
  await close(page);
});

test('who wants less motion gets none', async () => {
  for (const [reducedMotion, name] of [['reduce', 'none'], ['no-preference', 'turn']]) {
    const { page } = await open('#/ledger/plan', { media: { reducedMotion }, pace: 2000 });
    await page.locator('.sticky .strong').click();
    await page.waitForSelector('main .turn');
    assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector('main .turn')).animationName), name);
    await close(page);
  }
});

test('what is typed survives news from the server', async () => {
  const { mock, page } = await open('#/main/revisions');
  await page.fill('[type=search]', 'orders');
  await page.focus('[type=search]');
  mock.world.databases[0].modified = 3;
  mock.world.databases[0].state = 'modified';
  mock.tell('status', { database: 'main' });
  await sees(page, 'main is modified');
  assert.equal(await page.inputValue('[type=search]'), 'orders');
  assert.equal(await page.evaluate(() => document.activeElement.type), 'search');
  await sees(page, '4 of 24 revisions');
  await close(page);
});
