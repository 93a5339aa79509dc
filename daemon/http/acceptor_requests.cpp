#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "http/acceptor.hpp"

namespace revisiond::http {
namespace {

constexpr std::chrono::seconds linger_for{2};
// A client that pipelines gets its next answer when it has taken this much.
constexpr std::size_t most_output = 256 * 1024;
constexpr std::size_t keep_capacity = 4 * 1024;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Door Acceptor::door() const {
    return {parts_.router, *security_, generation_, limits_.body_bytes,
            std::chrono::system_clock::now()};
}

std::string Acceptor::address_of(const Connection& connection, const Head& head) const {
    return client_address(connection.client.peer, head.list("x-forwarded-for"),
                          security_->trusted_proxies, security_->trust_unix);
}

void Acceptor::on_event(Connection& connection, std::uint32_t events) {
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) return close(connection);
    if ((events & EPOLLOUT) != 0) {
        if (settle(connection) && !connection.client.unread.empty()) advance(connection);
        return;  // what is to be read is told again
    }
    receive(connection);
}

void Acceptor::receive(Connection& connection) {
    if (connection.phase == Phase::working || connection.has_output())
        return await(connection, false, connection.has_output());
    ssize_t count = 0;
    do {
        count = ::recv(connection.client.socket.get(), input_.data(), input_.size(), 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) return close(connection);
    if (connection.phase == Phase::lingering) return;

    const std::string_view bytes(input_.data(), static_cast<std::size_t>(count));
    std::string& unread = connection.client.unread;
    if (!unread.empty() || connection.phase == Phase::body) {
        unread += bytes;
        return advance(connection);
    }
    // The common case: whole requests, answered out of the buffer that they came in.
    connection.deadline = now_ + limits_.head;
    unread = bytes.substr(take_requests(connection, bytes));
    if (settle(connection) && !connection.client.unread.empty()) advance(connection);
}

// Goes on with what was read before.
void Acceptor::advance(Connection& connection) {
    for (;;) {
        std::string bytes = std::exchange(connection.client.unread, {});
        const std::size_t used = take_requests(connection, bytes);
        bytes.erase(0, used);
        connection.client.unread = std::move(bytes);
        if (!settle(connection) || used == 0) return;
    }
}

// Takes as many requests as are there and may be taken; the bytes used.
std::size_t Acceptor::take_requests(Connection& connection, std::string_view bytes) {
    std::size_t used = 0;
    while (!connection.ending && !parking_ && output_.size() < most_output) {
        const std::string_view rest = bytes.substr(used);
        std::size_t step = 0;
        if (connection.phase == Phase::head && !rest.empty()) step = take_head(connection, rest);
        if (connection.phase == Phase::body && step == 0) step = take_body(connection, rest);
        if (step == 0) break;
        used += step;
    }
    return used;
}

std::size_t Acceptor::take_head(Connection& connection, std::string_view bytes) {
    const auto end = find_head_end(bytes, connection.looked_at);
    if (const auto* rejection = std::get_if<HeadRejection>(&end)) {
        reject(connection, *rejection);
        return bytes.size();
    }
    if (std::holds_alternative<std::nullopt_t>(end)) {
        connection.looked_at = bytes.size();
        return 0;
    }
    connection.looked_at = 0;
    const std::size_t size = std::get<std::size_t>(end);
    Head& head = head_;
    if (const auto rejection = read_head(bytes.substr(0, size), head)) {
        reject(connection, *rejection);
        return bytes.size();
    }
    connection.keep_alive = head.keep_alive && !stop_by_;
    connection.head_only = head.method == "HEAD";
    const Door rules = door();
    if (answer_prepared(connection, rules, head)) return size;
    auto admission = admit(rules, head, connection.visitor);
    if (auto* refused = std::get_if<Refused>(&admission))
        return size + refuse(connection, head, std::move(*refused), bytes.substr(size));
    count_identity(connection);
    begin_body(connection, head, std::get<Admitted>(std::move(admission)));
    if (head.expects_continue && bytes.size() - size < head.content_length) output_ += go_on;
    return size;
}

void Acceptor::begin_body(Connection& connection, const Head& head, Admitted admitted) {
    connection.needed = admitted.route->access.scope;
    connection.request = {rewrite_head(head), std::move(admitted), address_of(connection, head),
                          static_cast<std::size_t>(head.content_length)};
    connection.phase = Phase::body;
    connection.deadline = now_ + limits_.body;
    if (connection.request.body_size == 0) submit(connection, {});
}

std::size_t Acceptor::take_body(Connection& connection, std::string_view bytes) {
    const std::size_t size = connection.request.body_size;
    if (bytes.size() < size) return 0;
    submit(connection, std::string(bytes.substr(0, size)));
    return size;
}

void Acceptor::submit(Connection& connection, std::string body) {
    PendingRequest request = std::exchange(connection.request, {});
    Job job{{connection.client.socket.get(), connection.serial},
            std::move(request.head),
            std::move(body),
            std::move(request.address),
            std::move(request.admitted)};
    if (job.admitted.route->prompt) return deliver(connection, prompt_.run(job));
    if (parts_.submit(job)) {
        connection.phase = Phase::working;
        return;
    }
    static const SharedResponse busy =
        render(problem({503, "http.busy", "all workers are busy; try again"}));
    ++parts_.counters.overloaded;
    connection.phase = Phase::head;
    answer(connection, *busy);
}

bool Acceptor::answer_prepared(Connection& connection, const Door& rules, const Head& head) {
    if ((head.method != "GET" && !connection.head_only) || head.content_length > 0) return false;
    const PreparedAnswer* prepared = answers_->find(head.target);
    if (prepared == nullptr) prepared = parts_.files.find(head.target);
    if (prepared == nullptr) return false;
    if (auto refused = check_access(rules, prepared->access, head, connection.visitor)) {
        refuse(connection, head, *std::move(refused), {});
        return true;
    }
    if (prepared->access.scope) count_identity(connection);
    ++parts_.counters.prepared;
    const bool same = prepared->not_modified && !head.if_none_match.empty() &&
                      matches_tag(head.if_none_match, prepared->entity_tag);
    answer(connection, same ? *prepared->not_modified : *prepared->full);
    return true;
}

// Answers with what a handler made of the request, or sends the connection to the hub.
void Acceptor::deliver(Connection& connection, Outcome outcome) {
    connection.phase = Phase::head;
    if (const auto* response = std::get_if<SharedResponse>(&outcome)) {
        answer(connection, **response);
    } else if (auto* poll = std::get_if<LongPoll>(&outcome)) {
        parking_ = std::move(*poll);
    } else {
        parking_ = std::get<EventStream>(std::move(outcome));
    }
}

// A worker has answered.
void Acceptor::conclude(Connection& connection, Outcome outcome) {
    if (stop_by_) connection.keep_alive = false;
    deliver(connection, std::move(outcome));
    connection.deadline = now_ + limits_.head;
    if (settle(connection) && !connection.client.unread.empty()) advance(connection);
}

// Answers a request that does not get in. A body that is there already is passed over, its bytes
// are the result; one that is still to come ends the connection.
std::size_t Acceptor::refuse(Connection& connection, const Head& head, Refused refused,
                             std::string_view bytes) {
    std::size_t passed = 0;
    if (head.content_length > 0 && (head.expects_continue || bytes.size() < head.content_length)) {
        connection.keep_alive = false;
        connection.lingers = true;
        passed = bytes.size();
    } else {
        passed = static_cast<std::size_t>(head.content_length);
    }
    if (refused.response.status == 413) ++parts_.counters.bad_requests;
    tell_denied(connection, head, refused);
    const SharedResponse response = render(refused.response);
    if (refused.guessed) {
        ++parts_.counters.authentication_failures;
        const auto delay = delays_.failed(address_of(connection, head),
                                          bearer_token(head.authorization).value_or(""), now_);
        if (delay.count() > 0) {
            parking_ = HeldBack{response, delay};
            return passed;
        }
    }
    answer(connection, *response);
    return passed;
}

void Acceptor::tell_denied(const Connection& connection, const Head& head,
                           const Refused& refused) const {
    const int status = refused.response.status;
    if ((status != 401 && status != 403) || !parts_.denied) return;
    parts_.denied({status, refused.code, std::string(head.method), std::string(head.path()),
                   connection.visitor.name(), address_of(connection, head)});
}

void Acceptor::reject(Connection& connection, const HeadRejection& rejection) {
    ++parts_.counters.bad_requests;
    connection.keep_alive = false;
    connection.lingers = true;
    connection.head_only = false;
    answer(connection, *render(to_problem(rejection)));
}

void Acceptor::answer(Connection& connection, const RenderedResponse& response) {
    std::string& output = connection.has_output() ? connection.output : output_;
    append(output, response, date_.now(), connection.head_only, connection.keep_alive);
    if (!connection.keep_alive) connection.ending = true;
}

void Acceptor::count_identity(Connection& connection) {
    if (!connection.client.anonymous || connection.visitor.proof() != Proof::valid) return;
    connection.client.anonymous = false;
    --anonymous_;
}

bool Acceptor::send_output(Connection& connection) {
    const bool stored = connection.has_output();
    std::string_view pending = stored ? std::string_view(connection.output).substr(connection.sent)
                                      : std::string_view(output_);
    bool broken = false;
    while (!pending.empty() && !broken) {
        const ssize_t count =
            ::send(connection.client.socket.get(), pending.data(), pending.size(), MSG_NOSIGNAL);
        if (count >= 0) {
            pending.remove_prefix(static_cast<std::size_t>(count));
            connection.deadline = now_ + limits_.write;
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            broken = true;
        }
    }
    if (stored)
        connection.sent = connection.output.size() - pending.size();
    else if (!pending.empty())
        connection.output = pending;
    output_.clear();
    if (!connection.has_output()) {
        connection.output.clear();
        if (connection.output.capacity() > keep_capacity) connection.output.shrink_to_fit();
        connection.sent = 0;
    }
    return !broken;
}

bool Acceptor::settle(Connection& connection) {
    if (!send_output(connection)) {
        parking_.reset();
        close(connection);
        return false;
    }
    if (parking_) {
        const bool refused = std::holds_alternative<HeldBack>(*parking_);
        Parking parking{{},
                        *std::exchange(parking_, std::nullopt),
                        connection.visitor.pass(refused ? std::nullopt : connection.needed),
                        connection.output.substr(connection.sent),
                        connection.keep_alive,
                        connection.head_only};
        parking.client = take(connection);
        parts_.park(std::move(parking));
        return false;
    }
    if (connection.has_output()) {
        await(connection, false, true);
        return false;
    }
    if (connection.ending) {
        end(connection);
        return false;
    }
    if (connection.phase == Phase::working) {
        await(connection, connection.reading, false);
        return false;
    }
    await(connection, true, false);
    if (connection.is_idle()) {
        connection.deadline = now_ + limits_.idle;
        connection.idle_since = now_;
    }
    return true;
}

// All is said: closes at once, or when the client has stopped sending.
void Acceptor::end(Connection& connection) {
    if (!connection.lingers && connection.client.unread.empty()) return close(connection);
    ::shutdown(connection.client.socket.get(), SHUT_WR);
    connection.phase = Phase::lingering;
    connection.ending = false;
    connection.client.unread.clear();
    connection.deadline = now_ + linger_for;
    await(connection, true, false);
}

}  // namespace revisiond::http
