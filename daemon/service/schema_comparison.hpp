// Two schemas side by side, wherever they are.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "diff/compare.hpp"
#include "diff/renames.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"
#include "service/schema_source.hpp"

namespace revisiond::service {

// What is compared with what. The configuration says what counts; without one, everything does but
// tablespaces. The members say what is different this time.
struct ComparisonRequest {
    SchemaSource from;
    SchemaSource to;
    std::vector<diff::Rename> renames = {};  // besides the marks of `to`
    std::vector<std::string> include = {};   // besides the configuration's
    std::vector<std::string> exclude = {};
    bool no_privileges = false;
    bool no_owners = false;
    bool tablespaces = false;
};

// What leads from one to the other.
struct SchemaComparison {
    std::vector<diff::Rename> renames;
    diff::MigrationScript script;    // its first statements carry out the renames
    std::vector<std::string> notes;  // what was passed over in their texts

    bool found() const { return !renames.empty() || !script.empty(); }
};

// Files and revisions are loaded into scratch databases, which are gone afterwards; a target whose
// catalog is in the cache is not. Renames are carried out on a scratch copy of `from`. `project`
// may be null when both are files or URLs.
Expected<SchemaComparison, Problem> compare_schemas(const Project* project,
                                                    const ComparisonRequest& request,
                                                    const std::stop_token& stop);

}  // namespace revisiond::service
