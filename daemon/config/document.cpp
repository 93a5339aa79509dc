#include "config/document.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>

#include "base/text.hpp"
#include "config/keys.hpp"

namespace revisiond::config {
namespace {

Place to_place(const toml::source_region& region) {
    return {region.begin.line, region.begin.column};
}

Value to_value(const toml::node& node);

Value to_table(const toml::table& table) {
    Value value;
    value.kind = Kind::table;
    for (const auto& [key, node] : table) {
        value.entries.push_back({std::string(key.str()), to_place(key.source()), to_value(node)});
    }
    // toml++ sorts by name.
    std::stable_sort(value.entries.begin(), value.entries.end(),
                     [](const Entry& a, const Entry& b) {
                         return std::pair(a.place.line, a.place.column) <
                                std::pair(b.place.line, b.place.column);
                     });
    return value;
}

Value to_value(const toml::node& node) {
    Value value;
    if (const auto* table = node.as_table()) {
        value = to_table(*table);
    } else if (const auto* array = node.as_array()) {
        value.kind = Kind::array;
        for (const toml::node& element : *array) value.elements.push_back(to_value(element));
    } else if (const auto* text = node.as_string()) {
        value.kind = Kind::text;
        value.text = text->get();
    } else if (const auto* integer = node.as_integer()) {
        value.kind = Kind::integer;
        value.integer = integer->get();
    } else if (const auto* boolean = node.as_boolean()) {
        value.kind = Kind::boolean;
        value.boolean = boolean->get();
    }
    value.place = to_place(node.source());
    return value;
}

std::string_view line_of(std::string_view source, std::uint32_t number) {
    for (std::uint32_t i = 1; i < number; ++i) {
        const std::size_t end = source.find('\n');
        if (end == std::string_view::npos) return {};
        source.remove_prefix(end + 1);
    }
    std::string_view line = source.substr(0, source.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool is_bare(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

// "[section]" and nothing else.
bool is_header(std::string_view line) {
    line = trim(line);
    return line.starts_with('[') && line.ends_with(']') &&
           std::all_of(line.begin(), line.end(),
                       [](char c) { return is_bare(c) || c == '[' || c == ']' || c == '"'; });
}

// The bare key of a `key = value` line; empty when the line is something else.
std::string_view simple_key(std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) return {};
    const std::string_view key = trim(line.substr(0, equals));
    return std::all_of(key.begin(), key.end(), is_bare) ? key : std::string_view{};
}

// Whether the line is one `key = value` and holds no other key, as `a.b = …` and `a = {b = …}` do.
bool is_one_setting(std::string_view line) {
    const std::string_view key = simple_key(line);
    if (key.empty() || key.find('.') != std::string_view::npos) return false;
    const std::string_view value = trim(line.substr(line.find('=') + 1));
    return !value.starts_with('{') && !value.starts_with('[');
}

std::string masked(std::string_view line) {
    return std::string(line.substr(0, line.find('=') + 1)) + " …";
}

// toml++ words an error as "Error while parsing <scope>: <what it saw>". Only the scope is not made
// of the file's text.
std::string scope_of(std::string_view description) {
    constexpr std::string_view prefix = "Error while parsing ";
    if (!description.starts_with(prefix)) return "file";
    description.remove_prefix(prefix.size());
    const std::string_view scope = description.substr(0, description.find(':'));
    const bool words = std::all_of(scope.begin(), scope.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || c == ' ' || c == '-';
    });
    return words ? std::string(scope) : "file";
}

Diagnostic syntax_error(const Document& document, const toml::parse_error& error) {
    const std::string_view description = error.description();
    const Place place = to_place(error.source());
    Diagnostic diagnostic = make_error("config.not-toml", "");
    if (description.find("redefine") != std::string_view::npos) {
        diagnostic.message = "a key or section is set twice";
    } else {
        diagnostic.message = fmt::format("not TOML: cannot read this {}", scope_of(description));
        diagnostic.hint = "a text stands between quotes, and every quote and bracket is closed";
    }
    // An unclosed text may hide a secret on any line: only what certainly is a key is shown.
    diagnostic.at = document.locate(place, 1, false);
    const std::string_view line = line_of(document.source, place.line);
    if (!is_header(line) && !is_known_key_name(simple_key(line))) diagnostic.at.line_text.clear();
    return diagnostic;
}

}  // namespace

const Entry* Value::find(std::string_view key) const {
    for (const Entry& entry : entries) {
        if (entry.key == key) return &entry;
    }
    return nullptr;
}

const char* describe(Kind kind) {
    switch (kind) {
        case Kind::text:
            return "a text";
        case Kind::integer:
            return "an integer";
        case Kind::boolean:
            return "true or false";
        case Kind::array:
            return "an array";
        case Kind::table:
            return "a section";
        case Kind::other:
            return "a number with a fraction, a date or a time";
    }
    return "unknown";
}

SourceLocation Document::locate(Place place, std::size_t width, bool harmless) const {
    SourceLocation at;
    at.file = file;
    at.line = place.line;
    at.column = place.column;
    at.width = static_cast<std::uint32_t>(std::max<std::size_t>(width, 1));
    const std::string_view line = line_of(source, place.line);
    const std::string_view key = simple_key(line);
    if (is_header(line) || (harmless && is_one_setting(line))) {
        at.line_text = std::string(line);
        return at;
    }
    if (key.empty()) return at;  // a value alone, or several keys in one line
    at.line_text = masked(line);
    const std::size_t before_equals = count_code_points(line.substr(0, line.find('=')));
    if (place.column > before_equals) {
        const auto first = static_cast<std::size_t>(key.data() - line.data());
        at.column = static_cast<std::uint32_t>(count_code_points(line.substr(0, first)) + 1);
        at.width = static_cast<std::uint32_t>(key.size());
    }
    return at;
}

Expected<Document> parse_document(std::string file, std::string source) {
    Document document{std::move(file), std::move(source), {}};
    if (const auto bad = first_invalid_utf8(document.source)) {
        Diagnostic error = make_error("config.not-utf8", "the file is not UTF-8");
        error.at = revisiond::locate(document.file, document.source, *bad);
        error.at.line_text.clear();
        return unexpected(error);
    }
    // The packaged library knows errors as exceptions only; they end here.
    try {
        document.root = to_table(toml::parse(std::string_view(document.source)));
    } catch (const toml::parse_error& error) {
        return unexpected(syntax_error(document, error));
    }
    return document;
}

}  // namespace revisiond::config
