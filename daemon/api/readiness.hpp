// What a pod is told that waits for its schema.
#pragma once

#include <chrono>
#include <string>

#include "service/database_snapshot.hpp"
#include "service/readiness.hpp"

namespace revisiond::api {

using service::Readiness;

// A snapshot that was read longer ago proves nothing.
constexpr std::chrono::seconds oldest_proof{30};

// service::readiness over what is known, with how old that is and how the last upgrade went. Pure.
Readiness readiness(const service::DatabaseSnapshot& snapshot, const std::string& at_least,
                    std::chrono::steady_clock::time_point now);

}  // namespace revisiond::api
