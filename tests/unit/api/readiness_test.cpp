// What a pod that waits for its schema is told in each state of the database.
#include <catch2/catch.hpp>

#include "../config/fixture.hpp"
#include "api/readiness.hpp"

using namespace revisiond;
using service::StateKind;
using Verdict = service::Readiness::Verdict;
using namespace std::chrono_literals;

namespace {

constexpr auto now = std::chrono::steady_clock::time_point{} + 1h;

// aaaa, bbbb above it, cccc above that with the label "billing".
std::shared_ptr<const service::Project> three_files() {
    const config::testing::Folder folder;
    std::filesystem::create_directory(folder.path() / "migrations");
    const auto add = [&](const std::string& id, const std::string& more) {
        folder.write("migrations/" + id + ".sql",
                     "-- revision = \"" + id + "\"\n" + more + "\n-- [upgrade]\nSELECT 1;\n");
    };
    add("aaaa", "");
    add("bbbb", "-- down_revision = \"aaaa\"\n");
    add("cccc", "-- down_revision = \"bbbb\"\n-- branch_labels = [\"billing\"]\n");
    auto config = config::load(folder.write("config.toml", "[databases.main]\n"), {});
    REQUIRE(config);
    auto project =
        service::Project::open(std::make_shared<const config::Config>(*std::move(config)), "");
    REQUIRE(project);
    return std::make_shared<const service::Project>(*std::move(project));
}

// Read a moment ago: bbbb is applied, cccc is not.
service::DatabaseSnapshot at_bbbb(StateKind state = StateKind::pending) {
    static const auto project = three_files();
    service::DatabaseSnapshot snapshot;
    snapshot.project = project;
    snapshot.status.emplace();
    snapshot.status->state = state;
    snapshot.status->current = {"bbbb"};
    snapshot.status->heads = {"cccc"};
    snapshot.status->pending = {{"cccc", ""}};
    snapshot.read_at = now;
    snapshot.as_of = "2026-11-27T10:00:00Z";
    snapshot.reachable = true;
    return snapshot;
}

std::shared_ptr<const database::Operation> operation(const std::string& kind,
                                                     std::vector<std::string> revisions = {}) {
    database::Operation operation;
    operation.id = "0f-17";
    operation.kind = kind;
    operation.revisions = std::move(revisions);
    return std::make_shared<const database::Operation>(std::move(operation));
}

void check(const service::DatabaseSnapshot& snapshot, const std::string& at_least, Verdict verdict,
           const std::string& detail) {
    const auto told = api::readiness(snapshot, at_least, now);
    INFO(at_least);
    CHECK(told.verdict == verdict);
    CHECK(told.detail == detail);
}

}  // namespace

TEST_CASE("what is applied is ready, whatever the state and what came after") {
    for (int state = 0; state <= static_cast<int>(StateKind::up_to_date); ++state) {
        const auto snapshot = at_bbbb(static_cast<StateKind>(state));
        for (const char* name : {"aaaa", "bbbb", "aa"})
            check(snapshot, name, Verdict::ready, "applied");
    }
}

TEST_CASE("a state that nothing leaves by itself is told with its name") {
    struct Obstacle {
        StateKind state;
        std::string why;
    };
    for (const auto& [state, why] : {
             Obstacle{StateKind::foreign, "the version table stands in another schema"},
             Obstacle{StateKind::in_doubt, "an interrupted statement waits for `repair`"},
             Obstacle{StateKind::half_done, "a revision is half done"},
             Obstacle{StateKind::diverged, "the database has diverged from the files"},
             Obstacle{StateKind::modified, "applied files have been modified"},
         }) {
        for (const char* name : {"cccc", "", "billing", "heads"}) {
            check(at_bbbb(state), name, Verdict::failed, "cccc is not applied, and " + why);
        }
        check(at_bbbb(state), "dddd", Verdict::failed, "dddd is not applied, and " + why);
    }
}

TEST_CASE("what is behind, running or known to nobody yet is waited for") {
    for (const StateKind state : {StateKind::running, StateKind::ahead, StateKind::empty,
                                  StateKind::pending, StateKind::up_to_date}) {
        for (const char* name : {"cccc", "", "billing", "heads"}) {
            check(at_bbbb(state), name, Verdict::not_yet, "cccc is not applied yet");
        }
        check(at_bbbb(state), "dddd", Verdict::not_yet, "dddd is not applied yet");
    }
}

TEST_CASE("what a newer image applied is ready, also where no file knows it") {
    auto snapshot = at_bbbb(StateKind::ahead);
    snapshot.status->current = {"eeee"};
    snapshot.status->below_unknown = {"dddd"};
    snapshot.status->pending = {};
    for (const char* name : {"eeee", "dddd", "cccc", "heads"}) {
        check(snapshot, name, Verdict::ready, "applied");
    }
}

TEST_CASE("what is half done is waited for while somebody goes on with it") {
    auto snapshot = at_bbbb(StateKind::half_done);
    snapshot.queued = 1;
    check(snapshot, "cccc", Verdict::not_yet, "cccc is not applied yet");
    snapshot = at_bbbb(StateKind::in_doubt);
    snapshot.queued = 1;  // which waits for the person as well
    CHECK(api::readiness(snapshot, "cccc", now).verdict == Verdict::failed);
}

TEST_CASE("an upgrade that failed is told until there is another try") {
    auto snapshot = at_bbbb();
    snapshot.failed = operation("upgrade", {"cccc"});
    check(snapshot, "cccc", Verdict::failed, "the upgrade to cccc failed: see operation 0f-17");
    check(snapshot, "dddd", Verdict::not_yet, "dddd is not applied yet");
    check(snapshot, "bbbb", Verdict::ready, "applied");
    snapshot.running = operation("drift");
    CHECK(api::readiness(snapshot, "cccc", now).verdict == Verdict::failed);
    auto dry_run = *operation("upgrade", {"cccc"});
    dry_run.dry_run = true;
    snapshot.running = std::make_shared<const database::Operation>(dry_run);
    CHECK(api::readiness(snapshot, "cccc", now).verdict == Verdict::failed);
    snapshot.running = operation("upgrade", {"cccc"});
    check(snapshot, "cccc", Verdict::not_yet, "cccc is not applied yet");
    snapshot.running = nullptr;
    snapshot.queued = 1;
    check(snapshot, "cccc", Verdict::not_yet, "cccc is not applied yet");
}

TEST_CASE("a database that was not read, or not for a while, proves nothing") {
    auto snapshot = at_bbbb();
    snapshot.reachable = false;  // for a moment
    snapshot.read_at = now - api::oldest_proof;
    check(snapshot, "aaaa", Verdict::ready, "applied");
    snapshot.read_at -= 1ms;
    check(snapshot, "aaaa", Verdict::not_yet,
          "the database was read too long ago, at 2026-11-27T10:00:00Z");
    snapshot = at_bbbb();
    snapshot.status.reset();
    check(snapshot, "aaaa", Verdict::not_yet, "the database has not been read yet");
    snapshot = at_bbbb();
    snapshot.project = nullptr;  // the files have been broken from the start
    check(snapshot, "aaaa", Verdict::not_yet, "the database has not been read yet");
}

TEST_CASE("files that are broken since are no obstacle: the last sound ones serve") {
    auto snapshot = at_bbbb();
    snapshot.files.ok = false;
    snapshot.files.diagnostics = {make_error("script.broken", "broken")};
    check(snapshot, "bbbb", Verdict::ready, "applied");
    check(snapshot, "cccc", Verdict::not_yet, "cccc is not applied yet");
}
