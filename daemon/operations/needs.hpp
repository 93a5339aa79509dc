// Which files an operation needs and an instance has, as words that PostgreSQL can compare.
// Internal to the room.
#pragma once

#include <string>
#include <vector>

#include "service/project.hpp"

namespace revisiond::operations {

// "9f2c41d07a3e+0123456789abcdef": the revision with the beginning of its upgrade section's
// checksum; with "-" of its downgrade section's. Ids contain neither.
std::string need(const std::string& revision, graph::Direction direction,
                 const std::string& checksum);
// The revision of such a word.
std::string revision_of(const std::string& need);

// All that the project's files can serve. Sorted.
std::vector<std::string> provisions(const service::Project& project);
// Those of `needs` that are not among them.
std::vector<std::string> missing(const std::vector<std::string>& needs,
                                 const service::Project& project);

}  // namespace revisiond::operations
