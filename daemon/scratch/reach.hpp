// What does something beyond the database that it is sent to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scratch/statement_words.hpp"

namespace revisiond::scratch {

// How far a statement reaches.
enum class Reach {
    cluster,        // its server's roles, databases, tablespaces, settings or other sessions
    other_servers,  // connects to another server, or starts a program on its own
};

// What is said of a statement that reaches out.
struct Reaching {
    Reach reach = Reach::cluster;
    std::string what;  // "DROP ROLE", "DBLINK_EXEC()"
};

// The statement itself, as a command.
std::optional<Reaching> reaches_at_once(const std::vector<Word>& words);
// A function that it names with arguments.
std::optional<Reaching> calls_beyond(const std::vector<Word>& words);
// The strings in it, run as commands or as a routine's body: an EXECUTE of a string in them would
// do it too. A body that puts its command together from pieces is not seen through.
std::optional<Reaching> body_reaches_beyond(const std::vector<Word>& words);

}  // namespace revisiond::scratch
