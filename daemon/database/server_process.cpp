#include "database/server_process.hpp"

namespace revisiond::database {

const char* const transactions_are_pooled =
    "the advisory lock would not stay with this connection: a proxy between here and PostgreSQL "
    "pools transactions";
const char* const pool_sessions =
    "connect to PostgreSQL itself, or through a proxy that pools sessions";

// A pool of transactions may give us the same process each time until another client comes: so one
// comes and asks in turn with us. Or it goes round its processes, and with two of them each of us
// meets the same one again: so we ask twice. All of it often enough that others who ask in between
// do not hide it.
Expected<bool, SqlError> keeps_its_server_process(Session& session, const std::stop_token& stop) {
    constexpr int turns = 10;
    const int told = session.backend_pid();
    auto mine = session.ask_backend_pid();
    if (!mine) return unexpected(std::move(mine.error()));
    if (*mine == told) return true;  // there is no proxy
    auto other = Session::open(session.parameters(), stop);
    if (!other) return unexpected(std::move(other.error()));
    for (int turn = 0; turn < turns; ++turn) {
        auto theirs = other->ask_backend_pid();
        if (!theirs) return unexpected(std::move(theirs.error()));
        if (*theirs == *mine) return false;
        for (int time = 0; time < 2; ++time) {
            auto still = session.ask_backend_pid();
            if (!still) return unexpected(std::move(still.error()));
            if (*still != *mine) return false;
        }
    }
    return true;
}

}  // namespace revisiond::database
