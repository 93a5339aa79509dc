// What a server answered when a target's catalog was read, kept in a file.
//
// Kept are the answers, not the catalog: whatever a catalog comes to hold, the same code reads it
// from the same rows, and a query that has changed finds no answer and is asked again.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "database/database_state.hpp"

namespace revisiond::service {

// Queries in the order in which they were asked, each with its answer.
using RecordedAnswers = std::vector<std::pair<std::string, database::Rows>>;

// What is kept of one target.
struct CachedTarget {
    RecordedAnswers answers;
    std::vector<std::string> notes;  // what was passed over when it was loaded
};

// Asks `query` and keeps what it answered in `into`, which must outlive the result.
database::Query recording(database::Query query, RecordedAnswers& into);

// Answers from what was kept. A query that was not asked then, or not in this place, is an error of
// SQLSTATE not_recorded.
database::Query replaying(RecordedAnswers answers);
constexpr const char* not_recorded = "XX000";

// Files of recorded targets in a directory of the user ($XDG_CACHE_HOME/revisiond, else
// ~/.cache/revisiond). It and they are readable by the user alone; a directory that is someone
// else's, or a link, is not used. What may hold a secret is not kept. Nothing of this is
// ever an error: a cache that cannot be used is empty.
class CatalogCache {
  public:
    // `directory` empty: the user's.
    explicit CatalogCache(std::filesystem::path directory = {});

    // `key` is a digest of everything that the answers depend on.
    std::optional<CachedTarget> load(const std::string& key) const;
    void store(const std::string& key, const CachedTarget& target) const;

  private:
    std::filesystem::path directory_;  // empty: there is none
};

}  // namespace revisiond::service
