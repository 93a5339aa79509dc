#include "operations/acceptance.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "graph/planner.hpp"
#include "operations/needs.hpp"
#include "plan/hazards.hpp"
#include "service/drift.hpp"
#include "service/migrate.hpp"

namespace revisiond::operations {
namespace {

using Reason = Rejection::Reason;
using sql::quote_literal;
using sql::quote_text_array;

// Among the arguments of an upgrade or downgrade whose requester has said which hazards are known.
constexpr const char* hazards_were_seen = "--acknowledge";

Rejection rejection(Reason reason, service::Problem problem) {
    return {reason, std::move(problem), {}};
}

graph::Direction direction_of(Kind kind) {
    return kind == Kind::downgrade ? graph::Direction::downgrade : graph::Direction::upgrade;
}

std::optional<Rejection> check_identity(const service::DatabaseView& view, const Request& request) {
    const database::ServerIdentity& server = view.state.server;
    const bool other_system =
        !request.system_identifier.empty() && request.system_identifier != server.system_identifier;
    const bool other_database =
        request.database_oid != 0 && request.database_oid != server.database_oid;
    if (!other_system && !other_database) return std::nullopt;
    return rejection(
        Reason::wrong_database,
        service::refusal({make_error(
            "operations.wrong-database",
            fmt::format("database \"{}\" (system {}, oid {}) is not the one that was meant (system "
                        "{}, oid {})",
                        server.database, server.system_identifier, server.database_oid,
                        request.system_identifier, request.database_oid),
            "look at the plan of this database and give its identity")}));
}

// The targets as ids, when the plan for them is the same: then they mean the same whatever is
// applied meanwhile. Else as they were written.
std::vector<std::string> fixed_targets(const service::Project& project,
                                       const graph::AppliedRows& rows, const Request& request,
                                       const plan::MigrationPlan& plan) {
    std::vector<std::string> ids;
    for (const std::string& text : request.targets) {
        auto target = graph::parse_target(text);
        if (!target) return request.targets;
        auto found = graph::resolve(project.map(), rows, *target);
        if (!found) return request.targets;
        for (std::string& id : project.map().ids(*found)) ids.push_back(std::move(id));
    }
    if (ids.empty() && request.kind == Kind::downgrade) ids.emplace_back("base");
    if (ids.empty()) return request.targets;
    auto same = service::plan_over(project, rows, {direction_of(request.kind), ids});
    return same && same->digest == plan.digest ? ids : request.targets;
}

void add_step(database::Operation& operation, const plan::PlanStep& step) {
    const std::string& checksum = step.direction == graph::Direction::upgrade
                                      ? step.upgrade_checksum
                                      : step.downgrade_checksum;
    operation.revisions.push_back(step.revision);
    operation.checksums.push_back(checksum);
    operation.needs.push_back(need(step.revision, step.direction, checksum));
}

// Whoever runs it must know the destinations, also when no step leads there now.
void need_targets(const service::Project& project, database::Operation& operation) {
    for (const std::string& target : operation.targets) {
        const auto index = project.map().find(target);
        if (!index) continue;
        operation.needs.push_back(
            need(target, graph::Direction::upgrade, project.checksums(*index).upgrade));
    }
}

Expected<Done, Rejection> judge_journey(const service::Project& project,
                                        const service::DatabaseView& view, const Request& request,
                                        database::Operation& operation) {
    auto plan =
        service::plan_over(project, view.rows, {direction_of(request.kind), request.targets});
    if (!plan) return unexpected(rejection(Reason::invalid, std::move(plan.error())));
    service::PlannedWork work{std::move(*plan), view, {}};
    if (request.digest && *request.digest != work.plan.digest) {
        auto problem = service::refusal_of(work, request.digest, project.apply_options());
        Rejection changed = rejection(Reason::plan_changed, std::move(*problem));
        changed.plan = std::move(work.plan);
        return unexpected(std::move(changed));
    }
    if (auto problem = service::refusal_of(work, {}, project.apply_options())) {
        return unexpected(rejection(Reason::refused, std::move(*problem)));
    }
    if (request.origin == "auto" && work.plan.steps.empty()) {
        return unexpected(rejection(
            Reason::nothing_pending,
            service::to_problem(make_error("operations.nothing-pending", "nothing is pending"))));
    }
    // A dry run destroys nothing.
    if (request.acknowledge && !request.dry_run) {
        if (auto unseen = unacknowledged(work.plan, *request.acknowledge)) {
            Rejection hazardous = rejection(Reason::hazards, *std::move(unseen));
            hazardous.plan = std::move(work.plan);
            return unexpected(std::move(hazardous));
        }
        operation.arguments.emplace_back(hazards_were_seen);
        operation.acknowledge = *request.acknowledge;
    }
    operation.digest = work.plan.digest;
    operation.plan_checked = request.digest.has_value();
    operation.targets = fixed_targets(project, view.rows, request, work.plan);
    for (const plan::PlanStep& step : work.plan.steps) add_step(operation, step);
    need_targets(project, operation);
    return Done{};
}

Expected<Done, Rejection> judge_stamp(const service::Project& project,
                                      const service::DatabaseView& view, const Request& request,
                                      database::Operation& operation) {
    std::vector<graph::Target> targets;
    for (const std::string& text : request.targets) {
        auto target = graph::parse_target(text);
        if (!target) {
            return unexpected(rejection(Reason::invalid, service::to_problem(target.error())));
        }
        targets.push_back(*std::move(target));
    }
    auto stamp = graph::plan_stamp(project.map(), view.rows, targets, request.purge);
    if (!stamp) return unexpected(rejection(Reason::invalid, service::to_problem(stamp.error())));
    operation.targets = request.targets;
    if (request.purge) operation.arguments.emplace_back("--purge");
    for (const graph::RevisionIndex index : stamp->revisions) {
        database::RecordedRevision record = service::record_of(project, index);
        operation.needs.push_back(
            need(record.revision, graph::Direction::upgrade, record.checksum));
        operation.revisions.push_back(std::move(record.revision));
        operation.checksums.push_back(std::move(record.checksum));
    }
    return Done{};
}

// Whoever compares must have all that is applied, as it is here.
Expected<Done, Rejection> judge_drift(const service::Project& project,
                                      const service::DatabaseView& view,
                                      database::Operation& operation) {
    if (auto refused = service::no_drift_of(view)) {
        return unexpected(rejection(Reason::refused, service::refusal({*std::move(refused)})));
    }
    const std::vector<bool> applied = graph::applied_set(project.map(), view.rows);
    for (const graph::RevisionIndex index : project.map().order()) {
        if (!applied[index]) continue;
        const database::RecordedRevision record = service::record_of(project, index);
        operation.needs.push_back(
            need(record.revision, graph::Direction::upgrade, record.checksum));
    }
    return Done{};
}

void add_repair(const Request& request, database::Operation& operation) {
    std::vector<std::string>& words = operation.arguments;
    if (request.repair.accept_all) words.emplace_back("--all");
    for (const std::string& revision : request.repair.accept) words.push_back(revision);
    for (const std::string& revision : request.repair.done) words.push_back("--done=" + revision);
    for (const std::string& revision : request.repair.retry) words.push_back("--retry=" + revision);
}

}  // namespace

std::optional<service::Problem> unacknowledged(const plan::MigrationPlan& plan,
                                               const std::vector<std::string>& known) {
    Diagnostics diagnostics;
    for (const plan::Hazard& hazard : plan::hazards_of(plan)) {
        if (std::find(known.begin(), known.end(), hazard.code) != known.end()) continue;
        diagnostics.push_back(make_error("operations.hazard",
                                         fmt::format("the {} (line {})", hazard.text, hazard.line),
                                         fmt::format("acknowledge \"{}\"", hazard.code)));
    }
    if (diagnostics.empty()) return std::nullopt;
    return service::refusal(std::move(diagnostics));
}

std::string in_words(const Request& request) {
    std::string text = to_string(request.kind);
    for (const std::string& target : request.targets) text += " " + target;
    return text;
}

Arguments parse_arguments(const std::vector<std::string>& words) {
    Arguments arguments;
    const auto behind = [](const std::string& word, std::string_view prefix) {
        return word.compare(0, prefix.size(), prefix) == 0
                   ? std::optional(word.substr(prefix.size()))
                   : std::nullopt;
    };
    for (const std::string& word : words) {
        if (word == "--purge") {
            arguments.purge = true;
        } else if (word == hazards_were_seen) {
            arguments.hazards_were_seen = true;
        } else if (word == "--all") {
            arguments.repair.accept_all = true;
        } else if (auto done = behind(word, "--done=")) {
            arguments.repair.done.push_back(*done);
        } else if (auto retry = behind(word, "--retry=")) {
            arguments.repair.retry.push_back(*retry);
        } else {
            arguments.repair.accept.push_back(word);
        }
    }
    return arguments;
}

Expected<database::Operation, Rejection> judge(const service::Project& project,
                                               const service::DatabaseView& view,
                                               const Request& request) {
    if (view.state.server.in_recovery) {
        return unexpected(rejection(
            Reason::unavailable,
            service::refusal({make_error(
                "operations.standby",
                fmt::format("database \"{}\" is served by a standby, which cannot be written to",
                            view.state.server.database),
                "ask the instance that is connected to the primary")})));
    }
    if (auto foreign = service::foreign_version_table(view)) {
        return unexpected(rejection(Reason::refused, service::refusal({*std::move(foreign)})));
    }
    if (auto wrong = check_identity(view, request)) return unexpected(*std::move(wrong));
    database::Operation operation;
    operation.kind = to_string(request.kind);
    operation.target = join(request.targets, " ");
    operation.origin = request.origin;
    operation.dry_run = request.dry_run;
    operation.system_identifier = request.system_identifier;
    operation.database_oid = request.database_oid;
    operation.payload_hash = payload_hash(request);
    operation.actor = request.actor;
    operation.address = request.address;
    Expected<Done, Rejection> judged = Done{};
    if (request.kind == Kind::repair) {
        add_repair(request, operation);
    } else if (request.kind == Kind::drift) {
        judged = judge_drift(project, view, operation);
    } else if (request.kind == Kind::stamp) {
        judged = judge_stamp(project, view, request, operation);
    } else {
        judged = judge_journey(project, view, request, operation);
    }
    if (!judged) return unexpected(std::move(judged.error()));
    return operation;
}

std::string insert_sql(const database::StateKey& key, const database::Operation& o,
                       const std::optional<std::string>& idempotency_key) {
    const auto or_null = [](const std::string& text) {
        return text.empty() ? "NULL" : quote_literal(text);
    };
    return fmt::format(
        "INSERT INTO {} (id, version_table, kind, target, origin, targets, arguments, dry_run,"
        " state, revisions, checksums, needs, digest, plan_checked, acknowledge, system_identifier,"
        " database_oid, idempotency_key, payload_hash, started_at, actor, address, host, attempts)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, 'queued', {}, {}, {}, {}, {}, {}, {}, {}, {}, {},"
        " NULL, {}, {}, {}, 0) ON CONFLICT (version_table, idempotency_key) DO NOTHING",
        key.table("operation"), quote_literal(o.id), key.version_table, quote_literal(o.kind),
        quote_literal(o.target), quote_literal(o.origin), quote_text_array(o.targets),
        quote_text_array(o.arguments), o.dry_run, quote_text_array(o.revisions),
        quote_text_array(o.checksums), quote_text_array(o.needs), quote_literal(o.digest),
        o.plan_checked, quote_text_array(o.acknowledge), or_null(o.system_identifier),
        o.database_oid == 0 ? "NULL" : fmt::format("{}", o.database_oid),
        idempotency_key ? quote_literal(*idempotency_key) : "NULL", quote_literal(o.payload_hash),
        quote_literal(o.actor), quote_literal(o.address), quote_literal(o.host));
}

}  // namespace revisiond::operations
