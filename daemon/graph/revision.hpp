// The room graph: the law of revisions. Which revisions there are, how they hang together, what a
// target means, and which steps lead from one set of version-table rows to another.
// Pure: no files, no database, no clock. Semantics are Alembic's where Alembic keeps its own law;
// where it is silent or wrong, DESIGN's section 4 decides (see docs/graph.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"

namespace revisiond::graph {

// Where a file names other revisions: one place for each entry of the list of the same name,
// without the file's own name; empty when nobody knows.
struct NamePlaces {
    std::vector<SourceLocation> down_revisions;
    std::vector<SourceLocation> depends_on;
    std::vector<SourceLocation> branch_labels;
};

// One revision as its file declares it: the input of RevisionMap.
struct Revision {
    std::string id;
    std::vector<std::string> down_revisions;  // full ids; empty for a base
    std::vector<std::string> depends_on;      // as written: ids, unique prefixes or labels
    std::vector<std::string> branch_labels;   // as written, on this revision
    std::string message;
    std::int64_t created = 0;  // microseconds since 1970 UTC; 0 when the file does not say
    SourceLocation at;         // the file and the line of the header, for diagnostics
    NamePlaces places;
};

// Where the entry with this number of one of the revision's `places` stands; its header where that
// is not known.
SourceLocation place_of(const Revision& revision, const std::vector<SourceLocation>& places,
                        std::size_t number);

// The way a step goes.
enum class Direction {
    upgrade,
    downgrade,
};

const char* to_string(Direction direction);

}  // namespace revisiond::graph
