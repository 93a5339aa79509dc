// The rows of the version table, as a value, and how one step changes them.
// The law (DESIGN 4): after every step the rows are exactly the maximal elements of the applied set
// under down_revision ∪ depends_on.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "graph/revision_map.hpp"

namespace revisiond::graph {

// What the version table holds, seen against the files.
// A row that no file knows is kept apart: it stays in the table untouched, and `below_unknown` says
// which known revisions the database's own record puts below it (they are applied, and cannot be
// taken back by these files). Without such a record nobody can say what is applied.
struct AppliedRows {
    std::vector<RevisionIndex> known;          // sorted by rank, each once
    std::vector<std::string> unknown;          // sorted, each once
    std::vector<std::string> unrecorded;       // those of `unknown` that the record does not hold
    std::vector<RevisionIndex> below_unknown;  // sorted by rank, each once
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

// Sorts the rows as read into an AppliedRows. `recorded_ancestors` are the ids that the database's
// `revision` table puts at or below the unknown rows, the rows themselves included (a row missing
// here counts as unrecorded); others without a file are ignored.
AppliedRows read_rows(const RevisionMap& map, const std::vector<std::string>& rows,
                      const std::vector<std::string>& recorded_ancestors = {});

// Everything applied: the closure of the rows, and of what lies below unknown ones, under all
// parents. Indexed by RevisionIndex.
std::vector<bool> applied_set(const RevisionMap& map, const AppliedRows& rows);

// The rows that obey the law for this applied set, which must be closed under all parents; in rank
// order. Looks at direct edges only: in a closed set that is enough, redundant parents or not.
std::vector<RevisionIndex> maximal(const RevisionMap& map, const std::vector<bool>& applied);

// Follows the rows through steps; each step costs the edges of its revision, not the number of
// rows. REQUIRES rows that obey the law; the map must outlive it. A step out of order (an upgrade
// before its parents, a downgrade of what others stand on) throws std::logic_error.
class HeadMaintainer {
  public:
    HeadMaintainer(const RevisionMap& map, const AppliedRows& rows);

    // Changes in the order in which they must be executed: an id is free before it is taken.
    std::vector<RowChange> upgrade(RevisionIndex revision);
    std::vector<RowChange> downgrade(RevisionIndex revision);
    // Known and unknown rows: sorted by text.
    std::vector<std::string> rows() const;

  private:
    void put(RevisionIndex revision);
    void take(RevisionIndex revision);

    const RevisionMap& map_;
    std::vector<bool> applied_;
    std::vector<bool> is_row_;
    // How many applied children and dependents each has; an unknown row counts for all below it.
    std::vector<std::uint32_t> applied_above_;
    std::set<std::string, std::less<>> rows_;
};

// `rows` after `changes`, sorted by text. Throws std::logic_error when a change does not hit
// exactly one row.
std::vector<std::string> apply_changes(std::vector<std::string> rows,
                                       const std::vector<RowChange>& changes);

}  // namespace revisiond::graph
