// The life of an operation: accepted by any instance, executed by the one that leads, readable by
// all.
#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <thread>

#include "database/advisory_lock.hpp"
#include "database/state_schema.hpp"
#include "instances.hpp"
#include "operations/event_recorder.hpp"
#include "service/migrate.hpp"

using namespace revisiond;
using namespace revisiond::test;
using namespace std::chrono_literals;
using operations::Rejection;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t count(const std::vector<std::string>& words, const std::string& word) {
    return static_cast<std::size_t>(std::count(words.begin(), words.end(), word));
}

operations::Request downgrade_request(const std::string& target) {
    operations::Request request = upgrade_request(target);
    request.kind = operations::Kind::downgrade;
    return request;
}

}  // namespace

TEST_CASE("an operation in the queue is executed by the leader and told in events") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);\nINSERT INTO a VALUES (1), (2);");
    files.add("bbbb", "aaaa", "CREATE TABLE b (n int);");
    Daemon daemon(db, files);
    const database::Operation accepted = daemon.upgrade();
    CHECK(accepted.revisions == std::vector<std::string>{"aaaa", "bbbb"});
    CHECK(accepted.targets == std::vector<std::string>{"bbbb"});
    const database::Operation done = daemon.finished(accepted.id);
    CHECK(done.state == "succeeded");
    CHECK(done.applied == accepted.revisions);
    CHECK(done.actor == "tester");
    CHECK(done.term > 0);
    CHECK(done.attempts == 1);
    CHECK(has(done.result, "\"applied\": [\"aaaa\", \"bbbb\"]"));
    CHECK(db.rows() == std::vector<std::string>{"bbbb"});
    CHECK(db.query("SELECT operation::text || ' ' || actor FROM revisiond.history ORDER BY id") ==
          std::vector<std::string>(2, done.id + " tester"));

    // Another process, which never led.
    Daemon other(db, files);
    CHECK(other.event_types(done.id) ==
          std::vector<std::string>{"accepted", "started", "step_begins", "statement_begins",
                                   "statement_ends", "statement_begins", "statement_ends",
                                   "step_ends", "step_begins", "statement_begins", "statement_ends",
                                   "step_ends", "finished"});
    auto later = other->events(done.id, 11, 100);
    REQUIRE(later);
    REQUIRE(later->size() == 2);
    CHECK(later->front().number == 12);
    CHECK(has(later->back().data, "\"state\": \"succeeded\""));
}

TEST_CASE("the snapshot tells what is known, and what was done") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    Daemon daemon(db, files);
    wait_until("it leads", [&] { return daemon.leads(); });
    wait_until("the status is read", [&] { return daemon->snapshot()->status.has_value(); });
    CHECK(daemon->snapshot()->status->state == service::StateKind::empty);
    const std::string id = daemon.upgrade().id;
    wait_until("the snapshot shows the end", [&] {
        const auto snapshot = daemon->snapshot();
        return snapshot->last && snapshot->last->id == id &&
               snapshot->status->state == service::StateKind::up_to_date;
    });
    const auto snapshot = daemon->snapshot();
    CHECK(snapshot->reachable);
    CHECK_FALSE(snapshot->error);
    CHECK(snapshot->status->current == std::vector<std::string>{"aaaa"});
    CHECK_FALSE(snapshot->as_of.empty());
    // New files show at once, without asking the database.
    files.add("bbbb", "aaaa", "CREATE TABLE b (n int);");
    daemon.load(db, files);
    CHECK(daemon->snapshot()->status->state == service::StateKind::pending);
}

TEST_CASE("hazards that nobody has acknowledged do not run, though the database has moved") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    files.add("bbbb", "aaaa", "DROP TABLE a;", "CREATE TABLE a (n int); SELECT pg_sleep(1);");
    files.add("cccc", "bbbb", "CREATE TABLE c (n int);");
    Daemon daemon(db, files);
    wait_until("it leads", [&] { return daemon.leads(); });
    CHECK(daemon.finished(daemon.upgrade("bbbb").id).state == "succeeded");
    // Accepted while the first is asleep: its plan is cccc alone, without a hazard.
    const std::string down = daemon.accept(downgrade_request("aaaa")).id;
    operations::Request request = upgrade_request();
    request.acknowledge = std::vector<std::string>{};
    const std::string blind = daemon.accept(request).id;
    CHECK(daemon.finished(down).state == "succeeded");
    const database::Operation refused = daemon.finished(blind);
    CHECK(refused.state == "refused");
    CHECK(has(refused.error, "drops a table"));
    CHECK(db.rows() == std::vector<std::string>{"aaaa"});
    request.acknowledge = std::vector<std::string>{"drops_table"};
    CHECK(daemon.finished(daemon.accept(request).id).state == "succeeded");
}

TEST_CASE("operations and events of a month ago are forgotten, and nothing else") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    files.add("bbbb", "aaaa", "CREATE TABLE b (n int);");
    std::string old;
    std::string young;
    std::string repaired;
    {
        Daemon daemon(db, files);
        old = daemon.finished(daemon.upgrade("aaaa").id).id;
        young = daemon.finished(daemon.upgrade("bbbb").id).id;
        files.add("aaaa", "", "CREATE TABLE a (n bigint);");
        daemon.load(db, files);
        operations::Request repair;
        repair.kind = operations::Kind::repair;
        repair.repair.accept_all = true;
        repaired = daemon.finished(daemon.accept(repair).id).id;
    }
    const std::string both = "('" + old + "', '" + repaired + "')";
    db.execute("UPDATE revisiond.event SET at = at - interval '31 days' WHERE operation IN " +
               both +
               "; UPDATE revisiond.operation SET created_at = created_at - interval '31 days',"
               " started_at = started_at - interval '31 days',"
               " finished_at = finished_at - interval '31 days' WHERE id IN " +
               both);
    Daemon daemon(db, files);
    wait_until("the old one is gone", [&] { return !daemon->operation(old).value(); });
    CHECK(daemon->events(old, 0, 10)->empty());
    CHECK(daemon->operation(repaired).value());
    CHECK(daemon->operation(young).value());
    CHECK_FALSE(daemon->events(young, 0, 10)->empty());
    // What was done is remembered for ever.
    CHECK(db.rows() == std::vector<std::string>{"bbbb"});
    CHECK(db.value("SELECT count(*) FROM revisiond.history") == "2");
}

TEST_CASE("a failed operation keeps the reason, and the next one runs") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    files.add("bbbb", "aaaa", "CREATE TABLE b (n int);\nSELECT nothing_there FROM a;");
    Daemon daemon(db, files);
    const database::Operation failed = daemon.finished(daemon.upgrade().id);
    CHECK(failed.state == "failed");
    CHECK(failed.applied == std::vector<std::string>{"aaaa"});
    CHECK(has(failed.error, "nothing_there"));
    CHECK(has(failed.problem, "\"sqlstate\": \"42703\""));
    CHECK(daemon.event_types(failed.id).back() == "finished");
    CHECK(db.rows() == std::vector<std::string>{"aaaa"});
    const database::Operation down = daemon.finished(daemon.accept(downgrade_request("base")).id);
    CHECK(down.state == "succeeded");
    CHECK(down.targets == std::vector<std::string>{"base"});
    CHECK(db.rows().empty());
}

TEST_CASE("a dry run leaves nothing and is an operation all the same") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    Daemon daemon(db, files);
    operations::Request request = upgrade_request();
    request.dry_run = true;
    const database::Operation done = daemon.finished(daemon.accept(request).id);
    CHECK(done.state == "succeeded");
    CHECK(done.applied.empty());
    CHECK(db.value("SELECT to_regclass('a') IS NULL") == "t");
    CHECK(count(daemon.event_types(done.id), "step_begins") == 1);
    CHECK(daemon.finished(daemon.upgrade().id).state == "succeeded");
}

TEST_CASE("stamp and repair go through the queue too") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    Daemon daemon(db, files);
    operations::Request stamp = upgrade_request("heads");
    stamp.kind = operations::Kind::stamp;
    const database::Operation stamped = daemon.finished(daemon.accept(stamp).id);
    CHECK(stamped.state == "succeeded");
    CHECK(stamped.applied == std::vector<std::string>{"aaaa"});
    CHECK(db.rows() == std::vector<std::string>{"aaaa"});

    files.add("aaaa", "", "CREATE TABLE a (n bigint);");
    daemon.load(db, files);
    operations::Request repair;
    repair.kind = operations::Kind::repair;
    repair.repair.accept_all = true;
    CHECK(daemon.finished(daemon.accept(repair).id).state == "succeeded");
    CHECK(daemon.finished(daemon.accept(repair).id).state == "nothing_to_do");
}

TEST_CASE("the same key and payload is the same operation, another payload is refused") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    Daemon daemon(db, files);
    operations::Request request = upgrade_request();
    request.idempotency_key = "key-1";
    const database::Operation first = daemon.accept(request);
    daemon.finished(first.id);
    auto again = daemon->accept(request);
    REQUIRE(again);
    CHECK(again->replayed);
    CHECK(again->operation.id == first.id);
    request.targets = {"aaaa"};
    auto other = daemon->accept(request);
    REQUIRE_FALSE(other);
    CHECK(other.error().reason == Rejection::Reason::key_reused);
    CHECK(has(other.error().problem.reason().message, first.id));
    CHECK(db.value("SELECT count(*) FROM revisiond.operation") == "1");
}

TEST_CASE("a request against another plan, database or target never gets into the queue") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    Daemon daemon(db, files);
    operations::Request request = upgrade_request();
    request.digest = "v1:0000";
    auto changed = daemon->accept(request);
    REQUIRE_FALSE(changed);
    CHECK(changed.error().reason == Rejection::Reason::plan_changed);
    REQUIRE(changed.error().plan);
    request.digest = changed.error().plan->digest;
    request.system_identifier = "1";
    auto elsewhere = daemon->accept(request);
    REQUIRE_FALSE(elsewhere);
    CHECK(elsewhere.error().reason == Rejection::Reason::wrong_database);
    auto unknown = daemon->accept(upgrade_request("no_such"));
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().reason == Rejection::Reason::invalid);
    CHECK(has(unknown.error().problem.reason().message, "no_such"));

    request.system_identifier = db.state().server.system_identifier;
    request.database_oid = db.state().server.database_oid;
    CHECK(daemon.finished(daemon.accept(request).id).state == "succeeded");
    files.add("aaaa", "", "CREATE TABLE a (n bigint);");
    files.add("bbbb", "aaaa", "CREATE TABLE b (n int);");
    daemon.load(db, files);
    auto modified = daemon->accept(upgrade_request());
    REQUIRE_FALSE(modified);
    CHECK(modified.error().reason == Rejection::Reason::refused);
}

TEST_CASE("what was checked at acceptance is checked again under the lock") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);", "DROP TABLE a;");
    files.add("bbbb", "aaaa", "CREATE TABLE b (n int);", "DROP TABLE b;");
    files.add("cccc", "bbbb", "CREATE TABLE c (n int);", "DROP TABLE c;");
    Daemon daemon(db, files);
    daemon.finished(daemon.upgrade("bbbb").id);
    // Somebody holds the lock, so that both wait in the queue.
    wait_until("it leads", [&] { return daemon.leads(); });
    db.execute("SELECT pg_terminate_backend(backend_pid) FROM revisiond.instance WHERE term > 0");
    auto holder = db.connect();
    wait_until("the lock is free", [&] {
        return *database::try_lock(holder, database::lock_key(db.state().version_table));
    });
    const std::string down = daemon.accept(downgrade_request("base")).id;
    const std::string planned = [&] {
        operations::Request request = upgrade_request();
        auto rejected = daemon->accept([&] {
            operations::Request wrong = request;
            wrong.digest = "v1:";
            return wrong;
        }());
        request.digest = rejected.error().plan->digest;
        return daemon.accept(request).id;
    }();
    REQUIRE(holder.run("SELECT pg_advisory_unlock_all()"));
    CHECK(daemon.finished(down).state == "succeeded");
    const database::Operation refused = daemon.finished(planned);
    CHECK(refused.state == "refused");
    CHECK(has(refused.error, "the database has changed since this was accepted"));
    CHECK(db.rows().empty());
}

TEST_CASE("a queue of an earlier layout takes work as it is, and who leads next migrates it") {
    Database db;
    db.make_layout(1);
    db.make_layout(2);
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    // As an older program that leads does.
    auto holder = db.connect();
    REQUIRE(*database::try_lock(holder, database::lock_key(db.state().version_table)));
    Daemon daemon(db, files);
    const std::string id = daemon.upgrade().id;
    CHECK(daemon.event_types(id) == std::vector<std::string>{"accepted"});
    CHECK(db.state().layout == 2);
    REQUIRE(holder.run("SELECT pg_advisory_unlock_all()"));
    CHECK(daemon.finished(id).state == "succeeded");
    CHECK(db.state().layout == database::current_layout);
}

TEST_CASE("a queued operation is cancelled at once, a running one by its leader") {
    Database db;
    Files files;
    files.add("aaaa", "", "SELECT pg_sleep(60);");
    Daemon leader(db, files);
    wait_until("it leads", [&] { return leader.leads(); });
    Daemon other(db, files);
    const std::string running = other.upgrade().id;
    const std::string queued = other.upgrade().id;
    wait_until("it runs",
               [&] { return count(other.event_types(running), "statement_begins") == 1; });
    auto second = other->cancel(queued, "somebody");
    REQUIRE(second);
    REQUIRE(*second);
    CHECK((*second)->state == "cancelled");
    CHECK(other.event_types(queued) ==
          std::vector<std::string>{"accepted", "cancel_requested", "finished"});
    REQUIRE(other->cancel(running, "somebody"));
    const database::Operation cancelled = other.finished(running);
    CHECK(cancelled.state == "cancelled");
    CHECK(cancelled.cancelled_by == "somebody");
    CHECK(count(other.event_types(running), "cancel_requested") == 1);
    // A second word changes nothing.
    auto again = other->cancel(running, "another");
    REQUIRE(again);
    CHECK((*again)->cancelled_by == "somebody");
    auto nobody = other->cancel("no-such-id", "somebody");
    REQUIRE(nobody);
    CHECK_FALSE(*nobody);
}

TEST_CASE("two hundred requests at once are one operation for a key, and each revision runs once") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    files.add("bbbb", "aaaa", "CREATE TABLE b (n int);");
    files.add("cccc", "bbbb", "CREATE TABLE c (n int);");
    Daemon one(db, files);
    Daemon two(db, files);
    Daemon three(db, files);
    std::vector<Daemon*> daemons{&one, &two, &three};
    constexpr int requests = 200;
    std::vector<std::string> ids(requests);
    std::atomic<int> next = 0;
    {
        std::vector<std::jthread> clients;
        for (int client = 0; client < 20; ++client) {
            clients.emplace_back([&] {
                for (int n = next++; n < requests; n = next++) {
                    operations::Request request = upgrade_request();
                    if (n % 2 == 0) request.idempotency_key = "the key";
                    auto accepted = (*daemons[static_cast<std::size_t>(n) % 3])->accept(request);
                    if (accepted) ids[static_cast<std::size_t>(n)] = accepted->operation.id;
                }
            });
        }
    }
    std::set<std::string> with_key;
    std::set<std::string> without_key;
    for (std::size_t n = 0; n < ids.size(); ++n) {
        REQUIRE_FALSE(ids[n].empty());
        (n % 2 == 0 ? with_key : without_key).insert(ids[n]);
    }
    CHECK(with_key.size() == 1);
    CHECK(without_key.size() == requests / 2);
    for (const std::string& id : without_key) one.finished(id);
    one.finished(*with_key.begin());
    CHECK(db.value("SELECT count(*) FROM revisiond.operation WHERE state = 'succeeded'") == "1");
    CHECK(db.value("SELECT count(*) FROM revisiond.operation WHERE state = 'nothing_to_do'") ==
          "100");
    CHECK(db.query("SELECT revision FROM revisiond.history ORDER BY id") ==
          std::vector<std::string>{"aaaa", "bbbb", "cccc"});
    const std::size_t leading =
        std::size_t{one.leads()} + std::size_t{two.leads()} + std::size_t{three.leads()};
    CHECK(leading == 1);
    // The order of event ids is the order of commits, and an operation's numbers have no hole.
    CHECK(db.value("SELECT count(*) FROM (SELECT number, row_number() OVER (PARTITION BY operation"
                   " ORDER BY id) AS expected FROM revisiond.event) e WHERE number <> expected") ==
          "0");
}

TEST_CASE("two services with version tables of their own see nothing of each other") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE IF NOT EXISTS a (n int);");
    Daemon one(db, files, {}, "public.one_version");
    Daemon two(db, files, {}, "public.two_version");
    const std::string first = one.upgrade().id;
    CHECK(one.finished(first).state == "succeeded");
    auto unseen = two->operation(first);
    REQUIRE(unseen);
    CHECK_FALSE(*unseen);
    CHECK(two->operations(10)->empty());
    CHECK(two->all_events(0, {}, 10)->empty());
    CHECK_FALSE(two->cancel(first, "somebody")->has_value());
    wait_until("two has read", [&] { return two->snapshot()->status.has_value(); });
    CHECK(two->snapshot()->status->state == service::StateKind::empty);
    CHECK_FALSE(two->snapshot()->last);
    // Both lead at the same time.
    wait_until("two leads", [&] { return two.leads() && one.leads(); });
    CHECK(two.finished(two.upgrade().id).state == "succeeded");
}

TEST_CASE("what a command does is an operation with events as well") {
    Database db;
    Files files;
    files.add("aaaa", "", "CREATE TABLE a (n int);");
    const auto project = project_of(db, files);
    apply::Listener silent;
    operations::EventRecorder recorder(silent, db.parameters);
    service::RunContext context{
        project->apply_options(), service::this_process("upgrade heads"), recorder, {}};
    auto done = service::migrate(*project, {graph::Direction::upgrade, {"heads"}}, {}, context);
    REQUIRE(done);
    Daemon daemon(db, files);
    CHECK(daemon.event_types(done->result.operation) ==
          std::vector<std::string>{"started", "step_begins", "statement_begins", "statement_ends",
                                   "step_ends", "finished"});
    auto events = daemon->events(done->result.operation, 5, 1);
    REQUIRE(events);
    CHECK(has(events->front().data, "\"applied\": [\"aaaa\"]"));
    CHECK(has(events->front().data, "\"state\": \"succeeded\""));
}
