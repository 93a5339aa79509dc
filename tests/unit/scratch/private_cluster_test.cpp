#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include "scratch/private_cluster.hpp"

using namespace revisiond;
using namespace revisiond::scratch;
namespace fs = std::filesystem;

namespace {

ServerBinaries binaries() {
    const auto found = find_server_binaries({});
    if (!found) throw std::runtime_error(found.error().message);
    return *found;
}

PrivateCluster start(ClusterOptions options = {}) {
    options.binaries = binaries();
    auto cluster = PrivateCluster::start(options);
    if (!cluster) throw std::runtime_error(cluster.error().message);
    return std::move(*cluster);
}

Diagnostic refusal(const fs::path& data_directory) {
    auto cluster = PrivateCluster::start({binaries(), data_directory, {}, false});
    REQUIRE_FALSE(cluster);
    return cluster.error();
}

bool alive(pid_t process) {
    return ::kill(process, 0) == 0;
}

// Waits for something that another process brings about; the bound only ends a broken run.
bool comes_true(const std::function<bool()>& condition) {
    for (int i = 0; i < 3000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

fs::path fresh_directory() {
    std::string path = "/tmp/revisiond-test-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp");
    ::chmod(path.c_str(), 0755);
    return path;
}

// A directory for one test, removed with it.
struct TestDirectory {
    fs::path path = fresh_directory();
    ~TestDirectory() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("a private cluster listens on its own socket and leaves no trace") {
    fs::path sockets;
    pid_t server = 0;
    {
        const PrivateCluster cluster = start();
        sockets = cluster.socket_directory();
        server = cluster.pid();
        CHECK(cluster.running());
        CHECK(alive(server));
        CHECK(fs::is_socket(sockets / ".s.PGSQL.5432"));
        const auto mode = fs::status(sockets).permissions();
        CHECK((mode & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
        CHECK(cluster.dsn("a b") ==
              "postgresql:///a%20b?host=" + sockets.string() + "&port=5432&user=postgres");
        CHECK((sockets / ".s.PGSQL.5432").string().size() < 108);
    }
    CHECK_FALSE(alive(server));
    CHECK_FALSE(fs::exists(sockets.parent_path()));
}

TEST_CASE("stop ends the server at once and once") {
    PrivateCluster cluster = start();
    const pid_t server = cluster.pid();
    cluster.stop();
    CHECK_FALSE(alive(server));
    CHECK_FALSE(cluster.running());
    cluster.stop();
    CHECK_FALSE(fs::exists(cluster.socket_directory()));
}

TEST_CASE("two clusters live side by side, and the end of one leaves the other") {
    PrivateCluster first = start();
    PrivateCluster second = start();
    CHECK(first.socket_directory() != second.socket_directory());
    const fs::path gone = first.socket_directory();
    first = std::move(second);
    CHECK_FALSE(fs::exists(gone));
    CHECK(first.running());
}

TEST_CASE("running notices that the server was killed") {
    const PrivateCluster cluster = start();
    ::kill(cluster.pid(), SIGKILL);
    CHECK(comes_true([&] { return !cluster.running(); }));
}

TEST_CASE("kill -9 of the parent leaves neither process nor directory") {
    TestDirectory directory;
    const fs::path note = directory.path / "note";
    const pid_t parent = ::fork();
    if (parent == 0) {
        const PrivateCluster cluster = start();
        std::ofstream(note.string() + ".part")
            << cluster.pid() << ' ' << cluster.socket_directory().string();
        fs::rename(note.string() + ".part", note);
        for (;;) ::pause();
    }
    REQUIRE(comes_true([&] { return fs::exists(note); }));
    pid_t server = 0;
    std::string sockets;
    std::ifstream(note) >> server >> sockets;
    REQUIRE(alive(server));
    ::kill(parent, SIGKILL);
    ::waitpid(parent, nullptr, 0);
    CHECK(comes_true([&] { return !alive(server); }));
    CHECK(comes_true([&] { return !fs::exists(fs::path(sockets).parent_path()); }));
}

TEST_CASE("a server whose keeper is killed ends, and its owner cleans up") {
    fs::path sockets;
    {
        const PrivateCluster cluster = start();
        sockets = cluster.socket_directory();
        const pid_t server = cluster.pid();
        const pid_t keeper = ::getsid(server);  // it leads the server's session
        REQUIRE(keeper > 1);
        REQUIRE(keeper != ::getsid(0));
        ::kill(keeper, SIGKILL);
        CHECK(comes_true([&] { return !alive(server); }));
        CHECK(comes_true([&] { return !cluster.running(); }));
    }
    CHECK_FALSE(fs::exists(sockets.parent_path()));
}

TEST_CASE("root's children run as another user, and another user needs no root") {
    if (::geteuid() != 0) return;
    const PrivateCluster cluster = start();
    struct stat info {};
    REQUIRE(::stat(fs::path("/proc/" + std::to_string(cluster.pid())).c_str(), &info) == 0);
    CHECK(info.st_uid != 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const bool switched = ::setgid(65534) == 0 && ::setuid(65534) == 0;
        auto own = PrivateCluster::start({binaries(), {}, {}, false});
        const bool good = switched && own && own->running();
        if (own) own->stop();
        ::_exit(good ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
}

TEST_CASE("a directory that nobody holds is swept at the next start") {
    std::string stale = "/tmp/revisiond-pg-XXXXXX";
    REQUIRE(::mkdtemp(stale.data()) != nullptr);
    std::ofstream(fs::path(stale) / "log") << "left behind\n";
    const PrivateCluster cluster = start();
    CHECK_FALSE(fs::exists(stale));
    CHECK(fs::exists(cluster.socket_directory()));
    const PrivateCluster another = start();
    CHECK(fs::exists(cluster.socket_directory()));
}

TEST_CASE("a named data directory is made, kept and used again") {
    TestDirectory directory;
    ClusterOptions options;
    options.data_directory = directory.path / "deep" / "data/";
    { start(options).stop(); }
    const fs::path version = options.data_directory / "PG_VERSION";
    REQUIRE(fs::exists(version));
    const auto made = fs::last_write_time(version);
    {
        const PrivateCluster again = start(options);
        CHECK(fs::last_write_time(version) == made);
        CHECK(refusal(options.data_directory)
                  .message.find("is in use by a server, process " + std::to_string(again.pid())) !=
              std::string::npos);
        CHECK(again.running());
    }
    { start(options); }  // after an immediate shutdown it recovers
}

TEST_CASE("a data directory that cannot serve is refused and left as it was") {
    TestDirectory directory;
    const fs::path data = directory.path / "data";
    fs::create_directory(data);
    SECTION("other files") {
        std::ofstream(data / "thesis.txt") << "mine\n";
        CHECK(refusal(data).message.find("holds files that are not a PostgreSQL cluster") !=
              std::string::npos);
        CHECK(fs::exists(data / "thesis.txt"));
    }
    SECTION("another major version") {
        std::ofstream(data / "PG_VERSION") << "9\n";
        CHECK(refusal(data).message.find("was made by PostgreSQL 9") != std::string::npos);
    }
    SECTION("a file") {
        std::ofstream(data / "file") << "x";
        CHECK(refusal(data / "file").message.find("is not a directory") != std::string::npos);
    }
}

TEST_CASE("a server that does not start says why, with its own words") {
    TestDirectory directory;
    auto cluster = PrivateCluster::start({binaries(), {}, {"work_mem=nonsense"}, false});
    REQUIRE_FALSE(cluster);
    CHECK(cluster.error().message.find("exited with status 1") != std::string::npos);
    CHECK(cluster.error().message.find("invalid value for parameter \"work_mem\"") !=
          std::string::npos);
}

TEST_CASE("the server's programs are looked for only where they were said to be") {
    const auto found = find_server_binaries("/usr/lib");
    REQUIRE_FALSE(found);
    CHECK(found.error().message.find("in /usr/lib") != std::string::npos);
    CHECK(find_server_binaries(binaries().directory)->major == binaries().major);
}

TEST_CASE("the settings of the user's environment do not reach the server") {
    ::setenv("PGPORT", "6543", 1);
    ::setenv("PGDATA", "/nonexistent", 1);
    const PrivateCluster cluster = start();
    CHECK(fs::is_socket(cluster.socket_directory() / ".s.PGSQL.5432"));
    ::unsetenv("PGPORT");
    ::unsetenv("PGDATA");
}
