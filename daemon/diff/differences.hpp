// Two catalogs object by object, for a person to compare.
#pragma once

#include <string>
#include <vector>

#include "diff/compare.hpp"

namespace revisiond::diff {

// One object that stands by itself (a table, a function), with all that belongs to it (its columns,
// constraints, indexes, triggers), as it is on both sides.
struct Difference {
    ObjectName object;
    ChangeType type = ChangeType::alter;  // of the whole
    std::vector<Change> changes;          // of it and of its parts
    std::string from;                     // DDL that makes all of it, by line; empty: not there
    std::string to;
};

// What `script`, compare(from, to, options), changes, by kind and address. What is only rebuilt
// because something else is in its way does not differ, and is left out.
std::vector<Difference> differences(const catalog::Catalog& from, const catalog::Catalog& to,
                                    const MigrationScript& script, const DiffOptions& options);

}  // namespace revisiond::diff
