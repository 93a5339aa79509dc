#include "directory/directory_watcher.hpp"

#include <poll.h>
#include <pthread.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <stop_token>

#include "directory/change_feed.hpp"
#include "directory/content_digest.hpp"

namespace revisiond::directory {
namespace {

using Clock = std::chrono::steady_clock;

// Looks at the directories and knows whether they are what they were.
class Looker {
  public:
    explicit Looker(const DirectoryOptions& directories) : directories_(directories) {}

    ChangeFeed& feed() { return *feed_; }  // REQUIRES: there was a look
    // What is there now; nothing when it is what it was at the last look.
    std::optional<LoadedDirectory> look();
    // The next look finds something, whatever is there.
    void forget() { digest_.clear(); }

  private:
    void watch();

    const DirectoryOptions& directories_;
    std::optional<ChangeFeed> feed_;
    std::vector<std::string> walked_;  // the directories that the feed watches
    std::vector<std::string> linked_;
    ContentMemory contents_;
    std::string digest_;
};

// Watches what a walk finds. What is new since is in the next walk, which compares.
void Looker::watch() {
    const Scan found = scan(directories_.directories);
    feed_.emplace(directories_.directories, found);
    walked_ = found.directories;
    linked_ = found.linked_files;
}

std::optional<LoadedDirectory> Looker::look() {
    // A directory that came between the walk and its watch is found here and watched in turn.
    constexpr int most_attempts = 5;
    Scan found;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        watch();
        found = scan(directories_.directories);
        if (found.directories == walked_ && found.linked_files == linked_) break;
    }
    std::string digest = contents_.digest(found, directories_, std::time(nullptr));
    for (const Diagnostic& problem : feed_->problems()) digest += problem.message;
    if (digest == digest_) return std::nullopt;
    LoadedDirectory loaded = load_directory(directories_);
    digest_ = std::move(digest);
    for (const Diagnostic& problem : feed_->problems()) loaded.diagnostics.push_back(problem);
    return loaded;
}

// What ended a wait; nothing: the time was over.
struct Woken {
    bool bell = false;
    bool feed = false;
};

Woken wait(const ChangeFeed& feed, const Bell& bell, std::chrono::milliseconds patience) {
    std::array<pollfd, 2> waits = {{{bell.fd(), POLLIN, 0}, {feed.fd(), POLLIN, 0}}};
    if (::poll(waits.data(), waits.size(), static_cast<int>(patience.count())) <= 0) return {};
    const Woken woken{waits[0].revents != 0, waits[1].revents != 0};
    if (woken.bell) bell.clear();
    return woken;
}

std::shared_ptr<const WatchedDirectory> next_state(LoadedDirectory loaded,
                                                   const WatchedDirectory* before) {
    auto next = std::make_shared<WatchedDirectory>();
    next->ok = loaded.snapshot != nullptr;
    next->diagnostics = std::move(loaded.diagnostics);
    next->since = std::chrono::system_clock::now();
    if (loaded.snapshot) {
        next->digest = fingerprint(*loaded.snapshot);
        next->snapshot = std::move(loaded.snapshot);
    } else if (before != nullptr) {
        next->snapshot = before->snapshot;
        next->digest = before->digest;
    }
    return next;
}

}  // namespace

DirectoryWatcher::DirectoryWatcher(DirectoryOptions directories, WatchOptions options,
                                   Changed changed)
    : directories_(std::move(directories)), options_(options), changed_(std::move(changed)) {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    ::pthread_setname_np(thread_.native_handle(), "directory");
}

DirectoryWatcher::~DirectoryWatcher() {
    stop();
}

void DirectoryWatcher::stop() {
    thread_.request_stop();
    bell_.ring();
    if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const WatchedDirectory> DirectoryWatcher::current() const {
    return *current_.lock();
}

bool DirectoryWatcher::look(std::chrono::milliseconds patience) {
    std::unique_lock lock(looks_mutex_);
    const std::uint64_t mine = ++looks_.asked;
    bell_.ring();
    return looked_.wait_for(lock, thread_.get_stop_token(), patience,
                            [&] { return looks_.answered >= mine; });
}

std::uint64_t DirectoryWatcher::looks_asked() {
    const std::lock_guard lock(looks_mutex_);
    return looks_.asked;
}

void DirectoryWatcher::answer_looks(std::uint64_t asked) {
    {
        const std::lock_guard lock(looks_mutex_);
        looks_.answered = asked;
    }
    looked_.notify_all();
}

void DirectoryWatcher::run(const std::stop_token& stop) {
    Looker looker(directories_);
    auto unrest_ends = Clock::now() + options_.unrest;
    while (!stop.stop_requested()) {
        const std::uint64_t asked = looks_asked();
        std::optional<LoadedDirectory> loaded = looker.look();
        ChangeFeed& feed = looker.feed();
        const bool moved_on = feed.changed();
        if (moved_on && Clock::now() < unrest_ends) {
            // What changed while it was read may be half of two versions.
            if (loaded) looker.forget();
        } else {
            if (loaded) publish(*std::move(loaded));
            answer_looks(asked);
            const bool more = moved_on || await_change(feed);
            unrest_ends = Clock::now() + options_.unrest;
            if (!more) continue;
        }
        while (!stop.stop_requested() && Clock::now() < unrest_ends && !is_quiet(feed, stop)) {
        }
    }
}

void DirectoryWatcher::publish(LoadedDirectory loaded) {
    const auto state = next_state(std::move(loaded), current().get());
    *current_.lock() = state;
    if (changed_) changed_(state);
}

// Whether nothing changes for as long as it takes to settle. Directories on the way to ours are
// watched too, and in /tmp something always happens: only what matters is unrest.
bool DirectoryWatcher::is_quiet(ChangeFeed& feed, const std::stop_token& stop) const {
    const auto settled = Clock::now() + options_.settle;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(settled - Clock::now());
        if (left.count() <= 0) return true;
        const Woken woken = wait(feed, bell_, left);
        if (stop.stop_requested() || (woken.feed && feed.changed())) return false;
    }
}

// True after an event, which others may follow; false when it is time to look anyway.
bool DirectoryWatcher::await_change(ChangeFeed& feed) const {
    for (;;) {
        const Woken woken = wait(feed, bell_, options_.poll);
        if (woken.feed && feed.changed()) return true;
        if (woken.bell || !woken.feed) return false;
    }
}

}  // namespace revisiond::directory
