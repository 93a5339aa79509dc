// Apply, stamp, repair and drift: requests that go into the queue.
#include <fmt/format.h>

#include "api/answers.hpp"
#include "api/api.hpp"
#include "api/routes.hpp"
#include "base/text.hpp"
#include "wire/daemon_json.hpp"
#include "wire/requests.hpp"

namespace revisiond::api {
namespace {

using http::Reply;
using http::Request;
using operations::Rejection;

constexpr std::size_t longest_key = 255;

http::Response bad_body(const Diagnostic& diagnostic) {
    return problem(400, diagnostic.code, diagnostic.message, diagnostic.hint);
}

int status_of(Rejection::Reason reason) {
    switch (reason) {
        case Rejection::Reason::unavailable:
            return 503;
        case Rejection::Reason::invalid:
        case Rejection::Reason::key_reused:
            return 422;
        case Rejection::Reason::plan_changed:
        case Rejection::Reason::hazards:
        case Rejection::Reason::wrong_database:
        case Rejection::Reason::refused:
        case Rejection::Reason::nothing_pending:  // of automatic requests alone
            return 409;
    }
    return 500;
}

http::Response refused(const Rejection& rejection, const database::ServerIdentity& server) {
    http::ProblemText text = problem_text(status_of(rejection.reason), rejection.problem);
    if (rejection.plan) {
        text.members +=
            (text.members.empty() ? "" : ",") + std::string("\"plan\":") +
            wire::plan_json(*rejection.plan, server, plan::hazards_of(*rejection.plan), {});
    }
    return http::problem(text);
}

// Puts it into the queue, whoever asked is written down, and the log hears of it either way.
Reply submit(Api& api, const Request& request, operations::Request work) {
    if (!api.accepting()) {
        return problem(503, "http.stopping", "the daemon is stopping and takes no more work",
                       "ask another replica");
    }
    const auto where = serving(api, request);
    if (!where) return where.error();
    work.actor = request.principal->name;
    work.address = request.address;
    work.idempotency_key = request.header("idempotency-key");
    if (work.idempotency_key &&
        (work.idempotency_key->empty() || work.idempotency_key->size() > longest_key)) {
        return problem(400, "http.idempotency-key",
                       fmt::format("Idempotency-Key has not 1 to {} characters", longest_key));
    }
    const auto accepted = where->instance->accept(work);
    const auto log = [&](const char* what, const std::string& operation, const std::string& error) {
        api.log().info(what, {{"database", where->database->name()},
                              {"operation", operation},
                              {"kind", operations::to_string(work.kind)},
                              {"target", join(work.targets, " ")},
                              {"actor", work.actor},
                              {"address", work.address},
                              {"error", error}});
    };
    if (!accepted) {
        log("request refused", "", accepted.error().problem.reason().message);
        static const database::ServerIdentity unknown;
        const auto& status = where->snapshot->status;
        return refused(accepted.error(), status ? status->server : unknown);
    }
    const std::string& id = accepted->operation.id;
    log(accepted->replayed ? "request repeated" : "request accepted", id, "");
    http::Response response =
        json(wire::operation_json(where->database->name(), accepted->operation), 202);
    response.headers.emplace_back("Location", "/api/v1/operations/" + id);
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

Reply apply(Api& api, const Request& request) {
    auto body = wire::read_apply_body(request.body);
    if (!body) return bad_body(body.error());
    const bool down = body->direction == graph::Direction::downgrade;
    if (down && !request.may(http::Scope::admin)) {
        return problem(403, "http.scope", "a downgrade needs the scope admin");
    }
    operations::Request work;
    work.kind = down ? operations::Kind::downgrade : operations::Kind::upgrade;
    work.targets = {std::move(body->target)};
    work.dry_run = body->dry_run;
    work.digest = std::move(body->plan);
    work.system_identifier = std::move(body->system_identifier);
    work.database_oid = body->database_oid;
    work.acknowledge = std::move(body->acknowledge);
    return submit(api, request, std::move(work));
}

Reply stamp(Api& api, const Request& request) {
    auto body = wire::read_stamp_body(request.body);
    if (!body) return bad_body(body.error());
    operations::Request work;
    work.kind = operations::Kind::stamp;
    work.targets = std::move(body->targets);
    work.purge = body->purge;
    return submit(api, request, std::move(work));
}

Reply repair(Api& api, const Request& request) {
    auto body = wire::read_repair_body(request.body);
    if (!body) return bad_body(body.error());
    operations::Request work;
    work.kind = operations::Kind::repair;
    work.repair = *std::move(body);
    return submit(api, request, std::move(work));
}

Reply drift(Api& api, const Request& request) {
    if (const auto wrong = wire::read_empty_body(request.body)) return bad_body(*wrong);
    operations::Request work;
    work.kind = operations::Kind::drift;
    return submit(api, request, std::move(work));
}

}  // namespace

void add_writes(http::Router& router, Api& api) {
    const auto add = [&](const char* path, http::Scope scope,
                         Reply (*handler)(Api&, const Request&)) {
        router.add({"POST", path, {scope, false}, [&api, handler](const Request& request) {
                        return handler(api, request);
                    }});
    };
    add("/api/v1/apply", http::Scope::apply, apply);
    add("/api/v1/stamp", http::Scope::admin, stamp);
    add("/api/v1/repair", http::Scope::admin, repair);
    add("/api/v1/drift", http::Scope::plan, drift);
}

}  // namespace revisiond::api
