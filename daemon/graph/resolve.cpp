#include "graph/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "graph/planner.hpp"

namespace revisiond::graph {
namespace {

constexpr std::size_t most_shown = 6;
constexpr const char* symbols[] = {"head", "heads", "base", "current"};

std::string quote_words(std::vector<std::string> words) {
    const std::size_t all = words.size();
    if (all > most_shown) words.resize(most_shown);
    for (std::string& word : words) word = fmt::format("'{}'", word);
    if (all > most_shown) return fmt::format("{} and {} more", join(words, ", "), all - most_shown);
    return join_words(words);
}

std::vector<RevisionIndex> on_branch(const std::vector<RevisionIndex>& indices,
                                     const Branch* branch) {
    if (branch == nullptr) return indices;
    std::vector<RevisionIndex> result;
    std::copy_if(indices.begin(), indices.end(), std::back_inserter(result),
                 [&](RevisionIndex index) { return branch->lineage[index]; });
    return result;
}

Diagnostic too_far(const Target& target, const Relative& relative) {
    const int steps = std::abs(relative.count);
    if (relative.anchor) {
        return make_error("graph.walked-too-far",
                          fmt::format("Walked too far: target '{}' leads {} the {} revision",
                                      target.text, relative.count > 0 ? "beyond" : "below",
                                      relative.count > 0 ? "last" : "first"),
                          "count again, or name the revision");
    }
    return make_error(
        "graph.walked-too-far",
        fmt::format("Relative revision {:+} didn't produce {} migrations", relative.count, steps),
        relative.count > 0 ? "fewer revisions are left above; `heads` applies all of them"
                           : "fewer revisions are applied; `base` undoes all of them");
}

}  // namespace

std::string quote_ids(const RevisionMap& map, const std::vector<RevisionIndex>& indices) {
    return quote_words(map.ids(indices));
}

Diagnostic Resolver::unknown(const std::string& text) const {
    std::string lower = text;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string hint = "`heads` and `history` list what there is";
    std::vector<std::string> names(std::begin(symbols), std::end(symbols));
    const bool is_symbol = std::find(names.begin(), names.end(), lower) != names.end();
    for (const KnownName& name : map_.names_starting_with("")) names.emplace_back(name.text);
    const auto near = is_symbol ? std::optional(lower) : nearest(text, names);
    if (near) hint = fmt::format("did you mean '{}'?", *near);
    return make_error("graph.unknown-revision",
                      fmt::format("Can't locate revision identified by '{}'", text), hint);
}

Expected<RevisionIndex> Resolver::named(const std::string& text, const Branch* branch) const {
    auto index = map_.find(text);
    if (!index) index = map_.find_label(text);
    if (!index) {
        std::vector<std::string> names;
        std::vector<RevisionIndex> candidates;
        for (const KnownName& name : map_.names_starting_with(text)) {
            if (branch != nullptr && !branch->lineage[name.revision]) continue;
            names.emplace_back(name.text);
            candidates.push_back(name.revision);
        }
        if (candidates.empty()) return unexpected(unknown(text));
        index = candidates.front();
        const bool same = std::all_of(candidates.begin(), candidates.end(),
                                      [&](RevisionIndex other) { return other == *index; });
        if (!same) {
            return unexpected(make_error(
                "graph.ambiguous-revision",
                fmt::format("Multiple revisions start with '{}': {}", text, quote_words(names)),
                "write more of the id"));
        }
    }
    if (branch != nullptr && !branch->lineage[*index]) {
        return unexpected(
            make_error("graph.not-on-branch",
                       fmt::format("Revision {} is not a member of branch '{}'",
                                   map_[*index].revision.id, branch->name),
                       fmt::format("leave out '{}@', or name a revision above or below '{}'",
                                   branch->name, map_[branch->revision].revision.id)));
    }
    return *index;
}

Expected<Branch> Resolver::branch(const std::string& name) const {
    const auto revision = named(name, nullptr);
    if (!revision) {
        Diagnostic error = revision.error();
        if (error.code == "graph.unknown-revision") {
            error.code = "graph.unknown-branch";
            error.message = fmt::format("No such branch: '{}'", name);
        }
        return unexpected(std::move(error));
    }
    return lineage_of(name, *revision);
}

Branch Resolver::lineage_of(const std::string& name, RevisionIndex revision) const {
    Branch result{name, revision, map_.ancestors(std::span(&revision, 1), false)};
    const auto above = map_.descendants(std::span(&revision, 1), false);
    for (RevisionIndex index = 0; index < map_.size(); ++index) {
        if (above[index]) result.lineage[index] = true;
    }
    return result;
}

Expected<std::vector<RevisionIndex>> Resolver::single_head(const Target& target,
                                                           const Branch* branch) const {
    auto heads = on_branch(map_.heads(), branch);
    if (heads.size() > 1) {
        return unexpected(make_error(
            "graph.multiple-heads",
            fmt::format("Multiple head revisions are present for given argument '{}'; please "
                        "specify a specific target revision, '<branchname>@head' to narrow to a "
                        "specific head, or '{}heads' for all heads",
                        target.text, branch != nullptr ? branch->name + "@" : ""),
            fmt::format("the heads are {}", quote_ids(map_, heads))));
    }
    return heads;
}

// The rows; of a branch whose tip is no row because others stand on it, that tip.
std::vector<RevisionIndex> Resolver::current(const Branch* branch) const {
    auto rows = on_branch(rows_.known, branch);
    if (branch == nullptr || !rows.empty()) return rows;
    std::vector<bool> applied = applied_set(map_, rows_);
    for (RevisionIndex index = 0; index < map_.size(); ++index) {
        applied[index] = applied[index] && branch->lineage[index];
    }
    return maximal(map_, applied);
}

Expected<std::vector<RevisionIndex>> Resolver::symbol(const Target& target, Symbol symbol,
                                                      const Branch* branch) const {
    switch (symbol) {
        case Symbol::head:
            return single_head(target, branch);
        case Symbol::heads:
            return branch != nullptr ? on_branch(map_.heads(), branch) : map_.real_heads();
        case Symbol::current:
            return current(branch);
        case Symbol::base:
            break;
    }
    return std::vector<RevisionIndex>{};
}

Diagnostic Resolver::ambiguous_start(const Target& target, const Relative& relative,
                                     const std::vector<RevisionIndex>& starts) const {
    // `id@-1` counts from the rows of that branch, `id-1` from the revision itself.
    const int count = relative.count;
    const char* at = relative.anchor ? "" : "@";
    std::vector<std::string> choices;
    for (const std::string& id : map_.ids(starts)) {
        choices.push_back(fmt::format("{}{}{:+}", id, at, count));
    }
    const std::string what =
        relative.anchor ? "Ambiguous walk"
        : count > 0     ? "Ambiguous upgrade from multiple current revisions"
                        : fmt::format("downgrade {:+} from multiple heads is ambiguous", count);
    std::string rows = quote_ids(map_, starts);
    if (!relative.anchor && !rows_.unknown.empty()) {
        const std::string unknown = "the unknown " + quote_words(rows_.unknown);
        rows = starts.empty() ? unknown : rows + " and " + unknown;
    }
    return make_error("graph.ambiguous-current",
                      fmt::format("{}: target '{}' could count from {}", what, target.text, rows),
                      choices.empty() ? "name the revision"
                                      : fmt::format("write one of {}", quote_words(choices)));
}

Expected<std::optional<RevisionIndex>> Resolver::current_start(const Target& target,
                                                               const Relative& relative,
                                                               const Branch* branch) const {
    if (relative.count < 0 && branch != nullptr && !applied_set(map_, rows_)[branch->revision]) {
        return unexpected(
            make_error("graph.branch-not-applied",
                       fmt::format("Branch '{}' is not applied, so '{}' has nothing of it to undo",
                                   branch->name, target.text),
                       "to undo what the branch stands on, name the revision to go back to"));
    }
    const auto starts = current(branch);
    const bool clear_rows = branch != nullptr || rows_.unknown.empty();
    if (starts.size() > 1 || !clear_rows) {
        return unexpected(ambiguous_start(target, relative, starts));
    }
    if (starts.empty()) return std::optional<RevisionIndex>{};
    return std::optional(starts.front());
}

Expected<std::optional<RevisionIndex>> Resolver::start(const Target& target,
                                                       const Relative& relative,
                                                       const Branch* branch) const {
    if (!relative.anchor) return current_start(target, relative, branch);
    if (const auto* name = std::get_if<Name>(&*relative.anchor)) {
        const auto index = named(name->text, branch);
        if (!index) return unexpected(index.error());
        return std::optional(*index);
    }
    const auto revisions = symbol(target, std::get<Symbol>(*relative.anchor), branch);
    if (!revisions) return unexpected(revisions.error());
    if (revisions->size() > 1) {
        return unexpected(ambiguous_start(target, relative, *revisions));
    }
    if (revisions->empty()) return std::optional<RevisionIndex>{};
    return std::optional(revisions->front());
}

std::vector<RevisionIndex> Resolver::next(std::optional<RevisionIndex> from, bool up,
                                          const Branch* branch) const {
    if (up) return on_branch(from ? map_[*from].children : map_.bases(), branch);
    return from ? map_[*from].parents : std::vector<RevisionIndex>{};
}

// One edge of down_revision at a time; the step below a base leads to base itself. From a named
// revision that is the base of its own lineage: branches beside it have no part in `id-N`.
Expected<Done> Resolver::move(const Target& target, const Relative& relative, Place& place) const {
    const Branch* branch = place.branch ? &*place.branch : nullptr;
    const bool up = relative.count > 0;
    const auto begin = start(target, relative, branch);
    if (!begin) return unexpected(begin.error());
    std::optional<RevisionIndex> here = *begin;
    for (int left = std::abs(relative.count); left > 0; --left) {
        const auto choices = next(here, up, branch);
        if (choices.size() > 1) {
            return unexpected(make_error(
                "graph.ambiguous-walk",
                fmt::format("Ambiguous walk: on the way of '{}', {} has several ways {}: {}",
                            target.text,
                            here ? fmt::format("'{}'", map_[*here].revision.id) : "base",
                            up ? "up" : "down", quote_ids(map_, choices)),
                up ? "name the revision, or narrow with label@" : "name the revision to go to"));
        }
        if (choices.empty() && (up || !here)) {
            if (overshoot_ == Overshoot::stop_at_end) break;
            return unexpected(too_far(target, relative));
        }
        place.came_from = here;
        here = choices.empty() ? std::nullopt : std::optional(choices.front());
    }
    if (!here && !up && relative.anchor && !place.branch && overshoot_ == Overshoot::refuse) {
        place.branch = lineage_of(map_[*place.came_from].revision.id, *place.came_from);
    }
    if (here) place.revisions.push_back(*here);
    return Done{};
}

Expected<Place> Resolver::place(const Target& target) const {
    Place result;
    if (target.branch) {
        auto found = branch(*target.branch);
        if (!found) return unexpected(std::move(found).error());
        result.branch = *std::move(found);
    }
    const Branch* on = result.branch ? &*result.branch : nullptr;
    if (const auto* name = std::get_if<Name>(&target.where)) {
        const auto index = named(name->text, on);
        if (!index) return unexpected(index.error());
        result.revisions.push_back(*index);
    } else if (const auto* word = std::get_if<Symbol>(&target.where)) {
        auto revisions = symbol(target, *word, on);
        if (!revisions) return unexpected(std::move(revisions).error());
        result.revisions = *std::move(revisions);
    } else {
        const auto moved = move(target, std::get<Relative>(target.where), result);
        if (!moved) return unexpected(moved.error());
    }
    return result;
}

Expected<Done> check_rows(const RevisionMap& map, const AppliedRows& rows) {
    if (!rows.unrecorded.empty()) {
        return unexpected(make_error(
            "graph.unknown-row",
            fmt::format("Can't locate revision identified by {}, which the version table holds",
                        quote_words(rows.unrecorded)),
            "these files are older than the database or belong to another: use those that hold "
            "it, or `stamp --purge`"));
    }
    const std::vector<bool> applied = applied_set(map, rows);
    std::vector<bool> covered(map.size(), false);
    for (RevisionIndex index = 0; index < map.size(); ++index) {
        if (!applied[index]) continue;
        for (const RevisionIndex parent : map[index].parents) covered[parent] = true;
        for (const RevisionIndex dependency : map[index].dependencies) covered[dependency] = true;
    }
    for (const RevisionIndex index : rows.below_unknown) covered[index] = true;
    std::vector<RevisionIndex> overlapping;
    std::copy_if(rows.known.begin(), rows.known.end(), std::back_inserter(overlapping),
                 [&](RevisionIndex index) { return covered[index]; });
    if (overlapping.empty()) return Done{};
    return unexpected(make_error(
        "graph.overlapping-rows",
        fmt::format("The version table holds {} together with revisions that stand on it",
                    quote_ids(map, overlapping)),
        "the rows contradict each other: `stamp --purge` with what is really applied"));
}

Expected<std::vector<RevisionIndex>> resolve(const RevisionMap& map, const AppliedRows& rows,
                                             const Target& target) {
    auto place = Resolver(map, rows, Overshoot::refuse).place(target);
    if (!place) return unexpected(std::move(place).error());
    return std::move(place->revisions);
}

Expected<RevisionIndex> resolve_one(const RevisionMap& map, const AppliedRows& rows,
                                    const Target& target) {
    const auto revisions = resolve(map, rows, target);
    if (!revisions) return unexpected(revisions.error());
    if (revisions->size() == 1) return revisions->front();
    return unexpected(revisions->empty()
                          ? make_error("graph.no-revision",
                                       fmt::format("Target '{}' names no revision", target.text),
                                       "name a revision or a label")
                          : make_error("graph.several-revisions",
                                       fmt::format("Target '{}' names several revisions: {}",
                                                   target.text, quote_ids(map, *revisions)),
                                       "name one of them"));
}

}  // namespace revisiond::graph
