#include "http/acceptor.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace revisiond::http {
namespace {

constexpr std::uint64_t bell_tag = ~std::uint64_t{0};
constexpr std::uint64_t listener_tag = std::uint64_t{1} << 32;  // plus the listener's index
constexpr std::chrono::seconds sweep_every{1};
constexpr int accepted_at_once = 64;
constexpr std::size_t read_at_once = 64 * 1024;

std::string peer_of(const sockaddr_storage& storage) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (storage.ss_family == AF_INET) {
        const auto& four = reinterpret_cast<const sockaddr_in&>(storage);
        ::inet_ntop(AF_INET, &four.sin_addr, text.data(), text.size());
    } else if (storage.ss_family == AF_INET6) {
        const auto& six = reinterpret_cast<const sockaddr_in6&>(storage);
        ::inet_ntop(AF_INET6, &six.sin6_addr, text.data(), text.size());
    } else {
        return "unix";
    }
    return text.data();
}

// A connection that is turned away at once. The answer fits into the empty socket.
void turn_away(const Descriptor& socket, std::string_view date) {
    static const SharedResponse busy =
        render(problem({503, "http.too-many-connections", "there are too many connections"}));
    std::string answer;
    append(answer, *busy, date, false, false);
    (void)::send(socket.get(), answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(socket.get(), SHUT_WR);
}

bool is_bell(const epoll_event& event) {
    return event.data.u64 == bell_tag;
}

Descriptor open_reserve() {
    return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace

Acceptor::Acceptor(std::vector<Listener> listeners, Limits limits, AcceptorParts parts)
    : limits_(limits),
      parts_(std::move(parts)),
      listeners_(std::move(listeners)),
      reserve_(open_reserve()),
      prompt_(parts_.hooks),
      answers_(std::make_shared<const PreparedAnswers>()),
      input_(read_at_once, '\0') {
    bool added = poller_.add(bell_.fd(), EPOLLIN, bell_tag);
    for (std::size_t i = 0; i < listeners_.size(); ++i)
        added = added && poller_.add(listeners_[i].fd(), EPOLLIN, listener_tag + i);
    if (!added) throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

Acceptor::~Acceptor() = default;

void Acceptor::run() {
    now_ = Clock::now();
    next_sweep_ = now_ + sweep_every;
    read_inbox();  // the first rules
    while (!stop_by_ || (open_ > 0 && now_ < *stop_by_)) {
        std::optional<std::chrono::milliseconds> patience;
        if (open_ > 0 || stop_by_ || paused_)
            patience = std::max(std::chrono::milliseconds{0},
                                std::chrono::ceil<std::chrono::milliseconds>(next_sweep_ - now_));
        const auto events = poller_.wait(patience);
        now_ = Clock::now();
        // First what was handed over: a request is answered with what was published before it came.
        if (std::any_of(events.begin(), events.end(), is_bell)) bell_.clear();
        read_inbox();
        for (const epoll_event& event : events) {
            const std::uint64_t tag = event.data.u64;
            if (is_bell(event)) continue;
            if (tag >= listener_tag)
                accept_from(listeners_[tag - listener_tag]);
            else if (Connection* connection = find(static_cast<int>(tag)))
                on_event(*connection, event.events);
        }
        if (now_ >= next_sweep_) sweep();
    }
    for (const auto& connection : connections_)
        if (connection) close(*connection);
}

void Acceptor::read_inbox() {
    pulse_.answer();
    Inbox inbox = std::exchange(*inbox_.lock(), {});
    if (inbox.answers) answers_ = std::move(inbox.answers);
    if (inbox.security) {
        security_ = std::move(inbox.security);
        ++generation_;
    }
    if (inbox.grace) begin_stop(*inbox.grace);
    for (Leaving& leaving : inbox.returned) {
        if (leaving.keep_alive && !stop_by_)
            adopt(std::move(leaving.client));
        else
            forget(leaving.client);
    }
    for (Finished& finished : inbox.finished) {
        Connection* connection = find(finished.from.fd);
        if (connection != nullptr && connection->serial == finished.from.serial)
            conclude(*connection, std::move(finished.outcome));
    }
}

Connection* Acceptor::find(int fd) const {
    const auto index = static_cast<std::size_t>(fd);
    return index < connections_.size() ? connections_[index].get() : nullptr;
}

void Acceptor::accept_from(const Listener& listener) {
    for (int i = 0; i < accepted_at_once; ++i) {
        sockaddr_storage storage{};
        socklen_t size = sizeof storage;
        Descriptor socket(::accept4(listener.fd(), reinterpret_cast<sockaddr*>(&storage), &size,
                                    SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!socket && (errno == EMFILE || errno == ENFILE) && reserve_) {
            // Out of descriptors: one is kept for this, or the listener would stay ready for ever.
            reserve_.reset();
            socket = Descriptor(
                ::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
            if (socket) turn_away(socket, date_.now());
            socket.reset();
            reserve_ = open_reserve();
            ++parts_.counters.refused;
            continue;
        }
        if (!socket && (errno == EINTR || errno == ECONNABORTED)) continue;
        if (!socket) {
            if (errno != EAGAIN) pause(listener, errno);
            return;
        }
        Client client{std::move(socket), peer_of(storage), {}, true};
        if (!make_room(client.peer)) {
            ++parts_.counters.refused;
            turn_away(client.socket, date_.now());
            continue;
        }
        ++parts_.counters.accepted;
        ++parts_.counters.connections;
        ++open_;
        ++anonymous_;
        if (limits_.per_address > 0) ++per_address_[client.peer];
        adopt(std::move(client));
    }
}

// The kernel cannot give a connection now, and would say so without end: the listeners rest until
// the next sweep.
void Acceptor::pause(const Listener& listener, int error) {
    parts_.hooks.report(fmt::format("cannot accept on {}: {}", listener.address(),
                                    std::generic_category().message(error)));
    listen(false);
}

void Acceptor::listen(bool on) {
    paused_ = !on;
    for (std::size_t i = 0; i < listeners_.size(); ++i)
        poller_.modify(listeners_[i].fd(), on ? std::uint32_t{EPOLLIN} : 0, listener_tag + i);
}

// Whether one more may come: over a limit, the connection that has been idle longest goes first.
bool Acceptor::make_room(const std::string& peer) {
    // A proxy speaks for many addresses.
    const bool is_proxy = is_trusted(peer, security_->trusted_proxies, true);
    if (limits_.per_address > 0 && !is_proxy) {
        const auto found = per_address_.find(peer);
        if (found != per_address_.end() && found->second >= limits_.per_address) return false;
    }
    const bool crowded = anonymous_ >= limits_.anonymous;
    if (!crowded && open_ < limits_.connections) return true;
    Connection* idle = oldest_idle(crowded);
    if (idle == nullptr) return false;
    close(*idle);
    return true;
}

Connection* Acceptor::oldest_idle(bool anonymous_only) {
    Connection* oldest = nullptr;
    for (const auto& connection : connections_)
        if (connection && connection->is_idle() &&
            (!anonymous_only || connection->client.anonymous) &&
            (oldest == nullptr || connection->idle_since < oldest->idle_since))
            oldest = connection.get();
    return oldest;
}

// A connection that begins, or that the hub gives back.
void Acceptor::adopt(Client client) {
    const int fd = client.socket.get();
    const auto index = static_cast<std::size_t>(fd);
    if (connections_.size() <= index) connections_.resize(index + 1);
    connections_[index] = std::make_unique<Connection>();
    Connection& connection = *connections_[index];
    connection.client = std::move(client);
    connection.serial = ++last_serial_;
    connection.deadline = now_ + limits_.idle;
    connection.idle_since = now_;
    if (!poller_.add(fd, EPOLLIN, static_cast<std::uint64_t>(fd))) {
        forget(connection.client);
        connections_[index].reset();
        return;
    }
    // Most have sent their request already.
    if (connection.client.unread.empty())
        receive(connection);
    else
        advance(connection);
}

// Takes a connection out of this thread's hands.
Client Acceptor::take(Connection& connection) {
    Client client = std::move(connection.client);
    const int fd = client.socket.get();
    poller_.remove(fd);
    connections_[static_cast<std::size_t>(fd)].reset();
    return client;
}

void Acceptor::close(Connection& connection) {
    const Client client = take(connection);
    forget(client);
}

void Acceptor::forget(const Client& client) {
    --parts_.counters.connections;
    --open_;
    if (client.anonymous) --anonymous_;
    if (limits_.per_address == 0) return;
    const auto found = per_address_.find(client.peer);
    if (--found->second == 0) per_address_.erase(found);
}

void Acceptor::await(Connection& connection, bool reading, bool writing) {
    if (connection.reading == reading && connection.writing == writing) return;
    connection.reading = reading;
    connection.writing = writing;
    const int fd = connection.client.socket.get();
    poller_.modify(fd,
                   (reading ? std::uint32_t{EPOLLIN} : 0) | (writing ? std::uint32_t{EPOLLOUT} : 0),
                   static_cast<std::uint64_t>(fd));
}

void Acceptor::sweep() {
    next_sweep_ = now_ + sweep_every;
    if (paused_) listen(true);
    for (std::size_t i = 0; i < connections_.size(); ++i)
        if (connections_[i] && connections_[i]->phase != Phase::working &&
            connections_[i]->deadline <= now_)
            expire(*connections_[i]);
}

void Acceptor::expire(Connection& connection) {
    const bool begun = connection.phase == Phase::body ||
                       (connection.phase == Phase::head && !connection.client.unread.empty());
    if (connection.phase != Phase::lingering && (begun || connection.has_output()))
        ++parts_.counters.timeouts;
    if (begun && !connection.has_output() && !connection.ending) {
        static const SharedResponse late =
            render(problem({408, "http.too-slow", "the request did not come in time"}));
        connection.keep_alive = false;
        connection.lingers = true;
        answer(connection, *late);
        settle(connection);
        return;
    }
    close(connection);
}

void Acceptor::begin_stop(std::chrono::milliseconds grace) {
    stop_by_ = now_ + grace;
    for (const Listener& listener : listeners_) poller_.remove(listener.fd());
    listeners_.clear();
    for (const auto& connection : connections_)
        if (connection && connection->is_idle()) close(*connection);
}

void Acceptor::publish(std::shared_ptr<const PreparedAnswers> answers) {
    inbox_.lock()->answers = std::move(answers);
    bell_.ring();
}

void Acceptor::secure(std::shared_ptr<const Security> security) {
    inbox_.lock()->security = std::move(security);
    bell_.ring();
}

void Acceptor::finished(Finished finished) {
    inbox_.lock()->finished.push_back(std::move(finished));
    bell_.ring();
}

void Acceptor::returned(Leaving leaving) {
    inbox_.lock()->returned.push_back(std::move(leaving));
    bell_.ring();
}

bool Acceptor::is_alive(std::chrono::seconds patience) {
    return pulse_.beats(bell_, patience);
}

void Acceptor::stop(std::chrono::milliseconds grace) {
    inbox_.lock()->grace = grace;
    bell_.ring();
}

}  // namespace revisiond::http
