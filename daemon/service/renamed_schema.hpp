// Renames that are carried out on a scratch copy, since only the server knows what else mentions
// an old name. Internal to the room.
#pragma once

#include <vector>

#include "catalog/catalog.hpp"
#include "diff/compare.hpp"
#include "diff/renames.hpp"
#include "service/problem.hpp"
#include "service/schema_reader.hpp"

namespace revisiond::service {

// A schema some of whose objects have their new names.
struct RenamedSchema {
    catalog::Catalog catalog;
    std::vector<diff::Statement> statements;  // that gave them
    std::vector<diff::Statement> undo;        // that give the old ones back
};

// Renames in `database`, a scratch copy of `from`, what is to be called as in `to`. A rename that
// matches nothing on either side is a problem.
Expected<RenamedSchema, Problem> rename_schema(SchemaReader& reader,
                                               const scratch::ScratchDatabase& database,
                                               const catalog::Catalog& from,
                                               const catalog::Catalog& to,
                                               const std::vector<diff::Rename>& renames);

}  // namespace revisiond::service
