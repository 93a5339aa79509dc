#include "api/standing_log.hpp"

#include <utility>

namespace revisiond::api {

void StandingLog::look(const std::string& database, const service::DatabaseSnapshot& now) {
    Standing standing;
    standing.term = now.leading ? now.term : 0;
    standing.error = now.error ? now.error->message : "";
    standing.away = now.error && !now.reachable;
    const Standing before = std::exchange(told_[database], standing);
    tell_leadership(database, before.term, standing.term);
    tell_error(database, before, standing, now);
}

void StandingLog::tell_leadership(const std::string& database, std::int64_t before,
                                  std::int64_t now) {
    if (before == now) return;
    if (before != 0)
        log_.info("leads no longer", {{"database", database}, {"term", std::to_string(before)}});
    if (now != 0) log_.info("leads", {{"database", database}, {"term", std::to_string(now)}});
}

void StandingLog::tell_error(const std::string& database, const Standing& before,
                             const Standing& now, const service::DatabaseSnapshot& snapshot) {
    if (before.error == now.error && before.away == now.away) return;
    if (before.away && !now.away) log_.info("database back", {{"database", database}});
    if (snapshot.error) {
        log_.warn(now.away ? "database away, trying again" : "cannot lead, trying again",
                  {{"database", database},
                   {"error", snapshot.error->message},
                   {"hint", snapshot.error->hint}});
    } else if (!before.away) {
        log_.info("may lead again", {{"database", database}});
    }
}

}  // namespace revisiond::api
