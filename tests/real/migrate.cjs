// Runs one migration of an application on a database: node migrate.cjs STYLE URL FILE
//
// The application is not there, only its file: what else it asks for is answered by a stand-in that
// agrees to everything. A statement that fails is reported and the others follow, as psql does.
'use strict';

const Module = require('module');
const { Client } = require('pg');

const [style, url, file] = process.argv.slice(2);

const anything = new Proxy(function () {}, {
  get: (_, name) => {
    if (name === Symbol.toPrimitive) return () => '';
    return name === 'then' || typeof name === 'symbol' ? undefined : anything;
  },
  apply: () => anything,
  construct: () => ({}),
});

let statements = [];
class Migration {
  addSql(sql) {
    statements.push(typeof sql === 'string' ? sql : String(sql));
  }
  execute() {
    return [];
  }
}
const standIn = new Proxy({ Migration, __esModule: true }, {
  get: (known, name) => (name in known ? known[name] : anything),
});

const helpers = { async: require('async') };
const load = Module._load;
Module._load = function (request, ...others) {
  try {
    return load.call(this, request, ...others);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' || request === file) throw error;
    return helpers[request] ?? standIn;
  }
};

async function main() {
  const client = new Client({ connectionString: url });
  await client.connect();
  const query = async (sql, values) => {
    try {
      return (await client.query(sql, values)).rows ?? [];
    } catch (error) {
      console.error(`ERROR: ${error.message}`);
      return [];
    }
  };
  const has = async (relation, name) =>
    (await query(`SELECT 1 FROM information_schema.${relation}`, name)).length > 0;
  const hasColumn = (table, column) =>
    has('columns WHERE table_name = $1 AND column_name = $2', [table.name ?? table, column]);
  const hasTable = (table) => has('tables WHERE table_name = $1', [table]);
  const migrations = () => Object.values(require(file)).filter((value) => typeof value === 'function');
  const styles = {
    typeorm: async () => {
      for (const Class of migrations()) {
        await new Class().up({ query, hasColumn, hasTable, manager: { query } });
      }
    },
    'mikro-orm': async () => {
      for (const Class of migrations()) {
        await new Class().up();
        for (const statement of statements) await query(statement);
        statements = [];
      }
    },
    'db-migrate': async () => {
      const run = (shape) => (sql, ...rest) => {
        const done = rest.pop();
        return query(sql, rest[0]).then((rows) => done && done(null, shape(rows)));
      };
      const runSql = run((rows) => ({ rows }));
      const column = (name, { type, length, primaryKey, notNull, defaultValue }) =>
        `"${name}" ${type === 'string' ? 'varchar' : type}${length ? `(${length})` : ''}` +
        (primaryKey ? ' PRIMARY KEY' : '') + (notNull ? ' NOT NULL' : '') +
        (defaultValue === undefined ? '' : ` DEFAULT '${defaultValue}'`);
      const alter = (table, what, done) => runSql(`ALTER TABLE "${table}" ${what}`, done);
      const db = {
        runSql,
        all: run((rows) => rows),
        createTable: (table, columns, done) =>
          runSql(`CREATE TABLE "${table}" (${Object.entries(columns.columns ?? columns)
            .map((entry) => column(...entry)).join(', ')})`, done),
        addColumn: (table, name, what, done) => alter(table, `ADD COLUMN ${column(name, what)}`, done),
        removeColumn: (table, name, done) => alter(table, `DROP COLUMN "${name}"`, done),
        dropTable: (table, done) => runSql(`DROP TABLE "${table}"`, done),
      };
      const { up } = require(file);
      await (up.length < 2 ? up(db) : new Promise((done, failed) =>
        Promise.resolve(up(db, (error) => (error ? failed(error) : done()))).catch(failed)));
    },
    knex: async () => {
      const knex = require('knex')({ client: 'pg', connection: { connectionString: url } });
      try {
        await require(file).up(knex);
      } finally {
        await knex.destroy();
      }
    },
  };
  try {
    await styles[style]();
  } finally {
    await client.end();
  }
}

main().catch((error) => console.error(`ERROR: ${error.message}`));
