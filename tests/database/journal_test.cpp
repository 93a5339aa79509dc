// transaction = false: the journal, resuming, what CONCURRENTLY leaves behind.
#include <catch2/catch.hpp>
#include <thread>

#include "apply/journaled_step.hpp"
#include "database/advisory_lock.hpp"
#include "fixture.hpp"
#include "sql/identifier.hpp"

using namespace revisiond;
using namespace revisiond::test;
using apply::FailureKind;
using namespace std::chrono_literals;

namespace {

// A database with table t and a non-transactional revision n on top of it.
struct Journaled : Database {
    explicit Journaled(const std::string& upgrade) {
        add({"a", "", "CREATE TABLE t (id int, n int); INSERT INTO t VALUES (1, 1), (2, 1);"});
        auto done = Database::upgrade();
        REQUIRE(done);
        add({"n", "a", upgrade, "", "", false});
    }
    void replace(const std::string& upgrade) { change({"n", "a", upgrade, "", "", false}); }
    void journal(int position, const std::string& statement, const std::string& state,
                 const std::string& probe = "0 0 0 [] ") const {
        sql::Statement as_split;
        as_split.text = statement;
        execute(
            "INSERT INTO revisiond.journal (version_table, revision, direction, position, "
            "statement_hash,"
            " state, probe, statement, operation) VALUES ('\"public\".\"alembic_version\"', 'n', "
            "'upgrade', " +
            std::to_string(position) + ", " + sql::quote_literal(apply::statement_hash(as_split)) +
            ", '" + state + "', " + sql::quote_literal(probe) + ", " +
            sql::quote_literal(statement) + ", gen_random_uuid())");
    }
    std::string oid(const std::string& name) const {
        return value("SELECT '" + name + "'::regclass::oid");
    }
};

void require_success(const Expected<apply::RunResult, apply::RunFailure>& run) {
    if (!run) FAIL(to_text(run.error().failure.diagnostic));
}

}  // namespace

TEST_CASE("a non-transactional revision runs statement by statement and leaves no journal") {
    Journaled db("CREATE INDEX CONCURRENTLY i ON t (id);\nINSERT INTO t VALUES (3, 3);\nVACUUM t;");
    require_success(db.upgrade());
    CHECK(db.rows() == std::vector<std::string>{"n"});
    CHECK(db.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
    CHECK(db.value("SELECT count(*) FROM revisiond.journal") == "0");
    CHECK(db.value("SELECT statements FROM revisiond.history WHERE revision = 'n'") == "3");
}

TEST_CASE("after a failure the next run goes on behind what is done, with a changed tail") {
    Journaled db("INSERT INTO t VALUES (3, 3);\nINSERT INTO t VALUES (4, 4);\nSELECT 1 / 0;");
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.at.line == 8);
    CHECK(db.rows() == std::vector<std::string>{"a"});
    CHECK(db.query("SELECT state FROM revisiond.journal ORDER BY position") ==
          std::vector<std::string>{"done", "done", "failed"});
    db.replace("INSERT INTO t VALUES (3, 3);\nINSERT INTO t VALUES (4, 4);\nSELECT 1;");
    require_success(db.upgrade());
    CHECK(db.value("SELECT count(*) FROM t") == "4");
    CHECK(db.recorder.noted("2 of 3 statements were done"));
}

TEST_CASE("a changed beginning is refused") {
    Journaled db("INSERT INTO t VALUES (3, 3); SELECT 1 / 0;");
    REQUIRE_FALSE(db.upgrade());
    db.replace("INSERT INTO t VALUES (30, 3); SELECT 1;");
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.code == "apply.changed-beginning");
    CHECK(db.value("SELECT count(*) FROM t") == "3");
    db.replace("");
    CHECK_FALSE(db.upgrade());
}

TEST_CASE("a half applied revision cannot become a transactional one") {
    Journaled db("INSERT INTO t VALUES (3, 3); SELECT 1 / 0;");
    REQUIRE_FALSE(db.upgrade());
    db.change({"n", "a", "INSERT INTO t VALUES (3, 3); SELECT 1;"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.code == "apply.changed-mode");
}

TEST_CASE("nothing goes the other way over a half applied revision, until a stamp settles it") {
    Journaled db("INSERT INTO t VALUES (3, 3);\nSELECT 1 / 0;");
    REQUIRE_FALSE(db.upgrade());
    auto down = db.downgrade("base");
    REQUIRE_FALSE(down);
    CHECK(down.error().failure.diagnostic.code == "apply.half-applied");
    CHECK(down.error().failure.diagnostic.message.find("revision n is half done: 1 of") !=
          std::string::npos);
    CHECK(db.value("SELECT to_regclass('t') IS NOT NULL") == "t");

    db.execute("DELETE FROM t WHERE id = 3");
    apply::StampRequest request;
    request.from = {"a"};
    require_success(db.stamp(request));
    CHECK(db.value("SELECT count(*) FROM revisiond.journal") == "0");
    require_success(db.downgrade("base"));
    db.execute("DROP TABLE t");
    db.replace("INSERT INTO t VALUES (3, 3);\nSELECT 1;");
    require_success(db.upgrade());
    CHECK(db.value("SELECT count(*) FROM t WHERE id = 3") == "1");
}

TEST_CASE("a half undone revision is not upgraded past") {
    Database db;
    db.add({"n", "", "CREATE TABLE t (id int);", "DROP TABLE t;\nSELECT 1 / 0;", "", false});
    require_success(db.upgrade());
    REQUIRE_FALSE(db.downgrade("base"));
    db.add({"o", "n", "SELECT 1;"});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.code == "apply.half-applied");
}

TEST_CASE("a revision that failed before anything took effect does not stand in the way") {
    Journaled db("SELECT 1 / 0;\nINSERT INTO t VALUES (3, 3);");
    REQUIRE_FALSE(db.upgrade());
    require_success(db.downgrade("base"));
    CHECK(db.value("SELECT count(*) FROM revisiond.journal") == "0");
}

TEST_CASE("a failed unique index takes the INVALID one along, which would refuse rows") {
    Journaled db("CREATE UNIQUE INDEX CONCURRENTLY u ON t (n);");
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.server->sqlstate == "23505");
    CHECK(db.value("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass") == "0");
    CHECK(db.recorder.noted("dropped the INVALID index public.u"));
    db.execute("UPDATE t SET n = id");
    require_success(db.upgrade());
    CHECK(db.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'u'::regclass") == "t");
}

TEST_CASE("an INVALID index that a stopped statement leaves is named, and goes with the next run") {
    Journaled db("SET statement_timeout = '200ms';\nCREATE INDEX CONCURRENTLY i ON t (id);");
    database::Session other = db.connect();
    REQUIRE(other.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1"));
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.server->sqlstate == "57014");
    CHECK(up.error().failure.diagnostic.hint.find("it left the INVALID index public.i") !=
          std::string::npos);
    REQUIRE(other.run("ROLLBACK"));
    require_success(db.upgrade());
    CHECK(db.recorder.noted("dropped the INVALID index public.i"));
    CHECK(db.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
}

TEST_CASE("a crash in CREATE INDEX CONCURRENTLY: the catalog decides") {
    Journaled db("CREATE INDEX CONCURRENTLY i ON t (id);");
    const std::string probe = "1 " + db.oid("t") + " 0 [] i";
    db.journal(0, "CREATE INDEX CONCURRENTLY i ON t (id)", "started", probe);
    SECTION("built and valid: it is not built again") {
        db.execute("CREATE INDEX i ON t (id)");
        const std::string before = db.oid("i");
        require_success(db.upgrade());
        CHECK(db.oid("i") == before);
    }
    SECTION("INVALID: it is dropped and built") {
        db.execute(
            "CREATE INDEX i ON t (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
            "'i'::regclass");
        const std::string before = db.oid("i");
        require_success(db.upgrade());
        CHECK(db.oid("i") != before);
        CHECK(db.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
    }
    SECTION("not there: it is built") {
        require_success(db.upgrade());
        CHECK(db.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
    }
    CHECK(db.rows() == std::vector<std::string>{"n"});
}

TEST_CASE("an unnamed index is not built twice") {
    Journaled db("CREATE INDEX CONCURRENTLY ON t (id);");
    db.journal(0, "CREATE INDEX CONCURRENTLY ON t (id)", "started", "1 " + db.oid("t") + " 0 [] ");
    db.execute("CREATE INDEX ON t (id)");
    require_success(db.upgrade());
    CHECK(db.value("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass") == "1");
}

TEST_CASE("IF NOT EXISTS over an INVALID index from before rebuilds it") {
    Journaled db("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (id);");
    db.execute(
        "CREATE INDEX i ON t (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
        "'i'::regclass");
    require_success(db.upgrade());
    CHECK(db.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
    CHECK(db.recorder.noted("rebuilt with REINDEX CONCURRENTLY"));
}

TEST_CASE("a crash in DROP INDEX CONCURRENTLY") {
    Journaled db("DROP INDEX CONCURRENTLY i;");
    db.execute("CREATE INDEX i ON t (id)");
    db.journal(0, "DROP INDEX CONCURRENTLY i", "started", "2 " + db.oid("i") + " 0 [] ");
    SECTION("dropped: done") {
        db.execute("DROP INDEX i");
    }
    SECTION("still there: dropped now") {}
    require_success(db.upgrade());
    CHECK(db.value("SELECT to_regclass('i') IS NULL") == "t");
}

TEST_CASE("a crash in REINDEX CONCURRENTLY leaves nothing behind") {
    Journaled db("REINDEX INDEX CONCURRENTLY i;");
    db.execute("CREATE INDEX i ON t (id)");
    db.journal(0, "REINDEX INDEX CONCURRENTLY i", "started", "3 0 0 [] ");
    db.execute(
        "CREATE INDEX i_ccnew ON t (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = "
        "'i_ccnew'::regclass");
    require_success(db.upgrade());
    CHECK(db.value("SELECT to_regclass('i_ccnew') IS NULL") == "t");
    CHECK(db.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
}

TEST_CASE("an interrupted DETACH PARTITION CONCURRENTLY is finalised") {
    Journaled db("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;");
    db.execute(
        "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR "
        "VALUES FROM (1) TO (2)");
    db.journal(0, "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", "started",
               "4 " + db.oid("p") + " " + db.oid("p1") + " [] ");
    if (db.connect().server_version() < 140000) {
        auto up = db.upgrade();
        REQUIRE_FALSE(up.has_value());
        CHECK_THAT(up.error().failure.diagnostic.message, Catch::Contains("syntax error"));
        return;
    }
    SECTION("pending") {
        // A reader with a snapshot keeps the second half from happening; the cancel leaves it
        // pending.
        auto reader = db.connect();
        REQUIRE(reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT * FROM p"));
        auto detacher = db.connect();
        database::ExecuteOptions options;
        options.deadline = std::chrono::steady_clock::now() + 500ms;
        REQUIRE_FALSE(detacher.execute("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY", options));
        REQUIRE(reader.run("COMMIT"));
        REQUIRE(
            db.value("SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = 'p1'::regclass") ==
            "t");
        require_success(db.upgrade());
        CHECK(db.recorder.noted("finalised the interrupted DETACH"));
    }
    SECTION("not begun") {
        require_success(db.upgrade());
    }
    SECTION("done") {
        db.execute("ALTER TABLE p DETACH PARTITION p1");
        require_success(db.upgrade());
    }
    CHECK(db.value("SELECT count(*) FROM pg_inherits WHERE inhrelid = 'p1'::regclass") == "0");
}

TEST_CASE("a DETACH of what is no partition has failed, and is not done when it is run again") {
    Journaled db("ALTER TABLE p DETACH PARTITION p2 CONCURRENTLY;");
    db.execute(
        "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR "
        "VALUES FROM (1) TO (2); CREATE TABLE p3 (id int)");
    for (const char* name : {"p2", "p3"}) {
        db.replace(std::string("ALTER TABLE p DETACH PARTITION ") + name + " CONCURRENTLY;");
        for (int run = 0; run < 2; ++run) {
            REQUIRE_FALSE(db.upgrade());
            CHECK(db.rows() == std::vector<std::string>{"a"});
        }
    }
    db.replace("ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY;");
    if (db.connect().server_version() < 140000) return;
    require_success(db.upgrade());
    CHECK(db.value("SELECT count(*) FROM pg_inherits") == "0");
}

TEST_CASE("a crash between intent and effect of a transactional statement runs it once") {
    Journaled db("INSERT INTO t VALUES (9, 9);");
    db.journal(0, "INSERT INTO t VALUES (9, 9)", "started");
    require_success(db.upgrade());
    CHECK(db.value("SELECT count(*) FROM t WHERE id = 9") == "1");
}

TEST_CASE("what was begun is judged by its own text, whatever the file says now") {
    Journaled db("SELECT 1;");
    SECTION("it commits with its journal row: it did not happen, and the new text runs") {
        db.journal(0, "INSERT INTO t VALUES (9, 9)", "started");
        require_success(db.upgrade());
        CHECK(db.value("SELECT count(*) FROM t WHERE id = 9") == "0");
    }
    SECTION("it may have happened: a person must say") {
        db.journal(0, "CALL work()", "started");
        auto up = db.upgrade();
        REQUIRE_FALSE(up);
        CHECK(up.error().failure.diagnostic.code == "apply.in-doubt");
    }
}

TEST_CASE("rows that change while a revision outside transactions runs are named") {
    Journaled db("INSERT INTO t VALUES (3, 3);\nUPDATE alembic_version SET version_num = 'x';");
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.kind == FailureKind::sql);
    CHECK(up.error().failure.diagnostic.message ==
          "revision n: the rows of public.alembic_version changed while it ran: expected a, found "
          "x");
    CHECK(db.rows() == std::vector<std::string>{"x"});
    db.execute("UPDATE alembic_version SET version_num = 'a'");
    db.recorder.before_statement = [&](const sql::Statement&) {
        db.execute("UPDATE alembic_version SET version_num = 'y'");
    };
    db.replace(
        "INSERT INTO t VALUES (3, 3);\nUPDATE alembic_version SET version_num = 'x';\nSELECT 1;");
    up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.message.ends_with("expected a, found y"));
}

TEST_CASE("CALL and DO in doubt wait for repair") {
    Journaled db("CALL work();\nSELECT 1;");
    db.execute(
        "CREATE PROCEDURE work() LANGUAGE plpgsql AS $$BEGIN INSERT INTO t VALUES (7, 7); COMMIT; "
        "END$$");
    db.journal(0, "CALL work()", "started");
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.code == "apply.in-doubt");
    CHECK(up.error().failure.diagnostic.hint.find("repair --done n") != std::string::npos);
    CHECK(db.value("SELECT count(*) FROM t WHERE id = 7") == "0");

    apply::RepairRequest request;
    bool ran = false;
    SECTION("--done: it is not run again") {
        request.settle.push_back({"n", true});
    }
    SECTION("--retry: it is run again") {
        request.settle.push_back({"n", false});
        ran = true;
    }
    require_success(apply::run_repair(db.parameters, db.names, request, db.options, db.requester,
                                      db.recorder, {}));
    require_success(db.upgrade());
    CHECK(db.value("SELECT count(*) FROM t WHERE id = 7") == (ran ? "1" : "0"));
    CHECK(db.rows() == std::vector<std::string>{"n"});
}

TEST_CASE("CALL may commit on its own") {
    Journaled db("CALL work();");
    db.execute(
        "CREATE PROCEDURE work() LANGUAGE plpgsql AS $$BEGIN INSERT INTO t VALUES (7, 7); COMMIT;"
        " INSERT INTO t VALUES (8, 8); COMMIT; END$$");
    require_success(db.upgrade());
    CHECK(db.value("SELECT count(*) FROM t WHERE id > 6") == "2");
}

TEST_CASE("a CALL or DO that failed after a commit of its own waits for repair, another one not") {
    Journaled db("DO $$BEGIN INSERT INTO t VALUES (7, 7); COMMIT; PERFORM 1 / 0; END$$;");
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.hint.find("repair --done n") != std::string::npos);
    up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.diagnostic.code == "apply.in-doubt");
    CHECK(db.value("SELECT count(*) FROM t WHERE id = 7") == "1");
    apply::RepairRequest request;
    request.settle.push_back({"n", false});
    require_success(apply::run_repair(db.parameters, db.names, request, db.options, db.requester,
                                      db.recorder, {}));
    db.replace("DO $$BEGIN INSERT INTO t VALUES (8, 8); PERFORM 1 / 0; END$$;");
    for (int run = 0; run < 2; ++run) {
        up = db.upgrade();
        REQUIRE_FALSE(up);
        CHECK(up.error().failure.server->sqlstate == "22012");
    }
    CHECK(db.value("SELECT count(*) FROM t WHERE id = 8") == "0");
}

TEST_CASE("session settings of done statements are replayed on resume") {
    Journaled db("SET search_path TO app, public;\nCREATE TABLE x (id int);\nSELECT 1 / 0;");
    db.execute("CREATE SCHEMA app");
    REQUIRE_FALSE(db.upgrade());
    db.replace(
        "SET search_path TO app, public;\nCREATE TABLE x (id int);\nCREATE TABLE y (id int);");
    require_success(db.upgrade());
    CHECK(db.value("SELECT to_regclass('app.y') IS NOT NULL") == "t");
}

TEST_CASE("a role without rights on our tables, set by the file, does not stop the journal") {
    Database db;
    db.execute("DROP ROLE IF EXISTS owner; CREATE ROLE owner; GRANT ALL ON SCHEMA public TO owner");
    db.add({"n", "",
            "SET ROLE owner;\nCREATE TABLE mine (id int);\nCREATE INDEX CONCURRENTLY i ON mine "
            "(id);\nSELECT 1;",
            "", "SELECT current_user = 'owner';", false});
    require_success(db.upgrade());
    CHECK(db.value("SELECT tableowner FROM pg_tables WHERE tablename = 'mine'") == "owner");
    CHECK(db.rows() == std::vector<std::string>{"n"});
}

TEST_CASE("DISCARD ALL frees the lock; it is confirmed and taken again") {
    Journaled db("DISCARD ALL;\nSELECT 1;");
    bool held = false;
    db.recorder.before_statement = [&](const sql::Statement& statement) {
        if (statement.text != "SELECT 1") return;
        auto other = db.connect();
        held = !*database::try_lock(other, database::lock_key(db.state().version_table));
    };
    require_success(db.upgrade());
    CHECK(held);
    CHECK(db.recorder.noted("statement 1 freed revisiond's advisory lock"));
}

TEST_CASE("DISCARD ALL frees the lock; who takes it meanwhile has it, and nothing more is run") {
    Journaled db("DISCARD ALL;\nCREATE TABLE behind (id int);");
    auto other = db.connect();
    db.recorder.after_statement = [&] {
        CHECK(*database::try_lock(other, database::lock_key(db.state().version_table)));
    };
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.kind == FailureKind::lock_held);
    CHECK(db.value("SELECT to_regclass('behind') IS NULL") == "t");
    db.recorder.after_statement = nullptr;
    REQUIRE(other.run("SELECT pg_advisory_unlock_all()"));
    require_success(db.upgrade());
    CHECK(db.value("SELECT to_regclass('behind') IS NULL") == "f");
}

TEST_CASE("CONCURRENTLY has no lock_timeout, an own deadline, and its blockers are told") {
    Journaled db("CREATE INDEX CONCURRENTLY i ON t (id);");
    auto writer = db.connect();
    REQUIRE(
        writer.run("SET application_name TO 'slow writer'; BEGIN; INSERT INTO t VALUES (5, 5)"));
    SECTION("it waits longer than lock_timeout") {
        db.recorder.after_blocked = [&] { CHECK(writer.run("COMMIT")); };
        require_success(db.upgrade());
        CHECK(db.recorder.retries.empty());
        REQUIRE_FALSE(db.recorder.blockers.empty());
        CHECK(db.recorder.blockers[0].find("slow writer") != std::string::npos);
    }
    SECTION("its deadline ends it") {
        db.options.concurrently_timeout = 300ms;
        auto up = db.upgrade();
        REQUIRE_FALSE(up);
        CHECK(up.error().failure.server->sqlstate == "57014");
        CHECK(up.error().failure.diagnostic.message.find("concurrently_timeout") !=
              std::string::npos);
        REQUIRE(writer.run("COMMIT"));
        db.options.concurrently_timeout = 0ms;
        require_success(db.upgrade());
        CHECK(db.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
    }
}

TEST_CASE("every attempt of a statement behind CONCURRENTLY has its lock_timeout") {
    Journaled db("CREATE INDEX CONCURRENTLY i ON u (id);\nALTER TABLE t ADD COLUMN x int;");
    db.execute("CREATE TABLE u (id int)");
    auto reader = db.connect();
    REQUIRE(reader.run("BEGIN; SELECT * FROM t"));
    db.recorder.after_retry = [&] {
        if (db.recorder.retries.size() == 2) CHECK(reader.run("COMMIT"));
    };
    // Without it the second attempt would wait for as long as somebody reads.
    std::jthread end([&](const std::stop_token& stop) {
        for (int i = 0; i < 200 && !stop.stop_requested(); ++i) std::this_thread::sleep_for(50ms);
        if (!stop.stop_requested())
            db.execute("SELECT pg_terminate_backend(" + std::to_string(reader.backend_pid()) + ")");
    });
    require_success(db.upgrade());
    CHECK(db.recorder.retries.size() == 2);
}

TEST_CASE("SET LOCAL lock_timeout sets nothing in a file without a transaction, and it is said") {
    Journaled db(
        "SET LOCAL lock_timeout TO '7s';\nCREATE INDEX CONCURRENTLY i ON t (id);\n"
        "CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value;");
    require_success(db.upgrade());
    CHECK(db.value("SELECT value FROM seen") == "100ms");
    CHECK(db.recorder.noted("it sets nothing"));
}

TEST_CASE("a file's own lock_timeout wins, also by set_config, and to its end") {
    for (const std::string own : {"SET lock_timeout TO '7s'",
                                  "SELECT pg_catalog.set_config('lock_timeout', '7s', false)"}) {
        Journaled db(own +
                     ";\nCREATE INDEX CONCURRENTLY i ON t (id);\n"
                     "CREATE TABLE seen AS SELECT current_setting('lock_timeout') AS value;");
        require_success(db.upgrade());
        CHECK(db.value("SELECT value FROM seen") == "7s");
    }
}

TEST_CASE("[verify] of a non-transactional revision waits for rows as any other does") {
    Database db;
    db.add({"n", "", "CREATE TABLE t (id int);\nCREATE INDEX CONCURRENTLY i ON t (id);", "",
            "DO $$BEGIN ASSERT current_setting('lock_timeout') = '30s'; END$$;", false});
    require_success(db.upgrade());
}

TEST_CASE("the last transaction of a non-transactional revision tries again when it meets a lock") {
    Journaled db("CREATE INDEX CONCURRENTLY i ON t (id);");
    auto other = db.connect();
    db.recorder.after_statement = [&] {
        CHECK(other.run("BEGIN; LOCK TABLE alembic_version IN ROW EXCLUSIVE MODE"));
    };
    db.recorder.after_retry = [&] { CHECK(other.run("COMMIT")); };
    require_success(db.upgrade());
    REQUIRE(db.recorder.retries.size() == 1);
    CHECK(db.recorder.retries[0].doing == "locking public.alembic_version for revision n");
    CHECK(db.rows() == std::vector<std::string>{"n"});
}

TEST_CASE("a transactional statement of a non-transactional file retries alone") {
    Journaled db("INSERT INTO t VALUES (3, 3);\nALTER TABLE t ADD COLUMN x int;");
    auto reader = db.connect();
    REQUIRE(reader.run("BEGIN; SELECT * FROM t"));
    db.recorder.after_retry = [&] { CHECK(reader.run("COMMIT")); };
    require_success(db.upgrade());
    CHECK(db.recorder.retries.size() == 1);
    CHECK(db.value("SELECT count(*) FROM t WHERE id = 3") == "1");
}

TEST_CASE("[verify] of a non-transactional revision keeps it from being marked") {
    Database db;
    db.add({"n", "", "CREATE TABLE t (id int);", "DROP TABLE t;", "SELECT count(*) > 0 FROM t;",
            false});
    auto up = db.upgrade();
    REQUIRE_FALSE(up);
    CHECK(up.error().failure.kind == FailureKind::verify);
    CHECK(db.rows().empty());
    CHECK(db.value("SELECT outcome FROM revisiond.history") == "failed");
    CHECK(db.recorder.notes.empty());
    db.execute("INSERT INTO t VALUES (1)");
    require_success(db.upgrade());
    CHECK(db.rows() == std::vector<std::string>{"n"});
    require_success(db.downgrade("base"));
    CHECK(db.value("SELECT to_regclass('t') IS NULL") == "t");
}

TEST_CASE("a non-transactional downgrade resumes too") {
    Database db;
    db.add({"n", "", "CREATE TABLE t (id int); CREATE INDEX CONCURRENTLY i ON t (id);",
            "DROP INDEX CONCURRENTLY i;\nSELECT 1 / 0;", "", false});
    require_success(db.upgrade());
    REQUIRE_FALSE(db.downgrade("base"));
    CHECK(db.rows() == std::vector<std::string>{"n"});
    db.change({"n", "", "CREATE TABLE t (id int); CREATE INDEX CONCURRENTLY i ON t (id);",
               "DROP INDEX CONCURRENTLY i;\nDROP TABLE t;", "", false});
    require_success(db.downgrade("base"));
    CHECK(db.rows().empty());
    CHECK(db.value("SELECT to_regclass('t') IS NULL") == "t");
}

TEST_CASE("a probe survives being written down") {
    apply::Probe probe;
    probe.kind = sql::StatementTraits::Concurrent::create_index;
    probe.relation = 16384;
    probe.before = {1, 22, 333};
    probe.name = "odd \"name\"\nwith lines";
    const apply::Probe read = apply::Probe::from_text(probe.to_text());
    CHECK(read.kind == probe.kind);
    CHECK(read.relation == 16384);
    CHECK(read.before == probe.before);
    CHECK(read.name == probe.name);
    CHECK(apply::Probe::from_text("0 0 0 [] ").before.empty());
}
