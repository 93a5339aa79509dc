// What a plan would do that no downgrade brings back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plan/migration_plan.hpp"

namespace revisiond::plan {

// A statement that destroys data. `code` is stable and for machines: drops_table, drops_column,
// drops_schema, truncates.
struct Hazard {
    std::string code;
    std::string text;  // one line for people, without the SQL
    std::string revision;
    std::uint32_t line = 0;
};

// In the order of the plan. Told by the first words of a statement, so DO, CALL and functions hide
// what they do.
std::vector<Hazard> hazards_of(const MigrationPlan& plan);

}  // namespace revisiond::plan
