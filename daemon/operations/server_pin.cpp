#include "operations/server_pin.hpp"

#include <fmt/format.h>

namespace revisiond::operations {
namespace {

std::string words(const database::ServerIdentity& server) {
    return fmt::format("system {}, oid {}, timeline {}", server.system_identifier,
                       server.database_oid, server.timeline);
}

}  // namespace

std::optional<Diagnostic> ServerPin::check(const database::ServerIdentity& server) const {
    const auto pinned = pinned_.lock();
    pinned->wrong = judge(pinned->known, server);
    return pinned->wrong;
}

std::optional<Diagnostic> ServerPin::judge(std::optional<database::ServerIdentity>& known,
                                           const database::ServerIdentity& server) {
    // Not every role may ask for the system.
    if (server.system_identifier.empty()) return std::nullopt;
    if (!known) {
        known = server;
        if (server.in_recovery) known->timeline = 0;
        return std::nullopt;
    }
    const bool same = known->system_identifier == server.system_identifier &&
                      known->database_oid == server.database_oid;
    if (same && server.in_recovery) return std::nullopt;
    if (same && server.timeline >= known->timeline) {
        known->timeline = server.timeline;
        return std::nullopt;
    }
    return make_error(
        "operations.other-server",
        fmt::format("{} answers for database \"{}\": {}, and so far it was {}",
                    same ? "a primary that was replaced" : "another server or database",
                    server.database, words(server), words(*known)),
        "if it is the right one, restart revisiond: it serves what answers it first");
}

}  // namespace revisiond::operations
