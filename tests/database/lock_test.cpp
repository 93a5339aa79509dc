// One writer: the advisory lock, who holds it, what a file can do to it; lock timeouts and retries.
#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "apply/run.hpp"
#include "database/advisory_lock.hpp"
#include "database/connection.hpp"
#include "database/state_schema.hpp"
#include "fixture.hpp"

using namespace revisiond;
using namespace revisiond::test;
using apply::FailureKind;
using namespace std::chrono_literals;

namespace {

database::LockKey key_of(const Database& db) {
    return database::lock_key(db.state().version_table);
}

// The first retry that knows for whom: on a busy machine a wait may be over before anybody has
// looked who blocks it.
std::vector<apply::RetryReport>::const_iterator seen_by(const Database& db) {
    return std::ranges::find_if(db.recorder.retries,
                                [](const auto& retry) { return !retry.blockers.empty(); });
}

apply::StampRequest stamp_a_to_b() {
    apply::StampRequest request;
    request.from = {"a"};
    request.row_changes = {{graph::RowChange::Kind::update, "a", "b"}};
    request.stamped = {{"b", {"a"}, {}, "c1", "c2"}};
    return request;
}

}  // namespace

TEST_CASE("the lock's key is fixed by the qualified version table") {
    const auto key = database::lock_key({"public", "alembic_version"});
    CHECK(key.classid == 0x72657664);
    // sha256sum of "public"."alembic_version", its first four bytes.
    CHECK(key.objid == 0x60751042);
    CHECK(key.objid != database::lock_key({"app", "alembic_version"}).objid);
    CHECK(key.objid != database::lock_key({"public", "other"}).objid);
}

TEST_CASE("a held lock is waited for, then reported with its holder") {
    Database db;
    db.options.holder_timeout = 300ms;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    auto other = db.connect();
    REQUIRE(other.run("SET application_name TO 'somebody else'"));
    REQUIRE(*database::try_lock(other, key_of(db)));
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.kind == FailureKind::lock_held);
    CHECK(up.error().failure.diagnostic.message.find("\"somebody else\" of user postgres") !=
          std::string::npos);
    CHECK(up.error().failure.diagnostic.message.find(
              "the lock of database \"" + db.value("SELECT current_database()") + "\"") !=
          std::string::npos);
    REQUIRE(up.error().failure.holder);
    CHECK(up.error().failure.holder->backend_pid == other.backend_pid());
    CHECK(db.recorder.waited_for.size() == 1);
    CHECK(db.value("SELECT to_regclass('alembic_version') IS NULL") == "t");
}

TEST_CASE("waiting for the lock ends when it is freed, and holds no snapshot meanwhile") {
    Database db;
    db.options.holder_timeout = 20s;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    db.execute("CREATE TABLE big (id int)");
    auto other = db.connect();
    REQUIRE(*database::try_lock(other, key_of(db)));
    bool built = false;
    std::jthread holder([&] {
        std::this_thread::sleep_for(500ms);
        // A waiter with an open transaction would make this wait for it, and for ever.
        built = other.execute("CREATE INDEX CONCURRENTLY i ON big (id)").has_value();
        const auto freed = other.run("SELECT pg_advisory_unlock_all()");
        (void)freed;
    });
    REQUIRE(db.upgrade());
    holder.join();
    CHECK(built);
}

TEST_CASE("the holder of a running upgrade is told in words, with its term") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    std::string described;
    std::int64_t term = 0;
    db.recorder.before_statement = [&](const sql::Statement&) {
        auto session = db.connect();
        auto holder = database::read_holder(database::query_of(session), db.state(), db.names);
        REQUIRE(holder);
        REQUIRE(*holder);
        described = (*holder)->describe();
        term = (*holder)->term;
    };
    REQUIRE(db.upgrade());
    CHECK(described.starts_with("revisiond 0.0.0 on test-host (pid "));
    CHECK(described.ends_with(", upgrade heads"));
    CHECK(term == 1);
    db.add({"b", "a", "SELECT 1;"});
    REQUIRE(db.upgrade());
    CHECK(term == 2);
}

TEST_CASE("an empty plan takes no lock") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    REQUIRE(db.upgrade());
    auto other = db.connect();
    REQUIRE(*database::try_lock(other, key_of(db)));
    auto again = db.upgrade();
    REQUIRE(again);
    CHECK(again->applied.empty());
}

TEST_CASE("a file that frees the lock is noted, and the lock is taken again") {
    for (const std::string hostile :
         {"SELECT pg_advisory_unlock_all();",
          "SELECT pg_advisory_unlock(1919252068, 0), pg_advisory_unlock_all();"}) {
        Database db;
        db.add({"a", "", hostile});
        db.add({"b", "a", "CREATE TABLE t (id int);"});
        db.add({"c", "b", "SELECT 1;"});
        bool held = false;
        db.recorder.before_statement = [&](const sql::Statement& statement) {
            if (statement.text != "SELECT 1") return;
            auto other = db.connect();
            held = !*database::try_lock(other, key_of(db));
        };
        REQUIRE(db.upgrade());
        CHECK(db.recorder.noted("freed revisiond's advisory lock"));
        CHECK(held);
    }
}

TEST_CASE("a file that frees the lock loses to a process that takes it") {
    Database db;
    db.add({"a", "", "SELECT pg_advisory_unlock_all();"});
    db.add({"b", "a", "CREATE TABLE t (id int);"});
    auto other = db.connect();
    bool kept_out = false;
    // Inside a's transaction the transaction-level lock keeps everyone out, behind it nothing does.
    db.recorder.after_statement = [&] { kept_out = !*database::try_lock(other, key_of(db)); };
    db.recorder.after_step = [&] { CHECK(*database::try_lock(other, key_of(db))); };
    auto up = db.upgrade();
    CHECK(kept_out);
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.kind == FailureKind::lock_held);
    CHECK(db.rows() == std::vector<std::string>{"a"});
    CHECK(db.value("SELECT to_regclass('t') IS NULL") == "t");
}

TEST_CASE("a user's advisory lock of our key stops us until it is gone") {
    Database db;
    db.options.holder_timeout = 100ms;
    db.add({"a", "", "SELECT 1;"});
    auto user = db.connect();
    REQUIRE(user.run("SELECT pg_advisory_lock_shared(" + key_of(db).arguments() + ")"));
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.kind == FailureKind::lock_held);
    CHECK(up.error().failure.holder->backend_pid == user.backend_pid());
}

TEST_CASE("rows that changed since the plan stop the run before anything happens") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    auto plan = db.plan(graph::Direction::upgrade, "heads");
    REQUIRE(db.upgrade());
    auto again = db.run(plan);
    REQUIRE_FALSE(again);
    CHECK(again.error().failure.kind == FailureKind::rows_changed);
    CHECK(again.error().failure.diagnostic.message.find("expected none, found a") !=
          std::string::npos);
}

TEST_CASE("rows that change between two revisions stop the run there") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    db.add({"b", "a", "CREATE TABLE u (id int);", "", "", false});
    db.add({"c", "b", "CREATE TABLE v (id int);"});
    db.recorder.before_statement = [&](const sql::Statement& statement) {
        if (statement.text.starts_with("CREATE TABLE u"))
            db.execute("UPDATE alembic_version SET version_num = 'x'");
    };
    REQUIRE_FALSE(db.upgrade());
    CHECK(db.value("SELECT to_regclass('v') IS NULL") == "t");
    CHECK(db.rows() == std::vector<std::string>{"x"});
}

TEST_CASE("a statement that meets a lock rolls back, sleeps outside and tries again") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    REQUIRE(db.upgrade());
    db.add({"b", "a", "CREATE TABLE u (id int); ALTER TABLE t ADD COLUMN n int;"});
    auto reader = db.connect();
    REQUIRE(reader.run("SET application_name TO 'long reader'; BEGIN; SELECT * FROM t"));
    const auto seen = [&] { return seen_by(db); };
    db.recorder.after_retry = [&] {
        if (db.recorder.retries.size() >= 2 && seen() != db.recorder.retries.end())
            CHECK(reader.run("COMMIT"));
    };
    REQUIRE(db.upgrade());
    REQUIRE(db.recorder.retries.size() >= 2);
    CHECK(db.recorder.retries[0].error.server.sqlstate == "55P03");
    CHECK(db.recorder.retries[0].line == 5);
    CHECK(db.recorder.retries[0].pause >= 75ms);
    REQUIRE(seen() != db.recorder.retries.end());
    REQUIRE(seen()->blockers.size() == 1);
    CHECK(seen()->blockers[0].find("long reader") != std::string::npos);
    CHECK(
        db.value(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'n'") ==
        "1");
}

TEST_CASE("a step locks the version table, and says what it waits for") {
    Database db;
    db.add({"a", "", "SELECT 1;"});
    REQUIRE(db.upgrade());
    db.add({"b", "a", "SELECT 1;"});
    auto writer = db.connect();
    REQUIRE(
        writer.run("SET application_name TO 'slow writer'; SET lock_timeout TO '50ms'; BEGIN;"
                   " UPDATE alembic_version SET version_num = version_num"));
    db.recorder.after_retry = [&] {
        if (seen_by(db) != db.recorder.retries.end()) CHECK(writer.run("COMMIT"));
    };
    bool kept_out = false;
    db.recorder.before_statement = [&](const sql::Statement&) {
        const auto written = writer.run("UPDATE alembic_version SET version_num = 'x'");
        kept_out = !written && written.error().lock_timeout();
    };
    REQUIRE(db.upgrade());
    CHECK(kept_out);
    REQUIRE_FALSE(db.recorder.retries.empty());
    CHECK(db.recorder.retries[0].line == 0);
    CHECK(db.recorder.retries[0].doing == "locking public.alembic_version for revision b");
    REQUIRE(seen_by(db) != db.recorder.retries.end());
    CHECK(seen_by(db)->blockers[0].find("slow writer") != std::string::npos);
}

TEST_CASE("the pauses between tries grow from 100 ms to 2 s, each by a quarter more or less") {
    apply::Patience patience(1min);
    double pause = 100;
    for (int attempt = 0; attempt < 20; ++attempt) {
        INFO(attempt);
        const auto next = patience.next_pause();
        REQUIRE(next);
        CHECK(next->count() >= static_cast<int>(pause * 0.75));
        CHECK(next->count() <= pause * 1.25);
        pause = std::min(pause * 1.5, 2000.0);
    }
    CHECK(pause == 2000);
    CHECK_FALSE(apply::Patience(0ms).next_pause());
}

TEST_CASE("the state schema may have another name") {
    Database db;
    db.names.state_schema = "book keeping";
    db.add({"a", "", "CREATE TABLE t (id int);", "DROP TABLE t;"});
    db.add({"b", "a", "CREATE INDEX CONCURRENTLY i ON t (id);", "", "", false});
    REQUIRE(db.upgrade());
    CHECK(db.query("SELECT revision FROM \"book keeping\".history ORDER BY id") ==
          std::vector<std::string>{"a", "b"});
    CHECK(db.value("SELECT count(*) FROM \"book keeping\".operation") == "1");
    CHECK(db.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'revisiond'") == "0");
    CHECK(db.state().layout == database::current_layout);
}

TEST_CASE("retries end after lock_retry_for") {
    Database db;
    db.options.lock_retry_for = 400ms;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    REQUIRE(db.upgrade());
    db.add({"b", "a", "ALTER TABLE t ADD COLUMN n int;"});
    auto reader = db.connect();
    REQUIRE(reader.run("BEGIN; SELECT * FROM t"));
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.server->sqlstate == "55P03");
    CHECK(up.error().failure.diagnostic.message.find("gave up after") != std::string::npos);
    CHECK(up.error().failure.diagnostic.hint.find("server process") != std::string::npos);
}

TEST_CASE("a deadlock and a serialization failure are tried again, other errors are not") {
    for (const std::string sqlstate : {"40P01", "40001", "23505"}) {
        INFO(sqlstate);
        Database db;
        // What a rollback does not take back counts the attempts.
        db.execute("CREATE SEQUENCE attempts");
        db.add(
            {"a", "",
             "CREATE TABLE t (id int); DO $$BEGIN IF nextval('attempts') < 3 THEN RAISE 'not now'"
             " USING ERRCODE = '" +
                 sqlstate + "'; END IF; END$$;"});
        const auto up = db.upgrade();
        CHECK(up.has_value() == (sqlstate != "23505"));
        CHECK(db.value("SELECT last_value FROM attempts") == (up ? "3" : "1"));
        CHECK(db.recorder.retries.size() == (up ? 2U : 0U));
        CHECK(db.value("SELECT count(*) FROM revisiond.history") == "1");
    }
}

TEST_CASE("what [verify] runs into is tried again, what it answers is not") {
    for (const bool transaction : {true, false}) {
        INFO(transaction);
        Database db;
        db.execute("CREATE SEQUENCE attempts");
        db.add({"a", "", "CREATE TABLE t (id int);", "",
                "DO $$BEGIN IF nextval('attempts') < 3 THEN RAISE 'not now' USING ERRCODE = "
                "'40001'; END IF; END$$; SELECT currval('attempts') > 3;",
                transaction});
        const auto up = db.upgrade();
        REQUIRE_FALSE(up);
        CHECK(up.error().failure.kind == FailureKind::verify);
        CHECK(up.error().failure.diagnostic.message.find("answered false") != std::string::npos);
        CHECK(db.value("SELECT last_value FROM attempts") == "3");
        CHECK(db.recorder.retries.size() == 2);
    }
}

TEST_CASE("rows wait longer than DDL, and a file's own lock_timeout wins") {
    Database db;
    db.add(
        {"a", "", "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE seen (at text, value text);"});
    db.add({"b", "a",
            "INSERT INTO seen VALUES ('rows', current_setting('lock_timeout'));"
            "CREATE TABLE seen2 AS SELECT current_setting('lock_timeout') AS value;"
            "SET lock_timeout TO '7s'; CREATE TABLE seen3 AS SELECT "
            "current_setting('lock_timeout') AS value;"});
    db.add({"c", "b", "CREATE TABLE seen4 AS SELECT current_setting('lock_timeout') AS value;"});
    REQUIRE(db.upgrade());
    CHECK(db.value("SELECT value FROM seen") == "30s");
    CHECK(db.value("SELECT value FROM seen2") == "100ms");
    CHECK(db.value("SELECT value FROM seen3") == "7s");
    CHECK(db.value("SELECT value FROM seen4") == "100ms");
    CHECK(db.recorder.noted("migrations/b.sql:5: the file sets lock_timeout itself"));
}

TEST_CASE("statement_timeout applies to a file's statements") {
    Database db;
    db.options.statement_timeout = 100ms;
    db.add({"a", "", "SELECT pg_sleep(30);"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.server->sqlstate == "57014");
    CHECK(up.error().failure.kind == FailureKind::sql);
}

TEST_CASE("a role's own settings cannot kill the holder or change what a file says") {
    Database db;
    db.execute(
        "DROP ROLE IF EXISTS hasty; CREATE ROLE hasty LOGIN SUPERUSER;"
        "ALTER ROLE hasty SET statement_timeout TO '20ms';"
        "ALTER ROLE hasty SET idle_in_transaction_session_timeout TO '50ms';"
        "ALTER ROLE hasty SET default_transaction_isolation TO 'serializable';"
        "ALTER ROLE hasty SET default_transaction_read_only TO on;"
        "ALTER ROLE hasty SET client_encoding TO 'LATIN1';"
        "ALTER ROLE hasty SET standard_conforming_strings TO off");
    if (db.connect().server_version() >= 140000) {
        db.execute("ALTER ROLE hasty SET idle_session_timeout TO '50ms'");
    }
    if (db.connect().server_version() >= 170000) {
        db.execute("ALTER ROLE hasty SET transaction_timeout TO '100ms'");
    }
    db.parameters[1].second = "hasty";
    db.add({"a", "",
            "SELECT pg_sleep(0.05); CREATE TABLE t (id int);"
            "DO $$BEGIN ASSERT current_setting('transaction_isolation') = 'read committed'; END$$;"
            "SELECT 1 / (length('üü\\n') = 4)::int;"});
    db.add({"b", "a", "SELECT pg_sleep(0.05);", "", "", false});
    db.recorder.before_statement = [](const sql::Statement&) {
        std::this_thread::sleep_for(120ms);
    };
    auto up = db.upgrade();
    if (!up) FAIL(to_text(up.error().failure.diagnostic));
    CHECK(db.rows() == std::vector<std::string>{"b"});
}

TEST_CASE("times are those of the server's clock under any DateStyle and TimeZone") {
    Database db;
    db.execute(
        "DROP ROLE IF EXISTS dated; CREATE ROLE dated LOGIN SUPERUSER;"
        "ALTER ROLE dated SET datestyle TO 'SQL, DMY';"
        "ALTER ROLE dated SET timezone TO 'Asia/Kolkata'");
    db.parameters[1].second = "dated";
    db.add({"a", "", "SET datestyle TO 'ISO, MDY'; SET timezone TO 'America/New_York';"});
    db.add({"b", "a", "SET datestyle TO 'ISO, MDY';", "", "", false});
    db.add({"c", "b", "SELECT 1;"});
    auto up = db.upgrade();
    if (!up) FAIL(to_text(up.error().failure.diagnostic));
    CHECK(db.value("SELECT count(*) FROM revisiond.history WHERE started_at > now() - interval "
                   "'2 minutes' AND started_at <= finished_at") == "3");
}

TEST_CASE("a failure is recorded whatever encoding its file has set") {
    Database db;
    db.add({"a", "",
            "SET client_encoding TO 'LATIN1';"
            "DO $$BEGIN RAISE EXCEPTION '% wide', chr(252); END$$;"});
    REQUIRE_FALSE(db.upgrade());
    CHECK(
        db.value("SELECT outcome || ' ' || (error LIKE '% wide%')::text FROM revisiond.history") ==
        "failed true");
    CHECK(db.value("SELECT state FROM revisiond.operation") == "failed");
}

TEST_CASE("a login whose settings name the role that owns everything needs no rights of its own") {
    Database db;
    db.execute(
        "DROP ROLE IF EXISTS owned_login; DROP ROLE IF EXISTS owner_of_all;"
        "CREATE ROLE owner_of_all; CREATE ROLE owned_login LOGIN NOINHERIT;"
        "GRANT owner_of_all TO owned_login; ALTER ROLE owned_login SET role TO owner_of_all;"
        "CREATE SCHEMA app AUTHORIZATION owner_of_all;"
        "ALTER ROLE owned_login SET search_path TO app");
    db.execute(
        "DO $$BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO owner_of_all', "
        "current_database()); END$$");
    db.parameters[1].second = "owned_login";
    db.add({"a", "", "CREATE TABLE t (id int);", "DROP TABLE t;"});
    db.add({"b", "a", "CREATE INDEX CONCURRENTLY i ON t (id);", "DROP INDEX i;", "", false});
    auto up = db.upgrade();
    if (!up) FAIL(to_text(up.error().failure.diagnostic));
    CHECK(db.value("SELECT tableowner FROM pg_tables WHERE tablename = 't'") == "owner_of_all");
    CHECK(db.value("SELECT DISTINCT \"session_user\" FROM revisiond.history") == "owned_login");
    db.parameters[1].second = "postgres";
    db.execute("DROP OWNED BY owner_of_all; DROP ROLE owned_login; DROP ROLE owner_of_all");
}

TEST_CASE("who waits to make the state schema can be stopped") {
    Database db;
    db.add({"a", "", "SELECT 1;"});
    auto other = db.connect();
    REQUIRE(other.run("SELECT pg_advisory_lock(" +
                      database::state_schema_lock_key("revisiond").arguments() + ")"));
    std::stop_source stop;
    std::jthread stopper([&] {
        std::this_thread::sleep_for(300ms);
        stop.request_stop();
    });
    auto up = db.run(db.plan(graph::Direction::upgrade, "heads"), stop.get_token());
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.kind == FailureKind::cancelled);
    CHECK(up.error().failure.diagnostic.message.find("another session holds the advisory lock") !=
          std::string::npos);
}

TEST_CASE("two services in one database do not see each other") {
    Database db;
    db.add({"a", "", "SELECT 1;"});
    REQUIRE(db.upgrade());
    database::TableNames other = db.names;
    other.version_table.name = "other_version";
    auto session = db.connect();
    auto state = database::read_state(database::query_of(session), other);
    REQUIRE(state);
    CHECK(state->recorded.empty());
    CHECK_FALSE(state->version_table_exists);
    auto history = database::read_history(database::query_of(session), *state, other, 0);
    REQUIRE(history);
    CHECK(history->empty());
    CHECK(database::read_history(database::query_of(session), db.state(), db.names, 0)->size() ==
          1);
    CHECK(database::lock_key(state->version_table).objid != key_of(db).objid);
}

TEST_CASE("reading creates nothing") {
    Database db;
    const auto state = db.state();
    CHECK_FALSE(state.version_table_exists);
    CHECK(state.version_table.schema == "public");
    CHECK(state.layout == 0);
    CHECK(db.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'revisiond'") == "0");
}

TEST_CASE("a version table in another schema stops every write") {
    Database db;
    db.execute(
        "CREATE SCHEMA app; CREATE TABLE app.alembic_version (version_num varchar(32) PRIMARY "
        "KEY)");
    db.add({"a", "", "CREATE TABLE t (id int);"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.code == "apply.version-table-elsewhere");
    CHECK(up.error().failure.diagnostic.hint.find("\"app.alembic_version\"") != std::string::npos);
    CHECK(db.value("SELECT to_regclass('public.alembic_version') IS NULL") == "t");

    // Also when ours is there: an empty one of ours would rerun everything from base.
    db.execute("CREATE TABLE public.alembic_version (version_num varchar(32) PRIMARY KEY)");
    auto again = db.upgrade();
    REQUIRE_FALSE(again);
    CHECK(again.error().failure.diagnostic.code == "apply.version-table-elsewhere");
    db.names.version_table.schema = "public";
    CHECK(db.upgrade());
}

TEST_CASE("an Alembic version table of 32 characters is widened when an id needs it") {
    Database db;
    db.execute(
        "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))");
    db.add({"a", "", "SELECT 1;"});
    REQUIRE(db.upgrade());
    CHECK(db.state().version_width == 32);
    const std::string long_id(60, 'x');
    db.add({long_id, "a", "SELECT 1;"});
    auto reader = db.connect();
    REQUIRE(reader.run("BEGIN; SELECT * FROM alembic_version"));
    db.recorder.after_retry = [&] { CHECK(reader.run("COMMIT")); };
    REQUIRE(db.upgrade());
    REQUIRE(db.recorder.retries.size() == 1);
    CHECK(db.recorder.retries[0].doing ==
          "widening version_num of public.alembic_version from 32 to 255 characters");
    CHECK(db.state().version_width == 255);
    CHECK(db.rows() == std::vector<std::string>{long_id});
}

TEST_CASE("creators of one state schema meet without an error") {
    Database db;
    std::vector<std::jthread> creators;
    std::atomic<int> fine = 0;
    for (int i = 0; i < 4; ++i) {
        creators.emplace_back([&] {
            auto session = db.connect();
            if (database::ensure_state_schema(session, db.names)) ++fine;
        });
    }
    creators.clear();
    CHECK(fine == 4);
    CHECK(db.state().layout == database::current_layout);
}

TEST_CASE("default privileges do not reach the state schema, and foreign writers are seen") {
    Database db;
    db.execute(
        "DROP ROLE IF EXISTS nosy; CREATE ROLE nosy;"
        "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO nosy;"
        "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC");
    db.add({"a", "", "SELECT 1;"});
    REQUIRE(db.upgrade());
    CHECK(db.value("SELECT has_table_privilege('nosy', 'revisiond.history', 'INSERT')") == "f");
    CHECK(db.state().foreign_writers.empty());
    db.execute("GRANT INSERT ON revisiond.operation TO nosy");
    CHECK(db.state().foreign_writers == std::vector<std::string>{"nosy"});
    db.execute(
        "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM nosy;"
        "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC; REVOKE ALL ON "
        "revisiond.operation FROM nosy");
}

TEST_CASE("a state schema of a newer revisiond is left alone") {
    Database db;
    db.add({"a", "", "SELECT 1;"});
    REQUIRE(db.upgrade());
    db.execute("UPDATE revisiond.layout SET version = 99");
    db.add({"b", "a", "CREATE TABLE t (id int);"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.code == "apply.layout");
    CHECK(db.rows() == std::vector<std::string>{"a"});
}

TEST_CASE("ensure_version --sql lets a role without the right to create upgrade") {
    Database db;
    db.execute("DROP ROLE IF EXISTS app_user; CREATE ROLE app_user LOGIN");
    db.execute(
        "CREATE SCHEMA app AUTHORIZATION app_user; REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
        "ALTER ROLE app_user SET search_path TO app, public");
    db.names.version_table.schema = "public";
    db.execute(database::ensure_version_sql(db.names, "app_user"));
    db.parameters[1].second = "app_user";
    db.add({"a", "", "CREATE TABLE app.t (id int);"});
    db.add({"b", "a", "CREATE INDEX CONCURRENTLY i ON app.t (id);", "", "", false});
    auto up = db.upgrade();
    if (!up) FAIL(to_text(up.error().failure.diagnostic));
    CHECK(up->rows == std::vector<std::string>{"b"});
}

TEST_CASE("an operation whose process died is settled as interrupted by the next run") {
    Database db;
    db.add({"a", "", "SELECT 1;"});
    db.add({"b", "a", "SELECT 1;"});
    REQUIRE(db.upgrade());
    // What a process leaves that is killed in the middle of b: a running operation without b in the
    // history.
    db.execute(
        "UPDATE revisiond.operation SET state = 'running'; DELETE FROM revisiond.history WHERE "
        "revision = 'b';"
        "UPDATE alembic_version SET version_num = 'a'");
    REQUIRE(db.upgrade());
    CHECK(db.query("SELECT state FROM revisiond.operation ORDER BY started_at") ==
          std::vector<std::string>{"interrupted", "succeeded"});
    CHECK(db.query("SELECT revision || ' ' || outcome FROM revisiond.history ORDER BY id") ==
          std::vector<std::string>{"a applied", "b interrupted", "b applied"});
    CHECK(db.recorder.noted("ended without a word at revision b"));
}

TEST_CASE("a stamp that meets a lock on the version table tries again") {
    Database db;
    db.add({"a", "", "SELECT 1;"});
    REQUIRE(db.upgrade());
    auto writer = db.connect();
    REQUIRE(
        writer.run("SET application_name TO 'slow writer'; BEGIN;"
                   " UPDATE alembic_version SET version_num = version_num"));
    db.recorder.after_retry = [&] {
        if (seen_by(db) != db.recorder.retries.end()) CHECK(writer.run("ROLLBACK"));
    };
    auto stamped = db.stamp(stamp_a_to_b());
    if (!stamped) FAIL(to_text(stamped.error().failure.diagnostic));
    // As an upgrade's: each retry is told, and for whom it waits.
    REQUIRE_FALSE(db.recorder.retries.empty());
    CHECK(db.recorder.retries[0].doing == "recording the stamp of public.alembic_version");
    CHECK(db.recorder.retries[0].error.server.sqlstate == "55P03");
    REQUIRE(seen_by(db) != db.recorder.retries.end());
    CHECK(seen_by(db)->blockers[0].find("slow writer") != std::string::npos);
    CHECK(db.rows() == std::vector<std::string>{"b"});
    CHECK(db.value(
              "SELECT direction || ' ' || outcome FROM revisiond.history WHERE revision = 'b'") ==
          "stamp stamped");
    CHECK(db.value("SELECT parents FROM revisiond.revision WHERE revision = 'b'") == "{a}");
}

TEST_CASE("a stamp that gives up says for whom it waited") {
    Database db;
    db.add({"a", "", "SELECT 1;"});
    REQUIRE(db.upgrade());
    auto writer = db.connect();
    REQUIRE(writer.run("BEGIN; UPDATE alembic_version SET version_num = version_num"));
    db.options.lock_retry_for = 400ms;
    auto stamped = db.stamp(stamp_a_to_b());
    REQUIRE_FALSE(stamped);
    CHECK(stamped.error().failure.diagnostic.message.find(
              "while recording the stamp of public.alembic_version; gave up after") !=
          std::string::npos);
    CHECK(stamped.error().failure.diagnostic.hint.find("blocked by server process") !=
          std::string::npos);
    CHECK(db.value("SELECT state FROM revisiond.operation WHERE kind = 'stamp'") == "failed");
}

TEST_CASE("rows that another program changes while a stamp waits are not overwritten") {
    Database db;
    db.add({"a", "", "SELECT 1;"});
    REQUIRE(db.upgrade());
    auto writer = db.connect();
    REQUIRE(writer.run("BEGIN; UPDATE alembic_version SET version_num = 'x'"));
    db.recorder.after_retry = [&] { CHECK(writer.run("COMMIT")); };
    auto stamped = db.stamp(stamp_a_to_b());
    REQUIRE_FALSE(stamped);
    CHECK(stamped.error().failure.kind == FailureKind::rows_changed);
    CHECK(stamped.error().failure.diagnostic.message ==
          "a program that does not take revisiond's lock has changed the rows of "
          "public.alembic_version meanwhile; nothing was written");
    CHECK(db.rows() == std::vector<std::string>{"x"});
}

TEST_CASE("a stamp downwards names where the database is then") {
    Database db;
    db.add({"a", "", "SELECT 1;"});
    db.add({"b", "a", "SELECT 1;"});
    REQUIRE(db.upgrade());
    apply::StampRequest request;
    request.from = {"b"};
    request.row_changes = {{graph::RowChange::Kind::update, "b", "a"}};
    REQUIRE(db.stamp(request));
    CHECK(db.value("SELECT revision FROM revisiond.history WHERE direction = 'stamp'") == "a");
}

TEST_CASE("ensure_version --sql can be run twice, and leaves others their rights") {
    Database db;
    db.names.version_table.schema = "public";
    const std::string name = db.value("SELECT current_database()");
    const std::string one = "one_" + name;
    const std::string other = "other_" + name;
    db.execute("CREATE ROLE \"" + one + "\"; CREATE ROLE \"" + other +
               "\"; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC");
    for (const std::string& role : {one, one, other}) {
        db.execute(database::ensure_version_sql(db.names, role));
    }
    CHECK(db.value("SELECT count(*) FROM revisiond.layout") == "1");
    for (const std::string& role : {one, other}) {
        CHECK(db.value("SELECT has_table_privilege('" + role +
                       "', 'revisiond.history', 'INSERT')") == "t");
    }
    CHECK(db.value("SELECT count(*) FROM pg_class c, aclexplode(c.relacl) a WHERE a.grantee = 0"
                   " AND c.relnamespace = 'revisiond'::regnamespace") == "0");
    db.execute("DROP OWNED BY \"" + one + "\"; DROP OWNED BY \"" + other + "\"; DROP ROLE \"" +
               one + "\"; DROP ROLE \"" + other + "\"");
}

TEST_CASE("a stamp whose rows have changed is refused, and --purge forgets unknown rows") {
    Database db;
    db.add({"a", "", "SELECT 1;"});
    REQUIRE(db.upgrade());
    apply::StampRequest request;
    request.from = {"z"};
    request.row_changes = {{graph::RowChange::Kind::update, "z", "b"}};
    auto refused = db.stamp(request);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().failure.kind == FailureKind::rows_changed);
    CHECK(refused.error().failure.diagnostic.message.ends_with("expected z, found a"));
    db.execute("INSERT INTO alembic_version VALUES ('unknown')");
    request.from = {"a", "unknown"};
    request.purge = true;
    request.row_changes = {{graph::RowChange::Kind::insert, "", "b"}};
    REQUIRE(db.stamp(request));
    CHECK(db.rows() == std::vector<std::string>{"b"});
}
