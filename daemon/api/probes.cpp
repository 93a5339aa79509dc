#include "api/probes.hpp"

#include "api/answers.hpp"
#include "api/api.hpp"
#include "api/openapi.hpp"

namespace revisiond::api {
namespace {

const http::Access open{std::nullopt, true};

http::Response livez() {
    return {200, "ok\n", "text/plain; charset=utf-8", {{"Cache-Control", "no-store"}}};
}

// Able to serve: every database has been read, however long ago, and no stop is under way. Pods of
// a deployment must not lose all their replicas because a database is away: reads go on.
http::Response readyz(const Api& api) {
    if (!api.accepting()) return problem(503, "http.stopping", "the daemon is stopping");
    for (const auto& database : api.databases()) {
        if (database->face()->snapshot().status) continue;
        return problem(503, "http.starting",
                       "the database \"" + database->name() + "\" has not been read yet");
    }
    http::Response ready = livez();
    if (api.databases().empty()) return problem(503, "http.starting", "no database is served yet");
    return ready;
}

http::Response metrics(Api& api) {
    std::vector<DaemonMetrics::Shown> shown;
    for (const auto& database : api.databases()) {
        shown.push_back({database->name(), database->snapshot()});
    }
    const http::Server* server = api.server();
    const http::Statistics statistics =
        server == nullptr ? http::Statistics{} : server->statistics();
    return {200,
            api.metrics().text(shown, statistics),
            "text/plain; version=0.0.4; charset=utf-8",
            {{"Cache-Control", "no-store"}}};
}

}  // namespace

void add_probes(http::Router& router, Api& api) {
    router.add({"GET", "/livez", open, [](const http::Request&) { return livez(); }, true});
    router.add(
        {"GET", "/readyz", open, [&api](const http::Request&) { return readyz(api); }, true});
    const http::Access scrapers{
        api.doors().metrics ? std::nullopt : std::optional(http::Scope::read), true};
    router.add(
        {"GET", "/metrics", scrapers, [&api](const http::Request&) { return metrics(api); }, true});
    router.add({"GET", "/openapi.json", {std::nullopt, false}, [](const http::Request& request) {
                    return json(request, std::string(openapi_json()));
                }});
}

void add_prepared_probes(http::PreparedAnswers& answers, const Api& api) {
    answers.add("/livez", {open, http::render(livez()), nullptr, {}});
    answers.add("/readyz", {open, http::render(readyz(api)), nullptr, {}});
}

}  // namespace revisiond::api
