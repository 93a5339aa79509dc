#include "scratch/database_locale.hpp"

#include <charconv>

#include <fmt/format.h>

#include "sql/identifier.hpp"

namespace revisiond::scratch {
namespace {

constexpr int has_provider = 150000;
constexpr int has_rules = 160000;
constexpr int has_builtin = 170000;

std::string locale_query(int version) {
    const char* provider =
        version >= has_provider
            ? "CASE datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END"
            : "'libc'";
    const char* locale = version >= has_builtin    ? "datlocale"
                         : version >= has_provider ? "daticulocale"
                                                   : "NULL";
    const char* rules = version >= has_rules ? "daticurules" : "NULL";
    return fmt::format(
        "SELECT pg_catalog.pg_encoding_to_char(encoding), {}, datcollate, datctype, {}, {},"
        " pg_catalog.current_setting('search_path')"
        " FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()",
        provider, locale, rules);
}

}  // namespace

Expected<DatabaseLocale, database::SqlError> read_locale(const database::Query& query) {
    auto version = query("SELECT pg_catalog.current_setting('server_version_num')");
    if (!version) return unexpected(std::move(version.error()));
    const std::string& text = version->at(0).at(0).value();
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    auto rows = query(locale_query(number));
    if (!rows) return unexpected(std::move(rows.error()));
    const auto& row = rows->at(0);
    const auto field = [&row](std::size_t index) { return row.at(index).value_or(""); };
    return DatabaseLocale{field(0), field(1), field(2), field(3), field(4), field(5), field(6)};
}

std::string locale_clauses(const DatabaseLocale& locale, int server_version) {
    if (locale.encoding.empty()) return {};
    const auto clause = [](const char* words, const std::string& value) {
        return fmt::format(" {} {}", words, sql::quote_literal(value));
    };
    std::string sql = clause("ENCODING", locale.encoding) + clause("LC_COLLATE", locale.collate) +
                      clause("LC_CTYPE", locale.ctype);
    if (server_version < has_provider) return sql;
    sql += " LOCALE_PROVIDER " + locale.provider;
    if (locale.provider == "icu") sql += clause("ICU_LOCALE", locale.locale);
    if (locale.provider == "builtin") sql += clause("BUILTIN_LOCALE", locale.locale);
    if (!locale.rules.empty()) sql += clause("ICU_RULES", locale.rules);
    return sql;
}

DatabaseLocale plain_locale(const DatabaseLocale& locale) {
    DatabaseLocale plain;
    plain.encoding = locale.encoding;
    plain.provider = "libc";
    plain.collate = plain.ctype = "C";
    plain.search_path = locale.search_path;
    return plain;
}

}  // namespace revisiond::scratch
