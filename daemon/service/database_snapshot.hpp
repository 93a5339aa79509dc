// What is known of one database: what a daemon answers from, without asking it again.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/diagnostic.hpp"
#include "database/operation.hpp"
#include "service/project.hpp"
#include "service/status.hpp"

namespace revisiond::service {

// How the revision files are. While they are broken the last sound ones serve.
struct FilesState {
    bool ok = true;
    std::string digest;  // of the files that serve
    std::string since;   // RFC 3339: when they began to serve
    Diagnostics diagnostics;
};

// One moment of one database, as one daemon knows it. Never changed once published.
struct DatabaseSnapshot {
    std::uint64_t version = 0;               // greater in every later one
    std::uint64_t changed = 0;               // the version in which more than the moment changed
    std::shared_ptr<const Project> project;  // settings and files that the status was made with
    bool automatic = false;                  // apply mode auto

    std::optional<Status> status;  // as last read; nothing: never yet
    std::string as_of;             // RFC 3339: when that was; empty: never
    std::chrono::steady_clock::time_point read_at{};
    bool reachable = false;
    // Why it is not reachable, or why this daemon could not lead; `error_since` as RFC 3339.
    std::optional<Diagnostic> error;
    std::string error_since;

    bool leading = false;                                // this daemon holds the lock
    std::int64_t term = 0;                               // of this daemon's leadership
    std::shared_ptr<const database::Operation> running;  // on whatever instance; null: none
    std::shared_ptr<const database::Operation> last;     // that has finished; null: none
    std::shared_ptr<const database::Operation> failed;   // database::QueueState::failed; null: none
    std::size_t queued = 0;
    FilesState files;
};

}  // namespace revisiond::service
