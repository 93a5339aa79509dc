#include "config/section.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "config/keys.hpp"

namespace revisiond::config {

Section::Section(Reading& reading, const Value& table, std::string path, std::string_view kind)
    : reading_(reading), table_(table), path_(std::move(path)) {
    const auto known = keys_of(kind);
    for (const Entry& entry : table_.entries) {
        if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
        const std::string where = path_.empty() ? "" : fmt::format(" in [{}]", path_);
        const char* what = entry.value.kind == Kind::table ? "section" : "key";
        Diagnostic diagnostic = make_error(
            "config.unknown-key", fmt::format("unknown {} \"{}\"{}", what, entry.key, where));
        const auto near = nearest(entry.key, known);
        if (near) {
            diagnostic.hint = fmt::format("did you mean \"{}\"?", *near);
        } else if (known.size() < 12) {
            diagnostic.hint = fmt::format("known here: {}", join_words(known));
        } else {
            diagnostic.hint = "config.toml.example lists every key";
        }
        diagnostic.at = reading_.document.locate(entry.place, entry.key.size(), false);
        reading_.diagnostics.push_back(std::move(diagnostic));
    }
}

std::string Section::full_name(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

SourceLocation Section::place_of(const Entry& entry) const {
    return reading_.document.locate(entry.place, entry.key.size(), !may_be_secret(entry.key));
}

SourceLocation Section::where(std::string_view key) const {
    SourceLocation at;
    if (const Entry* entry = find(key)) at = place_of(*entry);
    at.file = reading_.document.file;
    return at;
}

void Section::fail(std::string_view key, const std::string& what, std::string hint) const {
    Diagnostic diagnostic =
        make_error("config.bad-value", fmt::format("{} {}", full_name(key), what), std::move(hint));
    diagnostic.at = where(key);
    reading_.diagnostics.push_back(std::move(diagnostic));
}

void Section::warn(std::string_view key, const std::string& what, std::string hint) const {
    Diagnostic diagnostic = make_warning(
        "config.doubtful-value", fmt::format("{} {}", full_name(key), what), std::move(hint));
    diagnostic.at = where(key);
    reading_.warnings.push_back(std::move(diagnostic));
}

const Entry* Section::of_kind(std::string_view key, Kind kind, std::string_view wanted) const {
    const Entry* entry = find(key);
    if (entry == nullptr || entry->value.kind == kind) return entry;
    fail(key, fmt::format("must be {}, not {}", wanted, describe(entry->value.kind)));
    return nullptr;
}

std::optional<std::string> Section::expanded(const Entry& entry, const Value& value,
                                             Embedding embedding) const {
    auto result = expand(value.text, reading_.lookup, embedding);
    if (result && result->find('\0') == std::string::npos) return std::move(*result);
    if (result) {
        fail(entry.key, "holds a zero byte");
    } else if (result.error().missing.empty()) {
        fail(entry.key, "cannot be expanded: " + result.error().message,
             "a literal ${ is written $${");
    } else {
        fail(entry.key, "cannot be expanded: " + result.error().message,
             fmt::format("set {} in {}, or write ${{{}:-default}}",
                         join_words(result.error().missing), reading_.variables_hint,
                         result.error().missing.front()));
        reading_.diagnostics.back().code = missing_variable;
    }
    return std::nullopt;
}

std::optional<std::string> Section::text(std::string_view key, Embedding embedding) const {
    const Entry* entry = of_kind(key, Kind::text, "a text between quotes");
    if (entry == nullptr) return std::nullopt;
    return expanded(*entry, entry->value, embedding);
}

std::optional<std::string> Section::text_or_number(std::string_view key) const {
    const Entry* entry = find(key);
    if (entry != nullptr && entry->value.kind == Kind::integer) {
        return std::to_string(entry->value.integer);
    }
    entry = of_kind(key, Kind::text, "a text or a whole number");
    if (entry == nullptr) return std::nullopt;
    return expanded(*entry, entry->value, Embedding::verbatim);
}

std::optional<bool> Section::flag(std::string_view key) const {
    const Entry* entry = of_kind(key, Kind::boolean, "true or false");
    if (entry == nullptr) return std::nullopt;
    return entry->value.boolean;
}

std::optional<std::uint64_t> Section::count(std::string_view key, std::uint64_t lowest,
                                            std::uint64_t highest) const {
    const Entry* entry = of_kind(key, Kind::integer, "a whole number");
    if (entry == nullptr) return std::nullopt;
    const std::int64_t value = entry->value.integer;
    if (value < 0 || static_cast<std::uint64_t>(value) < lowest ||
        static_cast<std::uint64_t>(value) > highest) {
        fail(key, fmt::format("must be a number from {} to {}", lowest, highest));
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(value);
}

std::optional<std::vector<std::string>> Section::texts(std::string_view key, bool lone_text) const {
    const Entry* entry = find(key);
    if (entry == nullptr) return std::nullopt;
    const Value& value = entry->value;
    std::vector<const Value*> parts;
    if (value.kind == Kind::text && lone_text) parts.push_back(&value);
    if (value.kind == Kind::array) {
        for (const Value& element : value.elements) parts.push_back(&element);
    }
    std::vector<std::string> result;
    for (const Value* part : parts) {
        if (part->kind != Kind::text) break;
        auto text = expanded(*entry, *part, Embedding::verbatim);
        if (!text) return std::nullopt;
        result.push_back(std::move(*text));
    }
    if (result.empty() || result.size() != parts.size() || result[0].empty()) {
        fail(key, lone_text ? "must be a text or an array of texts, not empty"
                            : "must be an array of texts, not empty");
        return std::nullopt;
    }
    return result;
}

void Section::duration(std::string_view key, Milliseconds& target) const {
    const Entry* entry = find(key);
    if (entry == nullptr) return;
    constexpr const char* hint = "write a number with its unit (us, ms, s, min, h, d), or \"0\"";
    if (entry->value.kind == Kind::integer && entry->value.integer == 0) {
        target = Milliseconds{0};
        return;
    }
    if (entry->value.kind != Kind::text) {
        return fail(key,
                    fmt::format("must be a duration such as \"100ms\", not {}",
                                describe(entry->value.kind)),
                    hint);
    }
    const auto written = text(key);
    if (!written) return;
    const auto parsed = parse_duration(*written);
    if (!parsed) return fail(key, "is not a duration such as \"100ms\"", hint);
    target = *parsed;
}

std::optional<std::uint64_t> Section::size(std::string_view key) const {
    const Entry* entry = of_kind(key, Kind::text, "a size such as \"16MB\"");
    if (entry == nullptr) return std::nullopt;
    const auto written = text(key);
    if (!written) return std::nullopt;
    const auto parsed = parse_size(*written);
    if (!parsed || *parsed == 0) {
        fail(key, "is not a size such as \"16MB\"", "write a number with B, kB, MB, GB or TB");
        return std::nullopt;
    }
    return parsed;
}

const Value* Section::section(std::string_view key) const {
    const Entry* entry = of_kind(key, Kind::table, "a section");
    return entry == nullptr ? nullptr : &entry->value;
}

}  // namespace revisiond::config
