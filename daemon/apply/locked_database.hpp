// A database whose one-writer lock we hold, ready to be written to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apply/records.hpp"
#include "apply/run.hpp"

namespace revisiond::apply {

// Opening connects, refuses what must not be written (a standby, a transaction-pooling proxy, a
// version table of the same name in another schema, a state schema of a newer revisiond) and takes
// the lock by polling. The destructor closes the session, which frees the lock.
class LockedDatabase {
  public:
    static Expected<LockedDatabase, Failure> open(const Run& run);

    database::Session& session() { return *session_; }
    // As read under the lock, before the first write.
    const database::DatabaseState& state() const { return state_; }
    const Scribe& scribe() const { return scribe_; }
    const database::LockKey& key() const { return key_; }
    const Run& run() const { return run_; }

    // Creates version table and state schema where they are missing, widens version_num when one of
    // these ids needs it, settles what dead holders left, and signs in. Afterwards scribe() is
    // complete.
    Expected<Done, Failure> prepare(const std::vector<std::string>& ids);
    Expected<Done, Failure> begin_operation(const std::string& kind, const std::string& target,
                                            const std::vector<std::string>& revisions,
                                            const std::string& digest,
                                            const std::vector<database::RecordedRevision>& adopt);
    // "succeeded" or "failed"; signs out. Best after a lost connection was reopened; without one it
    // does nothing.
    void end_operation(const std::string& state, const std::string& error);

    // After the connection was lost: connects again, makes sure that the same server answers, and
    // takes the lock, which also means that the old backend is gone.
    Expected<Done, Failure> reopen();

    // The session made clean and set for a revision, outside a transaction.
    Expected<Done, database::SqlError> clean_session(const std::string& revision);

  private:
    LockedDatabase(const Run& run, database::Session session, database::LockKey key,
                   database::DatabaseState state);
    Expected<Done, Failure> create_version_table();
    Expected<Done, Failure> widen(const std::vector<std::string>& ids);
    Expected<Done, Failure> sign_in();

    const Run& run_;
    std::unique_ptr<database::Session> session_;
    database::LockKey key_;
    database::DatabaseState state_;
    Scribe scribe_;
};

// For LockedDatabase and the dry run: connect and read, refuse standbys and doubtful version
// tables.
struct OpenedSession {
    database::Session session;
    database::DatabaseState state;
};
Expected<OpenedSession, Failure> open_session(const Run& run);
// Polls until the lock is ours, `timeout` has passed or a stop is asked for.
Expected<Done, Failure> take_lock(const Run& run, database::Session& session,
                                  const database::LockKey& key,
                                  const database::DatabaseState& state, Milliseconds timeout);

}  // namespace revisiond::apply
