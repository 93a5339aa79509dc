// What a database remembers of its revisions (state schema, table revision).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "database/connection.hpp"

namespace revisiond::database {

// A revision as a database remembers it.
struct RecordedRevision {
    std::string revision;
    std::vector<std::string> parents;
    std::vector<std::string> dependencies;
    std::string checksum;
    std::string downgrade_checksum;
};

// All of them. A daemon has thousands for months and looks at them now and then: they are kept as
// PostgreSQL writes them, in one piece of memory, and read when one is asked for.
class RecordedRevisions {
  public:
    RecordedRevisions() = default;
    // Rows of the columns above, in their order; each revision once.
    explicit RecordedRevisions(const Rows& rows);

    std::optional<RecordedRevision> find(std::string_view revision) const;
    bool contains(std::string_view revision) const { return place_of(revision).has_value(); }
    bool empty() const { return begins_.empty(); }

  private:
    std::string_view column_at(std::size_t offset) const { return text_.c_str() + offset; }
    // Where its row begins.
    std::optional<std::size_t> place_of(std::string_view revision) const;

    std::string text_;                 // every column of every row with a NUL behind it
    std::vector<std::size_t> begins_;  // of the rows, sorted by revision
};

}  // namespace revisiond::database
