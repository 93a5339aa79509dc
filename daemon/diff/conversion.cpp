#include "diff/conversion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <vector>

#include "diff/rules.hpp"

namespace revisiond::diff {
namespace {

// Types between which the server has assignment casts.
constexpr std::array<std::string_view, 6> numbers{"smallint", "integer",          "bigint",
                                                  "numeric",  "double precision", "real"};
constexpr std::array<std::string_view, 3> texts{"text", "character varying", "character"};
constexpr std::array<std::string_view, 3> dates{"date", "timestamp without time zone",
                                                "timestamp with time zone"};
constexpr std::array<std::string_view, 2> documents{"json", "jsonb"};
// Values that are stored alike, and types that take every shorter value of theirs as it is.
constexpr std::array<std::string_view, 2> one_representation{"text", "character varying"};
constexpr std::array<std::string_view, 8> lengthened{"numeric",
                                                     "bit varying",
                                                     "timestamp without time zone",
                                                     "timestamp with time zone",
                                                     "time without time zone",
                                                     "time with time zone",
                                                     "interval",
                                                     "character varying"};

bool within(const auto& group, const std::string& a, const std::string& b) {
    return std::ranges::find(group, a) != group.end() && std::ranges::find(group, b) != group.end();
}

bool assignable(const std::string& from, const std::string& to) {
    if (from == to || within(numbers, from, to) || within(texts, from, to) ||
        within(dates, from, to) || within(documents, from, to)) {
        return true;
    }
    return std::ranges::find(texts, to) != texts.end();  // everything has a text
}

bool is_array(std::string_view type) {
    return type.ends_with("[]");
}

// What stands in the parentheses: a length, a precision, and the scale of a numeric.
struct Limits {
    int length = 0;
    int scale = 0;
};

// Microseconds: what a time has that is not limited.
constexpr int full_time_precision = 6;

std::optional<Limits> limits_of(std::string_view type) {
    const auto open = type.find('(');
    if (open == std::string_view::npos) return std::nullopt;
    Limits limits;
    const char* const end = type.data() + type.size();
    const auto length = std::from_chars(type.data() + open + 1, end, limits.length);
    if (length.ptr != end && *length.ptr == ',') {
        std::from_chars(length.ptr + 1, end, limits.scale);
    }
    const bool of_time = type.starts_with("time") || type.starts_with("interval");
    if (of_time && limits.length >= full_time_precision) return std::nullopt;
    return limits;
}

bool widens(const std::optional<Limits>& from, const std::optional<Limits>& to) {
    if (!to) return true;
    return from && from->scale == to->scale && from->length <= to->length;
}

// "START WITH 1 INCREMENT BY 2 … NO CYCLE" as words → value.
std::map<std::string, std::string> sequence_options(std::string_view text) {
    std::map<std::string, std::string> options;
    for (const std::string_view name :
         {"START WITH", "INCREMENT BY", "MINVALUE", "MAXVALUE", "CACHE"}) {
        const auto at = text.find(name);
        const auto begin = at + name.size() + 1;
        options[std::string(name)] = text.substr(begin, text.find(' ', begin) - begin);
    }
    options["CYCLE"] = text.ends_with("NO CYCLE") ? "NO" : "";
    return options;
}

// The type of an array's elements, or the type itself; without modifiers.
std::string element_of(std::string_view type) {
    std::string bare = without_modifiers(type);
    while (bare.ends_with("[]")) bare.resize(bare.size() - 2);
    return bare;
}

}  // namespace

std::string without_modifiers(std::string_view type) {
    std::string bare;
    bool inside = false;
    for (const char c : type) {
        if (c == '(') inside = true;
        if (!inside) bare += c;
        if (c == ')') inside = false;
    }
    return bare;
}

std::string conversion_of(const std::string& column, std::string_view from, std::string_view to,
                          bool through_text) {
    const std::string bare_from = without_modifiers(from);
    const std::string bare_to = without_modifiers(to);
    if (through_text) {
        return fmt::format("{}::text{}::{}", column, is_array(from) && is_array(to) ? "[]" : "",
                           to);
    }
    if (assignable(bare_from, bare_to)) return {};
    if (is_array(from) && is_array(to)) {
        // The server converts each element as it would convert a value.
        if (assignable(element_of(from), element_of(to))) return {};
        return fmt::format("{}::text[]::{}", column, to);
    }
    const bool from_text = std::ranges::find(texts, bare_from) != texts.end();
    const bool logical = (bare_from == "integer" && bare_to == "boolean") ||
                         (bare_from == "boolean" && bare_to == "integer");
    if (from_text || logical) return fmt::format("{}::{}", column, to);
    return fmt::format("{}::text::{}", column, to);
}

bool only_widens(std::string_view from, std::string_view to) {
    const std::string bare_from = without_modifiers(from);
    const std::string bare_to = without_modifiers(to);
    const bool same =
        bare_from == bare_to && std::ranges::find(lengthened, bare_to) != lengthened.end();
    const bool fields = bare_from.starts_with("interval") && bare_to == "interval";
    return (same || fields || within(one_representation, bare_from, bare_to)) &&
           widens(limits_of(from), limits_of(to));
}

bool loses_values(std::string_view from, std::string_view to) {
    const std::string bare_from = element_of(from);
    const std::string bare_to = element_of(to);
    const auto either = [](const std::string& type, std::initializer_list<std::string_view> types) {
        return std::ranges::find(types, type) != types.end();
    };
    const bool whole = either(bare_to, {"smallint", "integer", "bigint"});
    const bool floating = either(bare_to, {"real", "double precision"});
    if (bare_from != bare_to) {
        if (either(bare_from, {"real", "double precision"})) {
            return whole || either(bare_to, {"real", "numeric", "money"});
        }
        if (either(bare_from, {"numeric", "money"})) return whole || floating || bare_to == "money";
        if (bare_from == "bigint") return floating;
        if (bare_from == "integer") return bare_to == "real";
        if (bare_from == "json") return bare_to == "jsonb";
        if (bare_from == "interval")
            return bare_to.starts_with("time") || bare_to.starts_with("interval ");
        if (std::ranges::find(texts, bare_from) != texts.end()) {
            return either(bare_to, {"name", "\"char\""});
        }
        if (!bare_from.starts_with("timestamp")) return false;
        if (!bare_to.starts_with("timestamp"))
            return bare_to == "date" || bare_to.starts_with("time ");
    }
    const auto before = limits_of(from);
    const auto after = limits_of(to);
    if (!after) return false;
    if (bare_to == "numeric") return !before || before->scale > after->scale;
    const bool of_time = bare_to.starts_with("time") || bare_to.starts_with("interval");
    return of_time && (!before || before->length > after->length);
}

std::string last_part(std::string_view qualified) {
    std::size_t dot = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < qualified.size(); ++i) {
        if (qualified[i] == '"') quoted = !quoted;
        if (qualified[i] == '.' && !quoted) dot = i + 1;
    }
    return std::string(qualified.substr(dot));
}

std::string sequence_option(std::string_view options, std::string_view name) {
    return sequence_options(options).at(std::string(name));
}

std::string identity_changes(std::string_view from, std::string_view to) {
    const auto before = sequence_options(from);
    const auto after = sequence_options(to);
    std::vector<std::string> changes;
    for (const auto& [name, value] : after) {
        if (before.at(name) == value) continue;
        changes.push_back(name == "CYCLE" ? fmt::format("SET {}CYCLE", value.empty() ? "" : "NO ")
                                          : fmt::format("SET {} {}", name, value));
    }
    const auto number = [](const std::string& text) {
        std::int64_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    const std::int64_t start = number(before.at("START WITH"));
    if (start < number(after.at("MINVALUE")) || start > number(after.at("MAXVALUE"))) {
        changes.push_back("RESTART WITH " + after.at("START WITH"));
    }
    return fmt::format("{}", fmt::join(changes, " "));
}

}  // namespace revisiond::diff
