#include "graph/revision_map.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/visible.hpp"

namespace revisiond::graph {
namespace {

// Everything that `edges` reaches from `from`, without recursion: chains are long.
template <class Edges>
std::vector<bool> reach(std::size_t size, std::span<const RevisionIndex> from, Edges edges) {
    std::vector<bool> seen(size, false);
    std::vector<RevisionIndex> todo;
    const auto visit = [&](RevisionIndex index) {
        if (seen[index]) return;
        seen[index] = true;
        todo.push_back(index);
    };
    for (const RevisionIndex index : from) visit(index);
    while (!todo.empty()) {
        const RevisionIndex index = todo.back();
        todo.pop_back();
        edges(index, visit);
    }
    return seen;
}

}  // namespace

std::string_view RevisionMap::text_of(Name name) const {
    const Revision& revision = nodes_[name.revision].revision;
    return name.label == 0 ? revision.id : revision.branch_labels[name.label - 1];
}

std::vector<RevisionMap::Name>::const_iterator RevisionMap::lower_bound(
    std::string_view text) const {
    return std::lower_bound(
        names_.begin(), names_.end(), text,
        [this](Name name, std::string_view wanted) { return text_of(name) < wanted; });
}

std::optional<RevisionIndex> RevisionMap::find(std::string_view id) const {
    const auto place = lower_bound(id);
    if (place == names_.end() || place->label != 0 || text_of(*place) != id) return std::nullopt;
    return place->revision;
}

std::optional<RevisionIndex> RevisionMap::find_label(std::string_view label) const {
    const auto place = lower_bound(label);
    if (place == names_.end() || place->label == 0 || text_of(*place) != label) {
        return std::nullopt;
    }
    return place->revision;
}

bool RevisionMap::is_real_head(RevisionIndex index) const {
    return nodes_[index].children.empty() && nodes_[index].dependents.empty();
}

std::vector<KnownName> RevisionMap::names_starting_with(std::string_view prefix) const {
    std::vector<KnownName> result;
    for (auto place = lower_bound(prefix); place != names_.end(); ++place) {
        const std::string_view text = text_of(*place);
        if (!text.starts_with(prefix)) break;
        result.push_back({text, place->revision});
    }
    return result;
}

std::vector<bool> RevisionMap::ancestors(std::span<const RevisionIndex> from,
                                         bool with_dependencies) const {
    return reach(size(), from, [&](RevisionIndex index, auto&& visit) {
        for (const RevisionIndex parent : nodes_[index].parents) visit(parent);
        if (!with_dependencies) return;
        for (const RevisionIndex dependency : nodes_[index].dependencies) visit(dependency);
    });
}

std::vector<bool> RevisionMap::descendants(std::span<const RevisionIndex> from,
                                           bool with_dependents) const {
    return reach(size(), from, [&](RevisionIndex index, auto&& visit) {
        for (const RevisionIndex child : nodes_[index].children) visit(child);
        if (!with_dependents) return;
        for (const RevisionIndex dependent : nodes_[index].dependents) visit(dependent);
    });
}

std::vector<std::string> RevisionMap::ids(std::span<const RevisionIndex> indices) const {
    std::vector<std::string> result;
    result.reserve(indices.size());
    for (const RevisionIndex index : indices) result.push_back(nodes_[index].revision.id);
    return result;
}

std::string forbidden_in_id(std::string_view id) {
    if (id.empty()) return "a revision identifier or label may not be empty";
    for (const char& c : id) {
        if (!is_control(c) && std::string_view("@-+: ").find(c) == std::string_view::npos) continue;
        return fmt::format("Character(s) '{}' not allowed in revision identifier '{}'",
                           visible({&c, 1}), visible(id));
    }
    return {};
}

}  // namespace revisiond::graph
