#include "graph/visible.hpp"

#include <fmt/format.h>

namespace revisiond::graph {

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
}

std::string visible(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (is_control(c)) {
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            result += c;
        }
    }
    return result;
}

}  // namespace revisiond::graph
