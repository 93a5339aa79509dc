#include "http/handler_runner.hpp"

#include <fmt/format.h>

#include <exception>

namespace revisiond::http {

Reply HandlerRunner::call(const Route& route, const Request& request) const {
    try {
        return route.handler(request);
    } catch (const std::exception& error) {
        hooks_.report(fmt::format("{} {}: {}", request.method, route.pattern, error.what()));
    } catch (...) {
        hooks_.report(fmt::format("{} {}: an exception that is none of the standard library's",
                                  request.method, route.pattern));
    }
    return problem({500, "http.internal", "the server failed on this request; its log says why"});
}

Outcome HandlerRunner::run(Job& job) {
    const auto begun = std::chrono::steady_clock::now();
    const Route& route = *job.admitted.route;
    Outcome outcome = exchange_.run(job.head, [&](Request& request) {
        request.parameters = std::move(job.admitted.parameters);
        request.principal = std::move(job.admitted.principal);
        request.address = std::move(job.address);
        request.body = std::move(job.body);
        return call(route, request);
    });
    if (hooks_.observe) {
        const auto* response = std::get_if<SharedResponse>(&outcome);
        const auto elapsed = std::chrono::steady_clock::now() - begun;
        hooks_.observe({route.method, route.pattern,
                        response != nullptr ? (*response)->status : 200,
                        std::chrono::duration_cast<std::chrono::microseconds>(elapsed)});
    }
    return outcome;
}

}  // namespace revisiond::http
