#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/text.hpp"
#include "plan/migration_plan.hpp"
#include "plan/plan_digest.hpp"

namespace revisiond::plan {

namespace {

std::set<std::string> rows_before(const graph::RevisionMap& map, const graph::AppliedRows& rows) {
    std::set<std::string> result(rows.unknown.begin(), rows.unknown.end());
    for (const std::string& id : map.ids(rows.known)) result.insert(id);
    return result;
}

// Each change must hit exactly one row; a journey whose changes do not is a bug of ours.
void follow(std::set<std::string>& rows, const graph::RowChange& change) {
    const bool removed =
        change.kind == graph::RowChange::Kind::insert || rows.erase(change.from) == 1;
    const bool inserted =
        change.kind == graph::RowChange::Kind::remove || rows.insert(change.to).second;
    if (!removed || !inserted) {
        throw std::logic_error(
            fmt::format("a step of the journey changes the row \"{}\" to \"{}\", "
                        "which the rows before it do not allow",
                        change.from, change.to));
    }
}

std::vector<sql::Statement> split(const script::RevisionScript& script, script::SectionKind kind,
                                  const Variables& variables, Diagnostics& diagnostics) {
    sql::SplitScript split = script::split_section(script, kind, variables);
    std::move(split.diagnostics.begin(), split.diagnostics.end(), std::back_inserter(diagnostics));
    return std::move(split.statements);
}

// No [downgrade] is fine only where there is nothing to undo.
bool is_irreversible(const script::RevisionScript& script, const Variables& variables) {
    if (script.downgrade || !script.upgrade) return false;
    return !script::split_section(script, script::SectionKind::upgrade, variables)
                .statements.empty();
}

Diagnostic irreversible(const script::RevisionScript& script) {
    Diagnostic diagnostic = make_error(
        "plan.irreversible",
        fmt::format("revision {} cannot be undone: its file has no [downgrade] section",
                    script.revision.id),
        "write a [downgrade] section (an empty one when there is nothing to undo), or choose a "
        "target above it");
    diagnostic.at = script.revision.at;
    return diagnostic;
}

PlanStep make_step(const graph::RevisionMap& map, const graph::RevisionStep& step,
                   const script::RevisionScript& script, const Variables& variables,
                   Diagnostics& diagnostics) {
    const graph::Node& node = map[step.revision];
    PlanStep result;
    result.revision = node.revision.id;
    result.direction = step.direction;
    result.message = node.revision.message;
    result.transaction = script.transaction;
    result.parents = map.ids(node.parents);
    result.dependencies = map.ids(node.dependencies);
    result.row_changes = step.row_changes;
    result.upgrade_checksum = script::upgrade_checksum(script);
    result.downgrade_checksum = script::downgrade_checksum(script);
    result.file = script.file();
    result.index = step.revision;
    if (step.direction == graph::Direction::downgrade && is_irreversible(script, variables)) {
        diagnostics.push_back(irreversible(script));
        return result;
    }
    result.statements = split(script, result.section(), variables, diagnostics);
    if (step.direction == graph::Direction::upgrade) {
        result.verify = split(script, script::SectionKind::verify, variables, diagnostics);
        if (script.verify) result.verify_text = normalise_line_ends(script.verify->text);
    }
    return result;
}

// The ones that the steps' files declare: others do not change what is run.
void add_used(const script::RevisionScript& script, const Variables& variables, Variables& used) {
    for (const std::string& name : script.variables) {
        if (const auto found = variables.find(name); found != variables.end()) used.insert(*found);
    }
}

}  // namespace

script::SectionKind PlanStep::section() const {
    return direction == graph::Direction::upgrade ? script::SectionKind::upgrade
                                                  : script::SectionKind::downgrade;
}

Expected<MigrationPlan, Diagnostics> make_plan(const graph::RevisionMap& map,
                                               const graph::AppliedRows& rows,
                                               const graph::Journey& journey,
                                               const ScriptLookup& script_of,
                                               const Variables& variables) {
    std::set<std::string> current = rows_before(map, rows);
    MigrationPlan plan;
    plan.notes = journey.notes;
    plan.from.assign(current.begin(), current.end());
    Diagnostics diagnostics;
    plan.steps.reserve(journey.steps.size());
    const auto scripts = std::make_shared<const ScriptLookup>(script_of);
    for (const graph::RevisionStep& step : journey.steps) {
        const auto script = script_of(step.revision);
        plan.steps.push_back(make_step(map, step, *script, variables, diagnostics));
        plan.steps.back().scripts = scripts;
        add_used(*script, variables, plan.variables);
        for (const graph::RowChange& change : step.row_changes) follow(current, change);
    }
    if (has_errors(diagnostics)) return unexpected(std::move(diagnostics));
    plan.to.assign(current.begin(), current.end());
    plan.digest = digest_of(plan);
    return plan;
}

std::vector<std::string> revisions_of(const MigrationPlan& plan) {
    std::vector<std::string> revisions;
    for (const PlanStep& step : plan.steps) revisions.push_back(step.revision);
    return revisions;
}

}  // namespace revisiond::plan
