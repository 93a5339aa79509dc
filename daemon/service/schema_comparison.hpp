// Two schemas side by side, wherever they are.
#pragma once

#include <string>

#include "diff/compare.hpp"
#include "service/problem.hpp"

namespace revisiond::service {

// What is compared with what: each a file of SQL, or a database by its URL.
struct ComparisonRequest {
    std::string from;
    std::string to;
    diff::DiffOptions options;
};

// Files are loaded into databases of a private server, which is gone afterwards; roles that they
// name are made there.
Expected<diff::MigrationScript, Problem> compare_schemas(const ComparisonRequest& request);

}  // namespace revisiond::service
