// The room directory: revision files on disk as one immutable value.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "graph/revision_map.hpp"
#include "script/revision_script.hpp"

namespace revisiond::directory {

// Where the files are and how much of them is read.
struct DirectoryOptions {
    std::vector<std::filesystem::path> directories;
    std::uint64_t max_file_bytes = 16 * 1024 * 1024;  // a larger file is an error and is not read
};

// A stretch of a file, in bytes.
struct Extent {
    std::size_t offset = 0;
    std::size_t size = 0;
};

// A file that was parsed without an error, as text that somebody else keeps.
struct ScriptText {
    std::string_view content;
    Extent upgrade, downgrade;  // its sections; empty: there is none, or nothing in it
};

// All revisions of one project at one moment, sound and linked. Never changed once loaded: any
// number of threads may read it, and who watches for changes swaps the pointer to it.
//
// Files are kept as text and parsed again when one is asked for: a daemon has thousands of them for
// months and looks at a few, and as values they take three times the memory.
class DirectorySnapshot {
  public:
    // `files` by RevisionIndex of `map`; their text is copied.
    DirectorySnapshot(graph::RevisionMap map, const std::vector<ScriptText>& files,
                      Diagnostics warnings);

    const graph::RevisionMap map;
    const Diagnostics warnings;

    // REQUIRES, as of those below: `index` belongs to `map`.
    script::RevisionScript script(graph::RevisionIndex index) const;
    std::string_view content(graph::RevisionIndex index) const;
    script::Checksums checksums(graph::RevisionIndex index) const;

  private:
    // Where a file is in text_, and where its sections are in the file.
    struct Place {
        Extent file, upgrade, downgrade;
    };
    std::string text_;  // of all files: one piece of memory, which goes back when it goes
    std::vector<Place> places_;
};

// A snapshot, or everything that is wrong with the files.
struct LoadedDirectory {
    std::shared_ptr<const DirectorySnapshot> snapshot;  // null when there are errors
    Diagnostics diagnostics;  // errors and warnings, in the order of the paths
};

// Reads every .sql file below the directories, at any depth, in parallel, and reports everything
// wrong at once. Names that begin with "." (hidden files, a ConfigMap's ..data) and other files are
// passed over. Links are followed; a file or directory that is reached twice is read once, under
// its first path, and a warning says so. Devices and pipes are errors and are never waited for.
// Diagnostics name files by the directory as given and the path below it. The result does not
// depend on the order of the file system. When files are broken, revisions that only seem to be
// missing because of them are not reported.
LoadedDirectory load_directory(const DirectoryOptions& options);

// SHA-256 (lower-case hex) over all that was read: path and content of every script. Equal for
// equal snapshots.
std::string fingerprint(const DirectorySnapshot& snapshot);

}  // namespace revisiond::directory
