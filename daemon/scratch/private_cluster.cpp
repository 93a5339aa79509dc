#include "scratch/private_cluster.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "base/text.hpp"
#include "scratch/data_directory.hpp"
#include "scratch/keeper.hpp"
#include "scratch/temporary_directory.hpp"

namespace revisiond::scratch {
namespace {

namespace fs = std::filesystem;

constexpr int port = 5432;  // names the socket file only
constexpr auto patience = std::chrono::minutes(2);

std::vector<std::string> initdb_command(const ServerBinaries& binaries, const fs::path& data) {
    return {(binaries.directory / "initdb").string(),
            "--pgdata=" + data.string(),
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync"};
}

std::vector<std::string> server_command(const ClusterOptions& options, const fs::path& data,
                                        const fs::path& sockets) {
    std::vector<std::string> settings = {
        "listen_addresses=",          "unix_socket_directories=" + sockets.string(),
        fmt::format("port={}", port), "logging_collector=off",
        "log_destination=stderr",     "cluster_name=revisiond"};
    if (!options.durable) {
        settings.insert(settings.end(),
                        {"fsync=off", "full_page_writes=off", "synchronous_commit=off"});
    }
    settings.insert(settings.end(), options.settings.begin(), options.settings.end());
    std::vector<std::string> command = {(options.binaries.directory / "postgres").string(), "-D",
                                        data.string()};
    for (const std::string& setting : settings) {
        command.emplace_back("-c");
        command.push_back(setting);
    }
    return command;
}

// The end of the log, for an error's message: its last lines that say something.
std::string last_log_lines(const fs::path& log) {
    std::ifstream file(log);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        if (!trim(line).empty()) lines.push_back(line);
    }
    constexpr std::size_t shown = 8;
    if (lines.size() > shown) {
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(shown));
    }
    return join(lines, " | ");
}

// A server that accepts connections says so in the eighth line of postmaster.pid.
bool accepts_connections(const fs::path& data, pid_t server) {
    std::ifstream file(data / "postmaster.pid");
    std::string line;
    std::getline(file, line);
    if (line != std::to_string(server)) return false;  // left behind by an older one
    for (int i = 2; i <= 8; ++i) std::getline(file, line);
    return file && trim(line) == "ready";
}

std::string describe(int status) {
    if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 126) return "could not change its user";
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) return "could not be executed";
    return fmt::format("exited with status {}", WIFEXITED(status) ? WEXITSTATUS(status) : status);
}

Diagnostic start_failure(const std::string& what, const KeeperPlan& plan) {
    const std::string log = last_log_lines(plan.log);
    std::string message = what;
    if (!log.empty()) message += ": " + log;
    return make_error("scratch.start", message,
                      plan.user.switched
                          ? fmt::format("as root the server runs as the user {}, who must be able "
                                        "to reach and read its directories",
                                        plan.user.name)
                          : "");
}

// Waits for the server; its process id, or what went wrong.
Expected<pid_t> wait_until_ready(const Keeper& keeper, const KeeperPlan& plan,
                                 const fs::path& data) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    pid_t server = 0;
    while (std::chrono::steady_clock::now() < deadline) {
        // Until the server runs there is nothing to look at but reports.
        if (const auto report = keeper.next_report(server == 0 ? 1000 : 10)) {
            switch (report->kind) {
                case KeeperReport::Kind::server_started:
                    server = report->value;
                    break;
                case KeeperReport::Kind::initdb_failed:
                    return unexpected(start_failure("initdb " + describe(report->value), plan));
                case KeeperReport::Kind::server_ended:
                    return unexpected(
                        start_failure("the PostgreSQL server " + describe(report->value), plan));
            }
        }
        if (server != 0 && accepts_connections(data, server)) return server;
    }
    return unexpected(start_failure("the PostgreSQL server did not become ready", plan));
}

std::string percent_encode(const std::string& text) {
    std::string result;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || std::strchr("-._~/", c) != nullptr;
        result += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

Expected<Done> make_for(const RunUser& user, const fs::path& directory) {
    if (::mkdir(directory.c_str(), 0700) == 0 &&
        (!user.switched || ::chown(directory.c_str(), user.uid, user.gid) == 0)) {
        return Done{};
    }
    return unexpected(
        make_error("scratch.temporary-directory",
                   fmt::format("cannot make {}: {}", directory.string(), std::strerror(errno))));
}

}  // namespace

// What a running cluster holds.
struct PrivateCluster::State {
    TemporaryDirectory temporary;
    fs::path sockets;
    Keeper keeper;
    pid_t server = 0;
    mutable bool ended = false;

    void end(StopMode mode) {
        keeper.stop(mode);
        ended = true;
        // The keeper has done this already, unless somebody killed it.
        std::error_code ignored;
        fs::remove_all(temporary.path, ignored);
    }
};

Expected<PrivateCluster> PrivateCluster::start(const ClusterOptions& options) {
    auto user = choose_run_user(options.data_directory);
    if (!user) return unexpected(user.error());
    auto kept = prepare_data_directory(options.data_directory, options.binaries.major, *user);
    if (!kept) return unexpected(kept.error());
    auto temporary = make_temporary_directory(*user, options.in_memory);
    if (!temporary) return unexpected(temporary.error());

    const fs::path data = kept->path.empty() ? temporary->path / "data" : kept->path;
    const fs::path sockets = temporary->path / "socket";
    KeeperPlan plan;
    plan.directory = temporary->path;
    plan.log = temporary->path / "log";
    plan.user = *user;
    plan.directory_lock = temporary->lock.get();
    if (!kept->holds_cluster) plan.initdb = initdb_command(options.binaries, data);
    plan.server = server_command(options, data, sockets);

    auto made = make_for(*user, sockets);
    std::ofstream(plan.log).flush();
    if (made && user->switched && ::chown(plan.log.c_str(), user->uid, user->gid) != 0) {
        made = unexpected(make_error("scratch.temporary-directory", "cannot give away the log"));
    }
    auto keeper = made ? Keeper::fork(plan) : Expected<Keeper>(unexpected(made.error()));
    if (!keeper) {
        std::error_code ignored;
        fs::remove_all(temporary->path, ignored);
        return unexpected(keeper.error());
    }
    auto state = std::make_unique<State>(
        State{std::move(*temporary), sockets, std::move(*keeper), 0, false});
    const auto server = wait_until_ready(state->keeper, plan, data);
    if (!server) {
        state->end(StopMode::immediate);
        return unexpected(server.error());
    }
    state->server = *server;
    return PrivateCluster(std::move(state));
}

PrivateCluster::PrivateCluster(std::unique_ptr<State> state) : state_(std::move(state)) {}
PrivateCluster::PrivateCluster(PrivateCluster&& other) noexcept = default;

PrivateCluster& PrivateCluster::operator=(PrivateCluster&& other) noexcept {
    if (this == &other) return *this;
    if (state_) state_->end(StopMode::immediate);
    state_ = std::move(other.state_);
    return *this;
}

PrivateCluster::~PrivateCluster() {
    if (state_) state_->end(StopMode::immediate);
}

std::string PrivateCluster::dsn(const std::string& database) const {
    return fmt::format("postgresql:///{}?host={}&port={}&user=postgres", percent_encode(database),
                       percent_encode(state_->sockets.string()), port);
}

const fs::path& PrivateCluster::socket_directory() const {
    return state_->sockets;
}

pid_t PrivateCluster::pid() const {
    return state_->server;
}

bool PrivateCluster::running() const {
    if (!state_->ended) state_->ended = state_->keeper.next_report(0).has_value();
    return !state_->ended;
}

void PrivateCluster::stop() {
    state_->end(StopMode::fast);
}

}  // namespace revisiond::scratch
