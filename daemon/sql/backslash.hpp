// psql's backslash commands, which no server understands.
#pragma once

#include <string_view>

#include "base/diagnostic.hpp"

namespace revisiond::sql {

// Whether this is \restrict or \unrestrict, which pg_dump writes around a dump and which mean
// nothing here.
bool is_skipped_backslash(std::string_view command);

// The error for a backslash command, with what to use instead as its hint; no location.
Diagnostic refuse_backslash(std::string_view command);

}  // namespace revisiond::sql
