// What the kernel tells about directories. Internal to the room.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>

#include "base/descriptor.hpp"
#include "base/diagnostic.hpp"
#include "directory/scan.hpp"

namespace revisiond::directory {

// inotify on everything that decides what a scan finds: the directories themselves, those above
// them (one may be removed and come back, or be a link that is swapped), and the targets of linked
// files. What inotify promises is little: no event tells what there is now, some get lost, and some
// file systems send none. So an event means no more than "look again". One thread.
class ChangeFeed {
  public:
    // Watches what `found` has walked, and the way to each of `roots`, whether it exists or not.
    ChangeFeed(std::span<const std::filesystem::path> roots, const Scan& found);

    int fd() const { return inotify_.get(); }
    // Takes all events that are there: whether one of them matters. An overflow does.
    bool changed();
    // Why some directory cannot be watched; nothing when all can.
    const Diagnostics& problems() const { return problems_; }

  private:
    // What matters in one watched directory.
    struct Watched {
        bool everything = false;      // it holds revisions
        std::set<std::string> names;  // it leads to something that does
    };

    void watch(const std::string& directory, const std::string& name);
    void watch_way(const std::filesystem::path& path);
    bool matters(int watch, unsigned mask, const char* name) const;

    Descriptor inotify_;
    std::map<int, Watched> watched_;
    Diagnostics problems_;
};

}  // namespace revisiond::directory
