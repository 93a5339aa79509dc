// argv → Invocation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "cli/command.hpp"

namespace revisiond::cli {

// Why there is nothing to run: --help or --version was asked for, or the line cannot be understood.
struct Stop {
    std::string text;                  // for standard output
    std::optional<Diagnostic> misuse;  // then the exit code is 2
};

// `arguments` without the program's name. Pure: looks at no file and no environment.
Expected<Invocation, Stop> parse_arguments(const std::vector<std::string>& arguments);

}  // namespace revisiond::cli
