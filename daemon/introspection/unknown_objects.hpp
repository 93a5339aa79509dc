// What a server has that we do not know. Internal to the room.
#pragma once

#include <vector>

#include "base/expected.hpp"
#include "catalog/catalog.hpp"
#include "database/database_state.hpp"

namespace revisiond::introspection {

// Kinds within the catalogs that we read (a relation kind, a constraint type), catalogs that we
// have never heard of and that hold something of the user's, and what we know and do not describe.
Expected<std::vector<catalog::Unknown>, database::SqlError> find_unknown_objects(
    const database::Query& query, int major);

}  // namespace revisiond::introspection
