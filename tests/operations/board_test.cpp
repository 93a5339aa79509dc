#include "operations/board.hpp"

#include <catch2/catch.hpp>

#include "instances.hpp"

using namespace revisiond;
using operations::Board;
using namespace revisiond::test;

namespace {

Diagnostic why(const char* text) {
    return make_error("test", text);
}

}  // namespace

TEST_CASE("what keeps a daemon from leading stays said when the database is read") {
    Database db;
    test::Files files;
    Board board(project_of(db, files), service::FilesState{}, false, {});
    const auto error = [&] {
        const auto snapshot = board.snapshot();
        return snapshot->error ? snapshot->error->message : "none";
    };
    // The two threads may come to know in any order.
    board.follows(why("a standby"));
    CHECK(error() == "a standby");
    board.read(nullptr, {});
    CHECK(error() == "a standby");
    CHECK(board.snapshot()->reachable);

    board.unreachable(why("gone"));
    CHECK(error() == "gone");
    CHECK_FALSE(board.snapshot()->reachable);
    const std::string since = board.snapshot()->error_since;
    board.follows(why("cannot connect"));
    CHECK(error() == "gone");
    board.read(nullptr, {});
    CHECK(error() == "cannot connect");
    board.leads(7);
    CHECK(error() == "none");
    board.follows(std::nullopt);
    CHECK(error() == "none");
}

TEST_CASE("a reading that brings nothing new changes the moment alone") {
    Database db;
    test::Files files;
    Board board(project_of(db, files), service::FilesState{}, false, {});
    board.read(nullptr, {});
    const auto before = board.snapshot();
    board.read(nullptr, {});
    const auto same = board.snapshot();
    CHECK(same->version > before->version);
    CHECK(same->changed == before->changed);
    CHECK(same->read_at > before->read_at);
    database::QueueState queue;
    queue.queued = 1;
    board.read(nullptr, queue);
    CHECK(board.snapshot()->changed == board.snapshot()->version);
}
