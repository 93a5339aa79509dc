// A revision as the Python file that Alembic reads.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/expected.hpp"
#include "graph/revision_map.hpp"
#include "script/revision_script.hpp"

namespace revisiond::cli {

// A Python string literal whose value is exactly `text`: in triple quotes when it has several
// lines.
std::string python_literal(std::string_view text);

// The file's text. Each statement is an op.execute() of a DDL element, because op.execute() of a
// string would read :name and \: as bound parameters. COPY data has no form in Python: an error
// that names file and line, and so is SQL that cannot be split. The [verify] section becomes a
// comment.
Expected<std::string, Diagnostics> alembic_file(
    const graph::RevisionMap& map, graph::RevisionIndex index, const script::RevisionScript& script,
    const std::map<std::string, std::string>& variables);

}  // namespace revisiond::cli
