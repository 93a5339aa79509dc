// Revisions, current and plans.
#include "api/answers.hpp"
#include "api/api.hpp"
#include "api/routes.hpp"
#include "graph/planner.hpp"
#include "service/database_history.hpp"
#include "service/listing.hpp"
#include "service/planning.hpp"
#include "wire/daemon_json.hpp"
#include "wire/json.hpp"

namespace revisiond::api {
namespace {

using http::Reply;
using http::Request;

// How much of a revision's own history is shown with it.
constexpr std::size_t most_of_one = 100;

Reply revisions(const Api& api, const Request& request) {
    const auto where = serving(api, request);
    if (!where) return where.error();
    const auto range = request.parameter("range");
    if (!range) return json(request, wire::revisions_json(*where->snapshot));
    const auto listed = service::history(*where->snapshot->project, *range, false);
    if (!listed) return problem(listed.error());
    return json(request, wire::revisions_json(*where->snapshot, *listed));
}

Reply revision(const Api& api, const Request& request) {
    const auto where = serving(api, request);
    if (!where) return where.error();
    const service::Project& project = *where->snapshot->project;
    const std::string& id = request.parameters.at("id");
    const auto target = graph::parse_target(id);
    const auto index = target ? graph::resolve_one(project.map(), {}, *target)
                              : Expected<graph::RevisionIndex>(unexpected(target.error()));
    if (!index) {
        return problem(404, "http.unknown-revision", index.error().message, index.error().hint);
    }
    const std::string& full = project.map()[*index].revision.id;
    // Without the database, what the files say is still worth an answer.
    const auto rows = service::database_history(project, most_of_one, 0, full);
    return json(request, wire::revision_json(*where->snapshot, *index,
                                             rows ? *rows : std::vector<database::HistoryRow>{}));
}

Reply current(const Api& api, const Request& request) {
    const auto where = serving(api, request);
    if (!where) return where.error();
    const auto found = service::current(*where->snapshot->project);
    if (!found) return problem(found.error());
    return json(request, wire::to_json(*found));
}

Reply plan(const Api& api, const Request& request) {
    const auto where = serving_files_of_now(api, request);
    if (!where) return where.error();
    const std::string direction = request.parameter("direction").value_or("upgrade");
    if (direction != "upgrade" && direction != "downgrade") {
        return problem(400, "http.query", "direction is neither upgrade nor downgrade");
    }
    const bool up = direction == "upgrade";
    const std::string target = request.parameter("target").value_or(up ? "heads" : "");
    if (target.empty()) {
        return problem(400, "http.query", "a downgrade needs a target", "target=-1");
    }
    auto planned =
        service::plan(*where->snapshot->project,
                      {up ? graph::Direction::upgrade : graph::Direction::downgrade, {target}});
    if (!planned) return problem(planned.error());
    service::warn_of_half_done(*planned);
    return json(request,
                wire::plan_json(planned->plan, planned->database.state.server, planned->warnings));
}

}  // namespace

void add_graph(http::Router& router, Api& api) {
    const auto add = [&](const char* path, http::Scope scope,
                         Reply (*handler)(const Api&, const Request&)) {
        router.add({"GET", path, {scope, false}, [&api, handler](const Request& request) {
                        return handler(api, request);
                    }});
    };
    add("/api/v1/revisions", http::Scope::read, revisions);
    add("/api/v1/revisions/{id}", http::Scope::read, revision);
    add("/api/v1/current", http::Scope::read, current);
    add("/api/v1/plan", http::Scope::plan, plan);
}

}  // namespace revisiond::api
