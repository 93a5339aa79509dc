// One database that a daemon serves: its files, its place in the queue, its face.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "api/face.hpp"
#include "base/guarded.hpp"
#include "config/config.hpp"
#include "directory/directory_watcher.hpp"
#include "operations/instance.hpp"

namespace revisiond::api {

class Database;

// What a database tells. Called from its threads; must not block.
struct DatabaseListener {
    std::function<void()> changed;                   // there is a newer snapshot
    std::function<void(const std::string&)> events;  // of the database of that name
    std::function<void(const std::string& database, const service::FilesState&)> files;
};

// Joins an Instance with the files on disk. As long as the files have never been sound there is no
// instance: nothing is known of the database then, and nothing is done to it. Any thread.
class Database {
  public:
    Database(std::shared_ptr<const config::Config> config, const config::DatabaseSettings& settings,
             DatabaseListener listener);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    const config::DatabaseSettings& settings() const { return settings_; }
    const std::string& name() const { return settings_.name; }

    // The files as they are now: served when they are sound, told of when they are not.
    void files_seen(const directory::WatchedDirectory& seen);
    // Who calls files_seen().
    void watched_by(std::weak_ptr<directory::DirectoryWatcher> watcher);
    // For a request that depends on the files: returns when those that are on disk now are served.
    // False when that takes too long. Blocks; not on the watcher's thread.
    bool look_at_files() const;

    operations::Snapshot snapshot() const;
    // Null before the files have been sound once.
    std::shared_ptr<operations::Instance> instance() const { return *instance_.lock(); }
    // Ends the instance, and there will be none; see Instance::stop.
    void stop(std::chrono::milliseconds budget);

    // Whether it is being ended: what it would accept now might be meant for other settings.
    bool is_ending() const { return ending_; }

    // The face as it was made last; make_face() makes the next one.
    std::shared_ptr<const Face> face() const { return *face_.lock(); }
    std::shared_ptr<const Face> make_face();

  private:
    operations::InstanceSettings instance_settings() const;

    const std::shared_ptr<const config::Config> config_;
    const config::DatabaseSettings& settings_;  // of config_
    const DatabaseListener listener_;
    Guarded<std::shared_ptr<operations::Instance>> instance_;
    std::atomic<bool> ending_ = false;  // set before stop() takes the lock of instance_
    Guarded<std::weak_ptr<directory::DirectoryWatcher>> watcher_;
    Guarded<service::FilesState> files_;  // while there is no instance
    Guarded<std::shared_ptr<const Face>> face_;
};

}  // namespace revisiond::api
