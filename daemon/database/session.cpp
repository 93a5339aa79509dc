// One loop serves every wait: the socket, an eventfd that a stop token writes to, the deadline, and
// the next call of on_wait. A stop or a passed deadline sends PQcancel and goes on waiting, because
// only the server can say what became of the statement: it may have finished a moment before.
//
// Statements of revisions go through the extended protocol, for one property: the server refuses a
// text that holds two commands before it runs the first. Should our splitter and PostgreSQL ever
// disagree, nothing happens.
#include "database/session.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "database/libpq_result.hpp"
#include "database/wake_signal.hpp"

namespace revisiond::database {
namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned int bool_oid = 16;
constexpr std::size_t copy_chunk = 1U << 20U;

struct ConnDeleter {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ResultDeleter {
    void operator()(PGresult* result) const { PQclear(result); }
};
struct CancelDeleter {
    void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
};
using ConnPtr = std::unique_ptr<PGconn, ConnDeleter>;
using ResultPtr = std::unique_ptr<PGresult, ResultDeleter>;
using CancelPtr = std::unique_ptr<PGcancel, CancelDeleter>;

bool is_error(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

int milliseconds_until(Clock::time_point when) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(when - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 60'000));
}

}  // namespace

struct Session::State {
    ConnPtr connection;
    CancelPtr cancel;
    ConnectionParameters parameters;
    std::stop_token stop;
    WakeSignal stop_signal;
    std::vector<ServerMessage> notices;
    std::optional<int> backend_pid;  // as asked
    // Of the statement under way.
    bool cancel_sent = false;
    bool stop_seen = false;
    bool deadline_seen = false;
    std::optional<std::stop_callback<std::function<void()>>> stop_callback;

    void listen_to(std::stop_token token) {
        stop_callback.reset();
        stop_signal.lower();
        stop = std::move(token);
        stop_callback.emplace(stop, [signal = &stop_signal] { signal->raise(); });
    }

    std::vector<Notification> take_notifications() const {
        std::vector<Notification> told;
        while (PGnotify* notify = PQnotifies(connection.get())) {
            told.push_back({notify->relname, notify->extra});
            PQfreemem(notify);
        }
        return told;
    }

    SqlError lost_error() const {
        SqlError error;
        error.connection_lost = true;
        error.server.severity = "FATAL";
        error.server.message = one_line(PQerrorMessage(connection.get()));
        if (error.server.message.empty()) {
            error.server.message = "the connection to the server was lost";
        }
        return error;
    }

    SqlError error_of(const PGresult* result, std::size_t statement_index) const {
        SqlError error;
        error.server = read_message(result);
        error.statement_index = statement_index;
        // FATAL and PANIC are the server's last words, whether or not libpq has seen the socket
        // close yet.
        error.connection_lost = PQstatus(connection.get()) == CONNECTION_BAD ||
                                error.server.severity == "FATAL" ||
                                error.server.severity == "PANIC";
        error.cancelled = stop_seen && error.server.sqlstate == "57014";
        error.timed_out = deadline_seen && !stop_seen && error.server.sqlstate == "57014";
        if (error.server.message.empty())
            error.server.message = one_line(PQresultErrorMessage(result));
        return error;
    }

    void begin_statement() {
        notices.clear();
        cancel_sent = stop_seen = deadline_seen = false;
    }

    void send_cancel() {
        if (cancel_sent) return;
        cancel_sent = true;
        std::array<char, 256> reason{};
        // A cancel that does not arrive leaves us waiting for the statement's own end.
        PQcancel(cancel.get(), reason.data(), static_cast<int>(reason.size()));
    }

    // Until a result can be read without blocking, or the connection is lost.
    void wait_readable(const ExecuteOptions& options, bool stoppable) {
        auto next_call = Clock::now() + options.first_wait;
        while (PQisBusy(connection.get()) != 0) {
            int timeout = -1;
            if (options.on_wait) timeout = milliseconds_until(next_call);
            if (options.deadline && !cancel_sent) {
                const int left = milliseconds_until(*options.deadline);
                timeout = timeout < 0 ? left : std::min(timeout, left);
            }
            std::array<pollfd, 2> watched{
                {{PQsocket(connection.get()), POLLIN, 0}, {stop_signal.descriptor(), POLLIN, 0}}};
            const bool watch_stop = stoppable && !cancel_sent;
            const int ready = poll(watched.data(), watch_stop ? 2 : 1, timeout);
            if (ready < 0 && errno != EINTR) return;
            if (watch_stop && watched[1].revents != 0) {
                stop_seen = true;
                send_cancel();
            }
            if (options.deadline && !cancel_sent && Clock::now() >= *options.deadline) {
                deadline_seen = true;
                send_cancel();
            }
            if (watched[0].revents != 0 && PQconsumeInput(connection.get()) == 0) return;
            if (options.on_wait && Clock::now() >= next_call) {
                options.on_wait();
                next_call = Clock::now() + std::chrono::seconds(1);
            }
        }
    }

    // The next result, or null after the last. When the connection goes away, libpq makes an error
    // result of it, with what the server said last (57P01), so that a loss needs no path of its
    // own.
    ResultPtr next_result(const ExecuteOptions& options, bool stoppable) {
        wait_readable(options, stoppable);
        return ResultPtr(PQgetResult(connection.get()));
    }

    // COPY … FROM stdin: all of the data; the server's verdict comes as the next result.
    void send_copy(std::string_view data) {
        for (std::size_t at = 0; at < data.size(); at += copy_chunk) {
            const std::string_view part = data.substr(at, copy_chunk);
            if (PQputCopyData(connection.get(), part.data(), static_cast<int>(part.size())) != 1) {
                break;
            }
        }
        PQputCopyEnd(connection.get(), nullptr);
    }

    // COPY … TO stdout: the rows have no reader here; they are counted by the tag.
    void discard_copy() {
        char* buffer = nullptr;
        while (PQgetCopyData(connection.get(), &buffer, 0) > 0) PQfreemem(buffer);
    }
};

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

namespace {

// Keepalives find a dead server or a cut cable within some ten seconds; a user's own values win.
const ConnectionParameters& default_parameters() {
    static const ConnectionParameters defaults = {
        {"connect_timeout", "10"},     {"keepalives_idle", "5"},
        {"keepalives_interval", "2"},  {"keepalives_count", "3"},
        {"tcp_user_timeout", "10000"}, {"fallback_application_name", "revisiond"}};
    return defaults;
}

ConnPtr connect(const ConnectionParameters& parameters) {
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    // The first mention of a keyword does not win with libpq, the last does: defaults go first.
    for (const ConnectionParameters* list : {&default_parameters(), &parameters}) {
        for (const auto& [keyword, value] : *list) {
            keywords.push_back(keyword.c_str());
            values.push_back(value.c_str());
        }
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    return ConnPtr(PQconnectdbParams(keywords.data(), values.data(), 0));
}

// Keeps what is worth keeping of one result of a revision's statement.
void take_result(PGresult* result, StatementResult& into, std::uint64_t& tuples) {
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_SINGLE_TUPLE || (status == PGRES_TUPLES_OK && PQntuples(result) > 0)) {
        ++tuples;
        if (tuples == 1 && PQnfields(result) == 1 && PQftype(result, 0) == bool_oid) {
            into.single_boolean = true;
            if (PQgetisnull(result, 0, 0) == 0) into.boolean = *PQgetvalue(result, 0, 0) == 't';
        } else {
            into.single_boolean = false;
        }
    }
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        into.tag = PQcmdStatus(result);
        into.rows = status == PGRES_TUPLES_OK ? tuples : row_count(result);
    }
}

}  // namespace

Expected<Session, SqlError> Session::open(const ConnectionParameters& parameters,
                                          std::stop_token stop) {
    auto state = std::make_unique<State>();
    state->parameters = parameters;
    state->connection = connect(parameters);
    if (PQstatus(state->connection.get()) != CONNECTION_OK) {
        return unexpected(state->lost_error());
    }
    state->cancel.reset(PQgetCancel(state->connection.get()));
    PQsetNoticeReceiver(
        state->connection.get(),
        [](void* notices, const PGresult* result) {
            static_cast<std::vector<ServerMessage>*>(notices)->push_back(read_message(result));
        },
        &state->notices);
    state->listen_to(std::move(stop));
    return Session(std::move(state));
}

void Session::stop_on(std::stop_token stop) {
    state_->listen_to(std::move(stop));
}

Expected<std::vector<Notification>, SqlError> Session::wait(std::chrono::milliseconds timeout,
                                                            int wake) {
    State& s = *state_;
    std::vector<Notification> told = s.take_notifications();
    if (!told.empty()) return told;
    std::array<pollfd, 3> watched{{{PQsocket(s.connection.get()), POLLIN, 0},
                                   {s.stop_signal.descriptor(), POLLIN, 0},
                                   {wake, POLLIN, 0}}};
    poll(watched.data(), watched.size(), static_cast<int>(timeout.count()));
    // All that is there: the server's last words come before the end of the connection shows.
    while (watched[0].revents != 0) {
        if (PQconsumeInput(s.connection.get()) == 0) return unexpected(s.lost_error());
        watched[0].revents = 0;
        poll(watched.data(), 1, 0);
    }
    return s.take_notifications();
}

Expected<std::vector<ResultTable>, SqlError> Session::run(std::string_view sql,
                                                          std::function<void()> on_wait) {
    State& s = *state_;
    s.begin_statement();
    if (PQsendQuery(s.connection.get(), std::string(sql).c_str()) != 1) {
        return unexpected(s.lost_error());
    }
    ExecuteOptions options;
    options.on_wait = std::move(on_wait);
    std::vector<ResultTable> tables;
    std::optional<SqlError> failure;
    while (ResultPtr result = s.next_result(options, false)) {
        if (is_error(result.get())) {
            if (!failure) failure = s.error_of(result.get(), tables.size());
        } else {
            tables.push_back(read_table(result.get()));
        }
    }
    if (failure) return unexpected(*std::move(failure));
    if (PQstatus(s.connection.get()) == CONNECTION_BAD) return unexpected(s.lost_error());
    return tables;
}

Expected<StatementResult, SqlError> Session::execute(const std::string& statement,
                                                     const ExecuteOptions& options) {
    State& s = *state_;
    s.begin_statement();
    if (s.stop.stop_requested()) {
        SqlError error;
        error.cancelled = true;
        error.server.message = "a stop was asked for";
        return unexpected(error);
    }
    const auto begin = Clock::now();
    if (PQsendQueryParams(s.connection.get(), statement.c_str(), 0, nullptr, nullptr, nullptr,
                          nullptr, 0) != 1) {
        return unexpected(s.lost_error());
    }
    PQsetSingleRowMode(s.connection.get());
    StatementResult outcome;
    std::uint64_t tuples = 0;
    std::optional<SqlError> failure;
    while (ResultPtr result = s.next_result(options, true)) {
        const ExecStatusType status = PQresultStatus(result.get());
        if (is_error(result.get())) {
            if (!failure) failure = s.error_of(result.get(), 0);
        } else if (status == PGRES_COPY_IN) {
            s.send_copy(options.copy_data);
        } else if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
            s.discard_copy();
        } else {
            take_result(result.get(), outcome, tuples);
        }
    }
    if (failure) return unexpected(*std::move(failure));
    if (PQstatus(s.connection.get()) == CONNECTION_BAD) return unexpected(s.lost_error());
    outcome.notices = std::exchange(s.notices, {});
    outcome.elapsed = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
    return outcome;
}

TransactionStatus Session::transaction_status() const {
    switch (PQtransactionStatus(state_->connection.get())) {
        case PQTRANS_IDLE:
            return TransactionStatus::idle;
        case PQTRANS_ACTIVE:
            return TransactionStatus::active;
        case PQTRANS_INTRANS:
            return TransactionStatus::in_transaction;
        case PQTRANS_INERROR:
            return TransactionStatus::failed;
        default:
            return TransactionStatus::unknown;
    }
}

int Session::backend_pid() const {
    return state_->backend_pid.value_or(PQbackendPID(state_->connection.get()));
}
Expected<int, SqlError> Session::ask_backend_pid() {
    auto asked = run("BEGIN; SELECT pg_catalog.pg_backend_pid(); COMMIT");
    if (!asked) return unexpected(std::move(asked.error()));
    state_->backend_pid = std::stoi(asked->at(1).rows.at(0)[0].value_or("0"));
    return *state_->backend_pid;
}
int Session::server_version() const {
    return PQserverVersion(state_->connection.get());
}
bool Session::lost() const {
    return PQstatus(state_->connection.get()) == CONNECTION_BAD;
}
void Session::close() {
    state_->connection.reset();  // libpq takes no connection for a lost one
}
const ConnectionParameters& Session::parameters() const {
    return state_->parameters;
}

}  // namespace revisiond::database
