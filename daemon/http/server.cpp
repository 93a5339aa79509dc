#include "http/server.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <thread>

#include "http/acceptor.hpp"

namespace revisiond::http {

// Everything that lives as long as the server, in the order in which it is made. The hub and the
// workers hand over to the acceptor, which outlives both; it hands over to them only while its
// thread runs.
struct Server::Parts {
    Router router;
    PreparedAnswers files;
    Counters counters;
    std::vector<std::string> addresses;
    std::unique_ptr<Acceptor> acceptor;
    std::unique_ptr<HubThread> hub;
    std::unique_ptr<WorkerPool> workers;
    std::thread thread;
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
    stop(std::chrono::milliseconds{0});
}

namespace {

// The database must be reachable whatever crowd is at the door.
std::size_t affordable(std::size_t connections) {
    constexpr rlim_t left_to_others = 256;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return connections;
    const rlim_t most =
        std::max(limit.rlim_cur / 2, limit.rlim_cur - std::min(limit.rlim_cur, left_to_others));
    return std::min(connections, static_cast<std::size_t>(most));
}

}  // namespace

Expected<std::unique_ptr<Server>> Server::start(ServerOptions options, Router router,
                                                Security security, PreparedAnswers files) {
    std::vector<Listener> listeners = std::move(options.inherited);
    for (const ListenAddress& address : options.listen) {
        Expected<std::vector<Listener>> opened = listen_on(address);
        if (!opened) return unexpected(std::move(opened).error());
        for (Listener& listener : *opened) listeners.push_back(std::move(listener));
    }
    options.limits.connections = affordable(options.limits.connections);
    auto parts = std::make_unique<Parts>();
    parts->router = std::move(router);
    parts->files = std::move(files);
    for (const Listener& listener : listeners) parts->addresses.push_back(listener.address());
    Parts& all = *parts;
    const HandlerHooks hooks{[report = options.report](const std::string& text) {
                                 if (report) report(text);
                             },
                             options.observe};
    all.acceptor = std::make_unique<Acceptor>(
        std::move(listeners), options.limits,
        AcceptorParts{all.router, all.files, all.counters,
                      [&all](Job& job) { return all.workers->submit(job); },
                      [&all](Parking parking) { all.hub->park(std::move(parking)); }, hooks,
                      options.denied});
    all.hub = std::make_unique<HubThread>(
        options.limits.hub, all.counters,
        [&all](Leaving leaving) { all.acceptor->returned(std::move(leaving)); });
    Server::secure(all, std::move(security));
    all.workers = std::make_unique<WorkerPool>(
        options.limits.workers, options.limits.queue, all.counters, hooks,
        [&all](Finished finished) { all.acceptor->finished(std::move(finished)); });
    all.thread = std::thread([&all] { all.acceptor->run(); });
    ::pthread_setname_np(all.thread.native_handle(), "http");
    return std::unique_ptr<Server>(new Server(std::move(parts)));
}

void Server::publish(PreparedAnswers answers) {
    parts_->acceptor->publish(std::make_shared<const PreparedAnswers>(std::move(answers)));
}

void Server::secure(Security security) {
    secure(*parts_, std::move(security));
}

void Server::secure(Parts& parts, Security security) {
    const auto shared = std::make_shared<const Security>(std::move(security));
    parts.acceptor->secure(shared);
    parts.hub->secure(shared);
}

Hub& Server::hub() {
    return *parts_->hub;
}

Statistics Server::statistics() const {
    return parts_->counters.snapshot();
}

bool Server::is_alive() {
    constexpr std::chrono::seconds longest_round{10};
    const bool accepts = parts_->acceptor->is_alive(longest_round);
    return parts_->hub->is_alive(longest_round) && accepts;
}

std::vector<std::string> Server::addresses() const {
    return parts_->addresses;
}

void Server::stop(std::chrono::milliseconds grace) {
    if (!parts_->thread.joinable()) return;
    parts_->acceptor->stop(grace);
    parts_->hub->stop();
    parts_->thread.join();
    parts_->workers.reset();
}

}  // namespace revisiond::http
