// A session that may write and does not hold the lock yet, and how it comes to hold it. For this
// room and for a leader that waits.
#pragma once

#include "apply/run.hpp"

namespace revisiond::apply {

// A connection of the executor with our settings, and the state that was read over it.
struct OpenedSession {
    database::Session session;
    database::DatabaseState state;
};

// Connects and reads. Refuses standbys, proxies that pool transactions, doubtful version tables and
// state schemas of a newer revisiond.
Expected<OpenedSession, Failure> open_session(const Run& run);

// Polls until the lock is ours, `timeout` has passed or a stop is asked for.
Expected<Done, Failure> take_lock(const Run& run, database::Session& session,
                                  const database::LockKey& key,
                                  const database::DatabaseState& state, Milliseconds timeout);

// Whether the lock that was just taken stays with this connection: a transaction pool gives every
// transaction to another server process.
Expected<Done, Failure> check_lock(database::Session& session, const database::LockKey& key);

// The state again: what was read before the lock may be what the last holder has changed since.
Expected<database::DatabaseState, Failure> read_under_lock(const Run& run,
                                                           database::Session& session);

}  // namespace revisiond::apply
