#include "api/database.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "service/project.hpp"

namespace revisiond::api {
namespace {

// Files that do not get quiet are read after WatchOptions::unrest, so only slow reading takes
// longer.
constexpr std::chrono::seconds longest_look{10};

std::string rfc3339(std::chrono::system_clock::time_point moment) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(moment)));
}

}  // namespace

Database::Database(std::shared_ptr<const config::Config> config,
                   const config::DatabaseSettings& settings, DatabaseListener listener)
    : config_(std::move(config)), settings_(settings), listener_(std::move(listener)) {
    make_face();
}

Database::~Database() {
    stop(std::chrono::milliseconds(0));
}

operations::InstanceSettings Database::instance_settings() const {
    operations::InstanceSettings settings;
    settings.automatic = settings_.mode == config::ApplyMode::automatic;
    settings.public_url = config_->server.public_url;
    return settings;
}

void Database::files_seen(const directory::WatchedDirectory& seen) {
    service::FilesState state{seen.ok, seen.digest, rfc3339(seen.since), seen.diagnostics};
    std::optional<service::Project> project;
    if (seen.ok) {
        auto opened =
            service::Project::open(config_, name(), {}, {seen.snapshot, seen.diagnostics});
        if (opened) {
            project = *std::move(opened);
        } else {
            state.ok = false;
            state.diagnostics = opened.error().diagnostics;
        }
    }
    listener_.files(name(), state);
    const auto instance = instance_.lock();
    if (project && *instance) {
        (*instance)->files_changed(std::make_shared<service::Project>(*std::move(project)), state);
    } else if (project && !ending_) {
        operations::InstanceListener told{
            [changed = listener_.changed](const operations::Snapshot&) { changed(); },
            [events = listener_.events, name = name()] { events(name); }};
        *instance = std::make_shared<operations::Instance>(
            std::make_shared<service::Project>(*std::move(project)), state, instance_settings(),
            std::move(told));
    } else if (*instance) {
        (*instance)->files_broken(state);
    } else {
        *files_.lock() = state;
    }
    listener_.changed();
}

void Database::watched_by(std::weak_ptr<directory::DirectoryWatcher> watcher) {
    *watcher_.lock() = std::move(watcher);
}

bool Database::look_at_files() const {
    const std::weak_ptr<directory::DirectoryWatcher> watcher = *watcher_.lock();
    const auto watching = watcher.lock();
    return !watching || watching->look(longest_look);
}

operations::Snapshot Database::snapshot() const {
    if (const auto running = instance()) return running->snapshot();
    auto snapshot = std::make_shared<service::DatabaseSnapshot>();
    snapshot->automatic = settings_.mode == config::ApplyMode::automatic;
    snapshot->files = *files_.lock();
    return snapshot;
}

std::shared_ptr<const Face> Database::make_face() {
    const auto before = face();
    auto next = std::make_shared<const Face>(settings_, snapshot(), before.get());
    *face_.lock() = next;
    return next;
}

void Database::stop(std::chrono::milliseconds budget) {
    ending_ = true;
    if (const auto running = instance()) running->stop(budget);
}

}  // namespace revisiond::api
