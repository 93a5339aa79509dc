// A scratch copy of the project's database. Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "diff/compare.hpp"
#include "service/schema_reader.hpp"

namespace revisiond::service {

// A copy that was compared with the original: there is no difference between them.
struct SchemaCopy {
    scratch::ScratchDatabase database;
    catalog::Catalog catalog;
    std::vector<std::string> notes;  // how it was made, and which ways failed before
    Diagnostics warnings;            // that the revisions do not make what the original is
};

// By a replay of its revisions; else from the server's own pg_dump where one of its version is
// installed; else from our own DDL. Whichever it is, it is compared with `live`, the catalog of the
// database, and its version table has the rows `rows`. The problem says why each way failed.
Expected<SchemaCopy, Problem> copy_schema(SchemaReader& reader, const Project& project,
                                          const catalog::Catalog& live,
                                          const std::vector<std::string>& rows,
                                          const diff::DiffOptions& options);

// The same of any schema by our own DDL alone, and without a version table.
Expected<SchemaCopy, Problem> write_copy(SchemaReader& reader, const catalog::Catalog& original,
                                         const diff::DiffOptions& options);

// What is compared: the configuration's switches and patterns, with more of the latter. Without a
// project everything is, but tablespaces.
diff::DiffOptions diff_options(const Project* project, const std::vector<std::string>& include,
                               const std::vector<std::string>& exclude);

// The differences of a comparison as diagnostics, after `message`: for a proof that failed.
Problem differences(const std::string& code, std::string message,
                    const diff::MigrationScript& script, std::string hint);

}  // namespace revisiond::service
