// The room introspection: the catalogs of a server (13 to 18) into a catalog::Catalog. It reads and
// knows what each server version has where; it neither compares nor changes anything.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "catalog/catalog.hpp"
#include "database/database_state.hpp"

namespace revisiond::introspection {

// What is left out.
struct ReadOptions {
    // Schemas of our own (the state schema), with all that is in them.
    std::vector<std::string> ignored_schemas;
    // Tables of our own (the version table), "schema.name" unquoted, with all that belongs to them.
    std::vector<std::string> ignored_tables;
};

// Opens another session of the same database and role, which lives as long as the Query, in no
// transaction; nothing when that cannot be had. Called on a thread of its own.
using OpenBeside = std::function<std::optional<database::Query>()>;

// Reads everything in one repeatable-read, read-only snapshot with a fixed number of queries,
// whatever the number of objects. Half of a large catalog is read by a session of `beside`.
// REQUIRES: `query` keeps one session, is idle in no transaction and may run transaction control
// (database::query_of does). Afterwards no transaction is open and the session's settings are as
// before. What others drop meanwhile makes it start anew, three times at most. Left out: what
// extensions own, pg_catalog, information_schema, temporary objects, and what the options name.
// What a server newer than we know has besides is in Catalog::unknown.
Expected<catalog::Catalog, database::SqlError> read_catalog(const database::Query& query,
                                                            const ReadOptions& options = {},
                                                            const OpenBeside& beside = {});

}  // namespace revisiond::introspection
