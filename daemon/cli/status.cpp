// status, check and lock: questions to a database.
#include "service/status.hpp"

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/database_printer.hpp"
#include "cli/remote.hpp"
#include "cli/stop_signals.hpp"
#include "service/check.hpp"
#include "service/database_history.hpp"
#include "wire/answers.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

// How much of the history an overview shows.
constexpr std::size_t last_shown = 3;

// A database that is ahead has everything that these files know: pods of an older image are well.
bool at_heads(const service::Status& status) {
    return status.state == service::StateKind::up_to_date ||
           status.state == service::StateKind::ahead ||
           (status.state == service::StateKind::empty && status.revisions == 0);
}

Exit answer_status(Console& console, const service::Status& status,
                   const std::vector<database::HistoryRow>& last) {
    if (console.globals().json) {
        console.print_line(wire::to_json(status));
    } else {
        console.print(status_text(status, last, console.style()));
    }
    console.warn(status.warnings);
    return at_heads(status) ? Exit::done : Exit::no;
}

Exit answer_lock(Console& console, const std::optional<database::LockHolder>& holder) {
    console.print_line(console.globals().json ? wire::to_json(holder) : holder_text(holder));
    return Exit::done;
}

Exit remote_status(const StatusCommand& command, Console& console) {
    auto remote = RemoteDatabase::open(command.remote, console);
    if (!remote) return remote.error();
    auto status = remote->get("/status", wire::read_status);
    if (!status) return status.error();
    if (console.globals().json) return answer_status(console, *status, {});
    auto last =
        remote->get("/history", wire::read_history_page, fmt::format("limit={}", last_shown));
    if (!last) return last.error();
    return answer_status(console, *status, last->rows);
}

}  // namespace

Exit run(const StatusCommand& command, Console& console) {
    if (command.remote.used()) return remote_status(command, console);
    auto project = open_project(console);
    if (!project) return fail_with_rows(console, project.error());
    auto status = service::status(*project);
    if (!status) return console.fail(status.error());
    if (console.globals().json) return answer_status(console, *status, {});
    auto last = service::database_history(*project, last_shown);
    if (!last) return console.fail(last.error());
    return answer_status(console, *status, *last);
}

Exit run(const CheckCommand&, Console& console) {
    const Globals& globals = console.globals();
    auto config = load_config(globals);
    if (!config) return console.fail(config.error());
    const StopSignals signals("stopping: the scratch databases go (again: at once)\n");
    auto result = service::check(*config, globals.database, globals.variables, signals.token());
    if (!result) return console.fail(result.error());
    console.warn(result->warnings);
    if (globals.json) {
        console.print_line(wire::to_json(*result));
    } else if (result->ok) {
        console.print_line("The files are sound and the database is at heads.");
        if (result->operations) console.print_line("No new upgrade operations detected.");
    } else {
        console.fail(result->reasons);
    }
    return result->ok ? Exit::done : Exit::no;
}

Exit run(const LockCommand& command, Console& console) {
    if (command.remote.used()) {
        auto remote = RemoteDatabase::open(command.remote, console);
        if (!remote) return remote.error();
        auto holder = remote->get("/lock", wire::read_lock);
        return holder ? answer_lock(console, *holder) : holder.error();
    }
    auto project = open_project_without_files(console);
    if (!project) return console.fail(project.error());
    auto holder = service::lock_holder(*project);
    if (!holder) return console.fail(holder.error());
    return answer_lock(console, *holder);
}

}  // namespace revisiond::cli
