// Objects that have a new name on the other side.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "catalog/catalog.hpp"
#include "diff/compare.hpp"

namespace revisiond::diff {

// "users.phone" is "users.phone_number" now: as people write it, schema-qualified or (found when it
// is unambiguous) not.
struct Rename {
    std::string from;
    std::string to;
};

// The statements that give the objects of `from` the names of `to`, tables before columns.
struct RenameScript {
    std::vector<Statement> statements;
    Diagnostics diagnostics;  // a rename that matches nothing on either side
};

// A definition mentions names in ways that only the server can rewrite (a view keeps its own column
// name), so a renamed catalog is not computed: run these statements on a scratch copy of `from`,
// read that again and compare it.
RenameScript rename_statements(const catalog::Catalog& from, const catalog::Catalog& to,
                               const std::vector<Rename>& renames);

}  // namespace revisiond::diff
