#include "directory/script_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
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
    script::ParsedScript parsed;
};

LoadedFile load_file(const FoundFile& found, std::uint64_t limit, std::string& buffer) {
    LoadedFile result;
    Expected<FileIdentity> identity = read_file(found, limit, buffer);
    if (!identity) {
        identity.error().at.file = display_path(found.path);
        result.parsed.diagnostics.push_back(std::move(identity).error());
        return result;
    }
    result.identity = *identity;
    result.parsed = script::parse_script(display_path(found.path), buffer);
    return result;
}

std::vector<LoadedFile> load_files(const std::vector<FoundFile>& found, std::uint64_t limit) {
    // More threads than processors: a cold file system answers several questions at once faster
    // than one after the other.
    constexpr std::size_t worth_a_thread = 64;
    constexpr std::size_t most_threads = 16;
    std::vector<LoadedFile> results(found.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        std::string buffer;
        for (std::size_t i = next++; i < found.size(); i = next++)
            results[i] = load_file(found[i], limit, buffer);
    };
    const std::size_t threads = std::min(most_threads, found.size() / worth_a_thread + 1);
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < threads; ++i) helpers.emplace_back(work);
        work();
    }
    return results;
}

Diagnostic read_once(const std::string& path, const std::string& first) {
    Diagnostic diagnostic =
        make_warning("directory.reached-twice",
                     fmt::format("this file is {} again; it is read once", display_path(first)),
                     "remove the link or the second setting");
    diagnostic.at.file = display_path(path);
    return diagnostic;
}

// Drops what is the same file as an earlier one and gathers the rest, which stays where it is.
std::vector<script::RevisionScript*> gather(const std::vector<FoundFile>& found_files,
                                            std::vector<LoadedFile>& files,
                                            Diagnostics& diagnostics) {
    std::vector<script::RevisionScript*> scripts;
    scripts.reserve(files.size());
    std::unordered_map<FileIdentity, std::size_t, IdentityHash> seen;
    seen.reserve(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (files[i].identity) {
            const auto [first, is_new] = seen.emplace(*files[i].identity, i);
            if (!is_new) {
                diagnostics.push_back(
                    read_once(found_files[i].path, found_files[first->second].path));
                continue;
            }
        }
        Diagnostics& found = files[i].parsed.diagnostics;
        std::move(found.begin(), found.end(), std::back_inserter(diagnostics));
        if (files[i].parsed.script) scripts.push_back(&*files[i].parsed.script);
    }
    return scripts;
}

// A revision that is missing may be in a file that is broken.
bool may_be_a_consequence(const Diagnostic& diagnostic) {
    return diagnostic.code == "graph.missing-parent" ||
           diagnostic.code == "graph.missing-dependency";
}

void link(const std::vector<script::RevisionScript*>& scripts, LoadedDirectory& loaded) {
    const bool broken = has_errors(loaded.diagnostics);
    std::vector<graph::Revision> revisions;
    revisions.reserve(scripts.size());
    for (script::RevisionScript* script : scripts) {
        // Where names stand is for what the map finds wrong; nobody asks afterwards.
        graph::NamePlaces places = std::exchange(script->revision.places, {});
        revisions.push_back(script->revision);
        revisions.back().places = std::move(places);
    }
    Expected<graph::BuiltMap, Diagnostics> built = graph::RevisionMap::build(std::move(revisions));
    Diagnostics& found = built ? built->warnings : built.error();
    for (Diagnostic& diagnostic : found)
        if (!broken || !may_be_a_consequence(diagnostic))
            loaded.diagnostics.push_back(std::move(diagnostic));
    if (broken || !built) return;
    auto snapshot = std::make_shared<DirectorySnapshot>();
    std::vector<script::RevisionScript*> by_index(scripts.size());
    for (script::RevisionScript* script : scripts)
        by_index[built->map.find(script->revision.id).value()] = script;
    snapshot->scripts.reserve(scripts.size());
    for (script::RevisionScript* script : by_index) snapshot->scripts.push_back(std::move(*script));
    snapshot->map = std::move(built->map);
    snapshot->warnings = loaded.diagnostics;
    loaded.snapshot = std::move(snapshot);
}

LoadedDirectory load_once(const DirectoryOptions& options, bool& superseded) {
    LoadedDirectory loaded;
    Scan found = scan(options.directories);
    loaded.diagnostics = std::move(found.diagnostics);
    std::vector<LoadedFile> files = load_files(found.files, options.max_file_bytes);
    link(gather(found.files, files, loaded.diagnostics), loaded);
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

std::string fingerprint(const DirectorySnapshot& snapshot) {
    DigestBuilder digest;
    const auto add_section = [&digest](const std::optional<script::Section>& section) {
        digest.add(std::uint64_t{section.has_value()});
        if (section) digest.add(std::uint64_t{section->line}).add(section->text);
    };
    const auto add_list = [&digest](const std::vector<std::string>& items) {
        digest.add(std::uint64_t{items.size()});
        for (const std::string& item : items) digest.add(item);
    };
    for (const script::RevisionScript& script : snapshot.scripts) {
        const graph::Revision& revision = script.revision;
        digest.add(revision.at.file).add(std::uint64_t{revision.at.line}).add(revision.id);
        add_list(revision.down_revisions);
        add_list(revision.depends_on);
        add_list(revision.branch_labels);
        digest.add(revision.message).add(script.created.value_or("")).add(script.long_message);
        digest.add(std::uint64_t{script.transaction});
        add_list(script.variables);
        add_section(script.upgrade);
        add_section(script.downgrade);
        add_section(script.verify);
    }
    return digest.finish();
}

}  // namespace revisiond::directory
