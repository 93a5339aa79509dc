// Finding an operation on whatever database it is. Internal to the room.
#pragma once

#include <string>

#include "api/answers.hpp"
#include "database/operation.hpp"

namespace revisiond::api {

struct FoundOperation {
    std::shared_ptr<Database> database;
    std::shared_ptr<operations::Instance> instance;
    database::Operation operation;
};

// The operation that {id} of the path names: on the database of ?database=, or on any. A 404 when
// there is none; a 503 when it may be on a database that cannot be asked.
Expected<FoundOperation, http::Response> find_operation(const Api& api,
                                                        const http::Request& request);

}  // namespace revisiond::api
