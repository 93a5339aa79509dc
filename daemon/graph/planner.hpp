// From rows and targets to steps: the meaning of upgrade, downgrade and stamp.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "graph/heads.hpp"
#include "graph/revision_map.hpp"
#include "graph/target.hpp"

namespace revisiond::graph {

// A resolved journey. No steps means there is nothing to do, and `notes` says why in words
// ("already applied").
struct Journey {
    std::vector<RevisionStep> steps;
    std::vector<RevisionIndex> targets;  // what the targets resolved to; empty for base
    std::vector<std::string> notes;
};

// What `stamp` changes: rows only, no SQL. `revisions` is what becomes marked as applied, for the
// history.
struct StampPlan {
    std::vector<RowChange> row_changes;
    std::vector<RevisionIndex> revisions;
    std::vector<std::string> notes;
};

// upgrade = closure(targets) − closure(rows), in rank order. A target that is applied already gives
// a note, no error. Unknown rows without a record of what lies below them are an error (code
// "graph.unknown-row") that names them.
Expected<Journey> plan_upgrade(const RevisionMap& map, const AppliedRows& rows,
                               const std::vector<Target>& targets);

// downgrade = applied descendants of the target's children (for base: of the bases), the reverse of
// rank order. Alembic's branch rules (reference 3) but for its bugs: an ambiguous -N over several
// heads is an error that lists the choices, `label@-N` and `label@base` undo revisions of that
// branch and what depends on them. A revision below an unknown row cannot be undone: an error that
// says so.
Expected<Journey> plan_downgrade(const RevisionMap& map, const AppliedRows& rows,
                                 const Target& target);

// Alembic's stamp, several targets together; an ancestor with its descendant is refused. `purge`
// forgets all rows first, unknown ones too.
Expected<StampPlan> plan_stamp(const RevisionMap& map, const AppliedRows& rows,
                               const std::vector<Target>& targets, bool purge);

// The revisions that a target names, without direction: for show, edit, heads, history, --from,
// revision --head and merge. `base` gives none. Relative targets need an anchor, a branch or rows.
Expected<std::vector<RevisionIndex>> resolve(const RevisionMap& map, const AppliedRows& rows,
                                             const Target& target);
// resolve() that must give exactly one.
Expected<RevisionIndex> resolve_one(const RevisionMap& map, const AppliedRows& rows,
                                    const Target& target);

// For `history -r a:b`, newest first: everything between, both ends included; a range whose ends
// are not on one line is an error, as in Alembic. Without a side: from the bases, to the heads.
// `-N:` and `:+N` count from the current rows.
Expected<std::vector<RevisionIndex>> history_range(const RevisionMap& map, const AppliedRows& rows,
                                                   const TargetRange& range);

// What a new revision hangs on, for `revision` and `merge`.
struct NewParents {
    std::vector<std::string> down_revisions;  // full ids
    std::vector<std::string> depends_on;      // full ids or labels
};

// `revision --head H --depends-on D...`: one parent (none for base); a parent that is not a head is
// refused without `splice`.
Expected<NewParents> parents_of_new(const RevisionMap& map, const std::vector<Target>& heads,
                                    bool splice, const std::vector<Target>& depends_on);
// `merge R R...`: at least two different heads; not heads only with `splice`.
Expected<NewParents> parents_of_merge(const RevisionMap& map, const std::vector<Target>& revisions,
                                      bool splice);

}  // namespace revisiond::graph
