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
        text.members += (text.members.empty() ? "" : ",") + std::string("\"plan\":") +
                        wire::plan_json(*rejection.plan, server, {});
    }
    return http::problem(text);
}

// What a request that was not accepted is answered, and what the log says of it.
struct Turned {
    http::Response response;
    std::string why;
};

Turned turn(int status, const Diagnostic& why) {
    return {problem(status, why.code, why.message, why.hint), why.message};
}

// What a body asks for.
using Work = Expected<operations::Request, Turned>;

Expected<operations::Accepted, Turned> enqueue(const Api& api, const Request& request,
                                               const operations::Request& work) {
    if (!api.accepting()) {
        return unexpected(
            turn(503, make_error("http.stopping", "the daemon is stopping and takes no more work",
                                 "ask another replica")));
    }
    const auto& key = work.idempotency_key;
    if (key && (key->empty() || key->size() > longest_key)) {
        return unexpected(turn(
            400,
            make_error("http.idempotency-key",
                       fmt::format("Idempotency-Key has not 1 to {} characters", longest_key))));
    }
    const auto where = serving_files_of_now(api, request);
    if (!where)
        return unexpected(
            Turned{where.error(), "the database, or what its files are now, is not served"});
    if (where->database->is_ending()) {
        return unexpected(turn(
            503, make_error("daemon.settings-change",
                            fmt::format("the settings of database \"{}\" are being changed, which "
                                        "waits for the step that is under way",
                                        where->database->name()),
                            "ask again when it has finished")));
    }
    auto accepted = where->instance->accept(work);
    if (accepted) return *std::move(accepted);
    static const database::ServerIdentity unknown;
    const auto& status = where->snapshot->status;
    return unexpected(Turned{refused(accepted.error(), status ? status->server : unknown),
                             accepted.error().problem.reason().message});
}

// Puts it into the queue. Whoever asked is written down, and the log hears of it either way.
Reply submit(Api& api, const Request& request, const char* kind, Work work) {
    const auto database = chosen(api, request);
    const std::string name = database ? (*database)->name() : "";
    std::string targets;
    const auto log = [&](const char* what, const std::string& operation, const std::string& error) {
        api.log().info(what, {{"database", name},
                              {"operation", operation},
                              {"kind", kind},
                              {"target", targets},
                              {"actor", request.principal->name},
                              {"address", request.address},
                              {"error", error}});
    };
    Expected<operations::Accepted, Turned> accepted = unexpected(Turned{});
    if (work) {
        kind = operations::to_string(work->kind);
        targets = join(work->targets, " ");
        work->actor = request.principal->name;
        work->address = request.address;
        work->idempotency_key = request.header("idempotency-key");
        accepted = enqueue(api, request, *work);
    } else {
        accepted = unexpected(std::move(work.error()));
    }
    if (!accepted) {
        log("request refused", "", accepted.error().why);
        return std::move(accepted.error().response);
    }
    const std::string& id = accepted->operation.id;
    log(accepted->replayed ? "request repeated" : "request accepted", id, "");
    http::Response response = json(wire::operation_json(name, accepted->operation), 202);
    response.headers.emplace_back("Location", "/api/v1/operations/" + id);
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

Work apply(const Request& request) {
    auto body = wire::read_apply_body(request.body);
    if (!body) return unexpected(turn(400, body.error()));
    const bool down = body->direction == graph::Direction::downgrade;
    if (down && !request.may(http::Scope::admin)) {
        return unexpected(turn(403, make_error("http.scope", "a downgrade needs the scope admin")));
    }
    operations::Request work;
    work.kind = down ? operations::Kind::downgrade : operations::Kind::upgrade;
    work.targets = {std::move(body->target)};
    work.dry_run = body->dry_run;
    work.digest = std::move(body->plan);
    work.system_identifier = std::move(body->system_identifier);
    work.database_oid = body->database_oid;
    work.acknowledge = std::move(body->acknowledge);
    return work;
}

Work stamp(const Request& request) {
    auto body = wire::read_stamp_body(request.body);
    if (!body) return unexpected(turn(400, body.error()));
    operations::Request work;
    work.kind = operations::Kind::stamp;
    work.targets = std::move(body->targets);
    work.purge = body->purge;
    return work;
}

Work repair(const Request& request) {
    auto body = wire::read_repair_body(request.body);
    if (!body) return unexpected(turn(400, body.error()));
    operations::Request work;
    work.kind = operations::Kind::repair;
    work.repair = *std::move(body);
    return work;
}

Work drift(const Request& request) {
    if (const auto wrong = wire::read_empty_body(request.body))
        return unexpected(turn(400, *wrong));
    operations::Request work;
    work.kind = operations::Kind::drift;
    return work;
}

}  // namespace

void add_writes(http::Router& router, Api& api) {
    const auto add = [&](const char* kind, http::Scope scope, Work (*work_of)(const Request&)) {
        router.add({"POST",
                    std::string("/api/v1/") + kind,
                    {scope, false},
                    [&api, kind, work_of](const Request& request) {
                        return submit(api, request, kind, work_of(request));
                    }});
    };
    add("apply", http::Scope::apply, apply);
    add("stamp", http::Scope::admin, stamp);
    add("repair", http::Scope::admin, repair);
    add("drift", http::Scope::plan, drift);
}

}  // namespace revisiond::api
