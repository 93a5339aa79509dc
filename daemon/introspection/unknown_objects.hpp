// What a server has that we do not know. Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "catalog/catalog.hpp"
#include "database/database_state.hpp"

namespace revisiond::introspection {

// Kinds within the catalogs that we read (a relation kind, a constraint type) and what we know and
// do not describe: what it is, and one object that has it.
std::string unknown_codes_sql(int major);

// The names of catalogs that we have never heard of.
extern const char* const unknown_catalogs_sql;

// Those of them that hold something.
Expected<std::vector<catalog::Unknown>, database::SqlError> catalogs_in_use(
    const database::Query& query, const std::vector<std::string>& names);

}  // namespace revisiond::introspection
