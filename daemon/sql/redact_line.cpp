#include <algorithm>

#include "sql/redact.hpp"

namespace revisiond::sql {

std::string_view line_of(std::string_view text, std::size_t number) {
    std::size_t begin = 0;
    for (; number > 0 && begin != std::string_view::npos; --number) {
        begin = text.find('\n', begin);
        if (begin != std::string_view::npos) ++begin;
    }
    if (begin == std::string_view::npos || begin >= text.size()) return {};
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view found = text.substr(begin, end - begin);
    if (found.ends_with('\r')) found.remove_suffix(1);
    return found;
}

void redact_line(SourceLocation& at, std::string_view text, std::uint32_t first_line) {
    if (at.line < first_line) return;
    const std::string redacted = redact_sql(text);
    if (redacted == text) return;
    const bool same_lines = std::count(redacted.begin(), redacted.end(), '\n') ==
                            std::count(text.begin(), text.end(), '\n');
    std::string shown{same_lines ? line_of(redacted, at.line - first_line) : std::string_view{}};
    if (shown == at.line_text) return;
    at.line_text = std::move(shown);
    at.column = 0;
}

}  // namespace revisiond::sql
