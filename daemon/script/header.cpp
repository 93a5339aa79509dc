#include "script/header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/spelling.hpp"
#include "base/text.hpp"
#include "graph/revision_map.hpp"
#include "script/plain_header.hpp"
#include "script/timestamp.hpp"
#include "script/toml_header.hpp"

namespace revisiond::script {
namespace {

// What a key is set to, or one item of that.
struct Value {
    std::string_view key;
    const HeaderValue& given;
};

// Which strings a list of names accepts.
enum class NameRule {
    id,        // a revision id, a part of one or a label
    variable,  // a psql variable
};

bool is_variable_character(unsigned char c) {
    return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

// Moves values into a RevisionScript, each after a check of its type and content.
class HeaderReader {
  public:
    HeaderReader(Reporter& reporter, RevisionScript& script)
        : reporter_(reporter), script_(script) {}

    void revision(const Value& value);
    void down_revision(const Value& value);
    void message(const Value& value);
    void created(const Value& value);
    void branch_labels(const Value& value);
    void depends_on(const Value& value);
    void transaction(const Value& value);
    void variables(const Value& value);

  private:
    void error(const Value& value, std::string code, std::string message, std::string hint = {});
    void wrong_type(const Value& value, std::string_view wanted, std::string_view example);
    SourceLocation place(const Value& value) const;
    bool check_name(const Value& value, const std::string& name, NameRule rule);
    std::vector<std::string> names(const Value& value, NameRule rule, std::string_view example,
                                   std::vector<SourceLocation>* places = nullptr);

    Reporter& reporter_;
    RevisionScript& script_;
};

// One key that a header may set.
struct KnownKey {
    std::string_view name;
    void (HeaderReader::*read)(const Value&);
};

constexpr std::array<KnownKey, 8> known_keys = {{
    {"revision", &HeaderReader::revision},
    {"down_revision", &HeaderReader::down_revision},
    {"message", &HeaderReader::message},
    {"created", &HeaderReader::created},
    {"branch_labels", &HeaderReader::branch_labels},
    {"depends_on", &HeaderReader::depends_on},
    {"transaction", &HeaderReader::transaction},
    {"variables", &HeaderReader::variables},
}};

const KnownKey* find_key(std::string_view name) {
    const auto* found = std::find_if(known_keys.begin(), known_keys.end(),
                                     [&](const KnownKey& known) { return known.name == name; });
    return found == known_keys.end() ? nullptr : found;
}

void HeaderReader::error(const Value& value, std::string code, std::string message,
                         std::string hint) {
    const Extent& extent = value.given.extent;
    reporter_.error(extent.offset, extent.width, std::move(code), std::move(message),
                    std::move(hint));
}

void HeaderReader::wrong_type(const Value& value, std::string_view wanted,
                              std::string_view example) {
    error(value, "script.wrong-type",
          fmt::format("\"{}\" must be {}, not {}", value.key, wanted, value.given.type),
          fmt::format("write it as {}", example));
}

// Without the file's name, which every entry would repeat.
SourceLocation HeaderReader::place(const Value& value) const {
    const Extent& extent = value.given.extent;
    SourceLocation location = reporter_.at(extent.offset, extent.width);
    location.file.clear();
    return location;
}

bool HeaderReader::check_name(const Value& value, const std::string& name, NameRule rule) {
    if (name.empty()) {
        error(value, "script.empty-name", fmt::format("\"{}\" holds an empty name", value.key),
              value.key == "revision" ? "" : "leave the key out when there is nothing to name");
        return false;
    }
    if (rule == NameRule::id) {
        std::string message = graph::forbidden_in_id(name);
        if (message.empty()) return true;
        error(value, "script.forbidden-character", std::move(message),
              "an id or label holds no '@', '-', '+', ':' and no white space");
        return false;
    }
    if (std::all_of(name.begin(), name.end(), is_variable_character)) return true;
    error(value, "script.bad-variable", fmt::format("\"{}\" cannot name a variable", name),
          "a variable's name is made of letters, digits and _");
    return false;
}

std::vector<std::string> HeaderReader::names(const Value& value, NameRule rule,
                                             std::string_view example,
                                             std::vector<SourceLocation>* places) {
    std::vector<std::string> result;
    const auto add = [&](const Value& item) {
        if (item.given.kind != HeaderValue::Kind::text)
            return wrong_type(item, "a string or an array of strings", example);
        const std::string& name = item.given.text;
        if (!check_name(item, name, rule)) return;
        if (std::find(result.begin(), result.end(), name) != result.end())
            return error(item, "script.named-twice",
                         fmt::format("\"{}\" names \"{}\" twice", value.key, name), "name it once");
        result.push_back(name);
        if (places != nullptr) places->push_back(place(item));
    };
    if (value.given.kind != HeaderValue::Kind::list) {
        add(value);
        return result;
    }
    for (const HeaderValue& item : value.given.items) add({value.key, item});
    return result;
}

void HeaderReader::revision(const Value& value) {
    if (value.given.kind != HeaderValue::Kind::text)
        return wrong_type(value, "a string", "\"9f2c41d07a3e\"");
    if (check_name(value, value.given.text, NameRule::id)) script_.revision.id = value.given.text;
}

void HeaderReader::down_revision(const Value& value) {
    script_.revision.down_revisions =
        names(value, NameRule::id, "\"23e153465abc\", or [\"23e153465abc\", \"4be1c0ffee12\"]",
              &script_.revision.places.down_revisions);
}

void HeaderReader::message(const Value& value) {
    if (value.given.kind != HeaderValue::Kind::text)
        return wrong_type(value, "a string", "\"create users\"");
    script_.revision.message = value.given.text;
}

void HeaderReader::created(const Value& value) {
    constexpr std::string_view example = "2026-11-22T10:15:00Z";
    const Extent& extent = value.given.extent;
    const bool is_text = value.given.kind == HeaderValue::Kind::text;
    if (!is_text && value.given.kind != HeaderValue::Kind::date)
        return wrong_type(value, "a date with time", example);
    const std::string written(is_text ? std::string_view(value.given.text)
                                      : reporter_.text().substr(extent.offset, extent.width));
    const auto microseconds = parse_timestamp(written);
    if (!microseconds)
        return error(value, "script.bad-date",
                     fmt::format("\"created\" is not a date with time: \"{}\"", written),
                     fmt::format("write it as {}", example));
    script_.created = written;
    script_.revision.created = *microseconds;
}

void HeaderReader::branch_labels(const Value& value) {
    script_.revision.branch_labels =
        names(value, NameRule::id, "[\"accounts\"]", &script_.revision.places.branch_labels);
}

void HeaderReader::depends_on(const Value& value) {
    script_.revision.depends_on =
        names(value, NameRule::id, "[\"4be1c0ffee12\"]", &script_.revision.places.depends_on);
}

void HeaderReader::transaction(const Value& value) {
    if (value.given.kind != HeaderValue::Kind::flag)
        return wrong_type(value, "true or false", "transaction = false");
    script_.transaction = value.given.flag;
}

void HeaderReader::variables(const Value& value) {
    script_.variables = names(value, NameRule::variable, "[\"tenant\"]");
}

void report_unknown(Reporter& reporter, const HeaderEntry& entry) {
    std::vector<std::string> candidates;
    candidates.reserve(known_keys.size());
    for (const KnownKey& known : known_keys) candidates.emplace_back(known.name);
    const auto near = nearest(entry.key, candidates);
    reporter.error(entry.key_extent.offset, entry.key_extent.width, "script.unknown-key",
                   fmt::format("unknown key \"{}\" in the header", entry.key),
                   near ? fmt::format("did you mean \"{}\"?", *near)
                        : fmt::format("the header knows {}", join_words(candidates)));
}

}  // namespace

std::string_view key_of(std::string_view toml) {
    const std::size_t first = toml.find_first_not_of(" \t");
    const std::size_t equals = toml.find('=');
    if (first == std::string_view::npos || equals == std::string_view::npos || equals <= first)
        return {};
    std::string_view key = trim(toml.substr(first, equals - first));
    if (key.size() > 2 && (key.front() == '"' || key.front() == '\'') && key.back() == key.front())
        key = key.substr(1, key.size() - 2);
    const bool bare = std::all_of(key.begin(), key.end(), [](unsigned char c) {
        return c == '-' || (c < 0x80 && is_variable_character(c));
    });
    return bare ? key : std::string_view{};
}

bool is_header_key(std::string_view key) {
    return find_key(key) != nullptr;
}

void read_header(Reporter& reporter, std::span<const HeaderLine> lines, RevisionScript& script) {
    std::optional<std::vector<HeaderEntry>> entries = read_plain_header(lines);
    if (!entries) entries = read_toml_header(reporter, lines);
    HeaderReader reader(reporter, script);
    for (const HeaderEntry& entry : *entries) {
        if (const KnownKey* known = find_key(entry.key))
            (reader.*known->read)({known->name, entry.value});
        else
            report_unknown(reporter, entry);
    }
}

}  // namespace revisiond::script
