// Statements that do something beyond the database that they are sent to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace revisiond::scratch {

// How far a statement reaches.
enum class Reach {
    cluster,        // its server's roles, databases, tablespaces, settings or other sessions
    other_servers,  // connects to another server, or starts a program on its own
};

// What is said of a statement that reaches out.
struct Reaching {
    Reach reach = Reach::cluster;
    std::string what;  // "DROP ROLE", "dblink_exec()"
};

// By the words of the statement, and of every string in a DO or in the body of a routine: an
// EXECUTE of such a string would do it too. Nothing when it stays in its database. A body that puts
// its command together from pieces is not seen through.
std::optional<Reaching> reaches_beyond(std::string_view statement);

}  // namespace revisiond::scratch
