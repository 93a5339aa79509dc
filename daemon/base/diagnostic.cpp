#include "base/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace revisiond {
namespace {

constexpr std::size_t shown_code_points = 160;

// Where a long line is cut so that the caret stays in view.
struct Window {
    std::string text;
    std::size_t caret = 0;  // code points before the caret
};

Window visible_part(const SourceLocation& at) {
    const std::size_t column = at.column > 0 ? at.column - 1 : 0;
    const std::size_t length = count_code_points(at.line_text);
    if (length <= shown_code_points) return {at.line_text, column};
    const std::size_t start = column > shown_code_points / 2 ? column - shown_code_points / 2 : 0;
    const std::size_t from = offset_of_code_point(at.line_text, start);
    const std::size_t to = offset_of_code_point(at.line_text, start + shown_code_points);
    std::string text = at.line_text.substr(from, to - from);
    if (to < at.line_text.size()) text += "…";
    if (start == 0) return {text, column};
    return {"…" + text, column - start + 1};
}

std::string caret_lines(const SourceLocation& at) {
    Window window = visible_part(at);
    window.text = one_line(window.text);
    std::string result = "\n    " + window.text;
    if (at.column == 0) return result;
    const std::size_t room = count_code_points(window.text) > window.caret
                                 ? count_code_points(window.text) - window.caret
                                 : 1;
    const std::size_t width = std::clamp<std::size_t>(at.width, 1, room);
    result += "\n    " + std::string(window.caret, ' ') + "^" + std::string(width - 1, '~');
    return result;
}

}  // namespace

Diagnostic make_error(std::string code, std::string message, std::string hint) {
    return {Severity::error, std::move(code), std::move(message), {}, std::move(hint)};
}

Diagnostic make_warning(std::string code, std::string message, std::string hint) {
    return {Severity::warning, std::move(code), std::move(message), {}, std::move(hint)};
}

bool has_errors(const Diagnostics& diagnostics) {
    return std::any_of(diagnostics.begin(), diagnostics.end(),
                       [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::string to_text(const Diagnostic& diagnostic) {
    std::string result = diagnostic.severity == Severity::error ? "error: " : "warning: ";
    const SourceLocation& at = diagnostic.at;
    if (!at.file.empty()) {
        result += at.file;
        if (at.line > 0) result += fmt::format(":{}", at.line);
        if (at.line > 0 && at.column > 0) result += fmt::format(":{}", at.column);
        result += ": ";
    }
    result += diagnostic.message;
    if (at.line > 0 && !at.line_text.empty()) result += caret_lines(at);
    if (!diagnostic.hint.empty()) result += "\n  hint: " + diagnostic.hint;
    return result;
}

SourceLocation locate(std::string file, std::string_view text, std::size_t offset,
                      std::size_t width_bytes) {
    offset = std::min(offset, text.size());
    const std::string_view before = text.substr(0, offset);
    const std::size_t line_break = before.rfind('\n');
    const std::size_t start = line_break == std::string_view::npos ? 0 : line_break + 1;
    std::size_t end = std::min(text.find('\n', offset), text.size());
    if (end > start && text[end - 1] == '\r') --end;

    SourceLocation at;
    at.file = std::move(file);
    at.line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
    at.line_text = std::string(text.substr(start, end - start));
    at.column =
        1 + static_cast<std::uint32_t>(count_code_points(text.substr(start, offset - start)));
    const std::size_t stop = std::min(std::max(end, offset), offset + width_bytes);
    at.width = std::max<std::uint32_t>(
        1, static_cast<std::uint32_t>(count_code_points(text.substr(offset, stop - offset))));
    return at;
}

}  // namespace revisiond
