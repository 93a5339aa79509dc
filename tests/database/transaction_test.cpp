// Revisions in transactions: what commits together, what is rolled back, what a file cannot do.
#include <catch2/catch.hpp>
#include <thread>

#include "fixture.hpp"

using namespace revisiond;
using namespace revisiond::test;
using apply::FailureKind;
using namespace std::chrono_literals;

TEST_CASE("an upgrade and a downgrade leave rows, records and history") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);", "DROP TABLE t;"});
    db.add({"b", "a", "ALTER TABLE t ADD COLUMN n int; INSERT INTO t VALUES (1, 2), (3, 4);",
            "ALTER TABLE t DROP COLUMN n;"});
    auto up = db.upgrade();
    REQUIRE(up);
    CHECK(up->applied == std::vector<std::string>{"a", "b"});
    CHECK(up->rows == std::vector<std::string>{"b"});
    CHECK(db.rows() == std::vector<std::string>{"b"});
    CHECK(db.state().version_width == 255);
    CHECK(db.value("SELECT count(*) FROM t") == "2");
    REQUIRE(db.recorder.statements.size() == 3);
    CHECK(db.recorder.statements[2].rows == 2);

    auto down = db.downgrade("base");
    REQUIRE(down);
    CHECK(db.rows().empty());
    CHECK(db.value("SELECT to_regclass('t') IS NULL") == "t");
    CHECK(db.query("SELECT revision || ' ' || direction || ' ' || outcome FROM revisiond.history"
                   " ORDER BY id") ==
          std::vector<std::string>{"a upgrade applied", "b upgrade applied", "b downgrade reverted",
                                   "a downgrade reverted"});
    CHECK(db.value("SELECT concat_ws('|', actor, host, version, \"session_user\", statements,"
                   " checksum IS NOT NULL, finished_at >= started_at, term)"
                   " FROM revisiond.history WHERE id = 2") ==
          "tester|test-host|0.0.0|postgres|2|t|t|1");
    CHECK(db.query("SELECT state FROM revisiond.operation") ==
          std::vector<std::string>{"succeeded", "succeeded"});
    CHECK(db.query("SELECT revision FROM revisiond.revision ORDER BY 1") ==
          std::vector<std::string>{"a", "b"});
    CHECK(db.query("SELECT host FROM revisiond.instance").empty());
}

TEST_CASE("a failing statement takes its revision back and is told with line and caret") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    db.add({"b", "a", "CREATE TABLE u (id int);\nINSERT INTO t\nVALUES (1, 2);"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    const apply::Failure& failure = up.error().failure;
    CHECK(failure.kind == FailureKind::sql);
    CHECK(failure.revision == "b");
    CHECK(failure.server->sqlstate == "42601");
    CHECK(failure.diagnostic.at.file == "migrations/b.sql");
    CHECK(failure.diagnostic.at.line == 7);
    CHECK(failure.diagnostic.at.column == 12);
    CHECK(failure.diagnostic.at.line_text == "VALUES (1, 2);");
    CHECK(up.error().result.applied == std::vector<std::string>{"a"});
    CHECK(db.rows() == std::vector<std::string>{"a"});
    CHECK(db.value("SELECT to_regclass('u') IS NULL") == "t");
    CHECK(db.value("SELECT outcome || ' ' || error FROM revisiond.history WHERE revision = 'b'") ==
          "failed migrations/b.sql:7:12: revision b: INSERT has more expressions than target "
          "columns (SQLSTATE 42601)\n"
          "    VALUES (1, 2);\n"
          "               ^");
    CHECK(db.value("SELECT state FROM revisiond.operation") == "failed");
}

TEST_CASE("apply.transaction = all keeps all or nothing") {
    Database db;
    db.options.one_transaction = true;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    db.add({"b", "a", "SELECT 1 / 0;"});
    REQUIRE_FALSE(db.upgrade());
    CHECK(db.rows().empty());
    CHECK(db.value("SELECT to_regclass('t') IS NULL") == "t");
    db.change({"b", "a", "CREATE TABLE u (id int);"});
    REQUIRE(db.upgrade());
    CHECK(
        db.value(
            "SELECT count(DISTINCT xmin::text) FROM revisiond.history WHERE outcome = 'applied'") ==
        "1");
    CHECK(db.rows() == std::vector<std::string>{"b"});
}

TEST_CASE("apply.transaction = all refuses what cannot be in a transaction, before anything runs") {
    Database db;
    db.options.one_transaction = true;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    db.add({"b", "a", "CREATE INDEX CONCURRENTLY i ON t (id);", "", "", false});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.kind == FailureKind::refused);
    CHECK(up.error().failure.diagnostic.message.find("migrations/b.sql") != std::string::npos);
    CHECK(db.value("SELECT to_regclass('t') IS NULL") == "t");
}

TEST_CASE("deferred constraints are checked before the version row advances") {
    Database db;
    db.add({"a", "",
            "CREATE TABLE p (id int PRIMARY KEY);"
            "CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);"});
    db.add({"b", "a", "INSERT INTO c VALUES (7);"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.server->sqlstate == "23503");
    CHECK(up.error().failure.diagnostic.code == "apply.constraint");
    CHECK(db.rows() == std::vector<std::string>{"a"});
}

TEST_CASE("deferred triggers run with the file's own search_path") {
    Database db;
    db.add({"a", "",
            "CREATE SCHEMA app; SET search_path TO app; CREATE TABLE log (n int); CREATE TABLE t "
            "(id int);"
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN INSERT INTO log VALUES (NEW.id); RETURN NULL; END$$;"
            "CREATE CONSTRAINT TRIGGER tr AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO t VALUES (5);"});
    auto up = db.upgrade();
    REQUIRE(up);
    CHECK(db.value("SELECT n FROM app.log") == "5");
}

TEST_CASE("[verify] runs after the upgrade in its transaction") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int); INSERT INTO t VALUES (1);", "",
            "SELECT count(*) = 1 FROM t;"});
    db.add({"b", "a", "INSERT INTO t VALUES (2);", "", "SELECT count(*) = 1 FROM t;"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.kind == FailureKind::verify);
    CHECK(up.error().failure.diagnostic.at.line_text.find("count(*) = 1") != std::string::npos);
    CHECK(db.rows() == std::vector<std::string>{"a"});
    CHECK(db.value("SELECT count(*) FROM t") == "1");
    db.change({"b", "a", "INSERT INTO t VALUES (2);", "", "SELECT NULL::boolean;"});
    CHECK_FALSE(db.upgrade());
    db.change({"b", "a", "INSERT INTO t VALUES (2);", "", "SELECT 1 / 0;"});
    auto broken = db.upgrade();
    REQUIRE_FALSE(broken);
    CHECK(broken.error().failure.kind == FailureKind::verify);
    db.change({"b", "a", "INSERT INTO t VALUES (2);", "",
               "SELECT false UNION ALL SELECT true; SELECT 0;"});
    CHECK(db.upgrade());
}

TEST_CASE("[verify] sees violations of deferred constraints first") {
    Database db;
    db.add({"a", "",
            "CREATE TABLE p (id int PRIMARY KEY);"
            "CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED); INSERT INTO c "
            "VALUES (1);",
            "", "SELECT true;"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.server->sqlstate == "23503");
    CHECK(up.error().failure.diagnostic.code == "apply.constraint");
    CHECK(db.recorder.statements.size() == 3);  // [verify] was not reached
}

TEST_CASE("nothing of one revision's session reaches the next") {
    Database db;
    db.execute("DROP ROLE IF EXISTS other; CREATE ROLE other; GRANT other TO postgres");
    db.add({"a", "",
            "CREATE SCHEMA s; CREATE TABLE public.t (id int); GRANT ALL ON SCHEMA public TO other;"
            "SET search_path TO s; CREATE TEMP TABLE t (hidden int); PREPARE p AS SELECT 1;"
            "SET work_mem TO '77MB'; SET statement_timeout TO '1h';"
            "DECLARE c CURSOR WITH HOLD FOR SELECT 1; SET ROLE other;"});
    db.add({"b", "a",
            "DO $$BEGIN"
            " ASSERT current_user = 'postgres', 'role';"
            " ASSERT current_setting('search_path') <> 's', 'search_path';"
            " ASSERT current_setting('work_mem') <> '77MB', 'work_mem';"
            " ASSERT current_setting('statement_timeout') = '0', 'statement_timeout';"
            " ASSERT NOT EXISTS (SELECT FROM pg_prepared_statements), 'prepared';"
            " ASSERT NOT EXISTS (SELECT FROM pg_cursors WHERE name = 'c'), 'cursors';"
            " END$$; INSERT INTO t (id) VALUES (1);"});
    db.add({"c", "b", "SET SESSION AUTHORIZATION other;"});
    db.add({"d", "c", "DO $$BEGIN ASSERT session_user = 'postgres', 'session user'; END$$;"});
    auto up = db.upgrade();
    if (!up) FAIL(to_text(up.error().failure.diagnostic));
    CHECK(db.value("SELECT count(*) FROM public.t") == "1");
    CHECK(db.value("SELECT DISTINCT \"session_user\" FROM revisiond.history") == "postgres");
}

TEST_CASE("a file's SET ROLE and search_path do not reach our own rows") {
    Database db;
    db.execute("DROP ROLE IF EXISTS weak; CREATE ROLE weak; GRANT weak TO postgres");
    db.add({"a", "",
            "CREATE SCHEMA trap; CREATE TABLE trap.alembic_version (version_num text);"
            "CREATE FUNCTION trap.texteq(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
            "SET search_path TO trap, public; SET ROLE weak; SET statement_timeout TO '1ms';"});
    auto up = db.upgrade();
    if (!up) FAIL(to_text(up.error().failure.diagnostic));
    CHECK(db.value("SELECT count(*) FROM trap.alembic_version") == "0");
    CHECK(db.rows() == std::vector<std::string>{"a"});
}

TEST_CASE("transaction control that slips past the lexer does not advance the version row") {
    for (const std::string hostile :
         {"ROLLBACK AND CHAIN", "COMMIT AND CHAIN", "COMMIT", "ROLLBACK"}) {
        for (const bool last : {true, false}) {
            INFO(hostile << (last ? " at the end" : " in the middle"));
            Database db;
            db.add({"a", "", "CREATE TABLE t (id int); CREATE TABLE u (id int);"});
            auto plan = db.plan(graph::Direction::upgrade, "heads");
            auto& statement = plan.steps[0].statements[last ? 1 : 0];
            statement.text = hostile;
            auto up = db.run(plan);
            REQUIRE_FALSE(up);
            CHECK(up.error().failure.diagnostic.message.find("ended the transaction") !=
                  std::string::npos);
            CHECK(db.rows().empty());
            CHECK(db.value("SELECT to_regclass('u') IS NULL") == "t");
        }
    }
}

TEST_CASE("two commands in one statement are refused before the first runs") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    auto plan = db.plan(graph::Direction::upgrade, "heads");
    plan.steps[0].statements[0].text = "CREATE TABLE t (id int); COMMIT";
    auto up = db.run(plan);
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.server->sqlstate == "42601");
    CHECK(db.value("SELECT to_regclass('t') IS NULL") == "t");
}

TEST_CASE("a revision that changes the version table itself is refused") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    REQUIRE(db.upgrade());
    db.add({"b", "a", ""});
    for (const std::string sql :
         {"DELETE FROM alembic_version;", "INSERT INTO alembic_version VALUES ('x');",
          "UPDATE alembic_version SET version_num = 'y';"}) {
        INFO(sql);
        db.change({"b", "a", sql});
        auto up = db.upgrade();
        REQUIRE_FALSE(up);
        CHECK(up.error().failure.diagnostic.message ==
              "revision b: its SQL changed the rows of public.alembic_version itself");
        CHECK(db.rows() == std::vector<std::string>{"a"});
    }
}

TEST_CASE("notices arrive with the statement they belong to") {
    Database db;
    db.add(
        {"a", "",
         "CREATE TABLE t (id int);\nDO $$BEGIN RAISE NOTICE 'halfway' USING DETAIL = 'd'; END$$;"});
    REQUIRE(db.upgrade());
    REQUIRE(db.recorder.statements.size() == 2);
    CHECK(db.recorder.statements[0].notices.empty());
    REQUIRE(db.recorder.statements[1].notices.size() == 1);
    CHECK(db.recorder.statements[1].notices[0].message == "halfway");
    CHECK(db.recorder.statements[1].notices[0].detail == "d");
    CHECK(db.recorder.statements[1].line == 5);
}

TEST_CASE("COPY FROM stdin loads its data") {
    Database db;
    db.add({"a", "",
            "CREATE TABLE t (id int, word text);\nCOPY t FROM stdin;\n1\tone;\n2\t-- "
            "[downgrade]\n\\.\nSELECT 1;"});
    auto up = db.upgrade();
    if (!up) FAIL(to_text(up.error().failure.diagnostic));
    CHECK(db.query("SELECT word FROM t ORDER BY id") ==
          std::vector<std::string>{"one;", "-- [downgrade]"});
    CHECK(db.recorder.statements[1].rows == 2);
}

TEST_CASE("bad COPY data fails the revision") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);\nCOPY t FROM stdin;\n1\nnot a number\n\\.\n"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.server->sqlstate == "22P02");
    CHECK(up.error().failure.diagnostic.at.line > 0);
    CHECK(db.rows().empty());
}

TEST_CASE("--dry-run executes, reports and leaves nothing") {
    Database db;
    db.options.dry_run = true;
    db.add({"a", "", "CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 10);"});
    db.add({"b", "a", "CREATE INDEX CONCURRENTLY i ON t (id);", "", "", false});
    db.add(
        {"c", "b", "UPDATE t SET id = id + 1 WHERE id > 4;", "", "SELECT count(*) = 10 FROM t;"});
    auto run = db.upgrade();
    REQUIRE(run);
    CHECK(run->applied == std::vector<std::string>{"a", "c"});
    CHECK(run->not_run == std::vector<std::string>{"b"});
    REQUIRE(db.recorder.statements.size() == 4);
    CHECK(db.recorder.statements[2].rows == 6);
    CHECK(db.recorder.begun == std::vector<std::string>{"a", "c"});
    CHECK(
        db.value(
            "SELECT count(*) FROM pg_class WHERE relname IN ('t', 'alembic_version', 'history')") ==
        "0");
}

TEST_CASE("--dry-run takes an id that Alembic's table has no room for yet") {
    Database db;
    db.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)");
    db.add({std::string(40, 'a'), "", "CREATE TABLE t (id int);"});
    db.options.dry_run = true;
    auto dry = db.upgrade();
    if (!dry) FAIL(to_text(dry.error().failure.diagnostic));
    CHECK(db.state().version_width == 32);
}

TEST_CASE("--dry-run checks deferred constraints, and runs downgrades") {
    Database db;
    db.add({"a", "",
            "CREATE TABLE p (id int PRIMARY KEY);"
            "CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);",
            "DROP TABLE c; DROP TABLE p;"});
    REQUIRE(db.upgrade());
    db.add({"b", "a", "INSERT INTO c VALUES (1);"});
    db.options.dry_run = true;
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.server->sqlstate == "23503");
    auto down = db.downgrade("base");
    REQUIRE(down);
    CHECK(db.value("SELECT to_regclass('p') IS NOT NULL") == "t");
    CHECK(db.rows() == std::vector<std::string>{"a"});
}

TEST_CASE("a stop cancels the running statement and rolls back") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int); SELECT pg_sleep(60);"});
    std::stop_source stop;
    std::jthread stopper;
    db.recorder.before_statement = [&](const sql::Statement& statement) {
        if (statement.text.find("pg_sleep") == std::string::npos) return;
        stopper = std::jthread([&] {
            std::this_thread::sleep_for(200ms);
            stop.request_stop();
        });
    };
    const auto begin = std::chrono::steady_clock::now();
    auto up = db.run(db.plan(graph::Direction::upgrade, "heads"), stop.get_token());
    REQUIRE_FALSE(up);
    CHECK(std::chrono::steady_clock::now() - begin < 30s);
    CHECK(up.error().failure.kind == FailureKind::cancelled);
    CHECK(db.rows().empty());
    CHECK(db.value("SELECT to_regclass('t') IS NULL") == "t");
    CHECK(db.value("SELECT outcome FROM revisiond.history") == "interrupted");
    CHECK(db.value("SELECT error LIKE '%revision a: stopped, as somebody or the end of its process"
                   " asked%' FROM revisiond.history") == "t");
}

TEST_CASE("a backend that ends itself fails the revision and is recorded") {
    Database db;
    db.add({"a", "", "CREATE TABLE t (id int);"});
    db.add({"b", "a", "CREATE TABLE u (id int); SELECT pg_terminate_backend(pg_backend_pid());"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.server->sqlstate == "57P01");
    CHECK(up.error().failure.kind == FailureKind::connection);
    CHECK(db.rows() == std::vector<std::string>{"a"});
    CHECK(db.value("SELECT outcome FROM revisiond.history WHERE revision = 'b'") == "failed");
    CHECK(db.value("SELECT state FROM revisiond.operation") == "failed");
}

TEST_CASE("secrets that the server quotes do not reach messages or the history") {
    Database db;
    db.add({"a", "",
            "CREATE TABLE t (dsn text CHECK (dsn = ''));"
            "INSERT INTO t VALUES ('postgresql://bob:leakypw@h/d');"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.message.find("leakypw") == std::string::npos);
    CHECK(up.error().failure.diagnostic.message.find("bob:***@h") != std::string::npos);
    CHECK(db.value("SELECT error FROM revisiond.history").find("leakypw") == std::string::npos);
}
