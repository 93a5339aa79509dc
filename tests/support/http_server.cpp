// A server on the room http alone, for the functional tests and the benchmarks: routes that show
// what the room does, and nothing of revisions.
//
//   http_server LISTEN [setting=value]...
//
// Prints "listening on ADDRESS" for each socket, then one line a report. Tokens: "reader-token",
// "applier-token", "admin-token", "expired-token". Ends on SIGTERM or when its standard input ends.
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <string>
#include <thread>

#include "http/server.hpp"

namespace {

using namespace revisiond;
using namespace revisiond::http;
using std::chrono::milliseconds;

using Settings = std::map<std::string, std::string>;

std::size_t number(const Settings& settings, const std::string& name, std::size_t otherwise) {
    const auto found = settings.find(name);
    return found == settings.end() ? otherwise : std::stoul(found->second);
}

milliseconds duration(const Settings& settings, const std::string& name, milliseconds otherwise) {
    return milliseconds(number(settings, name, static_cast<std::size_t>(otherwise.count())));
}

Limits limits(const Settings& settings) {
    Limits limits;
    limits.head = duration(settings, "head_ms", limits.head);
    limits.body = duration(settings, "body_ms", limits.body);
    limits.idle = duration(settings, "idle_ms", limits.idle);
    limits.write = duration(settings, "write_ms", limits.write);
    limits.body_bytes = number(settings, "body_bytes", limits.body_bytes);
    limits.connections = number(settings, "connections", limits.connections);
    limits.anonymous = number(settings, "anonymous", limits.anonymous);
    limits.per_address = number(settings, "per_address", limits.per_address);
    limits.workers = number(settings, "workers", limits.workers);
    limits.queue = number(settings, "queue", limits.queue);
    limits.hub.heartbeat = duration(settings, "heartbeat_ms", limits.hub.heartbeat);
    limits.hub.stalled = duration(settings, "stalled_ms", limits.hub.stalled);
    limits.hub.mailbox_bytes = number(settings, "mailbox_bytes", limits.hub.mailbox_bytes);
    return limits;
}

Security security(const Settings& settings) {
    Security security;
    const auto now = std::chrono::system_clock::now();
    security.tokens = TokenTable({
        {"reader", Scope::read, sha256("reader-token"), {}},
        {"applier", Scope::apply, sha256("applier-token"), {}},
        {"admin", Scope::admin, sha256("admin-token"), {}},
        {"expired", Scope::admin, sha256("expired-token"), now},
    });
    security.hosts = {"migrations.example.org"};
    security.origins = {"https://migrations.example.org"};
    if (settings.contains("proxy")) {
        security.trusted_proxies.push_back(parse_network(settings.at("proxy")).value());
        security.trust_unix = true;
    }
    return security;
}

// What the routes share: a version that grows, and the server.
struct World {
    std::atomic<std::uint64_t> version = 1;
    Server* server = nullptr;
};

std::string version_json(std::uint64_t version) {
    return "{\"version\":" + std::to_string(version) + "}\n";
}

PreparedAnswers prepared(const World& world, const Settings& settings) {
    PreparedAnswers answers;
    const std::string body = version_json(world.version);
    const std::size_t pad = number(settings, "status_bytes", 300);
    const std::string status = "{\"version\":" + std::to_string(world.version) + ",\"pad\":\"" +
                               std::string(pad > 30 ? pad - 30 : 0, 'x') + "\"}\n";
    answers.add("/livez", Access{{}, true}, Response{200, "ok\n", "text/plain", {}});
    answers.add("/api/v1/status", Access{Scope::read, false}, Response{200, status});
    answers.add("/open", Access{}, Response{200, status});
    return answers;
}

SharedResponse version_response(const World& world) {
    return render(with_entity_tag(Response{200, version_json(world.version)}, ""));
}

Reply wait_for_version(World& world, const Request& request) {
    const std::uint64_t above = std::stoull(request.parameter("above").value_or("0"));
    LongPoll poll;
    poll.topic = "version";
    poll.patience = milliseconds(std::stoul(request.parameter("ms").value_or("30000")));
    poll.ask = [&world, above]() -> SharedResponse {
        return world.version > above ? version_response(world) : nullptr;
    };
    poll.late = [] { return render(problem({503, "not-yet", "the version has not come"})); };
    return poll;
}

Reply events(World& world, const Request& request) {
    EventStream stream;
    stream.subscription = world.server->hub().subscribe("events");
    const std::uint64_t after = std::stoull(request.header("last-event-id").value_or("0"));
    stream.after = world.version;
    for (std::uint64_t id = after + 1; id <= stream.after; ++id)
        stream.replay += to_sse({id, "replayed", std::to_string(id), false});
    return stream;
}

Reply bump(World& world, const Settings& settings, const Request& request) {
    const std::string kind = request.parameter("kind").value_or("all");
    const std::size_t size = std::stoul(request.parameter("bytes").value_or("0"));
    const std::uint64_t version = ++world.version;
    world.version.notify_all();
    world.server->publish(prepared(world, settings));
    world.server->hub().announce("version");
    const std::string data =
        "{\"version\":" + std::to_string(version) + ",\"pad\":\"" + std::string(size, 'x') + "\"}";
    world.server->hub().publish("events", {version, "bumped", data, kind == "last"});
    return Response{202, version_json(version)};
}

std::string describe(const Request& request) {
    std::string text =
        "{\"method\":" + json_string(request.method) + ",\"path\":" + json_string(request.path) +
        ",\"address\":" + json_string(request.address) + ",\"body\":" + json_string(request.body) +
        ",\"principal\":" + (request.principal ? json_string(request.principal->name) : "null") +
        ",\"headers\":{";
    std::string separator;
    for (const auto& [name, value] : request.headers) {
        text += separator + json_string(name) + ":" + json_string(value);
        separator = ",";
    }
    text += "},\"query\":[";
    separator.clear();
    for (const auto& [name, value] : request.query) {
        text += separator + "[" + json_string(name) + "," + json_string(value) + "]";
        separator = ",";
    }
    text += "],\"parameters\":{";
    separator.clear();
    for (const auto& [name, value] : request.parameters) {
        text += separator + json_string(name) + ":" + json_string(value);
        separator = ",";
    }
    return text + "}}\n";
}

std::string statistics_json(const Statistics& all) {
    std::string text = "{";
    const auto add = [&text](const char* name, std::uint64_t value) {
        text +=
            (text.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + std::to_string(value);
    };
    add("accepted", all.accepted);
    add("refused", all.refused);
    add("prepared", all.prepared);
    add("handled", all.handled);
    add("bad_requests", all.bad_requests);
    add("timeouts", all.timeouts);
    add("authentication_failures", all.authentication_failures);
    add("overloaded", all.overloaded);
    add("dropped_consumers", all.dropped_consumers);
    add("connections", all.connections);
    add("streams", all.streams);
    add("waiting", all.waiting);
    add("queued", all.queued);
    return text + "}\n";
}

Router routes(World& world, const Settings& settings) {
    Router router;
    const Access open;
    const Access read{Scope::read, false};
    router.add({"GET", "/livez", {{}, true}, [](const Request&) { return Response{200, "ok\n"}; }});
    router.add({"GET", "/api/v1/status", read, [&world](const Request& request) -> Reply {
                    return with_entity_tag(Response{200, version_json(world.version)},
                                           request.header("if-none-match").value_or(""));
                }});
    const Handler echo = [](const Request& request) { return Response{200, describe(request)}; };
    router.add({"GET", "/echo", open, echo});
    router.add({"POST", "/echo", open, echo});
    router.add({"GET", "/things/{id}", open, echo});
    router.add({"GET", "/things/{id}/parts/{part}", open, echo});
    router.add({"POST", "/admin", {Scope::admin, false}, echo});
    router.add({"POST", "/apply", {Scope::apply, false}, echo});
    router.add({"GET", "/wait", open,
                [&world](const Request& request) { return wait_for_version(world, request); },
                true});
    router.add({"GET", "/events", open,
                [&world](const Request& request) { return events(world, request); }});
    router.add(
        {"POST", "/bump", open,
         [&world, settings](const Request& request) { return bump(world, settings, request); },
         true});
    // Keeps its worker until the first bump.
    router.add({"GET", "/hold", open, [&world](const Request&) {
                    world.version.wait(1);
                    return Response{200, "{}\n"};
                }});
    router.add({"GET", "/sleep", open, [](const Request& request) {
                    std::this_thread::sleep_for(
                        milliseconds(std::stoul(request.parameter("ms").value_or("0"))));
                    return Response{200, "{}\n"};
                }});
    router.add({"GET", "/big", open, [](const Request& request) {
                    return Response{
                        200, std::string(std::stoul(request.parameter("bytes").value_or("0")), 'x'),
                        "text/plain"};
                }});
    router.add({"GET", "/empty", open, [](const Request&) { return Response{204, "", ""}; }});
    router.add({"GET", "/boom", open, [](const Request&) -> Reply {
                    throw std::runtime_error("postgresql://user:secret@host/db");
                }});
    router.add({"GET", "/statistics", open,
                [&world](const Request&) {
                    return Response{200, statistics_json(world.server->statistics())};
                },
                true});
    return router;
}

void wait_for_the_end() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    const Descriptor signal(::signalfd(-1, &signals, SFD_CLOEXEC));
    for (;;) {
        pollfd waits[] = {{signal.get(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
        if (::poll(waits, 2, -1) < 0) continue;
        char byte = 0;
        if (waits[0].revents != 0) return;
        if (waits[1].revents != 0 && ::read(STDIN_FILENO, &byte, 1) <= 0) return;
    }
}

}  // namespace

int main(int argc, char** argv) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    Settings settings;
    ServerOptions options;
    auto inherited = inherited_listeners();
    if (!inherited) {
        std::cerr << to_text(inherited.error()) << std::endl;
        return 1;
    }
    options.inherited = std::move(inherited).value();
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (const std::size_t equals = argument.find('='); equals != std::string::npos) {
            settings[argument.substr(0, equals)] = argument.substr(equals + 1);
            continue;
        }
        auto address = parse_listen_address(argument);
        if (!address) {
            std::cerr << to_text(address.error()) << std::endl;
            return 1;
        }
        options.listen.push_back(std::move(address).value());
    }
    options.limits = limits(settings);
    options.report = [](const std::string& text) { std::cout << text + "\n" << std::flush; };

    World world;
    auto started = Server::start(std::move(options), routes(world, settings), security(settings));
    if (!started) {
        std::cerr << to_text(started.error()) << std::endl;
        return 1;
    }
    world.server = started->get();
    world.server->publish(prepared(world, settings));
    for (const std::string& address : world.server->addresses())
        std::cout << "listening on " + address + "\n" << std::flush;
    wait_for_the_end();
    world.server->stop(duration(settings, "grace_ms", milliseconds{5000}));
    return 0;
}
