// The bodies of requests: JSON in, values out. Strict: an unknown member or a wrong type is an
// error with a "did you mean", so that a slip never means a default.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "graph/revision.hpp"
#include "service/repair.hpp"

namespace revisiond::wire {

// POST /apply.
struct ApplyBody {
    graph::Direction direction = graph::Direction::upgrade;
    std::string target;               // heads when an upgrade leaves it out
    std::optional<std::string> plan;  // the digest that was looked at
    std::string system_identifier;    // of database_id; empty: any
    std::uint64_t database_oid = 0;   // of database_id; 0: any
    bool dry_run = false;
    std::vector<std::string> acknowledge;  // codes of hazards
};
Expected<ApplyBody> read_apply_body(std::string_view json);

// POST /stamp.
struct StampBody {
    std::vector<std::string> targets;
    bool purge = false;
};
Expected<StampBody> read_stamp_body(std::string_view json);

// POST /repair.
Expected<service::RepairWork> read_repair_body(std::string_view json);

// POST /drift, which takes no members. What is wrong, if anything.
std::optional<Diagnostic> read_empty_body(std::string_view json);

}  // namespace revisiond::wire
