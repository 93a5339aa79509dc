#include "script/reporter.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace revisiond::script {
namespace {

constexpr std::size_t kept = 100;

// The line as it can be printed and put into JSON: what is not UTF-8 becomes U+FFFD.
std::string printable(std::string line) {
    if (!first_invalid_utf8(line)) return line;
    std::string result;
    std::string_view rest = line;
    while (const auto bad = first_invalid_utf8(rest)) {
        result.append(rest.substr(0, *bad)).append("\xEF\xBF\xBD");
        rest.remove_prefix(*bad + 1);
    }
    return result.append(rest);
}

}  // namespace

SourceLocation Reporter::at(std::size_t offset, std::size_t width) const {
    SourceLocation location = locate(file_, text_, offset, width);
    location.line_text = printable(std::move(location.line_text));
    return location;
}

std::uint32_t Reporter::line_of(std::size_t offset) const {
    const std::string_view before = text_.substr(0, offset);
    return 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
}

bool Reporter::full() const {
    return diagnostics_.size() > kept;
}

void Reporter::error(std::size_t offset, std::size_t width, std::string code, std::string message,
                     std::string hint) {
    if (full()) return;
    Diagnostic diagnostic = make_error(std::move(code), std::move(message), std::move(hint));
    diagnostic.at = at(offset, width);
    keep(std::move(diagnostic));
}

void Reporter::error(std::string code, std::string message, std::string hint) {
    if (full()) return;
    Diagnostic diagnostic = make_error(std::move(code), std::move(message), std::move(hint));
    diagnostic.at.file = file_;
    keep(std::move(diagnostic));
}

void Reporter::keep(Diagnostic diagnostic) {
    if (diagnostics_.size() < kept) {
        diagnostics_.push_back(std::move(diagnostic));
        return;
    }
    Diagnostic more = make_error("script.too-many-errors", "more errors follow in this file",
                                 "mend those above first");
    more.at.file = file_;
    diagnostics_.push_back(std::move(more));
}

}  // namespace revisiond::script
