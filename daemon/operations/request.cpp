#include "operations/request.hpp"

#include "base/digest.hpp"

namespace revisiond::operations {
namespace {

void add(DigestBuilder& digest, const std::vector<std::string>& words) {
    digest.add(words.size());
    for (const std::string& word : words) digest.add(word);
}

}  // namespace

const char* to_string(Kind kind) {
    switch (kind) {
        case Kind::upgrade:
            return "upgrade";
        case Kind::downgrade:
            return "downgrade";
        case Kind::stamp:
            return "stamp";
        case Kind::repair:
            return "repair";
        case Kind::drift:
            return "drift";
    }
    return "";
}

std::string payload_hash(const Request& request) {
    DigestBuilder digest;
    digest.add(to_string(request.kind));
    add(digest, request.targets);
    add(digest, request.repair.accept);
    add(digest, request.repair.done);
    add(digest, request.repair.retry);
    digest.add(std::uint64_t{request.purge}).add(std::uint64_t{request.repair.accept_all});
    digest.add(std::uint64_t{request.dry_run}).add(request.digest.value_or(""));
    digest.add(request.system_identifier).add(request.database_oid);
    return digest.finish();
}

}  // namespace revisiond::operations
