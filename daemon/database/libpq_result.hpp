// libpq's results as values. For Session alone.
#pragma once

#include <cstdint>
#include <string>

#include "database/server_message.hpp"
#include "database/session.hpp"

// NOLINTNEXTLINE(modernize-use-using): libpq's own declaration, repeated so that its header stays
// in sources.
typedef struct pg_result PGresult;

namespace revisiond::database {

ServerMessage read_message(const PGresult* result);
ResultTable read_table(PGresult* result);
// What the command's tag counts: 0 when it counts nothing.
std::uint64_t row_count(PGresult* result);
// libpq's own words of several lines, as one.
std::string one_line(const char* text);

}  // namespace revisiond::database
