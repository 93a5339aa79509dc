#include "operations/board.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace revisiond::operations {

std::string now_rfc3339() {
    using namespace std::chrono;
    const auto now = floor<milliseconds>(system_clock::now());
    const auto second = floor<seconds>(now);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(system_clock::to_time_t(second)),
                       (now - second).count());
}

Board::Board(std::shared_ptr<const service::Project> project, service::FilesState files,
             bool automatic, std::function<void(const Snapshot&)> changed)
    : changed_(std::move(changed)) {
    auto snapshot = std::make_shared<service::DatabaseSnapshot>();
    snapshot->automatic = automatic;
    snapshot_ = std::move(snapshot);
    set_files(std::move(project), std::move(files));
}

Snapshot Board::snapshot() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
}

std::shared_ptr<const Files> Board::files() const {
    const std::lock_guard lock(mutex_);
    return files_;
}

void Board::publish(const std::function<void(service::DatabaseSnapshot&)>& change) {
    const std::lock_guard telling(telling_);
    auto next = std::make_shared<service::DatabaseSnapshot>(*snapshot());
    next->changed = ++next->version;
    change(*next);
    {
        const std::lock_guard lock(mutex_);
        snapshot_ = next;
    }
    if (changed_) changed_(next);
}

void Board::set_status(service::DatabaseSnapshot& snapshot, const Files& files,
                       const KnownState& known) {
    snapshot.project = files.project;
    snapshot.status = service::status_of(*files.project, known.state, known.holder);
}

void Board::set_files(std::shared_ptr<const service::Project> project, service::FilesState state) {
    auto files = std::make_shared<Files>();
    files->project = std::move(project);
    publish([&](service::DatabaseSnapshot& snapshot) {
        std::shared_ptr<const KnownState> known;
        {
            const std::lock_guard lock(mutex_);
            files->version = files_ ? files_->version + 1 : 1;
            files_ = files;
            known = known_;
        }
        snapshot.project = files->project;
        snapshot.files = std::move(state);
        if (known) set_status(snapshot, *files, *known);
    });
    observer_wake_.raise();
    leader_wake_.raise();
}

void Board::set_files_state(service::FilesState state) {
    publish([&](service::DatabaseSnapshot& snapshot) { snapshot.files = std::move(state); });
}

void Board::read(std::shared_ptr<const KnownState> known, database::QueueState queue) {
    note(unreachable_, {});
    publish([&](service::DatabaseSnapshot& snapshot) {
        std::shared_ptr<const Files> files;
        std::uint64_t before = 0;
        {
            const std::lock_guard lock(mutex_);
            if (known) known_ = known;
            files = files_;
            before = snapshot_->changed;
        }
        const bool same =
            !known && snapshot.reachable && snapshot.running == queue.running.operation &&
            snapshot.last == queue.last.operation && snapshot.failed == queue.failed.operation &&
            snapshot.queued == queue.queued;
        if (same) snapshot.changed = before;
        if (known) set_status(snapshot, *files, *known);
        if (!snapshot.reachable) show_error(snapshot);
        snapshot.as_of = now_rfc3339();
        snapshot.read_at = std::chrono::steady_clock::now();
        snapshot.reachable = true;
        snapshot.running = std::move(queue.running.operation);
        snapshot.last = std::move(queue.last.operation);
        snapshot.failed = std::move(queue.failed.operation);
        snapshot.queued = queue.queued;
    });
}

// What is in the way: the database is away, or else what keeps this daemon from leading. The two
// threads find out independently, and neither may wipe out what the other has said.
void Board::show_error(service::DatabaseSnapshot& snapshot) const {
    std::optional<Diagnostic> why;
    {
        const std::lock_guard lock(mutex_);
        why = unreachable_ ? unreachable_ : cannot_lead_;
    }
    if (why && (!snapshot.error || snapshot.error->message != why->message))
        snapshot.error_since = now_rfc3339();
    snapshot.error = std::move(why);
}

// Whether that is what is known already.
bool Board::note(std::optional<Diagnostic>& slot, std::optional<Diagnostic> why) const {
    const std::lock_guard lock(mutex_);
    const bool same =
        slot.has_value() == why.has_value() && (!why || slot->message == why->message);
    slot = std::move(why);
    return same;
}

void Board::unreachable(Diagnostic why) {
    if (note(unreachable_, std::move(why)) && !snapshot()->reachable) return;
    publish([&](service::DatabaseSnapshot& snapshot) {
        snapshot.reachable = false;
        show_error(snapshot);
    });
}

void Board::leads(std::int64_t term) {
    note(cannot_lead_, {});
    publish([&](service::DatabaseSnapshot& snapshot) {
        snapshot.leading = true;
        snapshot.term = term;
        show_error(snapshot);
    });
    observer_wake_.raise();
}

void Board::follows(std::optional<Diagnostic> why_not) {
    if (note(cannot_lead_, std::move(why_not)) && !snapshot()->leading) return;
    publish([&](service::DatabaseSnapshot& snapshot) {
        snapshot.leading = false;
        snapshot.term = 0;
        show_error(snapshot);
    });
    observer_wake_.raise();
}

void Board::runs(const std::string& operation, std::stop_source stop) {
    const std::lock_guard lock(mutex_);
    running_here_ = operation;
    running_stop_ = std::move(stop);
}

bool Board::rests() {
    const std::lock_guard lock(mutex_);
    running_here_.clear();
    running_stop_ = std::stop_source(std::nostopstate);
    return std::exchange(cancelled_, false);
}

std::string Board::running_here() const {
    const std::lock_guard lock(mutex_);
    return running_here_;
}

void Board::cancel(const std::string& operation) {
    std::stop_source stop(std::nostopstate);
    {
        const std::lock_guard lock(mutex_);
        if (running_here_ != operation) return;
        cancelled_ = true;
        stop = running_stop_;
    }
    stop.request_stop();
}

void Board::stop_whatever_runs() {
    std::stop_source stop(std::nostopstate);
    {
        const std::lock_guard lock(mutex_);
        stop = running_stop_;
    }
    stop.request_stop();
}

bool Board::wants_to_upgrade() const {
    const std::lock_guard lock(mutex_);
    using service::StateKind;
    if (!snapshot_->automatic || !snapshot_->status || !snapshot_->files.ok) return false;
    const StateKind state = snapshot_->status->state;
    return (state == StateKind::pending || state == StateKind::empty) &&
           !snapshot_->status->pending.empty() && failed_files_ != files_->version;
}

void Board::upgrade_failed() {
    const std::lock_guard lock(mutex_);
    failed_files_ = files_->version;
}

}  // namespace revisiond::operations
