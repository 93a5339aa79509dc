#include "service/problem.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace revisiond::service {

namespace {

bool starts_with(const std::string& text, std::string_view prefix) {
    return text.compare(0, prefix.size(), prefix) == 0;
}

// libpq's words come with line ends and tabs.
std::string one_line(const std::string& text) {
    std::string line;
    for (const char c : database::redacted(text)) {
        const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
        if (!blank) line += c;
        if (blank && !line.empty() && line.back() != ' ') line += ' ';
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

// Whether there was no session to ask anything of.
bool is_connection_failure(const std::string& sqlstate) {
    return sqlstate.empty() || starts_with(sqlstate, "08") || starts_with(sqlstate, "28") ||
           starts_with(sqlstate, "57P") || sqlstate == "3D000" || sqlstate == "53300";
}

// libpq tells no SQLSTATE of a refused connection, so its words have to do; in another language the
// last hint is right too.
std::string connection_hint(const std::string& message) {
    const auto says = [&message](std::string_view words) {
        return message.find(words) != std::string::npos;
    };
    if (says("password") || says("authentication") || says("pg_hba.conf") || says("role \"")) {
        return "check user and password in the configuration, and pg_hba.conf on the server";
    }
    if (says("database \"")) {
        return "create the database, or correct its name in the configuration";
    }
    if (says("too many") || says("connection slots")) {
        return "the server has no connection left; try again when it has";
    }
    if (says("starting up") || says("shutting down") || says("recovery")) {
        return "try again when the server is ready";
    }
    return "check that the server runs, and host, port and the rest in the configuration";
}

Diagnostic connection_diagnostic(const database::ServerMessage& server,
                                 const config::ConnectionSettings& connection) {
    return make_error(
        "database.connection",
        fmt::format("cannot connect to {}: {}", connection.display(), one_line(server.message)),
        connection_hint(server.message));
}

Diagnostic query_diagnostic(const database::SqlError& error,
                            const config::ConnectionSettings& connection) {
    std::string hint = one_line(error.server.hint);
    if (hint.empty() && error.server.sqlstate == "42501") {
        hint = "the configuration's user lacks a right; `ensure_version --sql` prints the grants";
    }
    return make_error("database.sql",
                      fmt::format("{}: {}", connection.display(), one_line(error.text())), hint);
}

}  // namespace

const Diagnostic& Problem::reason() const {
    const auto error = std::find_if(
        diagnostics.begin(), diagnostics.end(),
        [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::error; });
    return error == diagnostics.end() ? diagnostics.front() : *error;
}

bool Problem::is(apply::FailureKind kind) const {
    return failure && failure->kind == kind;
}

Problem to_problem(Diagnostic diagnostic) {
    return {{std::move(diagnostic)}, {}, {}};
}

Problem to_problem(Diagnostics diagnostics) {
    return {std::move(diagnostics), {}, {}};
}

Problem to_problem(apply::RunFailure failure, const config::ConnectionSettings& connection) {
    apply::Failure& inner = failure.failure;
    if (inner.kind == apply::FailureKind::connection && inner.revision.empty() && inner.server &&
        is_connection_failure(inner.server->sqlstate)) {
        inner.diagnostic = connection_diagnostic(*inner.server, connection);
    }
    Problem problem = to_problem(inner.diagnostic);
    problem.failure = std::move(inner);
    problem.result = std::move(failure.result);
    return problem;
}

Problem to_problem(const database::SqlError& error, const config::ConnectionSettings& connection) {
    const bool lost = error.connection_lost || is_connection_failure(error.server.sqlstate);
    apply::Failure failure;
    failure.kind = lost ? apply::FailureKind::connection : apply::FailureKind::sql;
    failure.diagnostic = lost ? connection_diagnostic(error.server, connection)
                              : query_diagnostic(error, connection);
    failure.server = error.server;
    Problem problem = to_problem(failure.diagnostic);
    problem.failure = std::move(failure);
    return problem;
}

Problem refusal(Diagnostics diagnostics) {
    Problem problem = to_problem(std::move(diagnostics));
    problem.failure.emplace();
    problem.failure->kind = apply::FailureKind::refused;
    problem.failure->diagnostic = problem.reason();
    return problem;
}

}  // namespace revisiond::service
