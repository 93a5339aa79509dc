// Tokens for a daemon.
#pragma once

#include <string>

namespace revisiond::cli {

// A random token and what a configuration keeps of it.
struct NewToken {
    std::string token;
    std::string sha256;
};

// 192 bits of the system's randomness.
NewToken make_token();

}  // namespace revisiond::cli
