// The executor's connection: libpq, one statement at a time, nothing hidden.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "database/server_message.hpp"

namespace revisiond::database {

// The result of one statement of a message of our own: all of it, as text.
struct ResultTable {
    std::string tag;
    std::vector<std::vector<std::optional<std::string>>> rows;
};

// What a statement of a revision did. Its rows are counted, not kept.
struct StatementResult {
    std::string tag;              // "CREATE TABLE", "INSERT 0 3"
    std::uint64_t rows = 0;       // affected, returned or copied
    bool single_boolean = false;  // exactly one row of one boolean column came back…
    std::optional<bool> boolean;  // …with this value; nothing for NULL
    std::vector<ServerMessage> notices;
    std::chrono::microseconds elapsed{0};
};

// How to wait for one statement.
struct ExecuteOptions {
    std::optional<std::chrono::steady_clock::time_point> deadline;  // then it is cancelled
    std::string_view copy_data;  // sent when the server asks for COPY data
    std::function<void()>
        on_wait;  // called from the waiting thread after `first_wait`, then every second
    std::chrono::milliseconds first_wait{60};
};

// What another session told with NOTIFY.
struct Notification {
    std::string channel;
    std::string payload;
};

// What the server says of the transaction after the last statement.
enum class TransactionStatus { idle, active, in_transaction, failed, unknown };

// One libpq connection. Used by one thread at a time; a stop token given at open() may be triggered
// from any thread and cancels the running statement (PQcancel) and every wait. Never reconnects:
// when the connection is lost, every call says so.
class Session {
  public:
    static Expected<Session, SqlError> open(const ConnectionParameters& parameters,
                                            std::stop_token stop = {});
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    // Several statements as one message (simple protocol), results kept. For our own SQL only.
    // Stops at the first error. `on_wait` is called as execute() does.
    Expected<std::vector<ResultTable>, SqlError> run(std::string_view sql,
                                                     std::function<void()> on_wait = {});
    // One statement of a revision.
    Expected<StatementResult, SqlError> execute(const std::string& statement,
                                                const ExecuteOptions& options = {});

    // Another stop token from now on, in place of the one before.
    void stop_on(std::stop_token stop);
    // Until a notification, the stop, `wake` readable (a descriptor; -1: none) or `timeout`; empty
    // then. A connection that ends meanwhile is noticed at once. REQUIRES: no statement is under
    // way.
    Expected<std::vector<Notification>, SqlError> wait(std::chrono::milliseconds timeout,
                                                       int wake = -1);

    TransactionStatus transaction_status() const;
    // As the other side told at the start, where a proxy tells a number of its own, or as
    // ask_backend_pid() has found out since.
    int backend_pid() const;
    // In a transaction of its own.
    Expected<int, SqlError> ask_backend_pid();
    int server_version() const;  // 150018
    bool lost() const;
    // Ends the connection; it is lost from now on.
    void close();
    const ConnectionParameters& parameters() const;

  private:
    struct State;
    explicit Session(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace revisiond::database
