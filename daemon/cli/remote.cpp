#include "cli/remote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include "base/percent.hpp"
#include "base/text.hpp"
#include "cli/new_token.hpp"
#include "cli/plan_printer.hpp"
#include "cli/stop_signals.hpp"
#include "wire/answers.hpp"

namespace revisiond::cli {
namespace {

constexpr std::chrono::milliseconds reconnect_pause{500};
// So long is a daemon that does not answer asked again, while an operation is followed.
constexpr int most_reconnects = 120;
constexpr int http_forbidden = 403;

Expected<std::string> read_token(const RemoteOptions& options) {
    if (options.token_file.empty()) {
        const char* token = std::getenv("REVISIOND_TOKEN");
        return std::string(token == nullptr ? "" : token);
    }
    std::ifstream file(options.token_file);
    if (!file.is_open()) {
        return unexpected(make_error(
            "usage.token-file", fmt::format("--token-file {} cannot be read", options.token_file)));
    }
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return std::string(trim(text));
}

}  // namespace

Expected<RemoteDatabase, Exit> RemoteDatabase::open(const RemoteOptions& options,
                                                    Console& console) {
    auto token = read_token(options);
    if (!token) return unexpected(console.fail(token.error()));
    auto client = remote::Client::open(options.server, *token);
    if (!client) return unexpected(console.fail(client.error()));
    return RemoteDatabase(*std::move(client), options.server, console);
}

std::string RemoteDatabase::target(const std::string& path, std::string query) const {
    if (!database_.empty()) {
        query += (query.empty() ? "" : "&") + std::string("database=") + percent_encoded(database_);
    }
    return "/api/v1" + path + (query.empty() ? "" : "?") + query;
}

Expected<std::string, Exit> RemoteDatabase::fetch(const std::string& path, const std::string& query,
                                                  std::string_view scope) {
    auto answer = client_.get(target(path, query));
    if (!answer) return unexpected(console_->fail(answer.error()));
    if (answer->status == 200) return std::move(answer->body);
    service::Problem problem = wire::read_problem(answer->body, answer->status);
    if (answer->status == http_forbidden && !scope.empty()) {
        problem.diagnostics.front().hint = fmt::format(
            "this command needs the scope {0}: `revisiond token new --scope {0}` prints a token",
            scope);
    }
    return unexpected(console_->fail(problem));
}

Expected<remote::Answer> RemoteDatabase::ready(const std::string& at_least,
                                               const std::string& wait) {
    return client_.get(
        target("/ready", fmt::format("at_least={}&wait={}", percent_encoded(at_least), wait)));
}

Exit RemoteDatabase::run(const std::string& path, const std::string& body, Progress::Keep keep,
                         const std::vector<std::string>& notes) {
    // The same key again: a request whose answer was lost is not made twice.
    const std::string key = make_token().sha256;
    auto answer = client_.post(target(path, {}), body, key);
    if (!answer) answer = client_.post(target(path, {}), body, key);
    if (!answer) return console_->fail(answer.error());
    if (answer->status != 202) {
        return console_->fail(wire::read_problem(answer->body, answer->status));
    }
    const auto operation = wire::read_operation(answer->body);
    if (!operation) return console_->fail(operation.error());
    for (const std::string& note : notes) console_->info(note);
    return follow(operation->id, keep);
}

std::string RemoteDatabase::cancel_offer(const std::string& operation) const {
    return fmt::format(
        "operation {} goes on, on the server, and is followed on; Ctrl-C again cancels it\n"
        "(later: `revisiond {}status --server {}` shows it, a POST to {}{} cancels it)\n",
        operation, database_.empty() ? "" : fmt::format("-n {} ", database_), server_, server_,
        target("/operations/" + operation + "/cancel", {}));
}

Exit RemoteDatabase::follow(const std::string& operation, Progress::Keep keep) {
    const std::string path = "/operations/" + operation;
    // A terminal that closes and a pod that is evicted want nothing cancelled: the daemon goes on.
    const StopSignals signals("asking the daemon to cancel (again: leave it running and go)\n",
                              {SIGINT}, cancel_offer(operation));
    Progress progress(*console_, keep);
    std::uint64_t seen = 0;
    bool asked = false;
    const auto hear = [&](std::string_view data) {
        const auto told = wire::tell(data, progress);
        if (!told) return true;
        seen = std::max(seen, told->number);
        return !told->finished;
    };
    for (int lost = 0; lost < most_reconnects; ++lost) {
        const std::uint64_t before = seen;
        const bool ended = client_.stream(target(path + "/events", {}), seen, hear,
                                          asked ? std::stop_token() : signals.token());
        if (signals.stopped() && !asked) {
            asked = true;
            // Without the right to cancel it goes on, and is followed on.
            const auto answer = client_.post(target(path + "/cancel", {}), "{}");
            if (answer && answer->status >= 400) {
                progress.operation_ends();
                console_->fail(wire::read_problem(answer->body, answer->status));
            }
            continue;
        }
        if (!ended) {
            const auto answer = client_.get(target(path, {}));
            const auto now = answer && answer->status == 200
                                 ? wire::read_operation(answer->body)
                                 : Expected<wire::AnsweredOperation>(unexpected(Diagnostic{}));
            if (!now || !now->finished) {
                if (seen > before) lost = 0;
                std::this_thread::sleep_for(reconnect_pause);
                continue;
            }
        }
        break;
    }
    progress.operation_ends();
    auto ended = get(path, wire::read_operation);
    return ended ? answer(*ended, progress, keep) : ended.error();
}

Exit RemoteDatabase::answer(const wire::AnsweredOperation& ended, const Progress& progress,
                            Progress::Keep keep) const {
    if (ended.problem) return console_->fail(*ended.problem);
    if (ended.state != "succeeded" && ended.state != "nothing_to_do") {
        return console_->fail(make_error("remote.operation",
                                         fmt::format("operation {} is {}", ended.id, ended.state),
                                         "`revisiond status` shows where the database stands"));
    }
    if (console_->globals().json) {
        if (!ended.result.empty()) console_->print_line(ended.result);
    } else if (ended.state == "nothing_to_do") {
        console_->info("Nothing to do");
    } else if (keep == Progress::Keep::reports) {
        console_->print(dry_run_text(ended.not_run, progress.reports(), console_->style()));
    }
    return Exit::done;
}

}  // namespace revisiond::cli
