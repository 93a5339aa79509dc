#include "cli/style.hpp"

#include <fmt/format.h>

#include "cli/command.hpp"

namespace revisiond::cli {

std::string Style::wrap(const char* code, std::string_view text) const {
    return on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

bool wants_color(ColorMode mode, bool terminal, const char* no_color) {
    if (mode == ColorMode::always) return true;
    if (mode == ColorMode::never || (no_color != nullptr && *no_color != '\0')) return false;
    return terminal;
}

}  // namespace revisiond::cli
