#include "script/toml_header.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <map>
#include <variant>

#include "base/text.hpp"

namespace revisiond::script {
namespace {

// toml++ counts lines and columns (in code points) from 1, and may point just behind the last line.
std::size_t offset_of(std::span<const HeaderLine> lines, toml::source_position position) {
    if (position.line == 0) return lines.front().offset;
    if (position.line > lines.size()) return lines.back().offset + lines.back().toml.size();
    const HeaderLine& line = lines[position.line - 1];
    const std::size_t column = position.column > 0 ? position.column - 1 : 0;
    return line.offset + offset_of_code_point(line.toml, column);
}

// What toml++ found wrong: a description and a place in the document.
struct SyntaxError {
    std::string description;
    toml::source_position position;
};

std::variant<toml::table, SyntaxError> parse_lines(std::span<const HeaderLine> lines) {
    std::string document;
    for (const HeaderLine& line : lines) document.append(line.toml).push_back('\n');
    try {
        return toml::parse(std::string_view(document));
    } catch (const toml::parse_error& error) {
        return SyntaxError{std::string(error.description()), error.source().begin};
    }
}

// The lines from one that sets a key to before the next that does.
struct Entry {
    std::string_view key;
    std::span<const HeaderLine> lines;
};

std::vector<Entry> split_entries(std::span<const HeaderLine> lines) {
    std::vector<Entry> entries;
    std::size_t begin = 0;
    for (std::size_t end = 1; end <= lines.size(); ++end) {
        if (end < lines.size() && key_of(lines[end].toml).empty()) continue;
        entries.push_back({key_of(lines[begin].toml), lines.subspan(begin, end - begin)});
        begin = end;
    }
    return entries;
}

Extent key_extent(const Entry& entry) {
    const HeaderLine& line = entry.lines.front();
    if (entry.key.empty()) return {line.offset, std::max<std::size_t>(1, line.toml.size())};
    return {line.offset + static_cast<std::size_t>(entry.key.data() - line.toml.data()),
            entry.key.size()};
}

void report_twice(Reporter& reporter, const Entry& entry, std::size_t first_offset) {
    const Extent extent = key_extent(entry);
    reporter.error(extent.offset, extent.width, "script.duplicate-key",
                   fmt::format("\"{}\" is set twice in the header; first on line {}", entry.key,
                               reporter.line_of(first_offset)),
                   "keep one of the two lines");
}

// Whether a text in quotes runs into the end of its line.
bool is_open_text(const Entry& entry, const SyntaxError& error) {
    const std::size_t number = error.position.line;
    if (number == 0 || number > entry.lines.size()) return false;
    const HeaderLine& line = entry.lines[number - 1];
    return error.description.find("string: ") != std::string::npos &&
           error.description.find("control characters") != std::string::npos &&
           offset_of(entry.lines, error.position) == line.offset + line.toml.size();
}

void report_syntax(Reporter& reporter, const Entry& entry, const SyntaxError& error) {
    if (error.description.find("end-of-file") != std::string::npos) {
        const Extent extent = key_extent(entry);
        reporter.error(extent.offset, extent.width, "script.header-syntax",
                       fmt::format("the value of \"{}\" has no end", entry.key),
                       "close its quote or bracket; each further line stands behind \"-- \"");
        return;
    }
    if (is_open_text(entry, error)) {
        reporter.error(offset_of(entry.lines, error.position), 1, "script.header-syntax",
                       "the text has no closing quote",
                       "close it on this line; a quote inside the text is written as \\\"");
        return;
    }
    std::string_view what = error.description;
    if (const std::size_t colon = what.find(": "); colon != std::string_view::npos)
        what.remove_prefix(colon + 2);
    reporter.error(offset_of(entry.lines, error.position), 1, "script.header-syntax",
                   fmt::format("the header is not TOML here: {}", what),
                   "a header line reads key = value with text in double quotes; prose stands above "
                   "the header, remarks behind #");
}

// Where a node or key stands in the source; one that spans lines is cut at the end of its first.
Extent extent_of(std::span<const HeaderLine> lines, const toml::source_region& region) {
    const std::size_t begin = offset_of(lines, region.begin);
    std::size_t end = offset_of(lines, region.end);
    if (region.end.line != region.begin.line) {
        const HeaderLine& line =
            lines[std::clamp<std::size_t>(region.begin.line, 1, lines.size()) - 1];
        end = line.offset + line.toml.size();
    }
    return {begin, end > begin ? end - begin : 1};
}

struct NamedKind {
    HeaderValue::Kind kind;
    std::string_view type;
};

NamedKind kind_of(const toml::node& node) {
    using Kind = HeaderValue::Kind;
    switch (node.type()) {
        case toml::node_type::table:
            return {Kind::other, "a table"};
        case toml::node_type::array:
            return {Kind::list, "an array"};
        case toml::node_type::string:
            return {Kind::text, "a string"};
        case toml::node_type::integer:
            return {Kind::other, "an integer"};
        case toml::node_type::floating_point:
            return {Kind::other, "a number"};
        case toml::node_type::boolean:
            return {Kind::flag, "a boolean"};
        case toml::node_type::date:
            return {Kind::date, "a date"};
        case toml::node_type::time:
            return {Kind::other, "a time of day"};
        case toml::node_type::date_time:
            return {Kind::date, "a date with time"};
        case toml::node_type::none:
            break;
    }
    return {Kind::other, "nothing"};
}

HeaderValue value_of(std::span<const HeaderLine> lines, const toml::node& node) {
    HeaderValue value;
    const NamedKind named = kind_of(node);
    value.kind = named.kind;
    value.type = named.type;
    value.extent = extent_of(lines, node.source());
    if (const auto* text = node.as_string()) value.text = text->get();
    if (const auto* flag = node.as_boolean()) value.flag = flag->get();
    if (const auto* list = node.as_array())
        for (const toml::node& item : *list) value.items.push_back(value_of(lines, item));
    return value;
}

// toml++ keeps a table sorted by key; findings are wanted in the order of the file.
void add_entries(std::span<const HeaderLine> lines, const toml::table& table,
                 std::vector<HeaderEntry>& entries) {
    const auto first = static_cast<std::ptrdiff_t>(entries.size());
    for (auto it = table.begin(); it != table.end(); ++it)
        entries.push_back({std::string(it->first.str()), extent_of(lines, it->first.source()),
                           value_of(lines, it->second)});
    std::sort(entries.begin() + first, entries.end(), [](const auto& a, const auto& b) {
        return a.key_extent.offset < b.key_extent.offset;
    });
}

}  // namespace

std::vector<HeaderEntry> read_toml_header(Reporter& reporter, std::span<const HeaderLine> lines) {
    std::vector<HeaderEntry> entries;
    auto whole = parse_lines(lines);
    if (const auto* table = std::get_if<toml::table>(&whole)) {
        add_entries(lines, *table, entries);
        return entries;
    }
    const std::size_t before = reporter.count();
    std::map<std::string_view, std::size_t> seen;
    for (const Entry& entry : split_entries(lines)) {
        const auto [first, is_new] = seen.emplace(entry.key, entry.lines.front().offset);
        if (!is_new) report_twice(reporter, entry, first->second);
        auto parsed = parse_lines(entry.lines);
        if (const auto* error = std::get_if<SyntaxError>(&parsed))
            report_syntax(reporter, entry, *error);
        else if (is_new)
            add_entries(entry.lines, std::get<toml::table>(parsed), entries);
        if (reporter.full()) break;
    }
    if (reporter.count() == before)
        report_syntax(reporter, {key_of(lines.front().toml), lines}, std::get<SyntaxError>(whole));
    return entries;
}

}  // namespace revisiond::script
