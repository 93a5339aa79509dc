// The schemas that can be compared, by the names that people give them.
#pragma once

#include <filesystem>
#include <string>
#include <variant>

namespace revisiond::service {

// The database of the configuration as it is now.
struct DatabaseSource {};

// The target of the configuration.
struct TargetSource {};

// What the revisions up to here make of an empty database; "current": those that the database of
// the configuration is at.
struct RevisionSource {
    std::string target;
};

// A file or a directory of DDL.
struct FileSource {
    std::filesystem::path path;
};

// Another database.
struct UrlSource {
    std::string url;
};

using SchemaSource =
    std::variant<DatabaseSource, TargetSource, RevisionSource, FileSource, UrlSource>;

// "database", "target", a URL (it holds "://"), the path of something that exists or ends in .sql,
// or else a revision as upgrade takes it.
SchemaSource parse_schema_source(const std::string& text);

// For people, without secrets: "the database", "revision 9f2c", "schema.sql".
std::string describe(const SchemaSource& source);

}  // namespace revisiond::service
