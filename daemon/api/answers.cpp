#include "api/answers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "api/api.hpp"
#include "base/text.hpp"
#include "wire/daemon_json.hpp"

namespace revisiond::api {
namespace {

int status_of(const service::Problem& problem) {
    using apply::FailureKind;
    const std::string& code = problem.reason().code;
    if (problem.is(FailureKind::connection)) return 503;
    if (problem.failure &&
        (problem.is(FailureKind::lock_held) || problem.is(FailureKind::refused) ||
         problem.is(FailureKind::rows_changed))) {
        return 409;
    }
    if (code.starts_with("graph.") || code.starts_with("plan.") || code.starts_with("target.") ||
        code.starts_with("script.") || code.starts_with("sql.")) {
        return 422;
    }
    return 500;
}

}  // namespace

http::Response json(std::string body, int status) {
    return {status, std::move(body) + "\n"};
}

http::Response json(const http::Request& request, std::string body) {
    return http::with_entity_tag(json(std::move(body)),
                                 request.header("if-none-match").value_or(""));
}

http::ProblemText problem_text(int status, const service::Problem& problem) {
    return {status, problem.reason().code, problem.reason().message, problem.reason().hint,
            wire::problem_members(problem)};
}

http::Response problem(const service::Problem& problem) {
    return http::problem(problem_text(status_of(problem), problem));
}

http::Response problem(int status, std::string code, std::string detail, std::string hint) {
    return http::problem({status, std::move(code), std::move(detail), std::move(hint), {}});
}

Expected<std::shared_ptr<Database>, http::Response> chosen(const Api& api,
                                                           const http::Request& request) {
    const auto name = request.parameter("database");
    auto database = api.database(name);
    if (database) return database;
    if (!name) {
        return unexpected(problem(503, "http.starting", "no database is served yet"));
    }
    std::vector<std::string> names;
    for (const auto& one : api.databases()) names.push_back(one->name());
    return unexpected(problem(404, "http.unknown-database",
                              fmt::format("no database is named \"{}\"", *name),
                              fmt::format("served: {}", join_words(names))));
}

Expected<Serving, http::Response> serving(const Api& api, const http::Request& request) {
    auto database = chosen(api, request);
    if (!database) return unexpected(std::move(database.error()));
    auto instance = (*database)->instance();
    if (instance) {
        auto snapshot = instance->snapshot();
        return Serving{*std::move(database), std::move(instance), std::move(snapshot)};
    }
    const auto& diagnostics = (*database)->face()->snapshot().files.diagnostics;
    return unexpected(http::problem(
        {503,
         "http.files",
         has_errors(diagnostics) ? "the revision files have not been sound since the daemon began"
                                 : "the revision files have not been read yet",
         {},
         "\"diagnostics\":" + wire::diagnostics_json(diagnostics)}));
}

Expected<Serving, http::Response> serving_files_of_now(const Api& api,
                                                       const http::Request& request) {
    auto database = chosen(api, request);
    if (!database) return unexpected(std::move(database.error()));
    if ((*database)->look_at_files()) return serving(api, request);
    return unexpected(problem(
        503, "http.files-unread",
        fmt::format(
            "the revision files of database \"{}\" have not been read since this was asked, "
            "and older ones may be wrong: they are being written, or their disk is slow",
            (*database)->name()),
        "try again"));
}

Expected<std::chrono::milliseconds, http::Response> patience(const http::Request& request) {
    const auto text = request.parameter("wait");
    if (!text) return std::chrono::milliseconds(0);
    const auto duration = config::parse_duration(*text);
    if (duration) return *duration;
    return unexpected(
        problem(400, "http.wait", fmt::format("wait={} is no duration", *text), "write wait=30s"));
}

Expected<std::int64_t, http::Response> number(const http::Request& request, const char* name,
                                              std::int64_t otherwise, std::int64_t most) {
    const auto text = request.parameter(name);
    if (!text) return otherwise;
    std::int64_t value = 0;
    const auto read = std::from_chars(text->data(), text->data() + text->size(), value);
    const bool whole = read.ec == std::errc() && read.ptr == text->data() + text->size();
    if (whole && value >= 0 && value <= most) return value;
    return unexpected(
        problem(400, "http.query", fmt::format("{} is not a number from 0 to {}", name, most)));
}

Expected<Page, http::Response> page(const http::Request& request) {
    constexpr std::int64_t usual = 50;
    constexpr std::int64_t longest = 1000;
    const auto limit = number(request, "limit", usual, longest);
    if (!limit) return unexpected(limit.error());
    const auto before = number(request, "before", 0, std::numeric_limits<std::int64_t>::max());
    if (!before) return unexpected(before.error());
    return Page{static_cast<std::size_t>(*limit == 0 ? usual : *limit), *before};
}

}  // namespace revisiond::api
