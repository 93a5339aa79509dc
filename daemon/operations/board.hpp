// What the threads of one instance tell each other, and what it publishes. Internal to the room.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "database/operation.hpp"
#include "database/wake_signal.hpp"
#include "service/database_snapshot.hpp"

namespace revisiond::operations {

using Snapshot = std::shared_ptr<const service::DatabaseSnapshot>;

// The files that an instance serves.
struct Files {
    std::shared_ptr<const service::Project> project;
    std::uint64_t version = 0;  // grows with every change
};

// What was read of the database itself, whatever the files are.
struct KnownState {
    database::DatabaseState state;
    std::optional<database::LockHolder> holder;
};

// Every function may be called from any thread. Whatever changes what is known makes a new snapshot
// and tells it outside the lock, one after the other and in order.
class Board {
  public:
    Board(std::shared_ptr<const service::Project> project, service::FilesState files,
          bool automatic, std::function<void(const Snapshot&)> changed);

    Snapshot snapshot() const;
    std::shared_ptr<const Files> files() const;

    void set_files(std::shared_ptr<const service::Project> project, service::FilesState state);
    void set_files_state(service::FilesState state);  // broken ones: the last sound project serves

    // A reading of now; `known` null: it is as it was.
    void read(std::shared_ptr<const KnownState> known, database::QueueState queue);
    void unreachable(Diagnostic why);

    void leads(std::int64_t term);
    // Does not lead; `why_not` when it should and cannot.
    void follows(std::optional<Diagnostic> why_not);

    // The operation that this instance runs; cancel() stops it.
    void runs(const std::string& operation, std::stop_source stop);
    // True when a person had it cancelled.
    bool rests();
    std::string running_here() const;  // empty: none
    void cancel(const std::string& operation);
    void stop_whatever_runs();  // the daemon ends

    // In auto mode: whether an upgrade is pending that has not failed with these files.
    bool wants_to_upgrade() const;
    void upgrade_failed();

    // For the two threads that wait for something.
    const database::WakeSignal& leader_wake() const { return leader_wake_; }
    const database::WakeSignal& observer_wake() const { return observer_wake_; }

  private:
    void publish(const std::function<void(service::DatabaseSnapshot&)>& change);
    static void set_status(service::DatabaseSnapshot& snapshot, const Files& files,
                           const KnownState& known);
    void show_error(service::DatabaseSnapshot& snapshot) const;
    bool note(std::optional<Diagnostic>& slot, std::optional<Diagnostic> why) const;

    const std::function<void(const Snapshot&)> changed_;
    database::WakeSignal leader_wake_;
    database::WakeSignal observer_wake_;

    std::mutex telling_;  // orders what `changed_` hears; taken before mutex_
    mutable std::mutex mutex_;
    Snapshot snapshot_;
    std::shared_ptr<const Files> files_;
    std::shared_ptr<const KnownState> known_;  // null: never read
    std::optional<Diagnostic> unreachable_;    // why the last reading failed
    std::optional<Diagnostic> cannot_lead_;    // why this daemon does not lead, though it should
    std::string running_here_;
    std::stop_source running_stop_{std::nostopstate};
    bool cancelled_ = false;
    std::uint64_t failed_files_ = 0;  // the version of the files whose upgrade failed
};

// Now, as RFC 3339 in UTC with milliseconds.
std::string now_rfc3339();

}  // namespace revisiond::operations
