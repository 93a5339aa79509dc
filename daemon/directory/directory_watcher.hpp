// The directories over time: the newest sound snapshot, and what is wrong since.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/bell.hpp"
#include "base/guarded.hpp"
#include "directory/script_directory.hpp"

namespace revisiond::directory {

class ChangeFeed;

// How fast changes are followed.
struct WatchOptions {
    std::chrono::milliseconds settle{300};  // quiet after the last event before the files are read…
    std::chrono::milliseconds unrest{5'000};  // …but they are read when it does not get quiet
    // Without any event the contents are compared so often: for file systems that send none.
    std::chrono::milliseconds poll{45'000};
};

// What the watcher last saw. Never changed once published.
struct WatchedDirectory {
    std::shared_ptr<const DirectorySnapshot>
        snapshot;             // the last sound one; null before there is one
    std::string digest;       // fingerprint of `snapshot`; empty without one
    bool ok = false;          // `snapshot` is what the files are now
    Diagnostics diagnostics;  // of the files as they are now, warnings included
    std::chrono::system_clock::time_point
        since;  // when `ok`, `digest` or `diagnostics` last changed
};

// Follows the directories on a thread of its own, "directory". A snapshot is published whole or not
// at all: files are read when they have been quiet, a ConfigMap's through the directory of one
// version, and what came while changes went on is read again. While files are broken the last sound
// snapshot stays.
class DirectoryWatcher {
  public:
    using Changed = std::function<void(const std::shared_ptr<const WatchedDirectory>&)>;

    // `changed` is called on the watcher's thread with everything that is published, the first look
    // among it; it may be empty.
    DirectoryWatcher(DirectoryOptions directories, WatchOptions options, Changed changed);
    ~DirectoryWatcher();
    DirectoryWatcher(const DirectoryWatcher&) = delete;
    DirectoryWatcher& operator=(const DirectoryWatcher&) = delete;

    // Null until the first look is over. Any thread.
    std::shared_ptr<const WatchedDirectory> current() const;
    // Looks now, without waiting for an event; returns when what is there has been published or has
    // been published before. False when that takes longer than `patience`, since the files do not
    // get quiet, or when the watcher is stopped. Any thread but its own.
    bool look(std::chrono::milliseconds patience);
    // Nothing is published any more when it returns. Any thread but its own; the destructor does
    // it.
    void stop();

  private:
    // How many looks were asked for, and the last of them that was given an answer.
    struct Looks {
        std::uint64_t asked = 0;
        std::uint64_t answered = 0;
    };

    void run(const std::stop_token& stop);
    std::uint64_t looks_asked();
    void answer_looks(std::uint64_t asked);
    void publish(LoadedDirectory loaded);
    bool is_quiet(ChangeFeed& feed, const std::stop_token& stop) const;
    bool await_change(ChangeFeed& feed) const;

    const DirectoryOptions directories_;
    const WatchOptions options_;
    const Changed changed_;
    Bell bell_;
    std::mutex looks_mutex_;
    std::condition_variable_any looked_;
    Looks looks_;  // protected by looks_mutex_
    Guarded<std::shared_ptr<const WatchedDirectory>> current_;
    std::jthread thread_;  // last: it uses all of the above
};

}  // namespace revisiond::directory
