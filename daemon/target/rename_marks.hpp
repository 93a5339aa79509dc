// `-- renamed from: old_name` above a table or a column.
#pragma once

#include <string>
#include <vector>

#include "base/expected.hpp"
#include "scratch/script_loader.hpp"
#include "sql/identifier.hpp"

namespace revisiond::target {

// One mark: the table, or with `column` the column, had the name `old_name`.
struct RenameMark {
    sql::QualifiedName table;  // as the file writes it; schema empty: by search_path
    std::string column;        // empty: the table itself was renamed
    std::string old_name;
    std::string old_schema;  // of a table that came from another schema; else empty
    SourceLocation at;
};

// All marks, read from the text, since a database keeps no comments. A mark is a comment alone on
// its line, above CREATE TABLE, above a column inside it, or above ALTER TABLE … ADD COLUMN. One
// that stands elsewhere, or names nothing, is an error: a mark that is passed over would drop data.
Expected<std::vector<RenameMark>, Diagnostics> read_rename_marks(
    const std::vector<scratch::ScriptText>& scripts);

}  // namespace revisiond::target
