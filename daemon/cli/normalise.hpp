// argv as people and Alembic write it, into one plain form that leaves no room for guessing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace revisiond::cli {

// An option as far as reading argv needs it.
struct OptionShape {
    std::vector<std::string> long_names;   // without the dashes
    std::vector<std::string> short_names;  // one letter each
    bool takes_value = false;
    bool of_alembic = false;  // a beginning that several have means the only one of these
};

// argv split at the command's name.
struct SplitArguments {
    std::vector<std::string> before;  // the globals before it, short names made long
    std::string command;              // empty when there is none
    std::vector<std::string> after;
};

// Finds the command: the first word that is neither an option nor an option's value. `globals` are
// the options that may stand before it; others there are an error.
Expected<SplitArguments> split_at_command(const std::vector<std::string>& arguments,
                                          const std::vector<OptionShape>& globals);

// Options as `--long` and, behind one that takes a value, the value as a word of its own; then the
// positionals behind a `--`. Long names may be unambiguous prefixes (or unambiguous to Alembic),
// short ones may be clustered (`-vi`) and carry their value (`-r-3:x`); a dash before a digit
// (`-1`) begins a positional, as does a lone dash. Unknown options are errors with the nearest
// name, ambiguous ones list the choices. `context` names what the options belong to, for messages:
// "upgrade".
struct NormalArguments {
    std::vector<std::string> options;
    std::vector<std::string> positionals;
};
Expected<NormalArguments> normalise(const std::vector<std::string>& arguments,
                                    const std::vector<OptionShape>& shapes,
                                    std::string_view context);

}  // namespace revisiond::cli
