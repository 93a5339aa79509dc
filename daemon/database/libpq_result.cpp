#include "database/libpq_result.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace revisiond::database {
namespace {

// In the session's client_encoding, which a file may have set: what is no UTF-8 could be neither
// recorded nor printed.
std::string field(const PGresult* result, int code) {
    const char* value = PQresultErrorField(result, code);
    return value == nullptr ? std::string{} : as_valid_utf8(value);
}

}  // namespace

ServerMessage read_message(const PGresult* result) {
    ServerMessage m;
    m.severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (m.severity.empty()) m.severity = field(result, PG_DIAG_SEVERITY);
    m.sqlstate = field(result, PG_DIAG_SQLSTATE);
    m.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    m.detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    m.hint = field(result, PG_DIAG_MESSAGE_HINT);
    const std::string position = field(result, PG_DIAG_STATEMENT_POSITION);
    std::from_chars(position.data(), position.data() + position.size(), m.position);
    m.internal_position = field(result, PG_DIAG_INTERNAL_POSITION);
    m.internal_query = field(result, PG_DIAG_INTERNAL_QUERY);
    m.context = field(result, PG_DIAG_CONTEXT);
    m.schema = field(result, PG_DIAG_SCHEMA_NAME);
    m.table = field(result, PG_DIAG_TABLE_NAME);
    m.column = field(result, PG_DIAG_COLUMN_NAME);
    m.datatype = field(result, PG_DIAG_DATATYPE_NAME);
    m.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
    m.source_file = field(result, PG_DIAG_SOURCE_FILE);
    m.source_line = field(result, PG_DIAG_SOURCE_LINE);
    m.source_function = field(result, PG_DIAG_SOURCE_FUNCTION);
    return m;
}

// libpq's own words: several lines, the last one often empty.
std::string one_line(const char* text) {
    std::string result = text == nullptr ? "" : as_valid_utf8(text);
    std::replace(result.begin(), result.end(), '\n', ' ');
    while (!result.empty() && result.back() == ' ') result.pop_back();
    return result;
}

std::uint64_t row_count(PGresult* result) {
    const std::string count = PQcmdTuples(result);
    std::uint64_t rows = 0;
    std::from_chars(count.data(), count.data() + count.size(), rows);
    return rows;
}

ResultTable read_table(PGresult* result) {
    ResultTable table;
    table.tag = PQcmdStatus(result);
    const int columns = PQnfields(result);
    for (int row = 0; row < PQntuples(result); ++row) {
        auto& values = table.rows.emplace_back();
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(result, row, column) != 0) {
                values.emplace_back();
            } else {
                values.emplace_back(
                    std::string(PQgetvalue(result, row, column),
                                static_cast<std::size_t>(PQgetlength(result, row, column))));
            }
        }
    }
    return table;
}

}  // namespace revisiond::database
