#include "api/fleet.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

#include "directory/directory_watcher.hpp"

namespace revisiond::api {

struct Fleet::Member {
    std::shared_ptr<const config::Config> config;
    std::shared_ptr<Database> database;
    std::shared_ptr<directory::DirectoryWatcher> watcher;
    std::mutex joining;  // one stop() at a time ends the watcher
    std::atomic<bool> has_ended = false;
    std::jthread retirement;  // ends it, once it is not wanted any more

    // Any thread, also while another is at it: the shorter budget holds.
    void stop(std::chrono::milliseconds budget) {
        database->stop(budget);
        const std::lock_guard one(joining);
        watcher->stop();
    }
};

namespace {

// For a step that nobody wants to cut short.
constexpr std::chrono::hours unhurried{24 * 365};

// How its schema is compared.
bool same(const config::TargetSettings& a, const config::TargetSettings& b) {
    const auto server = [](const config::TargetSettings& one) {
        return one.scratch_server ? std::optional(one.scratch_server->parameters) : std::nullopt;
    };
    return server(a) == server(b) && a.scratch == b.scratch && a.include == b.include &&
           a.exclude == b.exclude && a.privileges == b.privileges && a.owners == b.owners &&
           a.tablespaces == b.tablespaces;
}

// Everything that a Database was made of.
bool same(const config::Config& one, const config::DatabaseSettings& a, const config::Config& other,
          const config::DatabaseSettings& b) {
    return a.connection.parameters == b.connection.parameters && a.migrations == b.migrations &&
           a.version_table == b.version_table && a.state_schema == b.state_schema &&
           a.production == b.production && a.mode == b.mode && a.variables == b.variables &&
           a.apply == b.apply && same(a.target, b.target) &&
           one.server.public_url == other.server.public_url &&
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

void Fleet::serve(std::shared_ptr<const config::Config> config) {
    wanted_ = std::move(config);
    for (const auto& member : members_) {
        if (!is_wanted(*member)) retire(*member);
    }
    settle();
}

bool Fleet::is_wanted(const Member& member) const {
    const config::DatabaseSettings& settings = member.database->settings();
    return std::any_of(wanted_->databases.begin(), wanted_->databases.end(), [&](const auto& now) {
        return now.name == settings.name && same(*member.config, settings, *wanted_, now);
    });
}

void Fleet::retire(Member& member) {
    if (member.retirement.joinable()) return;
    const operations::Snapshot snapshot = member.database->snapshot();
    if (snapshot->leading && snapshot->running) {
        api_.log().info(
            "the new settings wait for the step that is under way",
            {{"database", member.database->name()}, {"operation", snapshot->running->id}});
    }
    member.retirement = std::jthread([&member] {
        member.stop(unhurried);
        member.has_ended = true;
    });
}

bool Fleet::settled() const {
    return std::none_of(members_.begin(), members_.end(),
                        [](const auto& member) { return member->retirement.joinable(); });
}

// Two instances of one daemon must not wait for each other's lock, so the old one ends first.
void Fleet::settle() {
    std::erase_if(members_, [](const auto& member) { return member->has_ended.load(); });
    std::vector<std::shared_ptr<Member>> ordered;
    for (const config::DatabaseSettings& settings : wanted_->databases) {
        const auto found = std::find_if(members_.begin(), members_.end(), [&](const auto& member) {
            return member && member->database->name() == settings.name;
        });
        ordered.push_back(found != members_.end() ? std::exchange(*found, nullptr)
                                                  : make(wanted_, settings));
    }
    for (auto& member : members_) {
        if (member) ordered.push_back(std::move(member));  // not wanted, and not over yet
    }
    members_ = std::move(ordered);
    Databases databases;
    for (const auto& member : members_) databases.push_back(member->database);
    if (databases != api_.databases()) api_.serve(std::move(databases));
}

void Fleet::stop(std::chrono::milliseconds budget) {
    std::vector<std::jthread> stopping;
    for (const auto& member : members_) {
        stopping.emplace_back([member, budget] { member->stop(budget); });
    }
}

}  // namespace revisiond::api
