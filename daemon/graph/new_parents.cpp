#include <fmt/format.h>

#include <algorithm>

#include "graph/planner.hpp"
#include "graph/resolve.hpp"

namespace revisiond::graph {
namespace {

// A new file must not depend on what one database happens to hold.
bool needs_rows(const Target& target) {
    if (const auto* symbol = std::get_if<Symbol>(&target.where)) return *symbol == Symbol::current;
    const auto* relative = std::get_if<Relative>(&target.where);
    if (relative == nullptr) return false;
    if (!relative->anchor) return true;
    const auto* anchor = std::get_if<Symbol>(&*relative->anchor);
    return anchor != nullptr && *anchor == Symbol::current;
}

Expected<std::vector<RevisionIndex>> resolve_in_files(const RevisionMap& map,
                                                      const Target& target) {
    if (needs_rows(target)) {
        return unexpected(make_error(
            "graph.needs-database",
            fmt::format("Target '{}' depends on what a database holds; a new revision hangs on "
                        "revisions only",
                        target.text),
            "name a revision, a label or head"));
    }
    return resolve(map, AppliedRows{}, target);
}

Expected<std::vector<RevisionIndex>> resolve_all(const RevisionMap& map,
                                                 const std::vector<Target>& targets) {
    std::vector<RevisionIndex> result;
    for (const Target& target : targets) {
        const auto revisions = resolve_in_files(map, target);
        if (!revisions) return unexpected(revisions.error());
        result.insert(result.end(), revisions->begin(), revisions->end());
    }
    return result;
}

Expected<Done> require_heads(const RevisionMap& map, const std::vector<RevisionIndex>& parents,
                             bool splice) {
    const auto inner = std::find_if(parents.begin(), parents.end(),
                                    [&](RevisionIndex index) { return !map.is_head(index); });
    if (splice || inner == parents.end()) return Done{};
    const std::string& id = map[*inner].revision.id;
    return unexpected(make_error(
        "graph.not-a-head",
        fmt::format("Revision {} is not a head revision; please specify --splice to create a new "
                    "branch from this revision",
                    id),
        fmt::format("the heads are {}", quote_ids(map, map.heads()))));
}

Diagnostic several_heads(const RevisionMap& map, const std::vector<RevisionIndex>& heads) {
    return make_error("graph.multiple-heads",
                      "Multiple heads are present; please specify the head revision on which the "
                      "new revision should be based, or perform a merge.",
                      fmt::format("--head with one of {}", quote_ids(map, heads)));
}

// A dependency written as a label stays a label, so that it reads in the file as it was meant.
Expected<std::vector<std::string>> read_dependencies(const RevisionMap& map,
                                                     const std::vector<Target>& targets) {
    std::vector<std::string> result;
    for (const Target& target : targets) {
        if (const auto found = resolve_in_files(map, target); !found) {
            return unexpected(found.error());
        }
        const auto index = resolve_one(map, AppliedRows{}, target);
        if (!index) return unexpected(index.error());
        const auto* name = std::get_if<Name>(&target.where);
        const bool is_label = name != nullptr && map.find_label(name->text).has_value();
        const std::string text = is_label ? name->text : map[*index].revision.id;
        if (std::find(result.begin(), result.end(), text) == result.end()) result.push_back(text);
    }
    return result;
}

}  // namespace

Expected<NewParents> parents_of_new(const RevisionMap& map, const std::vector<Target>& heads,
                                    bool splice, const std::vector<Target>& depends_on) {
    if (heads.empty() && map.heads().size() > 1) {
        return unexpected(several_heads(map, map.heads()));
    }
    auto parents =
        heads.empty() ? Expected<std::vector<RevisionIndex>>(map.heads()) : resolve_all(map, heads);
    if (!parents && parents.error().code == "graph.multiple-heads") {
        parents.error().message = several_heads(map, {}).message;
    }
    if (!parents) return unexpected(std::move(parents).error());
    if (parents->size() > 1) return unexpected(several_heads(map, *parents));
    if (const auto good = require_heads(map, *parents, splice); !good) {
        return unexpected(good.error());
    }
    auto dependencies = read_dependencies(map, depends_on);
    if (!dependencies) return unexpected(std::move(dependencies).error());
    // What the parent stands on is required already: written down it would only be a warning.
    const auto below = map.ancestors(*parents, true);
    std::erase_if(*dependencies, [&](const std::string& text) {
        auto index = map.find(text);
        if (!index) index = map.find_label(text);
        return below[*index];
    });
    return NewParents{map.ids(*parents), *std::move(dependencies)};
}

Expected<NewParents> parents_of_merge(const RevisionMap& map, const std::vector<Target>& revisions,
                                      bool splice) {
    const auto parents = resolve_all(map, revisions);
    if (!parents) return unexpected(parents.error());
    std::vector<RevisionIndex> different = *parents;
    std::sort(different.begin(), different.end());
    different.erase(std::unique(different.begin(), different.end()), different.end());
    if (different.size() < parents->size()) {
        return unexpected(make_error("graph.duplicate-heads", "Duplicate head revisions specified",
                                     "name each revision once"));
    }
    if (parents->size() < 2) {
        if (map.heads().size() > map.real_heads().size() && !parents->empty() &&
            map.is_real_head(parents->front())) {
            return unexpected(make_error(
                "graph.nothing-to-merge",
                fmt::format("There is nothing to merge: of the heads {}, only {} is effective, as "
                            "it depends on the others",
                            quote_ids(map, map.heads()), quote_ids(map, map.real_heads())),
                "name the heads one by one to merge them all the same"));
        }
        return unexpected(make_error("graph.nothing-to-merge",
                                     "A merge needs at least two different revisions",
                                     fmt::format("the heads are {}", quote_ids(map, map.heads()))));
    }
    if (const auto good = require_heads(map, *parents, splice); !good) {
        return unexpected(good.error());
    }
    for (const RevisionIndex index : *parents) {
        const auto above = map.descendants(std::span(&index, 1), false);
        const auto over = std::find_if(parents->begin(), parents->end(), [&](RevisionIndex other) {
            return other != index && above[other];
        });
        if (over == parents->end()) continue;
        return unexpected(
            make_error("graph.redundant-parent",
                       fmt::format("Revision {} stands on {} already: there is nothing to merge",
                                   map[*over].revision.id, map[index].revision.id),
                       fmt::format("leave out '{}'", map[index].revision.id)));
    }
    return NewParents{map.ids(*parents), {}};
}

}  // namespace revisiond::graph
