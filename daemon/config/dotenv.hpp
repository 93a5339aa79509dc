// .env files.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/expected.hpp"

namespace revisiond::config {

// What a .env file sets, and what is wrong with it. No diagnostic shows a line: it may be a secret.
struct Dotenv {
    std::map<std::string, std::string> variables;
    Diagnostics diagnostics;
};

// KEY=VALUE lines as the usual readers take them: `export` before it, double quotes (with \n, \t,
// \r and an escaped quote, backslash or dollar) and single quotes, both over several lines, #
// comments (in an unquoted value after a blank), blanks around, any line ends, a BOM. No ${…} in it
// is expanded. The last of two equal keys wins.
Dotenv parse_dotenv(const std::string& file, std::string_view content);

}  // namespace revisiond::config
