// Takes secrets out of text that leaves the process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/diagnostic.hpp"

namespace revisiond::sql {

// SQL text with passwords replaced by ***: PASSWORD '…' (CREATE/ALTER ROLE and USER, user
// mappings), password=… inside connection strings of CREATE SUBSCRIPTION, dblink and OPTIONS
// (password '…'), in all quoting styles. For logs, events, errors, JSON.
std::string redact_sql(std::string_view sql);

// The same for a message of the server, which puts SQL between double quotes and does not double
// those inside: context: SQL statement "ALTER ROLE a PASSWORD 'b'". Where a secret begins, all up
// to the last quote of the text is taken out.
std::string redact_message(std::string_view message);

// The same for connection strings in any text: postgresql://user:***@host and password=***.
std::string redact_urls(std::string_view text);

// For the line that a diagnostic shows, which would reach terminals and logs: when it holds a part
// of a secret of `text`, it is shown without it, and without a column, since what follows has
// moved. All of `text` is looked at, because PASSWORD may stand on one line and the secret on the
// next. `first_line` is the line of the file that `text` begins on.
void redact_line(SourceLocation& at, std::string_view text, std::uint32_t first_line);

// The line `number` of a text, counted from 0, without its end; empty behind the last.
std::string_view line_of(std::string_view text, std::size_t number);

}  // namespace revisiond::sql
