// The daemon as a story: what is made first outlives what is made after it.
#include "serve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "api/fleet.hpp"
#include "api/settings.hpp"
#include "base/text.hpp"
#include "http/embedded_files.hpp"
#include "http/server.hpp"
#include "runtime/resources.hpp"
#include "runtime/signals.hpp"
#include "runtime/supervisor.hpp"
#include "service/project.hpp"

namespace revisiond {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How often the main thread looks around when nothing happens.
constexpr milliseconds round{1'000};
constexpr milliseconds round_with_fatal{200};
// While a database is exchanged for the same with other settings.
constexpr milliseconds round_of_exchange{20};
// For requests that run when all else has ended.
constexpr milliseconds last_answers{2'000};
// Beyond the budget of a step: for its rollback, and for what we write about it.
constexpr milliseconds tidying_up{15'000};
// Memory that is not needed any more goes back when the first files are read, and now and then.
constexpr std::chrono::seconds first_tidying{5};
constexpr std::chrono::seconds tidying_interval{60};

void log_all(runtime::Log& log, const Diagnostics& diagnostics, std::string_view what) {
    for (const Diagnostic& diagnostic : diagnostics) {
        log.error(fmt::format("{}: {}", what, diagnostic.message),
                  {{"file", diagnostic.at.file},
                   {"line", diagnostic.at.line > 0 ? std::to_string(diagnostic.at.line) : ""},
                   {"hint", diagnostic.hint}});
    }
}

// The settings that a reload cannot change, since sockets and limits belong to the running server,
// as far as they differ from what it runs with.
std::string waiting_for_restart(const config::ServerSettings& running,
                                const config::ServerSettings& now) {
    std::vector<std::string> names;
    const auto compare = [&](const char* name, auto member) {
        if (running.*member != now.*member) names.emplace_back(name);
    };
    using Settings = config::ServerSettings;
    compare("listen", &Settings::listen);
    compare("log_format", &Settings::log_format);
    compare("anonymous_ready", &Settings::anonymous_ready);
    compare("anonymous_metrics", &Settings::anonymous_metrics);
    compare("max_connections", &Settings::max_connections);
    compare("max_anonymous_connections", &Settings::max_anonymous_connections);
    compare("max_connections_per_address", &Settings::max_connections_per_address);
    compare("max_body_size", &Settings::max_body_bytes);
    compare("head_timeout", &Settings::head_timeout);
    compare("body_timeout", &Settings::body_timeout);
    compare("idle_timeout", &Settings::idle_timeout);
    compare("write_timeout", &Settings::write_timeout);
    return join(names, ", ");
}

// Opens what the settings name, and another port where that will do.
Expected<std::vector<http::Listener>> listen(const std::vector<http::ListenAddress>& addresses,
                                             bool any_port) {
    std::vector<http::Listener> listeners;
    for (http::ListenAddress address : addresses) {
        auto opened = http::listen_on(address);
        if (!opened && any_port) {
            address.port = 0;
            opened = http::listen_on(address);
        }
        if (!opened) return unexpected(std::move(opened.error()));
        std::move(opened->begin(), opened->end(), std::back_inserter(listeners));
    }
    return listeners;
}

// The running daemon, between its start and its end.
class Daemon {
  public:
    Daemon(const cli::ServeRequest& request, api::OpenSockets open, runtime::Log& log,
           api::Api& api, http::Server& server)
        : request_(request),
          open_(std::move(open)),
          config_(request.config),
          running_(config_->server),
          log_(log),
          server_(server),
          fleet_(api),
          api_(api) {}

    void begin() { fleet_.serve(config_); }

    // Until a signal or something fatal ends it; the latter is answered.
    std::optional<Diagnostic> watch(const runtime::Signals& signals,
                                    const runtime::Supervisor& supervisor) {
        milliseconds patience = request_.fatal ? round_with_fatal : round;
        if (const auto interval = supervisor.interval()) {
            patience = std::min(patience, std::chrono::duration_cast<milliseconds>(*interval));
        }
        auto tidy_at = Clock::now() + first_tidying;
        for (;;) {
            const auto signal = signals.wait(reloading_ ? round_of_exchange : patience);
            if (Clock::now() >= tidy_at) {
                runtime::give_back_memory();
                tidy_at = Clock::now() + tidying_interval;
            }
            if (signal == runtime::Signals::Kind::stop) return std::nullopt;
            if (signal == runtime::Signals::Kind::reload) reload(supervisor);
            settle();
            if (supervisor.interval() && server_.is_alive() && api_.is_alive()) supervisor.alive();
            if (!request_.fatal) continue;
            if (auto fatal = request_.fatal()) return fatal;
        }
    }

    void end(const runtime::Supervisor& supervisor) {
        const milliseconds budget = config_->server.shutdown_timeout;
        log_.info("stopping", {{"budget", config::format_duration(budget)}});
        supervisor.stopping();
        supervisor.extend_timeout(budget + tidying_up);
        api_.stop_accepting();
        fleet_.stop(budget);
        server_.stop(last_answers);
        api_.detach();
        log_.info("stopped");
    }

  private:
    void settle() {
        if (!reloading_) return;
        fleet_.settle();
        if (!fleet_.settled()) return;
        reloading_ = false;
        log_.info("configuration reloaded", {{"file", config_->file.string()}});
    }

    void reload(const runtime::Supervisor& supervisor) {
        supervisor.reloading();
        reload();
        supervisor.ready("serving");
    }

    void reload() {
        if (!request_.reload) return;
        auto loaded = request_.reload();
        if (!loaded) return log_all(log_, loaded.error(), "the configuration stays as it was");
        const auto config = std::make_shared<const config::Config>(*std::move(loaded));
        auto plan = api::plan_server(*config, open_);
        if (!plan) return log_all(log_, plan.error(), "the configuration stays as it was");
        if (const std::string names = waiting_for_restart(running_, config->server);
            !names.empty()) {
            log_.warn("of [server] this takes effect with a restart only: " + names);
        }
        server_.secure(std::move(plan->security));
        fleet_.serve(config);
        config_ = config;
        reloading_ = true;
    }

    const cli::ServeRequest& request_;
    const api::OpenSockets open_;
    std::shared_ptr<const config::Config> config_;
    const config::ServerSettings running_;  // that the server was started with
    runtime::Log& log_;
    http::Server& server_;
    api::Fleet fleet_;
    api::Api& api_;
    bool reloading_ = false;  // databases still serve with the settings before
};

}  // namespace

cli::Exit serve(const cli::ServeRequest& request, cli::Console& console) {
    // The settings are checked before anything is opened, so that a wrong one is all that is said.
    auto inherited = http::inherited_listeners();
    if (!inherited) return console.fail(inherited.error());
    api::OpenSockets open;
    open.inherited = !inherited->empty();
    for (const http::Listener& listener : *inherited) open.addresses.push_back(listener.address());
    auto plan = api::plan_server(*request.config, open);
    if (!plan) return console.fail(plan.error());

    // Signals before any thread: every thread inherits that they are not for it.
    const runtime::Signals signals;
    const runtime::Supervisor supervisor;
    runtime::keep_memory_together();
    runtime::raise_descriptor_limit();
    runtime::Log log(request.config->server.log_format);

    auto listeners = listen(plan->listen, request.any_port);
    if (!listeners) return console.fail(listeners.error());
    std::move(inherited->begin(), inherited->end(), std::back_inserter(*listeners));

    // The server answers at once, and says that nothing is known yet.
    const config::ServerSettings& settings = request.config->server;
    api::Api api(log, {settings.anonymous_ready, settings.anonymous_metrics});
    http::ServerOptions options;
    options.inherited = *std::move(listeners);
    options.limits = plan->limits;
    options.report = [&log](const std::string& text) { log.error(text); };
    options.denied = [&api](http::Denied denied) { api.note_denied(std::move(denied)); };
    options.observe = [&api](const http::Served& served) { api.metrics().count(served); };
    auto server = http::Server::start(std::move(options), api.router(), std::move(plan->security),
                                      http::prepare_files(http::embedded_files()));
    if (!server) return console.fail(server.error());
    api.attach(**server);

    // Then the databases, none of which has to be there.
    const std::vector<std::string> addresses = (*server)->addresses();
    open.addresses = addresses;
    Daemon daemon(request, std::move(open), log, api, **server);
    daemon.begin();
    log.info("serving",
             {{"addresses", join(addresses, " ")}, {"version", service::program_version()}});
    if (settings.tokens.empty()) {
        log.warn("no token is configured: anybody on this machine may read, nobody may write");
    }
    supervisor.ready("serving");
    if (request.started) request.started(addresses);

    const auto fatal = daemon.watch(signals, supervisor);
    daemon.end(supervisor);
    return fatal ? console.fail(*fatal) : cli::Exit::done;
}

}  // namespace revisiond
