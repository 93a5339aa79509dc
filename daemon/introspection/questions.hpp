// The queries of one catalog, asked by one session or by two. Internal to the room.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "database/database_state.hpp"
#include "introspection/read_catalog.hpp"

namespace revisiond::introspection {

// A query and what is done with its rows.
struct Question {
    std::string sql;
    std::function<void(database::Rows&)> take;
};

// Asks them all and takes the answers in their order, on the calling thread, while the server
// answers the next. `beside`, when there is one, is called on another thread for a second session,
// which asks them from the last one on until both meet. None is asked after an error.
Expected<Done, database::SqlError> ask_all(const database::Query& query, const OpenBeside& beside,
                                           const std::vector<Question>& questions);

}  // namespace revisiond::introspection
