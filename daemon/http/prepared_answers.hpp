// Answers that are ready before anybody asks.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "http/response.hpp"
#include "http/router.hpp"

namespace revisiond::http {

// One answer with its 304 and who may have it.
struct PreparedAnswer {
    Access access;
    SharedResponse full;
    SharedResponse not_modified;  // null: has no entity tag
    std::string entity_tag;
};

// What the acceptor's thread answers by itself to GET and HEAD, without a worker: an immutable
// value by the request's target (path and query, byte for byte as sent). A target that is not in it
// goes to the router, which must know the path as well: here is only what is asked often.
// Server::publish swaps the whole table.
class PreparedAnswers {
  public:
    // An ETag is added to a 200; other statuses are sent as they are.
    void add(std::string target, Access access, Response response);
    // Shares what was rendered before under the same bytes.
    void add(std::string target, PreparedAnswer answer);
    const PreparedAnswer* find(std::string_view target) const;
    std::size_t size() const { return answers_.size(); }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::unordered_map<std::string, PreparedAnswer, Hash, std::equal_to<>> answers_;
};

PreparedAnswer prepare(Access access, Response response);

}  // namespace revisiond::http
