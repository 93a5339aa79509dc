// What a MapBuilder says of what is wrong, and where.
#include <fmt/format.h>

#include <algorithm>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "graph/cycles.hpp"
#include "graph/map_builder.hpp"

namespace revisiond::graph {

void MapBuilder::report_cycles() {
    Edges edges;
    for (const Node& node : map_.nodes_) edges.push_back(node.parents);
    std::vector<bool> reported(map_.size(), false);
    const auto report_all = [&](const char* code, const char* kind, const char* hint) {
        for (const auto& cycle : find_cycles(edges)) {
            if (std::any_of(cycle.begin(), cycle.end(), [&](auto v) { return reported[v]; })) {
                continue;
            }
            std::vector<std::string> names;
            for (const RevisionIndex index : cycle) {
                reported[index] = true;
                if (names.size() < most_named) names.push_back(describe(index));
            }
            std::sort(names.begin(), names.end());
            if (cycle.size() > names.size()) {
                names.push_back(fmt::format("and {} more", cycle.size() - names.size()));
            }
            const auto goes_round = [&](RevisionIndex named) {
                return std::find(cycle.begin(), cycle.end(), named) != cycle.end();
            };
            report(place_of_edge(cycle.front(), goes_round), Severity::error, code,
                   fmt::format("{} is detected in revisions ({})", kind, join(names, ", ")), hint);
        }
    };
    report_all("graph.cycle", "Cycle", "one of them must get another down_revision");
    for (RevisionIndex index = 0; index < map_.size(); ++index) {
        const auto& dependencies = map_.nodes_[index].dependencies;
        edges[index].insert(edges[index].end(), dependencies.begin(), dependencies.end());
    }
    report_all("graph.dependency-cycle", "Dependency cycle", "one of them must lose a depends_on");
}

std::string MapBuilder::describe(RevisionIndex index) const {
    const std::string& file = map_.nodes_[index].revision.at.file;
    return file.empty() ? fmt::format("'{}'", id(index))
                        : fmt::format("'{}' ({})", id(index), file);
}

SourceLocation MapBuilder::place_of_edge(RevisionIndex from,
                                         const std::function<bool(RevisionIndex)>& is_meant) const {
    const Revision& revision = map_.nodes_[from].revision;
    for (std::size_t number = 0; number < revision.down_revisions.size(); ++number) {
        const auto named = by_name_.find(revision.down_revisions[number]);
        if (named != by_name_.end() && is_meant(named->second.revision)) {
            return place_of(revision, revision.places.down_revisions, number);
        }
    }
    for (std::size_t number = 0; number < revision.depends_on.size(); ++number) {
        const auto named = map_.names_starting_with(revision.depends_on[number]);
        const bool meant = std::any_of(named.begin(), named.end(), [&](const KnownName& name) {
            return is_meant(name.revision);
        });
        if (meant) return place_of(revision, revision.places.depends_on, number);
    }
    return revision.at;
}

std::string MapBuilder::suggestion(RevisionIndex index, std::string_view text) {
    const char* plain = "add the missing file, or correct the header";
    if (suggestions_left_ == 0 || text.empty()) return plain;
    --suggestions_left_;
    const auto others_starting_with = [&](std::string_view start) {
        std::vector<std::string> names;
        for (const KnownName& name : map_.names_starting_with(start)) {
            if (name.revision != index) names.emplace_back(name.text);
        }
        return names;
    };
    const auto longer = others_starting_with(text);
    const auto perhaps = [&](const std::string& name) {
        return fmt::format("did you mean \"{}\"? If not, {}", name, plain);
    };
    if (longer.size() == 1) return perhaps(longer.front());
    const auto names = others_starting_with("");
    const auto near = nearest(text, names);
    return near ? perhaps(*near) : plain;
}

void MapBuilder::report(SourceLocation at, Severity severity, std::string code, std::string message,
                        std::string hint) {
    Diagnostic diagnostic;
    diagnostic.severity = severity;
    diagnostic.code = std::move(code);
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    diagnostic.at = std::move(at);
    diagnostics_.push_back(std::move(diagnostic));
}

}  // namespace revisiond::graph
