#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <ctime>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "directory/change_feed.hpp"
#include "directory/content_digest.hpp"
#include "directory/directory_watcher.hpp"
#include "workspace.hpp"

using namespace revisiond;
using namespace revisiond::directory;
using test::Workspace;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

using State = std::shared_ptr<const WatchedDirectory>;

constexpr auto never = 1h;  // a poll that must not be what made a test pass
constexpr WatchOptions by_events{5ms, 100ms, never};

// A watcher with everything that it has published.
class Watch {
  public:
    explicit Watch(WatchOptions options = by_events, std::vector<fs::path> roots = {"migrations"})
        : watcher_({std::move(roots), 1'000'000}, options,
                   [this](const State& state) { keep(state); }) {}

    // Waits until a state that fits has been published; the patience ends a hung test, it measures
    // nothing.
    State until(const std::function<bool(const WatchedDirectory&)>& fits) {
        std::unique_lock lock(mutex_);
        const auto seen = [&] { return !states_.empty() && fits(*states_.back()); };
        if (!changed_.wait_for(lock, 20s, seen)) FAIL("it was not published: " << describe());
        return states_.back();
    }
    State until_ids(const std::set<std::string>& wanted) {
        return until(
            [&](const WatchedDirectory& state) { return state.ok && ids(state) == wanted; });
    }
    std::vector<State> states() {
        const std::lock_guard lock(mutex_);
        return states_;
    }
    DirectoryWatcher& watcher() { return watcher_; }

    static std::set<std::string> ids(const WatchedDirectory& state) {
        std::set<std::string> result;
        if (!state.snapshot) return result;
        for (const auto& node : state.snapshot->map.nodes()) result.insert(node.revision.id);
        return result;
    }

  private:
    void keep(const State& state) {
        const std::lock_guard lock(mutex_);
        states_.push_back(state);
        changed_.notify_all();
    }
    std::string describe() const {
        if (states_.empty()) return "nothing";
        std::string text = states_.back()->ok ? "ok" : "broken";
        for (const std::string& id : ids(*states_.back())) text += " " + id;
        for (const auto& diagnostic : states_.back()->diagnostics)
            text += "\n" + to_text(diagnostic);
        return text;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<State> states_;
    DirectoryWatcher watcher_;
};

// A ConfigMap as kubelet's atomic writer keeps it: a new directory, a renamed link, the visible
// links afterwards, the old directory last.
class ConfigMap {
  public:
    explicit ConfigMap(fs::path root) : root_(std::move(root)) { fs::create_directories(root_); }

    // Version n: n % 5 + 1 revisions in a chain, every one of which says n.
    void swap(int version) {
        const std::string name = "..2026_11_25_" + std::to_string(version);
        fs::create_directory(root_ / name);
        std::set<std::string> files;
        std::string parent;
        for (int i = 0; i <= version % 5; ++i) {
            const std::string id = "r" + std::to_string(i);
            files.insert(id + ".sql");
            std::ofstream(root_ / name / (id + ".sql"))
                << "-- revision = \"" + id + "\"\n" +
                       (parent.empty() ? "" : "-- down_revision = \"" + parent + "\"\n") +
                       "\n-- [upgrade]\nSELECT " + std::to_string(version) + ";\n";
            parent = id;
        }
        fs::create_symlink(name, root_ / "..data_tmp");
        fs::rename(root_ / "..data_tmp", root_ / "..data");
        for (const std::string& file : files)
            if (!links_.contains(file)) fs::create_symlink("..data/" + file, root_ / file);
        for (const std::string& file : links_)
            if (!files.contains(file)) fs::remove(root_ / file);
        links_ = files;
        if (!current_.empty()) fs::remove_all(root_ / current_);
        current_ = name;
    }

    // The version that a snapshot is of; it must be of one alone, and whole.
    static int version_of(const DirectorySnapshot& snapshot) {
        REQUIRE(snapshot.map.size() > 0);
        const std::string text = snapshot.script(0).upgrade->text;
        const int version = std::stoi(text.substr(text.find(' ') + 1));
        for (graph::RevisionIndex i = 0; i < snapshot.map.size(); ++i)
            REQUIRE(snapshot.script(i).upgrade->text == text);
        REQUIRE(snapshot.map.size() == static_cast<std::size_t>(version % 5 + 1));
        return version;
    }

  private:
    fs::path root_;
    std::string current_;
    std::set<std::string> links_;
};

// In a user namespace of its own that may have no inotify instance: 0 when what `look` says is so.
int in_a_process_without_inotify(const std::function<bool()>& look) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::unshare(CLONE_NEWUSER) != 0) ::_exit(77);
        std::ofstream limit("/proc/sys/user/max_inotify_instances");
        limit << "0" << std::flush;
        ::_exit(!limit ? 77 : look() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("files are read again only when their stamps are new, or too young to tell") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a", "", "SELECT 1;");
    workspace.revision("migrations/b.sql", "b", "a", "SELECT 1;");
    const DirectoryOptions options{{"migrations"}};
    const auto now = std::time(nullptr);
    const auto later = now + 3600;
    ContentMemory memory;
    const auto digest = [&](std::int64_t moment) {
        return memory.digest(scan(options.directories), options, moment);
    };
    const std::string first = digest(now);
    CHECK(memory.read() == 2);
    CHECK(digest(now) == first);
    CHECK(memory.read() == 2);
    CHECK(digest(later) == first);
    CHECK(digest(later) == first);
    CHECK(memory.read() == 0);
    // Of the same size, and with its old time of change put back.
    const auto time = fs::last_write_time("migrations/b.sql");
    workspace.revision("migrations/b.sql", "b", "a", "SELECT 2;");
    fs::last_write_time("migrations/b.sql", time);
    const std::string changed = digest(later);
    CHECK(changed != first);
    CHECK(memory.read() == 1);
    fs::rename("migrations/a.sql", "migrations/c.sql");
    CHECK(digest(later) != changed);
    fs::remove("migrations/b.sql");
    CHECK(digest(later) != changed);
    CHECK(memory.read() == 0);
}

TEST_CASE("what is there at first is published, and every change after it") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    Watch watch;
    const State first = watch.until_ids({"a"});
    CHECK(first->digest == fingerprint(*first->snapshot));
    workspace.revision("migrations/b.sql", "b", "a");
    watch.until_ids({"a", "b"});
    workspace.revision("migrations/b.sql", "c", "a");
    watch.until_ids({"a", "c"});
    fs::rename("migrations/b.sql", "migrations/b.sql.off");
    watch.until_ids({"a"});
    CHECK(watch.watcher().current() == watch.states().back());
}

TEST_CASE("while files are broken the last sound snapshot serves, with what is wrong beside it") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    Watch watch;
    const State sound = watch.until_ids({"a"});
    workspace.write("migrations/b.sql", "DROP TABLE x;\n");
    const State broken = watch.until([](const WatchedDirectory& state) { return !state.ok; });
    CHECK(broken->snapshot == sound->snapshot);
    CHECK(broken->digest == sound->digest);
    REQUIRE(broken->diagnostics.size() == 1);
    CHECK(broken->diagnostics.front().at.file == "migrations/b.sql");
    workspace.revision("migrations/b.sql", "b", "a");
    CHECK(watch.until_ids({"a", "b"})->diagnostics.empty());
}

TEST_CASE("files that are broken from the start leave no snapshot") {
    const Workspace workspace;
    workspace.write("migrations/a.sql", "x");
    Watch watch;
    const State state = watch.until([](const WatchedDirectory& one) { return !one.ok; });
    CHECK(state->snapshot == nullptr);
    CHECK(state->digest.empty());
}

TEST_CASE("a touch and a file that is no revision publish nothing") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    Watch watch;
    watch.until_ids({"a"});
    fs::last_write_time("migrations/a.sql", fs::file_time_type::clock::now() - 1h);
    workspace.write("migrations/notes.md", "x");
    workspace.revision("migrations/a.sql", "a");  // the same bytes again
    workspace.revision("migrations/b.sql", "b", "a");
    watch.until_ids({"a", "b"});
    CHECK(watch.states().size() == 2);
}

TEST_CASE("what happens beside the directory does not keep it from settling") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    Watch watch({500ms, never, never});
    watch.until_ids({"a"});
    const std::jthread neighbour([](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::ofstream("noise") << "x";
            fs::remove("noise");
        }
    });
    workspace.revision("migrations/b.sql", "b", "a");
    watch.until_ids({"a", "b"});
}

TEST_CASE("sub-directories are followed wherever they come from") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    Watch watch;
    watch.until_ids({"a"});
    workspace.revision("migrations/2026/11/b.sql", "b", "a");
    watch.until_ids({"a", "b"});
    workspace.revision("migrations/2026/11/c.sql", "c", "b");
    watch.until_ids({"a", "b", "c"});
    workspace.revision("elsewhere/d.sql", "d", "c");
    fs::rename("elsewhere", "migrations/moved");
    watch.until_ids({"a", "b", "c", "d"});
    workspace.revision("migrations/moved/d.sql", "e", "c");
    watch.until_ids({"a", "b", "c", "e"});
    fs::rename("migrations/moved", "elsewhere");
    watch.until_ids({"a", "b", "c"});
}

TEST_CASE("many sub-directories") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "r");
    std::set<std::string> ids = {"r"};
    for (int i = 0; i < 300; ++i) {
        const std::string id = "s" + std::to_string(i);
        workspace.revision("migrations/" + id + "/x.sql", id, "r");
        ids.insert(id);
    }
    Watch watch;
    watch.until_ids(ids);
    workspace.revision("migrations/s299/x.sql", "last", "r");
    ids.erase("s299");
    ids.insert("last");
    watch.until_ids(ids);
}

TEST_CASE("a directory that is removed and comes back") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    Watch watch;
    const State sound = watch.until_ids({"a"});
    fs::remove_all("migrations");
    const State gone = watch.until([](const WatchedDirectory& state) { return !state.ok; });
    CHECK(gone->snapshot == sound->snapshot);
    CHECK(gone->diagnostics.front().code == "directory.cannot-open");
    workspace.revision("migrations/b.sql", "b");
    watch.until_ids({"b"});
    workspace.revision("migrations/c.sql", "c", "b");
    watch.until_ids({"b", "c"});
}

TEST_CASE("a directory that is created late, with those above it") {
    const Workspace workspace;
    Watch watch(by_events, {"srv/app/migrations"});
    watch.until([](const WatchedDirectory& state) { return !state.ok; });
    workspace.revision("srv/app/migrations/a.sql", "a");
    watch.until_ids({"a"});
    workspace.revision("srv/app/migrations/b.sql", "b", "a");
    watch.until_ids({"a", "b"});
}

TEST_CASE("a link above the directory that is swapped, as deployments do it") {
    const Workspace workspace;
    workspace.revision("releases/1/migrations/a.sql", "a");
    workspace.revision("releases/2/migrations/a.sql", "a");
    workspace.revision("releases/2/migrations/b.sql", "b", "a");
    fs::create_directory_symlink("releases/1", "current");
    Watch watch(by_events, {"current/migrations"});
    watch.until_ids({"a"});
    fs::create_directory_symlink("releases/2", "next");
    fs::rename("next", "current");
    watch.until_ids({"a", "b"});
    workspace.revision("releases/2/migrations/c.sql", "c", "b");
    watch.until_ids({"a", "b", "c"});
}

TEST_CASE("a linked file and a linked directory outside") {
    const Workspace workspace;
    workspace.revision("shared/a.sql", "a");
    workspace.revision("more/b.sql", "b", "a");
    fs::create_directory("migrations");
    fs::create_symlink("../shared/a.sql", "migrations/a.sql");
    fs::create_directory_symlink("../more", "migrations/more");
    Watch watch;
    watch.until_ids({"a", "b"});
    workspace.revision("more/c.sql", "c", "b");
    watch.until_ids({"a", "b", "c"});
    workspace.revision("shared/a.sql", "a", {}, "SELECT 1;\n");
    watch.until([](const WatchedDirectory& state) {
        return state.ok && state.snapshot->script(0).upgrade->text == "SELECT 1;\n";
    });
}

TEST_CASE("several directories, one of which is late") {
    const Workspace workspace;
    workspace.revision("one/a.sql", "a");
    Watch watch(by_events, {"one", "two"});
    watch.until([](const WatchedDirectory& state) { return !state.ok; });
    workspace.revision("two/b.sql", "b", "a");
    watch.until_ids({"a", "b"});
}

TEST_CASE("more events than the queue holds") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    std::array<std::ofstream, 2> beside = {std::ofstream("migrations/1.tmp"),
                                           std::ofstream("migrations/2.tmp")};
    const std::array roots = {fs::path("migrations")};
    ChangeFeed feed(roots, scan(roots));
    const auto write_beside = [&](std::size_t events) {
        // Equal events one behind the other are joined, so the two take turns.
        for (std::size_t i = 0; i < events; ++i) beside[i % 2] << 'x' << std::flush;
    };
    write_beside(100);
    REQUIRE_FALSE(feed.changed());  // none of these matters
    std::size_t most = 0;
    std::ifstream("/proc/sys/fs/inotify/max_queued_events") >> most;
    REQUIRE(most > 0);
    write_beside(most + 1);
    workspace.revision("migrations/b.sql", "b", "a");  // there is no room to tell of this one
    CHECK(feed.changed());
    CHECK_FALSE(feed.changed());
}

TEST_CASE("without events the contents are compared now and then") {
    const Workspace workspace;
    workspace.revision("outside/a.sql", "a");
    fs::create_directory("migrations");
    // A link to a link: the way through `hop` is not watched, so no event tells of its swap.
    fs::create_directory("hop");
    fs::create_symlink("../outside/a.sql", "hop/a.sql");
    fs::create_symlink("../hop/a.sql", "migrations/a.sql");
    Watch watch(WatchOptions{5ms, 50ms, 20ms});
    watch.until_ids({"a"});
    workspace.revision("outside2/a.sql", "b");
    fs::create_symlink("../outside2/a.sql", "hop/next.sql");
    fs::rename("hop/next.sql", "hop/a.sql");
    watch.until_ids({"b"});
}

TEST_CASE("a look that is asked for") {
    const Workspace workspace;
    workspace.revision("outside/a.sql", "a");
    fs::create_directory("migrations");
    fs::create_directory("hop");
    fs::create_symlink("../outside/a.sql", "hop/a.sql");
    fs::create_symlink("../hop/a.sql", "migrations/a.sql");
    Watch watch;
    watch.until_ids({"a"});
    workspace.revision("outside2/a.sql", "b");
    fs::create_symlink("../outside2/a.sql", "hop/next.sql");
    fs::rename("hop/next.sql", "hop/a.sql");
    CHECK(watch.watcher().look(20s));
    CHECK(Watch::ids(*watch.watcher().current()) == std::set<std::string>{"b"});
}

TEST_CASE("a look waits until what is being written has settled") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    Watch watch({100ms, 1h, never});
    watch.until_ids({"a"});
    for (const std::string id : {"b", "c", "d"}) {
        workspace.revision("migrations/" + id + ".sql", id);
        CHECK(watch.watcher().look(20s));
        CHECK(Watch::ids(*watch.watcher().current()).count(id) == 1);
    }
    std::jthread writer([&workspace](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            workspace.write("migrations/e.sql", "-- being written");
            std::this_thread::sleep_for(5ms);
        }
    });
    std::this_thread::sleep_for(20ms);
    CHECK_FALSE(watch.watcher().look(50ms));
    writer.request_stop();
    watch.watcher().stop();
    CHECK_FALSE(watch.watcher().look(20s));
}

TEST_CASE("a ConfigMap that is swapped 200 times is never seen mixed") {
    const Workspace workspace;
    ConfigMap map("migrations");
    map.swap(0);
    Watch watch(WatchOptions{2ms, 10ms, never});
    watch.until([](const WatchedDirectory& state) { return state.ok; });
    // Others load the same directory meanwhile: the processors are busy, and they must see whole
    // versions too.
    std::atomic<bool> done = false;
    std::vector<State> loads;
    std::jthread loader([&] {
        while (!done) {
            auto state = std::make_shared<WatchedDirectory>();
            LoadedDirectory loaded = load_directory({{"migrations"}, 1'000'000});
            state->snapshot = loaded.snapshot;
            state->diagnostics = loaded.diagnostics;
            loads.push_back(state);
        }
    });
    constexpr int last = 200;
    for (int version = 1; version <= last; ++version) {
        map.swap(version);
        std::this_thread::sleep_for(version % 10 == 0 ? 20ms : 2ms);
    }
    watch.until([](const WatchedDirectory& state) {
        return state.ok && ConfigMap::version_of(*state.snapshot) == last;
    });
    done = true;
    loader.join();
    int newest = 0;
    for (const State& state : watch.states()) {
        REQUIRE(state->ok);
        const int version = ConfigMap::version_of(*state->snapshot);
        CHECK(version >= newest);
        newest = version;
    }
    CHECK(watch.states().size() > 10);
    CHECK(loads.size() > 10);
    for (const State& state : loads) {
        INFO((state->diagnostics.empty() ? "" : to_text(state->diagnostics.front())));
        REQUIRE(state->snapshot);
        ConfigMap::version_of(*state->snapshot);
    }
}

TEST_CASE("without inotify it is said, and the contents are compared") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    const int code = in_a_process_without_inotify([&] {
        Watch watch(WatchOptions{5ms, 50ms, 20ms});
        const State state = watch.until_ids({"a"});
        workspace.revision("migrations/b.sql", "b", "a");
        watch.until_ids({"a", "b"});
        return state->diagnostics.size() == 1 &&
               state->diagnostics.front().code == "directory.cannot-watch";
    });
    if (code == 77)
        WARN("user namespaces are not allowed here: not tested");
    else
        CHECK(code == 0);
}
