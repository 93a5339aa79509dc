// Who leads, who takes over, and what becomes of work that was under way.
#include <algorithm>
#include <catch2/catch.hpp>
#include <thread>

#include "database/advisory_lock.hpp"
#include "instances.hpp"

using namespace revisiond;
using namespace revisiond::test;
using namespace std::chrono_literals;

namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Ends the leader's connection, as the death of its process would.
void kill_leader(const Database& db) {
    db.execute("SELECT pg_terminate_backend(backend_pid) FROM revisiond.instance WHERE term > 0");
}

std::int64_t term_of(Daemon& daemon) {
    return daemon->snapshot()->term;
}

}  // namespace

TEST_CASE("a leader that stops gives the lock to a follower, with a new term") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    Daemon one(db, files);
    wait_until("one leads", [&] { return one.leads(); });
    const std::int64_t term = term_of(one);
    Daemon two(db, files);
    one.stop();
    wait_until("two leads", [&] { return two.leads(); });
    CHECK(term_of(two) > term);
    CHECK_FALSE(one.leads());
    CHECK(db.value("SELECT count(*) FROM revisiond.instance") == "1");
}

TEST_CASE("a leader that stops finishes its step and queues the rest for the next one") {
    Database db;
    Files files;
    files.add("aaaa", "", "SELECT pg_sleep(1);");
    files.add("bbbb", "aaaa", "CREATE TABLE b (n int);");
    Daemon one(db, files);
    wait_until("one leads", [&] { return one.leads(); });
    const std::string id = one.upgrade().id;
    wait_until("it runs", [&] { return has(one.event_types(id), "statement_begins"); });
    one.stop(30s);
    CHECK(db.rows() == std::vector<std::string>{"aaaa"});
    CHECK(db.value("SELECT state FROM revisiond.operation") == "queued");
    Daemon two(db, files);
    const database::Operation done = two.finished(id);
    CHECK(done.state == "succeeded");
    CHECK(done.attempts == 2);
    CHECK(done.applied == std::vector<std::string>{"aaaa", "bbbb"});
    CHECK(has(two.event_types(id), "settled"));
}

TEST_CASE("a step that outlasts the budget is cancelled, and runs again under the next leader") {
    Database db;
    Files files;
    files.add("aaaa", "",
              "CREATE TABLE a (n int);\nSELECT pg_sleep(CASE WHEN EXISTS (SELECT FROM "
              "revisiond.operation WHERE attempts > 1) THEN 0 ELSE 60 END);");
    Daemon one(db, files);
    const std::string id = one.upgrade().id;
    wait_until("it runs", [&] { return has(one.event_types(id), "statement_ends"); });
    one.stop(0s);
    CHECK(db.value("SELECT to_regclass('a') IS NULL") == "t");
    CHECK(db.value("SELECT state FROM revisiond.operation") == "queued");
    Daemon two(db, files);
    CHECK(two.finished(id).state == "succeeded");
}

TEST_CASE("what a dead leader was running is settled by the next one, and goes on") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    files.add(
        "bbbb", "aaaa",
        "SELECT pg_sleep(CASE WHEN EXISTS (SELECT FROM revisiond.operation WHERE attempts > 1)"
        " THEN 0 ELSE 60 END);");
    Daemon one(db, files);
    const std::string id = one.upgrade().id;
    wait_until("bbbb runs", [&] {
        const auto types = one.event_types(id);
        return std::count(types.begin(), types.end(), "statement_begins") == 2;
    });
    const std::string first_term = db.value("SELECT term FROM revisiond.operation");
    kill_leader(db);
    Daemon two(db, files);
    const database::Operation done = two.finished(id);
    CHECK(done.state == "succeeded");
    CHECK(done.attempts == 2);
    CHECK(std::to_string(done.term) != first_term);
    CHECK(done.applied == std::vector<std::string>{"aaaa", "bbbb"});
    const std::vector<std::string> types = two.event_types(id);
    CHECK(std::count(types.begin(), types.end(), "started") == 2);
    CHECK(std::count(types.begin(), types.end(), "settled") == 1);
    CHECK(db.query("SELECT outcome FROM revisiond.history ORDER BY id") ==
          std::vector<std::string>{"applied", "interrupted", "applied"});
}

TEST_CASE("a step that kills its leader three times waits for a person") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    files.add("bbbb", "aaaa", "SELECT pg_terminate_backend(pg_backend_pid());");
    Daemon daemon(db, files);
    const database::Operation done = daemon.finished(daemon.upgrade().id);
    CHECK(done.state == "waiting_for_person");
    CHECK(done.attempts == 3);
    CHECK(done.applied == std::vector<std::string>{"aaaa"});
    CHECK(has(daemon.event_types(done.id), "finished"));
    // It is not in the way of anything else.
    operations::Request down = upgrade_request("base");
    down.kind = operations::Kind::downgrade;
    files.add("aaaa", "", "CREATE TABLE a (n int);", "DROP TABLE a;");
    daemon.load(db, files);
    CHECK(daemon.finished(daemon.accept(down).id).state == "succeeded");
}

TEST_CASE("nothing is written in a term that has ended") {
    Database db;
    Files files;
    files.add("aaaa", "", "SELECT pg_sleep(60);");
    Daemon daemon(db, files);
    const std::string id = daemon.upgrade().id;
    wait_until("it runs", [&] { return has(daemon.event_types(id), "statement_begins"); });
    // As if another leader had begun while this one was stopped.
    db.execute("UPDATE revisiond.operation SET term = term + 1000");
    const auto before = daemon.event_types(id);
    db.execute("UPDATE revisiond.operation SET cancel_requested = true");
    wait_until("the statement has ended", [&] {
        return db.value(
                   "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'"
                   " AND state = 'active' AND pid <> pg_backend_pid()") == "0";
    });
    // Not the leader of that time tells the end, but the one that settles.
    CHECK(daemon.finished(id).state == "cancelled");
    auto expected = before;
    expected.insert(expected.end(), {"settled", "finished"});
    CHECK(daemon.event_types(id) == expected);
}

TEST_CASE("a leader whose connection ends is no leader any more, and comes back") {
    Database db;
    Files files;
    Daemon daemon(db, files);
    wait_until("it leads", [&] { return daemon.leads(); });
    const std::int64_t term = term_of(daemon);
    kill_leader(db);
    wait_until("it leads again", [&] { return daemon.leads() && term_of(daemon) > term; });
}

TEST_CASE("what takes its leader down without a revision waits for a person too") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    {
        Daemon first(db, files);
        first.finished(first.upgrade().id);
    }
    // A comparison that two leaders have not survived.
    db.execute(
        "INSERT INTO revisiond.operation (id, version_table, kind, target, revisions, state, actor,"
        " host, term, crashes, origin, digest) VALUES (gen_random_uuid(),"
        " '\"public\".\"alembic_version\"', 'drift', '', '{}', 'running', 'me', 'dead', 1, 2,"
        " 'request', '')");
    const Daemon daemon(db, files);
    wait_until("it is settled", [&] {
        return db.value("SELECT state FROM revisiond.operation WHERE kind = 'drift'") ==
               "waiting_for_person";
    });
}

TEST_CASE("a leader that does not answer is ended by a follower") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    {
        Daemon first(db, files);
        first.finished(first.upgrade().id);
    }
    // A session that took the lock as a daemon's leader and does nothing since, like a stopped one.
    auto stopped = db.connect();
    REQUIRE(*database::try_lock(stopped, database::lock_key(db.state().version_table)));
    db.execute(
        "INSERT INTO revisiond.instance (id, version_table, kind, host, pid, backend_pid,"
        " version, url, term, doing, heartbeat) VALUES (gen_random_uuid(),"
        " '\"public\".\"alembic_version\"', 'daemon', 'stopped', 1, " +
        std::to_string(stopped.backend_pid()) + ", '0', '', 1, '', now() + '1 day')");
    operations::InstanceSettings settings;
    settings.dead_leader_after = 100ms;
    Daemon daemon(db, files, settings);
    // One that compares is as idle, and lives: its daemon says so.
    std::this_thread::sleep_for(7s);
    CHECK_FALSE(daemon.leads());
    db.execute(
        "UPDATE revisiond.instance SET heartbeat = now() - interval '1 min' WHERE host = "
        "'stopped'");
    wait_until("the follower leads", [&] { return daemon.leads(); });
    CHECK_FALSE(stopped.run("SELECT 1"));
}

TEST_CASE("a leader without the files gives the lead to an instance that has them") {
    Database db;
    Files older;
    older.add("aaaa", "", "CREATE TABLE a (n int);");
    Files newer;
    newer.add("aaaa", "", "CREATE TABLE a (n int);");
    newer.add("bbbb", "aaaa", "CREATE TABLE b (n int);");
    Daemon old_image(db, older);
    wait_until("the old image leads", [&] { return old_image.leads(); });
    Daemon new_image(db, newer);
    const database::Operation done = new_image.finished(new_image.upgrade().id);
    CHECK(done.state == "succeeded");
    CHECK(db.rows() == std::vector<std::string>{"bbbb"});
    CHECK(new_image.leads());
    // Rolled back: the older files see a database that is ahead, and go on serving.
    new_image.stop();
    wait_until("the old image leads again", [&] { return old_image.leads(); });
    wait_until("it sees that the database is ahead",
               [&] { return old_image->snapshot()->status->state == service::StateKind::ahead; });
    CHECK(old_image.finished(old_image.upgrade().id).state == "nothing_to_do");
}

TEST_CASE("an operation whose files nobody has fails after a while and names them") {
    Database db;
    Files newer;
    newer.add("aaaa", "", "CREATE TABLE a (n int);");
    newer.add("bbbb", "aaaa", "CREATE TABLE b (n int);");
    Files older;
    older.add("aaaa", "", "CREATE TABLE a (n int);");
    Daemon holder(db, newer);
    auto lock = db.connect();
    wait_until("it leads", [&] { return holder.leads(); });
    kill_leader(db);
    wait_until("the lock is free", [&] {
        return *database::try_lock(lock, database::lock_key(db.state().version_table));
    });
    const std::string id = holder.upgrade().id;
    holder.stop();
    operations::InstanceSettings settings;
    settings.missing_revisions_for = 500ms;
    Daemon old_image(db, older, settings);
    REQUIRE(lock.run("SELECT pg_advisory_unlock_all()"));
    const database::Operation failed = old_image.finished(id);
    CHECK(failed.state == "failed");
    CHECK(failed.error.find("bbbb") != std::string::npos);
    CHECK(db.rows().empty());
}

TEST_CASE("in auto mode pending revisions are applied at start and when files change") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    operations::InstanceSettings settings;
    settings.automatic = true;
    Daemon daemon(db, files, settings);
    wait_until("aaaa is applied", [&] { return db.rows() == std::vector<std::string>{"aaaa"}; });
    files.add("bbbb", "aaaa", "SELECT 1 / 0;");
    daemon.load(db, files);
    wait_until("bbbb has failed", [&] {
        return db.value("SELECT count(*) FROM revisiond.operation WHERE state = 'failed'") == "1";
    });
    files.add("bbbb", "aaaa", "CREATE TABLE b (n int);");
    daemon.load(db, files);
    wait_until("bbbb is applied", [&] {
        return db.value("SELECT count(*) FROM revisiond.operation WHERE state = 'succeeded'") ==
               "2";
    });
    CHECK(db.query("SELECT origin || ' ' || state || ' ' || revisions::text FROM"
                   " revisiond.operation ORDER BY number") ==
          std::vector<std::string>{"auto succeeded {aaaa}", "auto failed {bbbb}",
                                   "auto succeeded {bbbb}"});
}

TEST_CASE("in auto mode a leader with nothing pending yields to one that has something") {
    Database db;
    Files older;
    older.add("aaaa", "", "CREATE TABLE a (n int);");
    Files newer;
    newer.add("aaaa", "", "CREATE TABLE a (n int);");
    newer.add("bbbb", "aaaa", "CREATE TABLE b (n int);");
    operations::InstanceSettings settings;
    settings.automatic = true;
    Daemon old_image(db, older, settings);
    wait_until("the old image has applied its own",
               [&] { return old_image.leads() && db.rows() == std::vector<std::string>{"aaaa"}; });
    Daemon new_image(db, newer, settings);
    wait_until("bbbb is applied", [&] { return db.rows() == std::vector<std::string>{"bbbb"}; });
}

TEST_CASE("a role that may not create the state schema is told so, and reads go on") {
    Database db;
    db.execute("DROP ROLE IF EXISTS reader");
    db.execute("CREATE ROLE reader LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    db.parameters[1].second = "reader";
    Daemon daemon(db, files);
    wait_until("it says why", [&] { return daemon->snapshot()->error.has_value(); });
    CHECK(daemon->snapshot()->error->message.find("creating the schema") != std::string::npos);
    CHECK(daemon->snapshot()->error->hint.find("ensure_version --sql") != std::string::npos);
    wait_until("it reads", [&] { return daemon->snapshot()->reachable; });
    auto accepted = daemon->accept(upgrade_request());
    REQUIRE_FALSE(accepted);
    CHECK(accepted.error().reason == operations::Rejection::Reason::refused);
}
