// The rows of the version table, as a value, and how one step changes them.
// The law (DESIGN 4): after every step the rows are exactly the maximal elements of the applied set
// under down_revision ∪ depends_on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "graph/revision_map.hpp"

namespace revisiond::graph {

// What the version table holds, seen against the files.
// A row that no file knows is kept apart: it stays in the table untouched, and `below_unknown` says which known revisions the
// database's own record puts below it (they are applied, and cannot be taken back by these files).
struct AppliedRows {
    std::vector<RevisionIndex> known;     // sorted by rank
    std::vector<std::string> unknown;     // sorted
    std::vector<RevisionIndex> below_unknown;
};

// One change of one row; each must hit exactly one row when executed.
struct RowChange {
    enum class Kind {
        insert,  // `to`
        update,  // `from` becomes `to`
        remove,  // `from`
    };
    Kind kind = Kind::insert;
    std::string from;
    std::string to;
    bool operator==(const RowChange&) const = default;
};

// One revision, done or undone, and what that does to the rows.
struct RevisionStep {
    RevisionIndex revision = 0;
    Direction direction = Direction::upgrade;
    std::vector<RowChange> row_changes;
};

// Sorts the rows as read into an AppliedRows. `recorded_ancestors` are the ids that the database's `revision` table puts at or below
// the unknown rows; those without a file are ignored.
AppliedRows read_rows(const RevisionMap& map, const std::vector<std::string>& rows,
                      const std::vector<std::string>& recorded_ancestors = {});

// Everything applied: the closure of the rows under all parents. Indexed by RevisionIndex.
std::vector<bool> applied_set(const RevisionMap& map, const AppliedRows& rows);

// The rows that obey the law for this applied set, in rank order.
std::vector<RevisionIndex> maximal(const RevisionMap& map, const std::vector<bool>& applied);

// Follows the rows through steps; each step costs the edges of its revision, not the number of rows.
class HeadMaintainer {
  public:
    HeadMaintainer(const RevisionMap& map, const AppliedRows& rows);

    std::vector<RowChange> upgrade(RevisionIndex revision);
    std::vector<RowChange> downgrade(RevisionIndex revision);
    // Known and unknown rows: sorted by text.
    std::vector<std::string> rows() const;

  private:
    const RevisionMap& map_;
    std::vector<std::string> unknown_;
    std::vector<bool> applied_;
    std::vector<bool> is_row_;
    std::vector<std::uint32_t> applied_above_;  // how many applied children and dependents each has
};

// `rows` after `changes`, sorted by text. Throws std::logic_error when a change does not hit exactly one row.
std::vector<std::string> apply_changes(std::vector<std::string> rows,
                                       const std::vector<RowChange>& changes);

}  // namespace revisiond::graph
