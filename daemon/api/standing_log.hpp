// What the log says when a database comes to stand differently. Internal to the room.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "runtime/log.hpp"
#include "service/database_snapshot.hpp"

namespace revisiond::api {

// Tells who is woken in the night what no answer keeps: when this daemon began and ceased to lead,
// since when a database is away or cannot be led from here and why, and when that was over. One
// thread at a time.
class StandingLog {
  public:
    explicit StandingLog(runtime::Log& log) : log_(log) {}

    // Writes what is different from the last time.
    void look(const std::string& database, const service::DatabaseSnapshot& now);

  private:
    struct Standing {
        std::int64_t term = 0;  // 0: does not lead
        std::string error;      // empty: none
        bool away = false;
    };

    void tell_leadership(const std::string& database, std::int64_t before, std::int64_t now);
    void tell_error(const std::string& database, const Standing& before, const Standing& now,
                    const service::DatabaseSnapshot& snapshot);

    runtime::Log& log_;
    std::map<std::string, Standing> told_;
};

}  // namespace revisiond::api
