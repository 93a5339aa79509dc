// How a database encodes and sorts, so that a scratch database can do it alike.
#pragma once

#include <string>

#include "base/expected.hpp"
#include "database/database_state.hpp"

namespace revisiond::scratch {

// The properties that CREATE DATABASE is given.
struct DatabaseLocale {
    std::string encoding;  // "UTF8"
    std::string provider;  // libc, icu or builtin
    std::string collate;
    std::string ctype;
    std::string locale;  // of icu and builtin
    std::string rules;   // of icu
    // As the session that asked has it. A scratch database's sessions begin with it.
    std::string search_path;

    bool operator==(const DatabaseLocale&) const = default;
};

// Of the database and session that `query` asks.
Expected<DatabaseLocale, database::SqlError> read_locale(const database::Query& query);

// ENCODING, LC_COLLATE and so on, as `server_version` takes them; empty for an empty value, which
// leaves it to the server.
std::string locale_clauses(const DatabaseLocale& locale, int server_version);

// The same encoding with the C locale, which every server has: what is left when a server does not
// know the locale.
DatabaseLocale plain_locale(const DatabaseLocale& locale);

}  // namespace revisiond::scratch
