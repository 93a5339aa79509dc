#include "directory/script_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "base/digest.hpp"
#include "directory/read_file.hpp"
#include "directory/scan.hpp"

namespace revisiond::directory {
namespace {

struct IdentityHash {
    std::size_t operator()(const FileIdentity& file) const {
        return std::hash<std::uint64_t>()(file.inode ^ (std::uint64_t{file.device} << 48U));
    }
};

// What one path gave.
struct LoadedFile {
    std::optional<FileIdentity> identity;  // absent: it could not be read
    Diagnostics diagnostics;
    std::optional<graph::Revision> revision;  // absent when there are errors
    const std::string* pile = nullptr;        // where its text is, `content` of it
    Extent content, upgrade, downgrade;

    ScriptText text() const {
        return {std::string_view(*pile).substr(content.offset, content.size), upgrade, downgrade};
    }
};

// All files, with their texts in a few large pieces of memory: each by itself would lie between
// what stays, and leave a hole there.
struct LoadedFiles {
    std::vector<LoadedFile> files;
    std::vector<std::string> piles;  // one a thread; as many as there will be from the beginning
};

Extent extent_of(const std::optional<script::Section>& section) {
    return section ? Extent{section->offset, section->text.size()} : Extent{};
}

LoadedFile load_file(const FoundFile& found, std::uint64_t limit, std::string& buffer,
                     std::string& pile) {
    LoadedFile result;
    Expected<FileIdentity> identity = read_file(found, limit, buffer);
    if (!identity) {
        identity.error().at.file = display_path(found.path);
        result.diagnostics.push_back(std::move(identity).error());
        return result;
    }
    result.identity = *identity;
    script::ParsedScript parsed = script::parse_script(display_path(found.path), buffer);
    result.diagnostics = std::move(parsed.diagnostics);
    if (!parsed.script) return result;
    result.revision = std::move(parsed.script->revision);
    result.pile = &pile;
    result.content = {pile.size(), buffer.size()};
    result.upgrade = extent_of(parsed.script->upgrade);
    result.downgrade = extent_of(parsed.script->downgrade);
    pile += buffer;
    return result;
}

LoadedFiles load_files(const std::vector<FoundFile>& found, std::uint64_t limit) {
    // More threads than processors: a cold file system answers several questions at once faster
    // than one after the other.
    constexpr std::size_t worth_a_thread = 64;
    constexpr std::size_t most_threads = 16;
    const std::size_t threads = std::min(most_threads, found.size() / worth_a_thread + 1);
    LoadedFiles loaded{std::vector<LoadedFile>(found.size()), std::vector<std::string>(threads)};
    std::atomic<std::size_t> next = 0;
    const auto work = [&](std::string& pile) {
        std::string buffer;
        for (std::size_t i = next++; i < found.size(); i = next++)
            loaded.files[i] = load_file(found[i], limit, buffer, pile);
    };
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < threads; ++i)
            helpers.emplace_back(work, std::ref(loaded.piles[i]));
        work(loaded.piles.front());
    }
    return loaded;
}

Diagnostic read_once(const std::string& path, const std::string& first) {
    Diagnostic diagnostic =
        make_warning("directory.reached-twice",
                     fmt::format("this file is {} again; it is read once", display_path(first)),
                     "remove the link or the second setting");
    diagnostic.at.file = display_path(path);
    return diagnostic;
}

// Drops what is the same file as an earlier one.
void drop_repeated(const std::vector<FoundFile>& found, std::vector<LoadedFile>& files) {
    std::unordered_map<FileIdentity, std::size_t, IdentityHash> seen;
    seen.reserve(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (!files[i].identity) continue;
        const auto [first, is_new] = seen.emplace(*files[i].identity, i);
        if (is_new) continue;
        files[i] = {};
        files[i].diagnostics.push_back(read_once(found[i].path, found[first->second].path));
    }
}

// A revision that is missing may be in a file that is broken.
bool may_be_a_consequence(const Diagnostic& diagnostic) {
    return diagnostic.code == "graph.missing-parent" ||
           diagnostic.code == "graph.missing-dependency";
}

void link(LoadedFiles read, LoadedDirectory& loaded) {
    std::vector<graph::Revision> revisions;
    std::vector<std::pair<std::string, ScriptText>> texts;  // with their revisions' ids
    revisions.reserve(read.files.size());
    texts.reserve(read.files.size());
    for (LoadedFile& file : read.files) {
        std::move(file.diagnostics.begin(), file.diagnostics.end(),
                  std::back_inserter(loaded.diagnostics));
        if (!file.revision) continue;
        texts.emplace_back(file.revision->id, file.text());
        revisions.push_back(*std::move(file.revision));
    }
    const bool broken = has_errors(loaded.diagnostics);
    Expected<graph::BuiltMap, Diagnostics> built = graph::RevisionMap::build(std::move(revisions));
    Diagnostics& found = built ? built->warnings : built.error();
    for (Diagnostic& diagnostic : found)
        if (!broken || !may_be_a_consequence(diagnostic))
            loaded.diagnostics.push_back(std::move(diagnostic));
    if (broken || !built) return;
    std::vector<ScriptText> ordered(texts.size());
    for (auto& [id, text] : texts) ordered[built->map.find(id).value()] = text;
    loaded.snapshot = std::make_shared<const DirectorySnapshot>(std::move(built->map), ordered,
                                                                loaded.diagnostics);
}

LoadedDirectory load_once(const DirectoryOptions& options, bool& superseded) {
    LoadedDirectory loaded;
    Scan found = scan(options.directories);
    loaded.diagnostics = std::move(found.diagnostics);
    LoadedFiles files = load_files(found.files, options.max_file_bytes);
    drop_repeated(found.files, files.files);
    link(std::move(files), loaded);
    superseded = std::any_of(found.projections.begin(), found.projections.end(),
                             [](const Projection& one) { return one.is_superseded(); });
    return loaded;
}

}  // namespace

LoadedDirectory load_directory(const DirectoryOptions& options) {
    // A version that was replaced is removed soon after, file by file, so what was read of it may
    // be a part. Updates come minutes apart: the second attempt succeeds.
    constexpr int most_attempts = 50;
    bool superseded = false;
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        LoadedDirectory loaded = load_once(options, superseded);
        if (!superseded) return loaded;
    }
    LoadedDirectory failed;
    failed.diagnostics.push_back(make_error(
        "directory.restless", "the migrations directory is replaced faster than it can be read",
        "find out what keeps swapping its ..data link"));
    return failed;
}

DirectorySnapshot::DirectorySnapshot(graph::RevisionMap linked,
                                     const std::vector<ScriptText>& files, Diagnostics found)
    : map(std::move(linked)), warnings(std::move(found)) {
    std::size_t size = 0;
    for (const ScriptText& file : files) size += file.content.size();
    text_.reserve(size);
    places_.reserve(files.size());
    for (const ScriptText& file : files) {
        places_.push_back({{text_.size(), file.content.size()}, file.upgrade, file.downgrade});
        text_ += file.content;
    }
}

std::string_view DirectorySnapshot::content(graph::RevisionIndex index) const {
    const Extent& file = places_[index].file;
    return std::string_view(text_).substr(file.offset, file.size);
}

script::RevisionScript DirectorySnapshot::script(graph::RevisionIndex index) const {
    // It was sound when it was loaded, and is the same text.
    return script::parse_script(map[index].revision.at.file, content(index)).script.value();
}

script::Checksums DirectorySnapshot::checksums(graph::RevisionIndex index) const {
    const std::string_view file = content(index);
    const Place& place = places_[index];
    const auto checksum = [file](const Extent& section) {
        return script::section_checksum(file.substr(section.offset, section.size));
    };
    return {checksum(place.upgrade), checksum(place.downgrade)};
}

std::string fingerprint(const DirectorySnapshot& snapshot) {
    DigestBuilder digest;
    for (graph::RevisionIndex index = 0; index < snapshot.map.size(); ++index)
        digest.add(snapshot.map[index].revision.at.file).add(snapshot.content(index));
    return digest.finish();
}

}  // namespace revisiond::directory
