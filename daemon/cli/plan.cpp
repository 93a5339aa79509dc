#include "cli/commands.hpp"
#include "cli/plan_printer.hpp"
#include "service/planning.hpp"
#include "wire/json.hpp"

namespace revisiond::cli {
namespace {

void print_plan(Console& console, const plan::MigrationPlan& plan) {
    if (console.globals().json) return console.print_line(wire::to_json(plan));
    console.print(plan_text(plan, console.style()));
}

}  // namespace

Exit run(const PlanCommand& command, Console& console) {
    if (command.downgrade && command.target.empty()) {
        return console.fail(make_error("usage.missing-argument",
                                       "plan --downgrade needs to be told where to",
                                       "plan --downgrade -1 undoes the last revision"));
    }
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
    console.warn(planned->warnings);
    print_plan(console, planned->plan);
    return Exit::done;
}

}  // namespace revisiond::cli
