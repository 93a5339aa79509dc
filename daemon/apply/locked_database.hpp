// A database whose one-writer lock we hold, ready to be written to.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apply/opened_session.hpp"
#include "apply/records.hpp"
#include "apply/run.hpp"

namespace revisiond::apply {

// Opening connects, refuses what must not be written (a standby, a transaction-pooling proxy, a
// version table of the same name in another schema, a state schema of a newer revisiond) and takes
// the lock by polling. The destructor closes the session, which frees the lock.
//
// A command opens one for its run. A leader keeps one over many runs: it signs in once, with
// lead(), and begins each with work_on(). A kept lock is never taken again after its connection is
// lost, since another leader may have begun: whatever was under way is that one's to settle.
class LockedDatabase {
  public:
    // `run` must outlive it, or be replaced by work_on().
    static Expected<LockedDatabase, Failure> open(const Run& run);
    // One try on a session that is open already, which is taken over when the lock is ours. Nothing
    // when another process holds the lock.
    static Expected<std::optional<LockedDatabase>, Failure> try_lock(const Run& run,
                                                                     OpenedSession& opened);

    database::Session& session() { return *session_; }
    // As read under the lock, before the first write.
    const database::DatabaseState& state() const { return state_; }
    const Scribe& scribe() const { return scribe_; }
    const database::LockKey& key() const { return key_; }
    const Run& run() const { return *run_; }
    bool kept() const { return kept_; }

    // Signs in as the leader that this daemon's row of table instance tells of, with a new term,
    // and settles what dead holders left. Creates or migrates the state schema; not the version
    // table.
    Expected<Done, Failure> lead(const std::string& instance, const std::string& url);
    // From now on everything belongs to `run` and its requester's operation; the state is read
    // again. REQUIRES: kept().
    Expected<Done, Failure> work_on(const Run& run);
    // The session is made clean and belongs to `run` again, and nothing to any operation.
    void rest(const Run& run);

    // Creates version table and state schema where they are missing, widens version_num when one of
    // these ids needs it, settles what dead holders left, and signs in. Afterwards scribe() is
    // complete.
    Expected<Done, Failure> prepare(const std::vector<std::string>& ids);
    // The SQL by which a dry run makes or widens the version table inside its own transaction;
    // empty: none is needed.
    std::string prepare_table_sql(const std::vector<std::string>& ids) const;
    Expected<Done, Failure> begin_operation(const std::string& kind, const std::string& target,
                                            const std::vector<std::string>& revisions,
                                            const std::string& digest,
                                            const std::vector<database::RecordedRevision>& adopt);
    // "succeeded" or "failed"; signs out. Best after a lost connection was reopened; without one it
    // does nothing, nor with a kept lock, whose operations its leader ends.
    void end_operation(const std::string& state, const std::string& error);

    // After the connection was lost: connects again, makes sure that the same server answers, and
    // takes the lock, which also means that the old backend is gone.
    Expected<Done, Failure> reopen();

    // The session made clean and set for a revision, outside a transaction.
    Expected<Done, database::SqlError> clean_session(const std::string& revision);

  private:
    LockedDatabase(const Run& run, database::Session session, database::LockKey key,
                   database::DatabaseState state);
    Expected<Done, Failure> ensure_state_schema();
    std::string create_table_sql() const;
    Expected<Done, Failure> create_version_table();
    // Of version_num, when one of these ids does not fit into it; else 0.
    std::size_t width_for(const std::vector<std::string>& ids) const;
    std::string widen_sql(std::size_t width) const;
    Expected<Done, Failure> widen(const std::vector<std::string>& ids);
    Expected<Done, Failure> sign_in(const std::string& instance_sql);
    Expected<Done, Failure> draw_term();

    const Run* run_;
    bool kept_ = false;
    std::unique_ptr<database::Session> session_;
    database::LockKey key_;
    database::DatabaseState state_;
    Scribe scribe_;
};

}  // namespace revisiond::apply
