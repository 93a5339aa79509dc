#include "api/fleet.hpp"

#include <algorithm>
#include <thread>

#include "directory/directory_watcher.hpp"

namespace revisiond::api {

struct Fleet::Member {
    std::shared_ptr<const config::Config> config;
    std::shared_ptr<Database> database;
    std::shared_ptr<directory::DirectoryWatcher> watcher;

    // The watcher first: nobody may hand files to a database that ends.
    void stop(std::chrono::milliseconds budget) {
        watcher->stop();
        database->stop(budget);
    }
};

namespace {

// Everything that a Database was made of.
bool same(const config::Config& one, const config::DatabaseSettings& a, const config::Config& other,
          const config::DatabaseSettings& b) {
    return a.connection.parameters == b.connection.parameters && a.migrations == b.migrations &&
           a.version_table == b.version_table && a.state_schema == b.state_schema &&
           a.production == b.production && a.mode == b.mode && a.variables == b.variables &&
           a.apply == b.apply && one.server.public_url == other.server.public_url &&
           one.max_file_bytes == other.max_file_bytes && one.settle == other.settle;
}

}  // namespace

std::shared_ptr<Fleet::Member> Fleet::make(const std::shared_ptr<const config::Config>& config,
                                           const config::DatabaseSettings& settings) {
    auto member = std::make_shared<Member>();
    member->config = config;
    member->database = std::make_shared<Database>(config, settings, api_.listener());
    directory::WatchOptions watching;
    watching.settle = config->settle;
    member->watcher = std::make_shared<directory::DirectoryWatcher>(
        directory::DirectoryOptions{settings.migrations, config->max_file_bytes}, watching,
        [database = member->database](const auto& seen) { database->files_seen(*seen); });
    member->database->watched_by(member->watcher);
    return member;
}

void Fleet::serve(const std::shared_ptr<const config::Config>& config,
                  std::chrono::milliseconds budget) {
    std::vector<std::shared_ptr<Member>> next;
    Databases databases;
    for (const config::DatabaseSettings& settings : config->databases) {
        const auto found = std::find_if(members_.begin(), members_.end(), [&](const auto& member) {
            return member && member->database->name() == settings.name;
        });
        if (found != members_.end() &&
            same(*(*found)->config, (*found)->database->settings(), *config, settings)) {
            next.push_back(std::move(*found));
        } else {
            // Two instances of one daemon must not wait for each other's lock.
            if (found != members_.end()) (*found)->stop(budget);
            next.push_back(make(config, settings));
        }
        databases.push_back(next.back()->database);
    }
    const auto before = std::exchange(members_, std::move(next));
    api_.serve(std::move(databases));
    for (const auto& member : before) {
        if (member) member->stop(budget);
    }
}

void Fleet::stop(std::chrono::milliseconds budget) {
    std::vector<std::jthread> stopping;
    for (const auto& member : members_) {
        stopping.emplace_back([member, budget] { member->stop(budget); });
    }
}

}  // namespace revisiond::api
