#include "operations/queue_session.hpp"

#include <fmt/format.h>

#include "database/server_process.hpp"
#include "sql/begin.hpp"

namespace revisiond::operations {
namespace {

database::SqlError pooled() {
    database::SqlError error;
    error.server.severity = "ERROR";
    error.server.message = database::transactions_are_pooled;
    error.server.hint = database::pool_sessions;
    return error;
}

}  // namespace

Expected<database::Session, database::SqlError> open_queue_session(
    const database::ConnectionParameters& parameters) {
    auto session = database::Session::open(parameters);
    if (!session) return session;
    auto own = database::keeps_its_server_process(*session, {});
    if (!own) return unexpected(std::move(own.error()));
    if (!*own) return unexpected(pooled());
    auto set = session->run(
        "SET statement_timeout TO '30s'; SET client_encoding TO 'UTF8';"
        " SET default_transaction_isolation TO 'read committed'; SET client_min_messages TO "
        "warning;"
        " SET lock_timeout TO '10s'; SET idle_in_transaction_session_timeout TO '30s'");
    if (!set) return unexpected(std::move(set.error()));
    return session;
}

std::string running_in_term_sql(std::int64_t term) {
    return fmt::format("o.state = 'running' AND o.term = {}", term);
}

std::string queue_transaction(const database::StateKey& key,
                              const std::vector<std::string>& statements,
                              std::string_view payload) {
    std::string message = std::string(sql::begin_transaction) +
                          "; SET LOCAL lock_timeout TO '10s'; " + database::lock_events_sql(key);
    for (const std::string& statement : statements) message += "; " + statement;
    return message + "; " + database::notify_sql(key, payload) + "; COMMIT";
}

bool write_events(std::optional<database::Session>& session,
                  const database::ConnectionParameters& parameters, const database::StateKey& key,
                  const std::string& operation, const std::vector<database::NewEvent>& events,
                  const std::string& guard) {
    if (!session || session->lost()) {
        session.reset();
        auto opened = open_queue_session(parameters);
        if (!opened) return false;
        session.emplace(*std::move(opened));
    }
    const std::string insert = database::append_events_sql(key, operation, events, guard);
    // Nobody waits for the disk: what a crash of the server takes is told by the one that settles.
    if (session->run(
            queue_transaction(key, {"SET LOCAL synchronous_commit TO off", insert}, "event"))) {
        return true;
    }
    session.reset();  // whatever it was, a new session has no failed transaction
    return false;
}

SessionPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), session_(std::move(other.session_)) {}

SessionPool::Lease::~Lease() {
    if (pool_ != nullptr) pool_->give_back(std::move(session_));
}

Expected<SessionPool::Lease, database::SqlError> SessionPool::take(
    const database::ConnectionParameters& parameters) {
    {
        std::unique_lock lock(mutex_);
        returned_.wait(lock, [this] { return lent_ < at_most_; });
        ++lent_;
        while (!idle_.empty()) {
            database::Session session = std::move(idle_.back());
            idle_.pop_back();
            // A server that went away meanwhile shows here.
            if (session.wait(std::chrono::milliseconds(0)) && !session.lost()) {
                return Lease(*this, std::move(session));
            }
        }
    }
    auto opened = open_queue_session(parameters);
    if (opened) return Lease(*this, *std::move(opened));
    give_back(std::nullopt);
    return unexpected(std::move(opened.error()));
}

void SessionPool::give_back(std::optional<database::Session> session) {
    {
        const std::lock_guard lock(mutex_);
        --lent_;
        const bool clean = session && !session->lost() &&
                           session->transaction_status() == database::TransactionStatus::idle;
        if (clean) idle_.push_back(*std::move(session));
    }
    returned_.notify_one();
}

}  // namespace revisiond::operations
