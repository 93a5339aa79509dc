// Plans, operations, their events and problems, as a client reads them.
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "wire/answer_parts.hpp"
#include "wire/answers.hpp"
#include "wire/shapes.hpp"

namespace revisiond::wire {
namespace {

graph::Direction direction_of(const Json& json) {
    return text(json, "direction") == "downgrade" ? graph::Direction::downgrade
                                                  : graph::Direction::upgrade;
}

std::vector<sql::Statement> statements_of(const Json& json, const char* name) {
    std::vector<sql::Statement> statements;
    for (const Json& entry : list(json, name)) {
        sql::Statement& statement = statements.emplace_back();
        statement.line = static_cast<std::uint32_t>(number(entry, "line"));
        statement.text = text(entry, "sql");
    }
    return statements;
}

// How one set of rows becomes another; order does not matter to who only shows it.
std::vector<graph::RowChange> changes_between(const std::vector<std::string>& before,
                                              const std::vector<std::string>& after) {
    using Kind = graph::RowChange::Kind;
    const auto has = [](const std::vector<std::string>& rows, const std::string& row) {
        return std::find(rows.begin(), rows.end(), row) != rows.end();
    };
    std::vector<graph::RowChange> changes;
    for (const std::string& row : before) {
        if (!has(after, row)) changes.push_back({Kind::remove, row, ""});
    }
    for (const std::string& row : after) {
        if (!has(before, row)) changes.push_back({Kind::insert, "", row});
    }
    return changes;
}

plan::PlanStep step_of(const Json& json) {
    plan::PlanStep step;
    step.revision = text(json, "revision");
    step.direction = direction_of(json);
    step.message = text(json, "message");
    step.transaction = flag(json, "transaction");
    step.parents = texts(json, "parents");
    step.statements = statements_of(json, "statements");
    step.verify = statements_of(json, "verify");
    step.file = text(json, "file");
    return step;
}

database::ServerMessage message_of(const Json& json) {
    database::ServerMessage message;
    message.severity = text(json, "severity");
    message.sqlstate = text(json, "sqlstate");
    message.message = text(json, "message");
    message.detail = text(json, "detail");
    message.hint = text(json, "hint");
    return message;
}

std::chrono::microseconds elapsed_of(const Json& json) {
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::duration<double, std::milli>(member<double>(json, "elapsed_ms")));
}

void tell_statement(const Json& data, apply::Listener& listener) {
    apply::StatementReport report;
    report.revision = text(data, "revision");
    report.line = static_cast<std::uint32_t>(number(data, "line"));
    report.tag = text(data, "tag");
    report.rows = static_cast<std::uint64_t>(number(data, "rows"));
    report.elapsed = elapsed_of(data);
    for (const Json& notice : list(data, "notices")) report.notices.push_back(message_of(notice));
    listener.statement_ends(report);
}

void tell_retry(const Json& data, apply::Listener& listener) {
    apply::RetryReport report;
    report.revision = text(data, "revision");
    report.file = text(data, "file");
    report.line = static_cast<std::uint32_t>(number(data, "line"));
    report.sql = text(data, "sql");
    report.doing = text(data, "doing");
    report.error.server.message = text(data, "message");  // with its SQLSTATE
    report.attempt = static_cast<int>(number(data, "attempt"));
    report.pause = apply::Milliseconds(number(data, "pause_ms"));
    report.blockers = texts(data, "blockers");
    report.waited = apply::Milliseconds(number(data, "waited_ms"));
    listener.retrying(report);
}

void tell_of(const std::string& type, const Json& data, apply::Listener& listener) {
    if (type == "waiting_for_lock") {
        listener.waiting_for_lock(holder_of(data, "holder"));
    } else if (type == "step_begins") {
        listener.step_begins(step_of(data), static_cast<std::size_t>(number(data, "number")),
                             static_cast<std::size_t>(number(data, "of")));
    } else if (type == "statement_begins") {
        sql::Statement statement;
        statement.line = static_cast<std::uint32_t>(number(data, "line"));
        statement.text = text(data, "sql");
        listener.statement_begins(step_of(data), statement);
    } else if (type == "statement_ends") {
        tell_statement(data, listener);
    } else if (type == "retrying") {
        tell_retry(data, listener);
    } else if (type == "blocked") {
        listener.blocked(step_of(data), texts(data, "blockers"),
                         apply::Milliseconds(number(data, "waited_ms")));
    } else if (type == "step_ends") {
        listener.step_ends(step_of(data), elapsed_of(data));
    } else if (type == "note" || type == "settled") {
        listener.note(text(data, "text"));
    }
}

apply::FailureKind kind_of(const std::string& name) {
    using Kind = apply::FailureKind;
    if (name == "lock_held") return Kind::lock_held;
    if (name == "connection") return Kind::connection;
    if (name == "sql") return Kind::sql;
    if (name == "verify") return Kind::verify;
    if (name == "cancelled") return Kind::cancelled;
    return name == "rows_changed" ? Kind::rows_changed : Kind::refused;
}

service::Problem problem_of(const Json& json) {
    service::Problem problem;
    problem.diagnostics = diagnostics_of(json, "diagnostics");
    if (!has_errors(problem.diagnostics)) {
        problem.diagnostics.push_back(
            make_error(text(json, "code"), text(json, "detail"), text(json, "hint")));
    }
    if (const std::string kind = text(json, "kind"); !kind.empty()) {
        apply::Failure& failure = problem.failure.emplace();
        failure.kind = kind_of(kind);
        failure.diagnostic = problem.reason();
        failure.revision = text(json, "revision");
        if (const Json* server = object(json, "server")) failure.server = message_of(*server);
    }
    problem.result.applied = texts(json, "applied");
    return problem;
}

}  // namespace

Diagnostics diagnostics_of(const Json& json, const char* name) {
    Diagnostics diagnostics;
    for (const Json& entry : list(json, name)) {
        Diagnostic& added = diagnostics.emplace_back();
        added.severity = text(entry, "severity") == "warning" ? Severity::warning : Severity::error;
        added.code = text(entry, "code");
        added.message = text(entry, "message");
        added.at.file = text(entry, "file");
        added.at.line = static_cast<std::uint32_t>(number(entry, "line"));
        added.at.column = static_cast<std::uint32_t>(number(entry, "column"));
        added.at.line_text = text(entry, "text");
        added.at.width = std::max(1U, static_cast<std::uint32_t>(number(entry, "width")));
        added.hint = text(entry, "hint");
    }
    return diagnostics;
}

std::optional<database::LockHolder> holder_of(const Json& json, const char* name) {
    const Json* found = object(json, name);
    if (found == nullptr) return std::nullopt;
    database::LockHolder holder;
    holder.host = text(*found, "host");
    holder.pid = static_cast<int>(number(*found, "pid"));
    holder.backend_pid = static_cast<int>(number(*found, "backend_pid"));
    holder.version = text(*found, "version");
    holder.url = text(*found, "url");
    holder.doing = text(*found, "doing");
    holder.since = text(*found, "since");
    holder.term = number(*found, "term");
    holder.application_name = text(*found, "application_name");
    holder.user = text(*found, "user");
    holder.client_address = text(*found, "client_address");
    holder.backend_start = text(*found, "backend_start");
    holder.state = text(*found, "state");
    holder.query = text(*found, "query");
    return holder;
}

Expected<AnsweredPlan> read_plan(std::string_view source) {
    return read_answer<AnsweredPlan>(source, [](const Json& json) {
        AnsweredPlan answered;
        answered.plan.digest = json.at("digest").get<std::string>();
        answered.plan.from = texts(json, "from");
        answered.plan.to = texts(json, "to");
        answered.plan.notes = texts(json, "notes");
        std::vector<std::string> rows = answered.plan.from;
        for (const Json& entry : list(json, "steps")) {
            plan::PlanStep step = step_of(entry);
            std::vector<std::string> after = texts(entry, "rows");
            step.row_changes = changes_between(rows, after);
            rows = std::move(after);
            answered.plan.steps.push_back(std::move(step));
        }
        for (const Json& entry : list(json, "hazards")) {
            answered.hazards.push_back({text(entry, "code"), text(entry, "text"),
                                        text(entry, "revision"),
                                        static_cast<std::uint32_t>(number(entry, "line"))});
        }
        answered.warnings = diagnostics_of(json, "warnings");
        return answered;
    });
}

Expected<AnsweredOperation> read_operation(std::string_view source) {
    return read_answer<AnsweredOperation>(source, [](const Json& json) {
        AnsweredOperation operation;
        operation.id = json.at("id").get<std::string>();
        operation.state = json.at("state").get<std::string>();
        operation.finished = !text(json, "finished_at").empty();
        operation.applied = texts(json, "applied");
        if (const Json* error = object(json, "error")) operation.problem = problem_of(*error);
        if (const Json* result = object(json, "result")) {
            operation.result = dump(*result);
            operation.not_run = texts(*result, "not_run");
        }
        return operation;
    });
}

Expected<ToldEvent> tell(std::string_view event, apply::Listener& listener) {
    return read_answer<ToldEvent>(event, [&listener](const Json& json) {
        const std::string type = json.at("type").get<std::string>();
        if (const Json* data = object(json, "data")) tell_of(type, *data, listener);
        return ToldEvent{static_cast<std::uint64_t>(number(json, "id")), type == "finished"};
    });
}

service::Problem read_problem(std::string_view source, int status) {
    auto problem = read_answer<service::Problem>(source, [](const Json& json) {
        json.at("detail");
        return problem_of(json);
    });
    if (problem) return *std::move(problem);
    return service::to_problem(make_error(
        "remote.status", "the server answered with the status " + std::to_string(status),
        "is this the URL of a revisiond, and of nothing in front of it that answers instead?"));
}

std::string apply_body(graph::Direction direction, const std::string& target,
                       const std::string& digest, bool dry_run,
                       const std::vector<std::string>& acknowledge) {
    Json body{{"direction", graph::to_string(direction)},
              {"target", target},
              {"dry_run", dry_run},
              {"acknowledge", acknowledge}};
    if (!digest.empty()) body["plan"] = digest;
    return dump(body);
}

std::string stamp_body(const std::vector<std::string>& targets, bool purge) {
    return dump({{"targets", targets}, {"purge", purge}});
}

std::string repair_body(const service::RepairWork& work) {
    Json settle = Json::array();
    for (const std::string& id : work.done) settle.push_back({{"revision", id}, {"done", true}});
    for (const std::string& id : work.retry) settle.push_back({{"revision", id}, {"done", false}});
    Json body{{"settle", settle}};
    body["accept"] = work.accept_all ? Json("all") : Json(work.accept);
    return dump(body);
}

}  // namespace revisiond::wire
