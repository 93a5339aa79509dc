// From a Target to revisions: what upgrade, downgrade, stamp and history have in common.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "graph/heads.hpp"
#include "graph/revision_map.hpp"
#include "graph/target.hpp"

namespace revisiond::graph {

// What stands before an '@': a revision, and everything above and below it along down_revision.
struct Branch {
    std::string name;
    RevisionIndex revision = 0;
    std::vector<bool> lineage;  // indexed by RevisionIndex
};

// What a target names.
struct Place {
    std::vector<RevisionIndex> revisions;  // empty for base; in rank order
    // As the target says; and for `id-N` that leads past the base of id, that base's.
    std::optional<Branch> branch;
    // For a relative target: the revision from which the last step led here.
    std::optional<RevisionIndex> came_from;
};

// What happens to a relative target that leads beyond the first or last revision.
enum class Overshoot {
    refuse,
    stop_at_end,  // for ranges that are only shown
};

// Resolves targets against one map and one set of rows; both must outlive it.
class Resolver {
  public:
    Resolver(const RevisionMap& map, const AppliedRows& rows, Overshoot overshoot)
        : map_(map), rows_(rows), overshoot_(overshoot) {}

    Expected<Place> place(const Target& target) const;

  private:
    Expected<Branch> branch(const std::string& name) const;
    Branch lineage_of(const std::string& name, RevisionIndex revision) const;
    Expected<RevisionIndex> named(const std::string& text, const Branch* branch) const;
    Expected<std::vector<RevisionIndex>> symbol(const Target& target, Symbol symbol,
                                                const Branch* branch) const;
    Expected<std::vector<RevisionIndex>> single_head(const Target& target,
                                                     const Branch* branch) const;
    std::vector<RevisionIndex> current(const Branch* branch) const;
    Expected<Done> move(const Target& target, const Relative& relative, Place& place) const;
    // Where a relative target begins; nothing means base.
    Expected<std::optional<RevisionIndex>> start(const Target& target, const Relative& relative,
                                                 const Branch* branch) const;
    Expected<std::optional<RevisionIndex>> current_start(const Target& target,
                                                         const Relative& relative,
                                                         const Branch* branch) const;
    Diagnostic ambiguous_start(const Target& target, const Relative& relative,
                               const std::vector<RevisionIndex>& starts) const;
    std::vector<RevisionIndex> next(std::optional<RevisionIndex> from, bool up,
                                    const Branch* branch) const;
    Diagnostic unknown(const std::string& text) const;

    const RevisionMap& map_;
    const AppliedRows& rows_;
    const Overshoot overshoot_;
};

// "'a', 'b', 'c' and 4 more".
std::string quote_ids(const RevisionMap& map, const std::vector<RevisionIndex>& indices);

// Rows from which a journey may start: nothing unknown that the database has no record of, no row
// that another stands on.
Expected<Done> check_rows(const RevisionMap& map, const AppliedRows& rows);

}  // namespace revisiond::graph
