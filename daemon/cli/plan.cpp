#include <fmt/format.h>

#include "base/percent.hpp"
#include "cli/commands.hpp"
#include "cli/plan_printer.hpp"
#include "cli/remote.hpp"
#include "service/planning.hpp"
#include "wire/answers.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

void print_plan(Console& console, const plan::MigrationPlan& plan) {
    if (console.globals().json) return console.print_line(wire::to_json(plan));
    warn_of(plan::hazards_of(plan), console);
    console.print(plan_text(plan, console.style()));
}

Exit remote_plan(const PlanCommand& command, Console& console) {
    if (!command.from.empty()) {
        return console.fail(
            make_error("usage.contradiction", "--from and --server exclude each other"));
    }
    auto remote = RemoteDatabase::open(command.remote, console);
    if (!remote) return remote.error();
    auto answered = remote->get(
        "/plan", wire::read_plan,
        fmt::format("direction={}&target={}", command.downgrade ? "downgrade" : "upgrade",
                    percent_encoded(command.target.empty() ? "heads" : command.target)));
    if (!answered) return answered.error();
    console.warn(answered->warnings);
    print_plan(console, answered->plan);
    return Exit::done;
}

}  // namespace

Exit run(const PlanCommand& command, Console& console) {
    if (command.downgrade && command.target.empty()) {
        return console.fail(make_error("usage.missing-argument",
                                       "plan --downgrade needs to be told where to",
                                       "plan --downgrade -1 undoes the last revision"));
    }
    if (command.remote.used()) return remote_plan(command, console);
    auto project = open_project(console);
    if (!project) return console.fail(project.error());
    const service::PlanRequest request{
        command.downgrade ? graph::Direction::downgrade : graph::Direction::upgrade,
        {command.target.empty() ? "heads" : command.target}};
    if (!command.from.empty()) {
        auto plan = service::plan_from(*project, request, command.from);
        if (!plan) return console.fail(plan.error());
        print_plan(console, *plan);
        return Exit::done;
    }
    auto planned = service::plan(*project, request);
    if (!planned) return console.fail(planned.error());
    service::warn_of_half_done(*planned);
    console.warn(planned->warnings);
    print_plan(console, planned->plan);
    return Exit::done;
}

}  // namespace revisiond::cli
