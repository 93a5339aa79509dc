// What may be asked of a database's queue, and the answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "database/operation.hpp"
#include "plan/migration_plan.hpp"
#include "service/problem.hpp"
#include "service/repair.hpp"

namespace revisiond::operations {

enum class Kind { upgrade, downgrade, stamp, repair, drift };
const char* to_string(Kind kind);

// A piece of work that somebody asks for.
struct Request {
    Kind kind = Kind::upgrade;
    std::vector<std::string> targets;  // as a person writes them; empty for repair, drift
    bool purge = false;                // of stamp
    service::RepairWork repair;        // of repair
    bool dry_run = false;              // of upgrade and downgrade

    // The codes of hazards that the client has seen; any other of the plan is a reason to reject.
    // Nothing: hazards are not looked at.
    std::optional<std::vector<std::string>> acknowledge;

    // Checked now and again under the lock.
    std::optional<std::string> digest;  // the plan must be this one
    std::string system_identifier;      // the server must be this one; empty: any
    std::uint64_t database_oid = 0;     // 0: any

    // Repeating a request with its key answers the first one's operation.
    std::optional<std::string> idempotency_key;

    // Of an automatic one: rejected when another with the same files has failed so lately, on
    // whatever instance. Nothing: that is not looked at.
    std::optional<std::chrono::milliseconds> not_failed_within;

    std::string actor;
    std::string address;             // of the client; empty: not known
    std::string origin = "request";  // or "auto"
};

// A request that is in the queue.
struct Accepted {
    database::Operation operation;
    bool replayed = false;  // its key was known: this is the operation of the first request
};

// Why a request is not in the queue. Nothing was written.
struct Rejection {
    enum class Reason {
        unavailable,      // the database cannot be reached or not be written to now
        invalid,          // no such target, no such plan
        plan_changed,     // the plan is another one: see `plan`
        wrong_database,   // another server or database answers than the one that was meant
        refused,          // modified files, a foreign version table, no right to write
        hazards,          // the plan has hazards that were not acknowledged: see `plan`
        key_reused,       // the idempotency key belongs to another request
        nothing_pending,  // of an automatic one: nobody asked for a row that says so
    };
    Reason reason = Reason::invalid;
    service::Problem problem;
    std::optional<plan::MigrationPlan> plan;  // as it is now, of upgrade and downgrade
};

// Equal for requests that ask for the same.
std::string payload_hash(const Request& request);

}  // namespace revisiond::operations
