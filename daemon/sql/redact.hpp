// Takes secrets out of text that leaves the process.
#pragma once

#include <string>
#include <string_view>

namespace revisiond::sql {

// SQL text with passwords replaced by ***: PASSWORD '…' (CREATE/ALTER ROLE and USER, user
// mappings), password=… inside connection strings of CREATE SUBSCRIPTION, dblink and OPTIONS
// (password '…'), in all quoting styles. For logs, events, errors, JSON.
std::string redact_sql(std::string_view sql);

// The same for connection strings in any text: postgresql://user:***@host and password=***.
std::string redact_urls(std::string_view text);

}  // namespace revisiond::sql
