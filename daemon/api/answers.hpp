// How handlers answer. Internal to the room.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/database.hpp"
#include "http/reply.hpp"
#include "service/problem.hpp"

namespace revisiond::api {

class Api;

// A JSON body; a 200 gets an entity tag and answers If-None-Match.
http::Response json(std::string body, int status = 200);
http::Response json(const http::Request& request, std::string body);

// What went wrong in a use case: 503 when the database cannot be asked, 404 and 422 when the
// request names what is not there, 409 when it may not be done now.
http::Response problem(const service::Problem& problem);
http::Response problem(int status, std::string code, std::string detail, std::string hint = {});
// The parts of a service problem that stand beside a problem's own members.
http::ProblemText problem_text(int status, const service::Problem& problem);

// The database that ?database= means, or a 404.
Expected<std::shared_ptr<Database>, http::Response> chosen(const Api& api,
                                                           const http::Request& request);
// The same with its instance and its snapshot, whose project is there; or a 503.
struct Serving {
    std::shared_ptr<Database> database;
    std::shared_ptr<operations::Instance> instance;
    operations::Snapshot snapshot;
};
Expected<Serving, http::Response> serving(const Api& api, const http::Request& request);
// The same with the files that are on disk now; a 503 when they cannot be read in time. See
// Database::look_at_files.
Expected<Serving, http::Response> serving_files_of_now(const Api& api,
                                                       const http::Request& request);

// ?wait=30s. Absent: no wait. A text that is no duration is an error.
Expected<std::chrono::milliseconds, http::Response> patience(const http::Request& request);
// A whole number of the query, at most `most`.
Expected<std::int64_t, http::Response> number(const http::Request& request, const char* name,
                                              std::int64_t otherwise, std::int64_t most);

// A page of rows, the newest first: ?limit=50&before=ID.
struct Page {
    std::size_t size = 0;     // at most so many rows
    std::int64_t before = 0;  // only those below it; 0: from the newest

    // Takes off what is more than the page: the `before` of the next one, when there is one.
    template <class Row>
    std::optional<std::int64_t> cut(std::vector<Row>& rows, std::int64_t Row::*id) const {
        if (rows.size() <= size) return std::nullopt;
        rows.resize(size);
        return rows.back().*id;
    }
};
Expected<Page, http::Response> page(const http::Request& request);

}  // namespace revisiond::api
