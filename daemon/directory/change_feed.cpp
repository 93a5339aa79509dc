#include "directory/change_feed.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

namespace revisiond::directory {
namespace {

namespace fs = std::filesystem;

constexpr unsigned wanted = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE |
                            IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// Of the directory itself, whose name is empty then.
constexpr unsigned about_itself =
    IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED | IN_Q_OVERFLOW;
constexpr unsigned about_content = IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB;

}  // namespace

ChangeFeed::ChangeFeed(std::span<const fs::path> roots, const Scan& found)
    : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    if (!inotify_) {
        problems_.push_back(
            make_warning("directory.cannot-watch",
                         fmt::format("changes are seen late, since inotify cannot be used: {}",
                                     std::generic_category().message(errno)),
                         "raise fs.inotify.max_user_instances"));
        return;
    }
    for (const fs::path& root : roots) watch_way(root);
    for (const std::string& directory : found.directories) watch(directory, {});
    for (const std::string& file : found.linked_files) {
        std::error_code ignored;
        const fs::path target = fs::weakly_canonical(file, ignored);
        if (!ignored) watch(target.parent_path().native(), target.filename().native());
    }
}

// Every directory above `path` that is there, for the next step on the way.
void ChangeFeed::watch_way(const fs::path& path) {
    std::error_code ignored;
    fs::path above;
    for (const fs::path& step : fs::absolute(path, ignored).lexically_normal()) {
        if (!above.empty() && !step.empty() && fs::is_directory(above, ignored))
            watch(above.native(), step.native());
        above /= step;
    }
}

// An empty name: everything in it matters.
void ChangeFeed::watch(const std::string& directory, const std::string& name) {
    const int id = ::inotify_add_watch(inotify_.get(), directory.c_str(), wanted);
    if (id >= 0) {
        Watched& watched = watched_[id];
        if (name.empty())
            watched.everything = true;
        else
            watched.names.insert(name);
        return;
    }
    // Gone since the scan: the directory above tells.
    if (errno == ENOENT || errno == ENOTDIR || errno == EACCES || !problems_.empty()) return;
    Diagnostic problem =
        make_warning("directory.cannot-watch",
                     fmt::format("changes below it are seen late, since it cannot be watched: {}",
                                 std::generic_category().message(errno)),
                     errno == ENOSPC ? "raise fs.inotify.max_user_watches" : "");
    problem.at.file = display_path(directory);
    problems_.push_back(std::move(problem));
}

bool ChangeFeed::changed() {
    bool any = false;
    alignas(inotify_event) std::array<char, 16 * 1024> buffer{};
    for (;;) {
        const ssize_t size = ::read(inotify_.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return any;
        for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
            const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
            any = any || matters(event->wd, event->mask, event->len > 0 ? event->name : "");
            at += sizeof(inotify_event) + event->len;
        }
    }
}

bool ChangeFeed::matters(int watch, unsigned mask, const char* name) const {
    if ((mask & IN_Q_OVERFLOW) != 0) return true;
    const auto found = watched_.find(watch);
    if (found == watched_.end()) return false;
    if ((mask & about_itself) != 0) return true;
    const Watched& watched = found->second;
    if (watched.names.contains(name)) return true;
    if (!watched.everything) return false;
    // A new name may be a link to a directory, so it matters whatever it is; new content only in a
    // file that is read.
    return (mask & about_content) == 0 || std::string_view(name).ends_with(".sql") ||
           std::string_view(name).empty();
}

}  // namespace revisiond::directory
