// Two schemas side by side, wherever they are.
#pragma once

#include <stop_token>
#include <string>

#include "diff/compare.hpp"
#include "service/problem.hpp"
#include "service/project.hpp"
#include "service/schema_source.hpp"

namespace revisiond::service {

// What is compared with what.
struct ComparisonRequest {
    SchemaSource from;
    SchemaSource to;
    diff::DiffOptions options;
};

// Files and revisions are loaded into scratch databases, which are gone afterwards. `project` may
// be null when both are files or URLs.
Expected<diff::MigrationScript, Problem> compare_schemas(const Project* project,
                                                         const ComparisonRequest& request,
                                                         const std::stop_token& stop);

}  // namespace revisiond::service
