// What the catalog says of a statement that runs outside transactions: before it, and when its
// outcome is in doubt. CREATE INDEX, DROP INDEX, REINDEX and DETACH PARTITION with CONCURRENTLY
// leave traces that tell whether they are done, not begun, or half done.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apply/locked_database.hpp"
#include "sql/splitter.hpp"

namespace revisiond::apply {

// Taken before the statement and kept in the journal. For a statement without traces of its own:
// kind none.
struct Probe {
    sql::StatementTraits::Concurrent kind = sql::StatementTraits::Concurrent::none;
    std::uint64_t relation = 0;   // CREATE INDEX and DETACH: the table; DROP INDEX: the index
    std::uint64_t partition = 0;  // DETACH; 0: the table has none of that name
    std::string name;             // CREATE INDEX: the index, empty when unnamed
    std::vector<std::uint64_t>
        before;  // CREATE INDEX: the table's indexes; REINDEX: leftovers of earlier ones

    std::string to_text() const;
    static Probe from_text(const std::string& text);
};

Expected<Probe, database::SqlError> take_probe(database::Session& session,
                                               const sql::Statement& statement);

// What became of a statement in doubt, after the catalog was looked at and half-done work was
// cleared away.
enum class Verdict {
    done,      // its effect is there
    not_done,  // run it again: nothing of it is left
    unknown,   // the catalog cannot tell
};

// REQUIRES: we hold the lock, so that the backend that ran the statement is gone. Drops INVALID
// indexes that it left and finalises a pending DETACH; `notes` hears of each repair.
Expected<Verdict, database::SqlError> settle(database::Session& session, const Probe& probe,
                                             std::vector<std::string>& notes);

// The INVALID indexes that a CREATE INDEX CONCURRENTLY has left, as SQL names them.
Expected<std::vector<std::string>, database::SqlError> left_invalid(database::Session& session,
                                                                    const Probe& probe);

// After a CREATE INDEX CONCURRENTLY that reported success: with IF NOT EXISTS the index may be an
// INVALID one from before. Rebuilds it then.
Expected<Done, database::SqlError> ensure_valid(database::Session& session, const Probe& probe,
                                                std::vector<std::string>& notes);

}  // namespace revisiond::apply
