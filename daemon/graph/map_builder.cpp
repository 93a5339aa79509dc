#include "graph/map_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <queue>
#include <tuple>

#include "base/text.hpp"
#include "graph/labels.hpp"
#include "graph/redundancy.hpp"

namespace revisiond::graph {
namespace {

// Each "did you mean" looks at every name; a directory where nothing fits must not take forever.
constexpr std::size_t most_suggestions = 20;
constexpr std::array<std::string_view, 4> reserved = {"head", "heads", "base", "current"};

// The first eight bytes as a number that compares as they do: most ids differ there, and a sort
// that seldom follows a pointer is several times faster.
std::uint64_t leading_bytes(std::string_view text) {
    std::uint64_t result = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        const auto byte = i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
        result = (result << 8U) | byte;
    }
    return result;
}

bool add_once(std::vector<RevisionIndex>& list, RevisionIndex index) {
    if (std::find(list.begin(), list.end(), index) != list.end()) return false;
    list.push_back(index);
    return true;
}

}  // namespace

MapBuilder::MapBuilder(std::vector<Revision> revisions) : suggestions_left_(most_suggestions) {
    sort_into_nodes(std::move(revisions));
}

Expected<BuiltMap, Diagnostics> MapBuilder::run() && {
    register_ids();
    register_labels();
    sort_names();
    for (RevisionIndex index = 0; index < map_.size(); ++index) {
        link_parents(index);
        link_dependencies(index);
    }
    link_back();
    // Beyond this point every edge leads to a revision that exists.
    if (!rank_all()) report_cycles();
    if (has_errors(diagnostics_)) return unexpected(std::move(diagnostics_));
    // Beyond this point there is a topological order.
    note_ends();
    spread_labels(map_.nodes_);
    for (const RedundantEdge& edge : find_redundant_edges(map_)) {
        // Without its only down_revision the revision would be a base.
        const bool is_only_parent =
            !edge.is_dependency && map_.nodes_[edge.from].parents.size() == 1;
        report(place_of_edge(edge.from, [&](RevisionIndex named) { return named == edge.to; }),
               Severity::warning, "graph.redundant-parent",
               fmt::format("Revision '{}' names '{}' in {}, but stands on it already through '{}'",
                           id(edge.from), id(edge.to),
                           edge.is_dependency ? "depends_on" : "down_revision", id(edge.through)),
               is_only_parent ? fmt::format("harmless; or make '{}' the down_revision and leave it "
                                            "out of depends_on",
                                            id(edge.through))
                              : "leave it out");
    }
    forget_places();
    return BuiltMap{std::move(map_), std::move(diagnostics_)};
}

// All that was to be said of the headers' lines is said; a map of thousands is kept for long.
void MapBuilder::forget_places() {
    for (Node& node : map_.nodes_) {
        node.revision.places = {};
        std::string().swap(node.revision.at.line_text);
    }
}

void MapBuilder::sort_into_nodes(std::vector<Revision> revisions) {
    struct Key {
        std::int64_t created;
        std::uint64_t leading;
        std::size_t place;
    };
    std::vector<Key> keys;
    keys.reserve(revisions.size());
    for (const Revision& revision : revisions) {
        keys.push_back({revision.created, leading_bytes(revision.id), keys.size()});
    }
    std::sort(keys.begin(), keys.end(), [&](const Key& left, const Key& right) {
        if (left.created != right.created) return left.created < right.created;
        if (left.leading != right.leading) return left.leading < right.leading;
        const Revision& a = revisions[left.place];
        const Revision& b = revisions[right.place];
        return std::tie(a.id, a.at.file) < std::tie(b.id, b.at.file);
    });
    map_.nodes_.resize(revisions.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        map_.nodes_[i].revision = std::move(revisions[keys[i].place]);
    }
}

bool MapBuilder::check_name(const SourceLocation& at, const std::string& name, const char* what) {
    if (const std::string reason = forbidden_in_id(name); !reason.empty()) {
        report(at, Severity::error, "graph.forbidden-character", reason,
               fmt::format("a {} holds no '@', '-', '+', ':' and no white space", what));
        return false;
    }
    if (std::find(reserved.begin(), reserved.end(), name) != reserved.end()) {
        report(at, Severity::error, "graph.reserved-name",
               fmt::format("'{}' is a word of the target grammar and cannot be a {}", name, what),
               fmt::format("give the {} another name", what));
        return false;
    }
    return true;
}

void MapBuilder::register_ids() {
    by_name_.reserve(map_.size());
    for (RevisionIndex index = 0; index < map_.size(); ++index) {
        const SourceLocation& at = map_.nodes_[index].revision.at;
        check_name(at, id(index), "revision identifier");
        const auto [place, is_new] = by_name_.try_emplace(id(index), Name{index, 0});
        if (is_new) continue;
        report(at, Severity::error, "graph.duplicate-id",
               fmt::format("Revision {} is present more than once, first as {}", describe(index),
                           describe(place->second.revision)),
               "give one of the files another revision id");
    }
}

void MapBuilder::register_labels() {
    for (RevisionIndex index = 0; index < map_.size(); ++index) {
        const std::size_t count = map_.nodes_[index].revision.branch_labels.size();
        for (std::uint32_t number = 1; number <= count; ++number) register_label(index, number);
    }
}

void MapBuilder::register_label(RevisionIndex index, std::uint32_t number) {
    const Revision& revision = map_.nodes_[index].revision;
    const std::string& label = revision.branch_labels[number - 1];
    const SourceLocation at = place_of(revision, revision.places.branch_labels, number - 1);
    if (!check_name(at, label, "branch label")) return;
    const auto [place, is_new] = by_name_.try_emplace(label, Name{index, number});
    if (is_new) return;
    const bool is_id = place->second.label == 0;
    report(at, Severity::error, is_id ? "graph.label-is-id" : "graph.duplicate-label",
           fmt::format("Branch name '{}' in revision {} already used {} revision {}", label,
                       describe(index), is_id ? "as the id of" : "by",
                       describe(place->second.revision)),
           "give the branch another label");
}

void MapBuilder::sort_names() {
    struct Key {
        std::uint64_t leading;
        std::string_view text;
        Name name;
    };
    std::vector<Key> keys;
    keys.reserve(by_name_.size());
    for (const auto& [text, name] : by_name_) keys.push_back({leading_bytes(text), text, name});
    std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
        return a.leading != b.leading ? a.leading < b.leading : a.text < b.text;
    });
    map_.names_.reserve(keys.size());
    for (const Key& key : keys) map_.names_.push_back(key.name);
}

void MapBuilder::link_parents(RevisionIndex index) {
    Node& node = map_.nodes_[index];
    node.parents.reserve(node.revision.down_revisions.size());
    for (std::size_t number = 0; number < node.revision.down_revisions.size(); ++number) {
        const std::string& text = node.revision.down_revisions[number];
        const auto at = [&] {
            return place_of(node.revision, node.revision.places.down_revisions, number);
        };
        if (text == node.revision.id) {
            report(at(), Severity::error, "graph.self-loop",
                   fmt::format("Self-loop is detected in revisions ({})", text),
                   "a revision cannot be its own down_revision");
            continue;
        }
        const auto place = by_name_.find(text);
        if (place == by_name_.end()) {
            report(at(), Severity::error, "graph.missing-parent",
                   fmt::format("Revision '{}' referenced from {} as down_revision is not present",
                               text, describe(index)),
                   suggestion(index, text));
        } else if (place->second.label != 0) {
            report(
                at(), Severity::error, "graph.label-as-parent",
                fmt::format("down_revision of {} is '{}', a branch label", describe(index), text),
                fmt::format("write the revision's id: \"{}\"", id(place->second.revision)));
        } else if (!add_once(node.parents, place->second.revision)) {
            report(
                at(), Severity::warning, "graph.redundant-parent",
                fmt::format("Revision {} names '{}' twice in down_revision", describe(index), text),
                "leave one out");
        }
    }
}

std::optional<RevisionIndex> MapBuilder::dependency_named(RevisionIndex index, std::size_t number) {
    const Revision& revision = map_.nodes_[index].revision;
    const std::string& text = revision.depends_on[number];
    const auto place = by_name_.find(text);
    if (place != by_name_.end()) return place->second.revision;
    const auto at = [&] { return place_of(revision, revision.places.depends_on, number); };
    std::vector<std::string> candidates;
    std::vector<RevisionIndex> revisions;
    if (!text.empty()) {
        for (const KnownName& name : map_.names_starting_with(text)) {
            if (add_once(revisions, name.revision)) candidates.emplace_back(name.text);
            if (revisions.size() > most_named) break;
        }
    }
    if (revisions.size() == 1) return revisions.front();
    if (revisions.empty()) {
        report(at(), Severity::error, "graph.missing-dependency",
               fmt::format("Revision '{}' referenced from {} in depends_on is not present", text,
                           describe(index)),
               suggestion(index, text));
    } else {
        report(at(), Severity::error, "graph.ambiguous-dependency",
               fmt::format("depends_on of {}: multiple revisions start with '{}': {}",
                           describe(index), text, join(candidates, ", ")),
               "write more of the id");
    }
    return std::nullopt;
}

void MapBuilder::link_dependencies(RevisionIndex index) {
    Node& node = map_.nodes_[index];
    for (std::size_t number = 0; number < node.revision.depends_on.size(); ++number) {
        const std::string& text = node.revision.depends_on[number];
        const auto at = [&] {
            return place_of(node.revision, node.revision.places.depends_on, number);
        };
        const auto dependency = dependency_named(index, number);
        if (!dependency) continue;
        if (*dependency == index) {
            report(at(), Severity::error, "graph.dependency-self-loop",
                   fmt::format("Dependency self-loop is detected in revisions ({})", id(index)),
                   "a revision cannot depend on itself");
            continue;
        }
        const bool is_parent =
            std::find(node.parents.begin(), node.parents.end(), *dependency) != node.parents.end();
        if (is_parent || !add_once(node.dependencies, *dependency)) {
            report(at(), Severity::warning, "graph.redundant-parent",
                   fmt::format("Revision {} names '{}' in depends_on{}", describe(index), text,
                               is_parent ? ", but it is a down_revision already" : " twice"),
                   "leave it out");
        }
    }
}

void MapBuilder::link_back() {
    for (RevisionIndex index = 0; index < map_.size(); ++index) {
        const Node& node = map_.nodes_[index];
        for (const RevisionIndex parent : node.parents) {
            map_.nodes_[parent].children.push_back(index);
        }
        for (const RevisionIndex dependency : node.dependencies) {
            map_.nodes_[dependency].dependents.push_back(index);
        }
    }
}

// Kahn's algorithm; among those that are free the smallest index goes first, which is the oldest.
bool MapBuilder::rank_all() {
    std::vector<std::size_t> waiting_for(map_.size());
    std::priority_queue<RevisionIndex, std::vector<RevisionIndex>, std::greater<>> free;
    for (RevisionIndex index = 0; index < map_.size(); ++index) {
        const Node& node = map_.nodes_[index];
        waiting_for[index] = node.parents.size() + node.dependencies.size();
        if (waiting_for[index] == 0) free.push(index);
    }
    map_.order_.reserve(map_.size());
    while (!free.empty()) {
        const RevisionIndex index = free.top();
        free.pop();
        Node& node = map_.nodes_[index];
        node.rank = static_cast<std::uint32_t>(map_.order_.size());
        map_.order_.push_back(index);
        const auto release = [&](RevisionIndex above) {
            if (--waiting_for[above] == 0) free.push(above);
        };
        for (const RevisionIndex child : node.children) release(child);
        for (const RevisionIndex dependent : node.dependents) release(dependent);
    }
    return map_.order_.size() == map_.size();
}

void MapBuilder::note_ends() {
    for (const RevisionIndex index : map_.order_) {
        const Node& node = map_.nodes_[index];
        if (node.children.empty()) map_.heads_.push_back(index);
        if (map_.is_real_head(index)) map_.real_heads_.push_back(index);
        if (node.parents.empty()) map_.bases_.push_back(index);
        if (node.parents.empty() && node.dependencies.empty()) map_.real_bases_.push_back(index);
    }
}

Expected<BuiltMap, Diagnostics> RevisionMap::build(std::vector<Revision> revisions) {
    return MapBuilder(std::move(revisions)).run();
}

}  // namespace revisiond::graph
