// Slugs and file names.
//
// A file name identifies nothing (the header does), so all that matters is that it can be read,
// that it stays below the directory it is meant for, and that loading finds it again.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "script/render.hpp"

namespace revisiond::script {
namespace {

struct CodePointRange {
    std::uint32_t first;
    std::uint32_t last;
};

// Blocks above ASCII that hold signs rather than letters: Latin-1 signs, general punctuation,
// currency, arrows to dingbats, CJK punctuation, private use, presentation and full-width signs,
// emoji, tags.
constexpr std::array<CodePointRange, 17> sign_blocks = {{
    {0x80, 0xA9},
    {0xAB, 0xB4},
    {0xB6, 0xB9},
    {0xBB, 0xBF},
    {0xD7, 0xD7},
    {0xF7, 0xF7},
    {0x2000, 0x206F},
    {0x20A0, 0x20CF},
    {0x2190, 0x2BFF},
    {0x3000, 0x3004},
    {0x3008, 0x3020},
    {0xE000, 0xF8FF},
    {0xFE00, 0xFE6F},
    {0xFF01, 0xFF0F},
    {0xFF1A, 0xFF20},
    {0x1F000, 0x1FAFF},
    {0xE0000, 0x10FFFF},
}};

std::uint32_t decode(std::string_view sequence) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(sequence[i]); };
    if (sequence.size() == 1) return byte(0);
    std::uint32_t value = byte(0) & (0xFFU >> (sequence.size() + 1));
    for (std::size_t i = 1; i < sequence.size(); ++i) value = (value << 6U) | (byte(i) & 0x3FU);
    return value;
}

bool is_word_character(std::string_view sequence) {
    const char c = sequence.front();
    if (sequence.size() == 1)
        return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    if (sequence.size() > 4) return false;  // not UTF-8
    const std::uint32_t point = decode(sequence);
    return std::none_of(sign_blocks.begin(), sign_blocks.end(),
                        [point](const CodePointRange& block) {
                            return point >= block.first && point <= block.last;
                        });
}

// The values that a file template may name, as text; numbers are padded by the template.
struct NameValues {
    std::array<std::pair<std::string_view, std::string>, 9> values;

    const std::string* find(std::string_view name) const {
        for (const auto& [known, value] : values)
            if (known == name) return &value;
        return nullptr;
    }
    std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const auto& [known, value] : values) result.emplace_back(known);
        return result;
    }
};

NameValues name_values(const NewRevision& revision, std::size_t slug_limit) {
    using namespace std::chrono;
    const sys_seconds time = floor<seconds>(sys_time<microseconds>(microseconds(revision.created)));
    const sys_days days = floor<std::chrono::days>(time);
    const year_month_day date{days};
    const hh_mm_ss clock{time - days};
    std::string id = revision.id;
    std::replace(id.begin(), id.end(), '/', '_');
    return {{{{"rev", id},
              {"slug", slug(revision.message, slug_limit)},
              {"epoch", std::to_string(time.time_since_epoch().count())},
              {"year", std::to_string(static_cast<int>(date.year()))},
              {"month", std::to_string(static_cast<unsigned>(date.month()))},
              {"day", std::to_string(static_cast<unsigned>(date.day()))},
              {"hour", std::to_string(clock.hours().count())},
              {"minute", std::to_string(clock.minutes().count())},
              {"second", std::to_string(clock.seconds().count())}}}};
}

Diagnostic bad_template(std::string_view file_template, const std::string& what, std::string hint) {
    return make_error("script.file-template",
                      fmt::format("file_template \"{}\": {}", file_template, what),
                      std::move(hint));
}

// One `%(name)s`, `%(name)d` or `%(name).2d`.
struct Field {
    std::string_view name;
    std::size_t digits = 0;
    std::size_t length = 0;  // of the field's text
};

std::optional<Field> read_field(std::string_view text) {
    const std::size_t close = text.find(')');
    if (!text.starts_with("%(") || close == std::string_view::npos) return std::nullopt;
    Field field;
    field.name = text.substr(2, close - 2);
    std::size_t at = close + 1;
    if (at < text.size() && text[at] == '.') ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && field.digits < 100; ++at)
        field.digits = field.digits * 10 + static_cast<std::size_t>(text[at] - '0');
    if (at >= text.size() || (text[at] != 's' && text[at] != 'd')) return std::nullopt;
    field.length = at + 1;
    return field;
}

std::string padded(const std::string& value, std::size_t digits) {
    return value.size() < digits ? std::string(digits - value.size(), '0') + value : value;
}

Expected<std::string> fill(std::string_view file_template, const NameValues& values) {
    std::string result;
    std::string_view rest = file_template;
    while (!rest.empty()) {
        if (rest.front() != '%' || rest.starts_with("%%")) {
            result += rest.front();
            rest.remove_prefix(rest.front() == '%' ? 2 : 1);
            continue;
        }
        const auto field = read_field(rest);
        if (!field)
            return unexpected(bad_template(file_template,
                                           fmt::format("cannot read \"{}\"", rest.substr(0, 20)),
                                           "a field reads %(rev)s or %(month).2d; %% is a %"));
        const std::string* value = values.find(field->name);
        if (value == nullptr) {
            const std::vector<std::string> names = values.names();
            const auto near = nearest(field->name, names);
            return unexpected(
                bad_template(file_template, fmt::format("unknown field \"{}\"", field->name),
                             near ? fmt::format("did you mean %({})s?", *near)
                                  : fmt::format("the fields are {}", join_words(names))));
        }
        if (field->name == "slug" && value->empty() && result.ends_with('_')) result.pop_back();
        result += padded(*value, field->digits);
        rest.remove_prefix(field->length);
    }
    return result;
}

// Why a path cannot be used below a migrations directory; null when it can.
const char* unusable(std::string_view path) {
    if (path.empty()) return "gives an empty name";
    if (path.front() == '/') return "gives an absolute path";
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        const std::string_view part = path.substr(0, slash);
        if (part == "..") return "leaves the migrations directory by \"..\"";
        if (part.empty()) return "gives an empty directory or file name";
        if (part.front() == '.') return "gives a name that begins with \".\", which loading skips";
        if (std::any_of(part.begin(), part.end(),
                        [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
            return "gives a name with a control character";
        if (slash + 1 == path.size()) return "gives an empty directory or file name";
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return nullptr;
}

}  // namespace

std::string slug(std::string_view message, std::size_t limit) {
    std::string result;
    bool gap = false;
    while (!message.empty()) {
        const std::string_view sequence = message.substr(0, offset_of_code_point(message, 1));
        message.remove_prefix(sequence.size());
        if (!is_word_character(sequence)) {
            gap = true;
            continue;
        }
        if (gap && !result.empty()) result += '_';
        gap = false;
        for (const char c : sequence)
            result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    const std::size_t cut = offset_of_code_point(result, limit);
    if (cut == result.size()) return result;
    result.resize(cut);
    if (const std::size_t last = result.rfind('_'); last != std::string::npos) result.resize(last);
    return result;
}

Expected<std::string> file_name(std::string_view file_template, const NewRevision& revision,
                                std::size_t slug_limit) {
    Expected<std::string> name = fill(file_template, name_values(revision, slug_limit));
    if (!name) return name;
    if (const char* why = unusable(*name))
        return unexpected(bad_template(file_template, fmt::format("{}: \"{}\"", why, *name),
                                       "name a file below the migrations directory"));
    return *name + ".sql";
}

}  // namespace revisiond::script
