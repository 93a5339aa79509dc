// What the mock serves: databases, graphs and SQL as a team of the real world would have them.

const HOUR = 3600e3;
export const ago = (ms) => new Date(Date.now() - ms).toISOString();

// revision, parents, message, state, then what is special.
const MAIN = [
  ['c4d8a1e07b35', ['9d31f7c2ab60'], 'drop the old search index', 'pending', { transaction: false }],
  ['9d31f7c2ab60', ['7be04f9a1c28', '16ca4b7e90d8'], 'merge search into main', 'pending'],
  ['7be04f9a1c28', ['3fa95c80d617'], 'index orders by customer and day', 'pending', { transaction: false }],
  ['3fa95c80d617', ['e2707bd4c9a1'], 'make orders.currency mandatory', 'pending', { reversible: false }],
  ['16ca4b7e90d8', ['c25d93e0a8b6'], 'rank search results', 'pending', { depends_on: ['7f30e8b5d2c1'] }],
  ['e2707bd4c9a1', ['b6120f3e8d94'], 'add currency to orders', 'current'],
  ['c25d93e0a8b6', ['48f6b1907ead'], 'index the search vector', 'current', { transaction: false }],
  ['b6120f3e8d94', ['a07c5d18e3f2'], 'order lines know their tax rate', 'applied'],
  ['5c9e2fb7a104', ['1d84b60c7fe3'], 'webhooks retry with a deadline', 'current'],
  ['a07c5d18e3f2', ['7f30e8b5d2c1'], 'create orders and order lines', 'applied'],
  ['48f6b1907ead', ['0b84d6f2c915'], 'add a search vector to posts', 'applied', { branch_labels: ['search'] }],
  ['1d84b60c7fe3', ['f8a3c71e5b09'], 'webhooks carry a signature', 'applied'],
  ['7f30e8b5d2c1', ['e71a5c08d4f3'], 'count votes on posts', 'applied'],
  ['f8a3c71e5b09', [], 'create webhooks', 'applied', { branch_labels: ['integrations'], depends_on: ['a3c9e27f1b08'] }],
  ['e71a5c08d4f3', ['d08b3f61c7e5'], 'add phone number to users', 'modified'],
  ['d08b3f61c7e5', ['2ac6f90e417b', '6f15d3b8e20c'], 'merge the two feature branches', 'applied'],
  ['2ac6f90e417b', ['81e7a0d5c36f'], 'mail preferences default to none', 'applied'],
  ['6f15d3b8e20c', ['94b02e6fd1a7'], 'audit trail of role changes', 'applied'],
  ['81e7a0d5c36f', ['0b84d6f2c915'], 'add mail preferences', 'applied'],
  ['94b02e6fd1a7', ['0b84d6f2c915'], 'roles and their members', 'applied'],
  ['0b84d6f2c915', ['a3c9e27f1b08'], 'create votes', 'applied'],
  ['a3c9e27f1b08', ['5d1f0a6c3b72'], 'create posts', 'applied'],
  ['5d1f0a6c3b72', ['4e60c81fd2b9'], 'create users', 'applied'],
  ['4e60c81fd2b9', [], 'extensions and the citext domain for mail addresses', 'applied'],
];

export const SQL = {
  '7be04f9a1c28': ['CREATE INDEX CONCURRENTLY orders_customer_day_idx\n    ON orders (customer_id, created_at DESC)\n    WHERE cancelled_at IS NULL;'],
  '3fa95c80d617': ["UPDATE orders SET currency = 'EUR' WHERE currency IS NULL;", 'ALTER TABLE orders ALTER COLUMN currency SET NOT NULL;'],
  'c4d8a1e07b35': ['DROP INDEX CONCURRENTLY posts_title_trgm_idx;'],
  '9d31f7c2ab60': [],
  '16ca4b7e90d8': [`CREATE FUNCTION search_posts(wanted text)
    RETURNS TABLE (post_id bigint, title text, relevance real)
    LANGUAGE sql STABLE
AS $$
    -- Votes break ties, so that a page of equal matches is not in a random order.
    SELECT id, posts.title, ts_rank(search, query) AS rank
    FROM posts, websearch_to_tsquery('english', wanted) AS query
    WHERE published AND search @@ query
    ORDER BY rank DESC, vote_count DESC, id DESC
$$;`, "COMMENT ON FUNCTION search_posts IS 'full text search; /* see */ the revision''s message';"],
};
const otherSql = (id) => SQL[id] || [`ALTER TABLE accounts ADD COLUMN c_${id.slice(0, 4)} bigint DEFAULT 42 NOT NULL;`];
export const statementsOf = (id) => otherSql(id).map((sql, at) => ({ line: 8 + at * 3, sql: sql.replace(/;$/, '') }));

function revisions(rows, labelsOf = () => []) {
  const children = new Map();
  for (const [id, parents] of rows) for (const parent of parents) children.set(parent, [...(children.get(parent) || []), id]);
  const needed = new Set(rows.flatMap(([, parents, , , more]) => [...parents, ...(more?.depends_on || [])]));
  return rows.map(([revision, down_revisions, message, state, more = {}], at) => ({
    revision, down_revisions, depends_on: more.depends_on || [], dependencies: more.depends_on || [],
    next: children.get(revision) || [], branch_labels: more.branch_labels || [], branches: labelsOf(revision),
    message, created: ago(at * 31 * HOUR + 5 * HOUR), file: `migrations/${revision}_${message.replace(/\W+/g, '_').slice(0, 40)}.sql`,
    transaction: more.transaction ?? true, reversible: more.reversible ?? true,
    head: !needed.has(revision), effective_head: needed.has(revision) && !children.has(revision), base: !down_revisions.length,
    branch_point: (children.get(revision) || []).length > 1, merge_point: down_revisions.length > 1,
    current: state === 'current', state,
  }));
}

// 10,000 revisions: a main line with short branches that are merged, and a dependency now and then.
function large(number) {
  const rows = [];
  const id = (at) => (0x100000000000 + at * 7919).toString(16);
  for (let at = number - 1; at >= 0; --at) {
    const inBlock = at % 10;
    const parents = at === 0 ? [] : inBlock === 7 ? [id(at - 3)] : inBlock === 9 ? [id(at - 1), id(at - 2)]
      : inBlock === 8 ? [id(at - 2)] : [id(at - 1)];
    rows.push([id(at), parents, `change number ${at} of the ledger`, at > number - 40 ? 'pending' : at === number - 40 ? 'current' : 'applied',
      at % 97 === 50 ? { depends_on: [id(at - 40)] } : {}]);
  }
  return revisions(rows);
}

export const holder = { description: 'revisiond 0.1.0 on db-runner-1, process 4127', host: 'db-runner-1' };
const leader = { host: 'db-runner-1', pid: 4127, version: '0.1.0', url: 'https://schema.example.net', term: 41, since: ago(9 * HOUR), doing: '' };

/** What the server says to do about a state. */
export const ADVICE = { modified: 'The file of an applied revision has changed. Put it back, or accept it.', ahead: 'No file here knows its revision. Deploy the newer release again.',
  unreachable: 'PostgreSQL does not answer. revisiond keeps trying.' };

const database = (name, state, more) => ({
  name, production: false, state, reachable: true, error: null, current: [], heads: [], pending: 0, applied: 0, revisions: 0,
  modified: 0, leader, role: 'follower', mode: 'manual', running: null, last: null,
  files: { ok: true, digest: `sha256:${name}`, since: ago(2 * HOUR), diagnostics: [] }, as_of: ago(900), ...more,
});

const historyRow = (id, revision, outcome, minutes, more = {}) => ({
  id, operation: '00000000-0000-4000-8000-000000000001', revision, direction: 'upgrade', outcome, started_at: ago(minutes * 60e3),
  finished_at: ago(minutes * 60e3 - 2300), duration_ms: 2300 / (id % 7 + 1), statements: (id % 4) + 1, checksum: 'ab'.repeat(32), actor: id % 3 ? 'deploy-bot' : 'marta',
  session_user: 'schema_owner', host: 'db-runner-1', version: '0.1.0', term: 41, error: null, ...more,
});

const NULLS = 'revision 3fa95c80d617: column "currency" of relation "orders" contains null values (SQLSTATE 23502)';
const AT = { file: 'migrations/3fa95c80d617_make_orders_currency_mandatory.sql', line: 11, column: 32, width: 8,
  text: 'ALTER TABLE orders ALTER COLUMN currency SET NOT NULL;', hint: 'Fill the column in an earlier revision, or here before the constraint.' };
const FAILED = {
  type: 'urn:revisiond:problem:apply.statement', title: 'The operation did not succeed', code: 'apply.statement', detail: NULLS, ...AT,
  kind: 'sql', revision: '3fa95c80d617', sqlstate: '23502', applied: [],
  diagnostics: [{ severity: 'error', code: 'apply.statement', message: NULLS, ...AT }],
  server: { severity: 'ERROR', sqlstate: '23502', message: 'column "currency" of relation "orders" contains null values', table: 'orders', column: 'currency' },
};
const HISTORY_ERROR = `${AT.file}:11:32: ${NULLS}
    ALTER TABLE orders ALTER COLUMN currency SET NOT NULL
                                    ^~~~~~~~`;

// What a comparison of main with its revisions has found.
const difference = (type, kind, object, changes, expected, actual) => ({ type, kind, object, changes, expected, actual });
const change = (type, kind, object, properties = []) => ({ type, kind, object, properties, rebuilt: false });
export const found = {
  drift: true, rows: ['e2707bd4c9a1', 'c25d93e0a8b6', '5c9e2fb7a104'], objects: 3, inexpressible: ['the owner of the extension citext'],
  differences: [
    difference('alter', 'table', 'public.orders', [change('create', 'column', 'public.orders.hotfix_reason'), change('alter', 'column', 'public.orders.total', ['type', 'default']),
      change('drop', 'index', 'public.orders_customer_idx')],
    'CREATE TABLE public.orders (\n    id bigint NOT NULL,\n    total numeric(10,2) DEFAULT 0 NOT NULL,\n    currency character(3)\n);\nCREATE INDEX orders_customer_idx ON public.orders USING btree (customer_id);\n',
    'CREATE TABLE public.orders (\n    id bigint NOT NULL,\n    total numeric(12,4) NOT NULL,\n    currency character(3),\n    hotfix_reason text\n);\n'),
    difference('create', 'view', 'public.orders_today', [], null, 'CREATE VIEW public.orders_today AS\n SELECT orders.id\n   FROM public.orders\n  WHERE orders.created_at >= CURRENT_DATE;\n'),
    difference('drop', 'function', 'public.touch_updated_at()', [],
      'CREATE FUNCTION public.touch_updated_at() RETURNS trigger\n    LANGUAGE plpgsql\n    AS $$\nBEGIN\n    NEW.updated_at = now();\n    RETURN NEW;\nEND $$;\n', null),
  ],
};
export const UNREPLAYABLE = { type: 'urn:revisiond:problem:apply.statement', title: 'The operation did not succeed', code: 'apply.statement',
  detail: 'revision 48f6b1907ead: relation "gone" does not exist (SQLSTATE 42P01)', kind: 'sql', applied: [], diagnostics: [] };

export const operation = (id, name, more) => ({
  id, database: name, kind: 'upgrade', target: 'heads', dry_run: false, state: 'queued', revisions: [], applied: [],
  digest: 'v1:5f0c2d', created_at: ago(0), started_at: null, finished_at: null, actor: 'marta', address: '10.4.0.17', host: null,
  term: null, attempts: 0, cancel_requested: false, advice: null, error: null, result: null, ...more,
});

export const event = (id, operationId, type, data, at = ago(0)) => ({ id, operation: operationId, at, type, data });

/** A world of its own for each mock: nothing is shared. */
export function world() {
  const main = revisions(MAIN, (id) => (id === '48f6b1907ead' ? ['search'] : []));
  const failed = operation('00000000-0000-4000-8000-000000000002', 'main', { state: 'failed', revisions: ['3fa95c80d617', '7be04f9a1c28'], applied: [],
    started_at: ago(26 * 60e3), finished_at: ago(25 * 60e3), host: 'db-runner-1', term: 41, attempts: 1, error: FAILED, created_at: ago(26 * 60e3) });
  const done = operation('00000000-0000-4000-8000-000000000001', 'main', { state: 'succeeded', actor: 'deploy-bot', revisions: ['e2707bd4c9a1'], applied: ['e2707bd4c9a1'],
    created_at: ago(27 * HOUR), started_at: ago(27 * HOUR), finished_at: ago(27 * HOUR - 4100), host: 'db-runner-1', term: 40, attempts: 1 });
  const past = (number, kind, more) => operation(`00000000-0000-4000-8000-0000000001${String(number).padStart(2, '0')}`, 'main', { kind, target: '', state: 'succeeded',
    created_at: ago(number * 3 * HOUR), started_at: ago(number * 3 * HOUR), finished_at: ago(number * 3 * HOUR - 2100), host: 'db-runner-1', term: 40, attempts: 1, ...more });
  const drift = past(1, 'drift', { result: { drift: true, rows: found.rows, objects: found.objects, inexpressible: found.inexpressible } });
  const others = [past(2, 'stamp', { target: '48f6b1907ead', revisions: ['48f6b1907ead'], result: { rows: ['48f6b1907ead'] } }),
    past(3, 'repair', { result: { accepted: ['e71a5c08d4f3'], settled: [], rows: [] } }), past(4, 'drift', { state: 'failed', error: UNREPLAYABLE }),
    ...Array.from({ length: 60 }, (_, at) => past(5 + at, 'upgrade', { target: 'heads', state: at % 5 ? 'nothing_to_do' : 'succeeded',
      revisions: at % 5 ? [] : ['e2707bd4c9a1'], applied: at % 5 ? [] : ['e2707bd4c9a1'] }))];
  const step = { revision: '3fa95c80d617', message: 'make orders.currency mandatory', direction: 'upgrade', number: 1, of: 2, transaction: true };
  const at = (seconds) => ago(26 * 60e3 - seconds * 1000);
  const failedEvents = [
    event(1, failed.id, 'accepted', { kind: 'upgrade', target: 'heads', actor: 'marta', revisions: failed.revisions, digest: failed.digest }, at(0)),
    event(2, failed.id, 'started', { term: 41, host: 'db-runner-1' }, at(1)),
    event(3, failed.id, 'step_begins', step, at(1)),
    event(4, failed.id, 'statement_begins', { revision: step.revision, ...statementsOf(step.revision)[0] }, at(1)),
    event(5, failed.id, 'retrying', { revision: step.revision, file: 'migrations/3fa95c80d617.sql', line: 8, sql: '', attempt: 1, pause_ms: 130, sqlstate: '55P03',
      message: 'canceling statement due to lock timeout', blockers: ['process 9184 (reports@analytics-2, idle in transaction for 4 min): SELECT sum(total) FROM orders'] }, at(2)),
    event(6, failed.id, 'step_begins', step, at(3)),
    event(7, failed.id, 'statement_begins', { revision: step.revision, ...statementsOf(step.revision)[0] }, at(3)),
    event(8, failed.id, 'statement_ends', { revision: step.revision, line: 8, tag: 'UPDATE 48212', rows: 48212, elapsed_ms: 18411.4,
      notices: [{ severity: 'NOTICE', message: '48,212 orders had no currency' }] }, at(21)),
    event(9, failed.id, 'statement_begins', { revision: step.revision, ...statementsOf(step.revision)[1] }, at(21)),
    event(10, failed.id, 'finished', { state: 'failed', applied: [], rows: ['e2707bd4c9a1'], error: FAILED }, at(60)),
  ];
  const broken = [
    { severity: 'error', code: 'script.unknown-key', message: 'unknown key "down_revison"', file: 'billing/migrations/8812_add_vat.sql', line: 3, column: 4, width: 12,
      text: '-- down_revison = "77a0"', hint: 'did you mean "down_revision"?' },
    { severity: 'error', code: 'graph.missing-parent', message: '9b41 names the parent "77aO", which no file has', file: 'billing/migrations/9b41_invoice_numbers.sql', line: 2,
      text: '-- down_revision = "77aO"' },
  ];
  const ledger = large(10000);
  const graphs = {
    main: { digest: 'sha256:main', revisions: main },
    billing: { digest: 'sha256:billing', revisions: main.slice(6).map((one) => ({ ...one, state: one.state === 'pending' ? 'applied' : one.state })) },
    ledger: { digest: 'sha256:ledger', revisions: ledger },
    search: { digest: 'sha256:search', revisions: main.slice(12).map((one) => ({ ...one, state: 'applied' })), ahead: [{ revision: 'fe77120ab3d4' }] },
    archive: { digest: 'sha256:archive', revisions: [] },
    fresh: { digest: 'sha256:fresh', revisions: [] },
  };
  return {
    databases: [
      database('main', 'pending', { production: true, current: ['e2707bd4c9a1', 'c25d93e0a8b6', '5c9e2fb7a104'], heads: ['c4d8a1e07b35', '5c9e2fb7a104'],
        pending: 5, applied: 19, revisions: 24, last: failed }),
      database('billing', 'modified', { current: ['e71a5c08d4f3'], heads: ['e71a5c08d4f3'], applied: 17, revisions: 17, modified: 1, role: 'leader',
        files: { ok: false, digest: 'sha256:billing', since: ago(3 * HOUR), diagnostics: broken },
        last: { ...done, database: 'billing' } }),
      database('ledger', 'pending', { mode: 'auto', current: [ledger[39].revision], heads: [ledger[0].revision], pending: 39, applied: 9961, revisions: 10000 }),
      database('search', 'ahead', { current: ['fe77120ab3d4'], heads: ['7f30e8b5d2c1'], applied: 12, revisions: 12, last: { ...done, database: 'search' } }),
      database('archive', 'unreachable', { reachable: false, leader: null, as_of: ago(2 * HOUR), current: ['7f30e8b5d2c1'], pending: 3, applied: 9, revisions: 12,
        error: 'connection to server at "archive-db.internal", port 5432 failed: Connection refused' }),
      database('fresh', 'unreachable', { reachable: false, leader: null, as_of: null, revisions: 4, error: 'could not translate host name "fresh-db.internal" to address' }),
    ],
    graphs,
    operations: { main: [failed, drift, ...others, done], billing: [], ledger: [], search: [], archive: [], fresh: [] },
    drift: { main: { ...found, operation: drift, compared_at: drift.finished_at, age_seconds: 7200 } },
    events: { [failed.id]: failedEvents, [drift.id]: [], ...Object.fromEntries(others.map((one) => [one.id, []])), [done.id]: [] },
    history: {
      main: [historyRow(130, '3fa95c80d617', 'failed', 25, { error: HISTORY_ERROR, operation: failed.id, actor: 'marta' }),
        ...main.filter((one) => one.state !== 'pending').map((one, at) => historyRow(129 - at, one.revision, 'applied', 27 * 60 + at * 1900)),
        historyRow(90, '7f30e8b5d2c1', 'reverted', 50000, { direction: 'downgrade' }), historyRow(89, '', 'stamped', 51000, { direction: 'stamp', statements: 0 }),
        ...Array.from({ length: 60 }, (_, at) => historyRow(80 - at, main[12 + (at % 10)].revision, at % 9 ? 'applied' : 'interrupted', 52000 + at * 300))],
      billing: [], ledger: [], search: [], archive: [], fresh: [],
    },
  };
}
