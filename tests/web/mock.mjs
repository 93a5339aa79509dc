// A stand-in for `revisiond serve`: the contract of the HTTP API with made-up databases, for the
// browser tests and for work on the dashboard without PostgreSQL.
//
//   node tests/web/mock.mjs [port]      prints the address with its token

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADVICE, event, found, holder, operation, statementsOf, world } from './data.mjs';

const WEB = fileURLToPath(new URL('../../web', import.meta.url));
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml' };
export const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
// What holds behind a revision, and where one outside transactions stopped.
const VERIFY = { line: 17, sql: "SELECT count(*) = 0 FROM orders WHERE currency = ''" };
const JOURNAL = [{ position: 0, state: 'done', statement: 'CREATE TABLE totals (day date, sum numeric)' },
  { position: 1, state: 'started', statement: 'CALL fill_totals()' }];
const SCOPES = ['read', 'plan', 'apply', 'admin'];

class Refusal extends Error {
  constructor(status, code, title, detail, more = {}) {
    super(detail);
    this.status = status;
    this.body = { type: `urn:revisiond:problem:${code}`, code, title, detail, status, ...more };
  }
}

const digestOf = (steps) => `v1:${createHash('sha256').update(JSON.stringify(steps)).digest('hex')}`;
// An operation as the list of databases has it: without its lists of revisions.
const summary = (one) => one && { ...one, revisions: undefined, applied: undefined };
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** One mock server; `tokens` maps a token to its scope, and `pace` is the time of a statement. */
export class Mock {
  constructor({ tokens = { secret: 'admin' }, pace = 120 } = {}) {
    this.world = world();
    this.tokens = tokens;
    this.pace = pace;
    this.open = 0;  // requests
    this.seen = [];  // of requests: method, url, and what a write said
    this.keys = new Map();
    this.watchers = new Set();  // open streams
    this.news = [];  // events of the global stream
    this.down = false;
    this.sockets = new Set();
    this.server = createServer((request, response) => this.answer(request, response));
    this.server.on('connection', (socket) => {
      if (this.down) socket.destroy();
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  async start(port = 0) {
    await new Promise((resolve) => { this.server.listen(port, '127.0.0.1', resolve); });
    this.url = `http://127.0.0.1:${this.server.address().port}/`;
    return this;
  }

  /** Cuts every connection, and refuses new ones until up(). */
  cut() {
    this.down = true;
    for (const socket of this.sockets) socket.destroy();
  }

  up() { this.down = false; }

  async close() {
    this.stopped = true;
    this.cut();
    await new Promise((resolve) => { this.server.close(resolve); });
  }

  /** Resolves when no request but streams is being answered. */
  async idle() {
    while (this.open) await sleep(5);
  }

  async answer(request, response) {
    this.open += 1;
    try {
      await this.respond(request, response);
    } finally {
      this.open -= 1;
    }
  }

  async respond(request, response) {
    const address = new URL(request.url, this.url);
    const said = { method: request.method, path: address.pathname, query: address.search, headers: request.headers };
    this.seen.push(said);
    response.setHeader('Content-Security-Policy', CSP);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    try {
      if (!address.pathname.startsWith('/api/')) return await this.file(address.pathname, response);
      const scope = this.authorize(request);
      let body = '';
      for await (const chunk of request) body += chunk;
      said.body = body ? JSON.parse(body) : null;
      const name = address.searchParams.get('database') || this.world.databases[0].name;
      await this.route(request, response, address.pathname.replace('/api/v1', ''), address.searchParams, name, scope, said.body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
      this.send(request, response, error.status, error.body, 'application/problem+json');
    }
    return undefined;
  }

  authorize(request) {
    const scope = this.tokens[(request.headers.authorization || '').replace(/^Bearer /, '')];
    if (!scope) throw new Refusal(401, 'http.unauthorized', 'A token is needed', 'Send Authorization: Bearer TOKEN.');
    return SCOPES.indexOf(scope);
  }

  async file(path, response) {
    const name = normalize(path === '/' ? '/index.html' : path);
    try {
      const bytes = await readFile(join(WEB, name));
      response.writeHead(200, { 'Content-Type': TYPES[extname(name)] || 'application/octet-stream', 'Cache-Control': 'no-cache' });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  }

  send(request, response, status, value, type = 'application/json', more = {}) {
    const text = JSON.stringify(value);
    const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
    if (request.method === 'GET' && status === 200 && request.headers['if-none-match'] === etag) return response.writeHead(304, { ETag: etag }).end();
    response.writeHead(status, { 'Content-Type': type, ...(status === 200 && { ETag: etag }), ...more });
    return response.end(text);
  }

  async route(request, response, path, query, name, scope, body) {
    const known = this.world.databases.find((one) => one.name === name);
    if (!known) throw new Refusal(404, 'http.unknown-database', 'Unknown database', `There is no database “${name}”.`);
    const ok = (value) => this.send(request, response, 200, value);
    const needs = (wanted) => {
      if (scope < SCOPES.indexOf(wanted)) throw new Refusal(403, 'http.forbidden', 'Not allowed', `This needs a token with the scope ${wanted}.`);
    };
    const [, what, id, sub] = path.split('/').map(decodeURIComponent);
    const method = `${request.method} ${what}${id ? '/id' : ''}${sub ? `/${sub}` : ''}`;
    switch (method) {
      case 'GET databases': return ok({ databases: this.world.databases.map((one) => ({ ...one, advice: ADVICE[one.state] ?? null, running: summary(one.running), last: summary(one.last) })) });
      case 'GET revisions': return ok(this.world.graphs[name]);
      case 'GET revisions/id': return ok(this.revision(name, id));
      case 'GET history': return ok(this.history(name, query));
      case 'GET operations': return ok(this.pages('operations', this.world.operations[name], query));
      case 'GET operations/id': return ok(this.operation(name, id));
      case 'GET operations/id/events': return this.stream(request, response, () => this.world.events[this.operation(name, id).id]);
      case 'GET events': return this.stream(request, response, () => this.news);
      case 'POST operations/id/cancel':
        needs('apply');
        this.operation(name, id).cancel_requested = true;
        this.emit(this.operation(name, id), 'cancel_requested', { actor: 'marta' });
        return this.send(request, response, 202, this.operation(name, id));
      case 'GET plan': needs('plan'); return ok(this.plan(name, query.get('direction'), query.get('target')));
      case 'GET drift': return ok(this.drift(name));
      case 'POST drift': needs('plan'); return this.compare(request, response, name);
      case 'POST stamp': needs('admin'); return this.send(request, response, 202, this.accept(name, { kind: 'stamp', target: body.targets.join(' ') }));
      case 'POST repair': needs('admin'); return this.send(request, response, 202, this.accept(name, { kind: 'repair', target: '' }));
      case 'POST apply': return this.apply(request, response, name, needs, body);
      default: throw new Refusal(404, 'http.unknown-path', 'Not found', `There is nothing at ${path}.`);
    }
  }

  drift(name) {
    const last = this.world.drift[name];
    if (!last && this.world.operations[name].some((one) => one.kind === 'drift' && !one.finished_at)) {
      throw new Refusal(409, 'http.comparing', 'Conflict', `"${name}" is being compared with its revisions`);
    }
    if (!last) throw new Refusal(404, 'http.never-compared', 'Not found', `"${name}" has not been compared with its revisions yet`);
    return { ...last, operation: { ...last.operation, result: null } };
  }

  compare(request, response, name) {
    const made = this.accept(name, { kind: 'drift', target: '' });
    this.replay(made, name);
    return this.send(request, response, 202, made);
  }

  async replay(one, name) {
    const known = this.begin(one);
    for (const text of ['reads the schema of the database', 'applies the revisions up to e2707bd4c9a1 in a scratch database', 'compares them']) {
      this.emit(one, 'note', { text });
      await sleep(this.pace);
      if (this.stopped) return;
      if (one.cancel_requested || this.unreplayable) {
        const error = this.unreplayable || { title: 'Cancelled', detail: 'marta cancelled the operation.', code: 'apply.cancelled' };
        this.end(one, known, one.cancel_requested ? 'cancelled' : 'failed', error);
        return;
      }
    }
    const { drift, rows, objects, inexpressible } = found;
    one.result = { drift, rows, objects, inexpressible };
    this.end(one, known, 'succeeded', null);
    this.world.drift[name] = { ...found, operation: one, compared_at: one.finished_at, age_seconds: 0 };
  }

  operation(name, id) {
    const found = this.world.operations[name].find((one) => one.id === id);
    if (!found) throw new Refusal(404, 'http.unknown-operation', 'Unknown operation', `${name} has no operation ${id}.`);
    return found;
  }

  pages(key, all, query) {
    const limit = Number(query.get('limit') || 50);
    const before = query.get('before');
    const start = before ? all.findIndex((one) => String(one.id) === before) + 1 : 0;
    const rows = all.slice(start, start + limit);
    return { [key]: rows, next: start + limit < all.length ? rows.at(-1).id : null };
  }

  history(name, query) {
    const messages = new Map(this.world.graphs[name].revisions.map((one) => [one.revision, one.message]));
    const { history, next } = this.pages('history', this.world.history[name], query);
    return { history: history.map((row) => ({ ...row, message: messages.get(row.revision) ?? null })), next };
  }

  revision(name, id) {
    const one = this.world.graphs[name].revisions.find((each) => each.revision === id);
    if (!one) throw new Refusal(404, 'graph.unknown-revision', 'Unknown revision', `No file of ${name} has the revision “${id}”.`);
    const statements = statementsOf(id);
    return { ...one,
      long_message: 'Fills the column before the constraint comes, in the same transaction.\nLong tables want a backfill of their own first.',
      sections: {
        upgrade: { line: 8, sql: `${statements.map((each) => `${each.sql};`).join('\n\n')}\n` },
        downgrade: one.reversible ? { line: 14, sql: 'ALTER TABLE orders ALTER COLUMN currency DROP NOT NULL;\n' } : null,
        verify: id === '3fa95c80d617' ? { ...VERIFY, sql: `${VERIFY.sql};\n` } : null,
      },
      journal: one.state === 'in_doubt' ? JOURNAL.map((entry) => ({ revision: id, direction: 'upgrade', error: null, ...entry })) : [],
      history: this.world.history[name].filter((row) => row.revision === id) };
  }

  plan(name, direction, target) {
    const all = this.world.graphs[name].revisions;
    const pending = all.filter((one) => one.state === 'pending').reverse();
    const applied = all.filter((one) => one.state !== 'pending');
    if (!/^(heads?|base|[-+]\d+|[\w@]{4,})$/.test(target)) {
      throw new Refusal(422, 'graph.unknown-target', 'The target does not resolve', `“${target}” is no revision, prefix or label.`, {
        diagnostics: [{ severity: 'error', code: 'graph.unknown-target', message: `“${target}” is no revision, prefix or label.`, hint: 'did you mean “heads”?' }] });
    }
    const at = pending.findIndex((one) => one.revision.startsWith(target));
    const chosen = direction === 'downgrade' ? applied.slice(0, 2) : at >= 0 ? pending.slice(0, at + 1) : pending;
    const steps = chosen.map((one) => ({ revision: one.revision, direction, message: one.message, transaction: one.transaction, rows: [one.revision],
      statements: statementsOf(one.revision), verify: one.revision === '3fa95c80d617' ? [VERIFY] : [] }));
    const hazards = chosen.flatMap((one) => [
      one.revision === '3fa95c80d617' && { code: 'scan-under-lock', text: 'SET NOT NULL reads the whole of orders under ACCESS EXCLUSIVE.', revision: one.revision, line: 11 },
      one.revision === 'c4d8a1e07b35' && { code: 'drops-data', text: 'Drops the index posts_title_trgm_idx.', revision: one.revision, line: 8 },
    ].filter(Boolean));
    const { current } = this.world.databases.find((one) => one.name === name);
    return { digest: digestOf([steps, current]), from: current, to: steps.length ? [steps.at(-1).revision] : current, steps, hazards,
      warnings: [], notes: steps.length ? [] : ['the database is at the target already'], database: { system_identifier: '7436621883519541234', oid: 16384 } };
  }

  apply(request, response, name, needs, body) {
    needs(body.direction === 'downgrade' ? 'admin' : 'apply');
    const key = request.headers['idempotency-key'];
    if (key && this.keys.has(key)) return this.send(request, response, 202, this.keys.get(key));
    const plan = this.plan(name, body.direction, body.target);
    if (body.plan && body.plan !== plan.digest) {
      throw new Refusal(409, 'apply.plan-changed', 'The plan has changed', 'The plan that was sent is not what would run now.', { plan });
    }
    const missing = plan.hazards.map((one) => one.code).filter((code) => !(body.acknowledge || []).includes(code));
    if (missing.length && !body.dry_run) throw new Refusal(409, 'apply.unacknowledged', 'Hazards are not acknowledged', `Acknowledge ${missing.join(', ')}.`, { plan });
    const made = this.accept(name, { kind: body.direction, target: body.target, dry_run: Boolean(body.dry_run), digest: plan.digest, revisions: plan.steps.map((one) => one.revision) });
    if (key) this.keys.set(key, made);
    this.run(made, plan);
    return this.send(request, response, 202, made, 'application/json', { Location: `/api/v1/operations/${made.id}` });
  }

  accept(name, more) {
    const made = operation(`00000000-0000-4000-8000-${String(Date.now()).slice(-12)}`, name, more);
    this.world.operations[name].unshift(made);
    this.world.events[made.id] = [];
    this.emit(made, 'accepted', { kind: made.kind, target: made.target, actor: made.actor, revisions: made.revisions, digest: made.digest });
    return made;
  }

  begin(one) {
    const known = this.world.databases.find((each) => each.name === one.database);
    Object.assign(one, { state: 'running', started_at: new Date().toISOString(), host: 'db-runner-1', term: 41, attempts: 1 });
    known.running = one;
    this.emit(one, 'started', { term: 41, host: 'db-runner-1' });
    return known;
  }

  /** Tells the global stream. */
  tell(type, data) {
    this.news.push(event(this.news.length + 1, null, type, data));
    for (const wake of this.watchers) wake();
  }

  emit(one, type, data) {
    const events = this.world.events[one.id];
    events.push(event(events.length + 1, one.id, type, data));
    for (const wake of this.watchers) wake();
  }

  async run(one, plan) {
    const graph = this.world.graphs[one.database];
    await sleep(this.pace);
    this.emit(one, 'waiting_for_lock', { holder });
    const known = this.begin(one);
    for (const [at, step] of plan.steps.entries()) {
      const begins = { revision: step.revision, message: step.message, direction: step.direction, number: at + 1, of: plan.steps.length, transaction: step.transaction };
      this.emit(one, 'step_begins', begins);
      for (const [number, { line, sql }] of step.statements.entries()) {
        this.emit(one, 'statement_begins', { revision: step.revision, line, sql });
        if (at === 1 && number === 0) {
          await sleep(this.pace);
          this.emit(one, 'retrying', { revision: step.revision, file: 'x.sql', line, sql, attempt: 1, pause_ms: 180, sqlstate: '55P03', message: 'canceling statement due to lock timeout',
            blockers: ['process 9184 (reports@analytics-2, idle in transaction for 4 min): SELECT sum(total) FROM orders'] });
          await sleep(this.pace);
          this.emit(one, 'step_begins', begins);
          this.emit(one, 'statement_begins', { revision: step.revision, line, sql });
        }
        await sleep(this.pace);
        if (this.stopped) return;
        if (one.cancel_requested) return this.end(one, known, 'cancelled', { title: 'Cancelled', detail: 'marta cancelled the operation.', code: 'apply.cancelled' });
        this.emit(one, 'statement_ends', { revision: step.revision, line, tag: number ? 'ALTER TABLE' : sql.startsWith('UPDATE') ? 'UPDATE 48212' : sql.split(' ').slice(0, 2).join(' '), rows: number ? 0 : 48212,
          elapsed_ms: this.pace * (at + 0.4), notices: at === 1 ? [{ severity: 'NOTICE', message: '48,212 orders had no currency' }] : [] });
      }
      if (!one.dry_run) {
        one.applied.push(step.revision);
        const row = graph.revisions.find((each) => each.revision === step.revision);
        if (row) row.state = 'applied';
        known.pending -= 1;
        known.applied += 1;
      }
      this.emit(one, 'step_ends', { revision: step.revision, elapsed_ms: this.pace * (step.statements.length + 1) });
    }
    known.current = plan.to;
    if (!known.pending) known.state = 'up_to_date';
    return this.end(one, known, 'succeeded', null);
  }

  end(one, known, state, error) {
    Object.assign(one, { state, error, finished_at: new Date().toISOString() });
    Object.assign(known, { running: null, ...(one.kind !== 'drift' && { last: one }) });
    this.tell('operation', one);
    this.emit(one, 'finished', { state, applied: one.applied, rows: known.current, error });
  }

  // Replays what comes after Last-Event-ID, then goes on; heartbeats keep it open.
  stream(request, response, eventsOf) {
    let last = Number(request.headers['last-event-id'] || 0);
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    response.write('retry: 1000\n\n');
    const wake = () => {
      for (const one of eventsOf()) {
        if (one.id <= last) continue;
        last = one.id;
        response.write(`id: ${one.id}\nevent: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`);
      }
    };
    const beat = setInterval(() => response.write(': still here\n\n'), 5000);
    this.watchers.add(wake);
    response.on('close', () => {
      clearInterval(beat);
      this.watchers.delete(wake);
    });
    wake();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mock = await new Mock({ pace: 900 }).start(Number(process.argv[2] || 0));
  console.log(`${mock.url}#token=secret`);
}
