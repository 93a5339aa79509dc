// Which .sql files there are below directories.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/descriptor.hpp"
#include "base/diagnostic.hpp"

namespace revisiond::directory {

// A revision file that a walk found, and how to open it.
struct FoundFile {
    std::string path;    // as it is shown: the directory as given and the path below it
    int directory = -1;  // what `name` is relative to: a projection's descriptor; -1: none
    std::string name;    // the path itself where there is no projection
};

// A directory that Kubernetes projects a ConfigMap or Secret into: "..data" is a link to the
// directory of one version, which is never changed, and a swap of that link is the update. The walk
// opens that directory once and stays in it, so that no scan sees files of two versions.
struct Projection {
    std::string path;
    Descriptor version;  // keeps FoundFile::directory open

    // Whether the link leads elsewhere by now.
    bool is_superseded() const;
};

// What a walk over the directories found.
struct Scan {
    std::vector<FoundFile>
        files;  // directories in the order given, paths in the order of their bytes
    Diagnostics diagnostics;
    std::vector<std::string> directories;   // all that were walked, by their paths
    std::vector<std::string> linked_files;  // paths of revision files that are symbolic links
    std::vector<Projection> projections;
};

// Walks without reading files, and with a stat only for links and where the file system does not
// tell types.
Scan scan(std::span<const std::filesystem::path> directories);

// A path as it can be printed and put into JSON: control characters and what is not UTF-8 become
// U+FFFD.
std::string display_path(std::string_view path);

}  // namespace revisiond::directory
