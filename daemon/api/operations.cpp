// Operations: the list, one of them, cancel.
#include <fmt/format.h>

#include "api/answers.hpp"
#include "api/api.hpp"
#include "api/find_operation.hpp"
#include "api/routes.hpp"
#include "wire/daemon_json.hpp"

namespace revisiond::api {
namespace {

using http::Reply;
using http::Request;

// 8-4-4-4-12 hex digits: PostgreSQL would take more, and answer less kindly.
bool is_uuid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char c = text[i];
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) return false;
    }
    return true;
}

Reply list(const Api& api, const Request& request) {
    const auto where = serving(api, request);
    if (!where) return where.error();
    const auto asked = page(request);
    if (!asked) return asked.error();
    auto found = where->instance->operations(asked->size + 1, asked->before);
    if (!found) return problem(found.error());
    const auto next = asked->cut(*found, &database::Operation::number);
    return json(request, wire::operations_json(where->database->name(), *found, next));
}

Reply one(const Api& api, const Request& request) {
    const auto found = find_operation(api, request);
    if (!found) return found.error();
    return json(request, wire::operation_json(found->database->name(), found->operation));
}

Reply cancel(Api& api, const Request& request) {
    const auto found = find_operation(api, request);
    if (!found) return found.error();
    const std::string actor = request.principal->name;
    const auto cancelled = found->instance->cancel(found->operation.id, actor);
    api.log().info(cancelled ? "cancel requested" : "cancel failed",
                   {{"database", found->database->name()},
                    {"operation", found->operation.id},
                    {"actor", actor},
                    {"address", request.address},
                    {"error", cancelled ? "" : cancelled.error().reason().message}});
    if (!cancelled) return problem(cancelled.error());
    if (!*cancelled) return problem(404, "http.unknown-operation", "the operation is gone");
    return json(wire::operation_json(found->database->name(), **cancelled), 202);
}

}  // namespace

Expected<FoundOperation, http::Response> find_operation(const Api& api,
                                                        const http::Request& request) {
    const std::string& id = request.parameters.at("id");
    Databases candidates = api.databases();
    if (request.parameter("database")) {
        auto database = chosen(api, request);
        if (!database) return unexpected(std::move(database.error()));
        candidates = {*std::move(database)};
    }
    if (!is_uuid(id)) candidates.clear();
    std::optional<http::Response> unasked;
    for (const auto& database : candidates) {
        const auto instance = database->instance();
        if (!instance) continue;
        auto found = instance->operation(id);
        if (!found) {
            unasked = problem(found.error());
        } else if (*found) {
            return FoundOperation{database, instance, **std::move(found)};
        }
    }
    if (unasked) return unexpected(*std::move(unasked));
    return unexpected(
        problem(404, "http.unknown-operation", fmt::format("there is no operation \"{}\"", id)));
}

void add_operations(http::Router& router, Api& api) {
    const http::Access read{http::Scope::read, false};
    router.add({"GET", "/api/v1/operations", read,
                [&api](const Request& request) { return list(api, request); }});
    router.add({"GET", "/api/v1/operations/{id}", read,
                [&api](const Request& request) { return one(api, request); }});
    router.add({"POST",
                "/api/v1/operations/{id}/cancel",
                {http::Scope::apply, false},
                [&api](const Request& request) { return cancel(api, request); }});
}

}  // namespace revisiond::api
