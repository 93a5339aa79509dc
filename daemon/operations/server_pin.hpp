// The server that an instance serves. Internal to the room.
#pragma once

#include <optional>

#include "base/diagnostic.hpp"
#include "base/guarded.hpp"
#include "database/database_state.hpp"

namespace revisiond::operations {

// Holds an instance to the server and database that answered first: another one behind the same URL
// is not what its operator meant to migrate. Any thread.
class ServerPin {
  public:
    // What is wrong with the one that answers now. A primary may have a later timeline than before,
    // since a standby was promoted, but no earlier one: it is the primary that was replaced. What a
    // standby tells of timelines may be old.
    std::optional<Diagnostic> check(const database::ServerIdentity& server) const;
    // What the last check() has answered.
    std::optional<Diagnostic> wrong() const { return pinned_.lock()->wrong; }

  private:
    struct Pinned {
        std::optional<database::ServerIdentity> known;
        std::optional<Diagnostic> wrong;
    };
    static std::optional<Diagnostic> judge(std::optional<database::ServerIdentity>& known,
                                           const database::ServerIdentity& server);

    Guarded<Pinned> pinned_;
};

}  // namespace revisiond::operations
