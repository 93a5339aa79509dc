#include <nlohmann/json.hpp>

#include "sql/redact.hpp"
#include "wire/json.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {

namespace {

using wire::shape;  // beside the ones below

Json shape(const apply::StatementReport& report) {
    Json notices = Json::array();
    for (const database::ServerMessage& notice : report.notices) {
        notices.push_back(shape(notice));
    }
    return {{"revision", report.revision},
            {"line", report.line},
            {"tag", report.tag},
            {"sql", sql::redact_sql(report.sql)},
            {"rows", report.rows},
            {"microseconds", report.elapsed.count()},
            {"notices", std::move(notices)}};
}

Json shape(const service::Outcome& outcome) {
    Json json{{"outcome", outcome.nothing_to_do ? "nothing_to_do"
                          : outcome.dry_run     ? "dry_run"
                                                : "done"},
              {"operation", text_or_null(outcome.result.operation)},
              {"applied", outcome.result.applied},
              {"rows", outcome.result.rows},
              {"notes", outcome.notes},
              {"warnings", shape(outcome.warnings)}};
    if (!outcome.plan.digest.empty()) {
        json["digest"] = outcome.plan.digest;
        json["direction"] = graph::to_string(outcome.direction);
    }
    if (outcome.dry_run) json["not_run"] = outcome.result.not_run;
    return json;
}

const char* to_string(apply::FailureKind kind) {
    switch (kind) {
        case apply::FailureKind::connection:
            return "connection";
        case apply::FailureKind::lock_held:
            return "lock_held";
        case apply::FailureKind::rows_changed:
            return "rows_changed";
        case apply::FailureKind::refused:
            return "refused";
        case apply::FailureKind::sql:
            return "sql";
        case apply::FailureKind::verify:
            return "verify";
        case apply::FailureKind::cancelled:
            return "cancelled";
    }
    return "";
}

void add_failure(Json& error, const apply::Failure& failure) {
    error["kind"] = to_string(failure.kind);
    if (!failure.revision.empty()) error["revision"] = failure.revision;
    if (failure.server) {
        error["sqlstate"] = text_or_null(failure.server->sqlstate);
        error["server"] = shape(*failure.server);
    }
    if (failure.holder) error["holder"] = shape(*failure.holder);
}

}  // namespace

std::string to_json(const service::Outcome& outcome,
                    const std::vector<apply::StatementReport>& reports) {
    Json json = shape(outcome);
    if (!reports.empty() || outcome.dry_run) {
        Json statements = Json::array();
        for (const apply::StatementReport& report : reports) statements.push_back(shape(report));
        json["statements"] = std::move(statements);
    }
    return dump(json);
}

std::string to_json(const service::Repaired& repaired) {
    Json json{{"accepted", repaired.accepted}, {"settled", repaired.settled}};
    json.update(shape(repaired.outcome));
    return dump(json);
}

Json error_shape(const service::Problem& problem) {
    Json error = shape(problem.reason());
    error.erase("severity");
    if (problem.failure) add_failure(error, *problem.failure);
    return error;
}

std::string to_json(const service::Problem& problem) {
    Json json{{"error", error_shape(problem)}, {"diagnostics", shape(problem.diagnostics)}};
    if (problem.failure) json["applied"] = problem.result.applied;
    return dump(json);
}

std::string warning_json(const Diagnostic& warning) {
    Json json = shape(warning);
    json.erase("severity");
    return dump({{"warning", std::move(json)}});
}

std::string to_json(const Diagnostics& diagnostics) {
    return to_json(service::to_problem(diagnostics));
}

}  // namespace revisiond::wire
