#include "diff/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diff/positions.hpp"
#include "diff/readable.hpp"
#include "diff/rules.hpp"
#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

// Name and value of a "name=value" line.
std::pair<std::string, std::string> option_of(const std::string& line) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) return {line, ""};
    return {line.substr(0, equals), line.substr(equals + 1)};
}

// In the server's order, which pg_dump shows.
using Options = std::vector<std::pair<std::string, std::string>>;

Options options_of(std::string_view lines) {
    Options options;
    for (const std::string& line : lines_of(lines)) options.push_back(option_of(line));
    return options;
}

Options::const_iterator find_option(const Options& options, const std::string& name) {
    return std::ranges::find(options, name, &Options::value_type::first);
}

// What is set comes last, so from the first option that does not stay in its place all are set.
// Those that are equal but for their order are left alone.
Options::const_iterator first_misplaced(const Options& before, const Options& after) {
    if (std::ranges::is_permutation(before, after)) return after.end();
    auto option = after.begin();
    for (const auto& old : before) {
        if (find_option(after, old.first) == after.end()) continue;
        if (option == after.end() || *option != old) break;
        ++option;
    }
    return option;
}

bool has_owner(Kind kind) {
    return kind != Kind::default_privileges;
}

bool has_comment(Kind kind) {
    return !catalog::sql_words(kind).empty() && kind != Kind::user_mapping;
}

void write_owner(const Object& object, Writer& writer) {
    if (!writer.options().owners || !has_owner(object.kind) || !object.has(Property::owner)) return;
    writer.add(fmt::format("ALTER {} {} OWNER TO {}", catalog::sql_words(object.kind),
                           object.address, object.get(Property::owner)));
}

void write_comment(const Object& object, Writer& writer) {
    if (!has_comment(object.kind)) return;
    const std::string text =
        object.has(Property::comment) ? sql::quote_literal(object.get(Property::comment)) : "NULL";
    writer.add(fmt::format("COMMENT ON {} {} IS {}", catalog::sql_words(object.kind),
                           object.address, text));
}

// The object as ALTER … DEPENDS ON EXTENSION wants it: a constraint by its index.
std::string dependent_name(const Object& object) {
    if (object.kind != Kind::constraint) {
        return fmt::format("{} {}", catalog::sql_words(object.kind), object.address);
    }
    return fmt::format("INDEX {}.{}", sql::quote_identifier(object.schema), own_name(object));
}

void write_extension_dependencies(const Object& object, std::string_view before,
                                  std::string_view after, Writer& writer) {
    const auto write = [&](std::string_view from, std::string_view to, std::string_view verb) {
        const auto there = lines_of(to);
        for (const std::string& extension : lines_of(from)) {
            if (std::ranges::find(there, extension) != there.end()) continue;
            writer.add(fmt::format("ALTER {} {} ON EXTENSION {}", dependent_name(object), verb,
                                   extension));
        }
    };
    write(before, after, "NO DEPENDS");
    write(after, before, "DEPENDS");
}

// CREATE OR REPLACE makes a routine forget them.
std::string_view kept_extension_dependencies(const Object& from, const Object& to) {
    const bool replaced = from.get(Property::definition) != to.get(Property::definition);
    return is_routine(to.kind) && replaced ? std::string_view()
                                           : from.get(Property::extension_dependencies);
}

}  // namespace

Statement& Writer::add(std::string text, Hazards hazards) {
    Statement statement;
    statement.text = readable(std::move(text));
    statement.object = object_;
    if (!of_new_relation_) statement.hazards = hazards;
    statement.commit_before = std::ranges::any_of(new_labels_, [&](const std::string& label) {
        return statement.text.find(label) != std::string::npos;
    });
    // What is visible after one commit needs no other.
    if (statement.commit_before) new_labels_.clear();
    script_.statements.push_back(std::move(statement));
    return script_.statements.back();
}

// With a backslash it is E'a\\b' where quote_literal() writes it, and 'a\b' in an expression.
void Writer::note_new_label(const std::string& literal) {
    new_labels_.insert(literal);
    if (!literal.starts_with("E'")) return;
    std::string printed;
    for (std::size_t i = 1; i < literal.size(); ++i) {
        printed += literal[i];
        if (literal[i] == '\\' && i + 1 < literal.size()) ++i;
    }
    new_labels_.insert(std::move(printed));
}

void write_common(const Object& object, Writer& writer) {
    if (!object.is(Property::owner, writer.from().user)) write_owner(object, writer);
    if (object.has(Property::comment)) write_comment(object, writer);
    write_extension_dependencies(object, {}, object.get(Property::extension_dependencies), writer);
    write_privileges(object, object, true, writer);
}

void write_common_changes(const Object& from, const Object& to, Writer& writer) {
    if (from.get(Property::owner) != to.get(Property::owner) &&
        !stays_with_column(writer.pairing(), writer.index_in_from(from))) {
        write_owner(to, writer);
    }
    if (from.has(Property::comment) != to.has(Property::comment) ||
        from.get(Property::comment) != to.get(Property::comment)) {
        write_comment(to, writer);
    }
    write_extension_dependencies(to, kept_extension_dependencies(from, to),
                                 to.get(Property::extension_dependencies), writer);
    write_privileges(from, to, false, writer);
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

void write_option_changes(const std::string& prefix, std::string_view from, std::string_view to,
                          std::string_view name_prefix, Writer& writer) {
    const auto before = options_of(from);
    const auto after = options_of(to);
    std::vector<std::string> set;
    std::vector<std::string> reset;
    for (const auto& [name, value] : before) {
        if (find_option(after, name) == after.end()) {
            reset.push_back(fmt::format("{}{}", name_prefix, name));
        }
    }
    for (auto option = first_misplaced(before, after); option != after.end(); ++option) {
        set.push_back(
            fmt::format("{}{}={}", name_prefix, option->first, sql::quote_literal(option->second)));
    }
    if (!reset.empty()) writer.add(fmt::format("{}RESET ({})", prefix, fmt::join(reset, ", ")));
    if (!set.empty()) writer.add(fmt::format("{}SET ({})", prefix, fmt::join(set, ", ")));
}

std::string option_list(std::string_view lines, std::string_view name_prefix) {
    std::vector<std::string> options;
    for (const auto& [name, value] : options_of(lines)) {
        options.push_back(fmt::format("{}{}={}", name_prefix, name, sql::quote_literal(value)));
    }
    return fmt::format("{}", fmt::join(options, ", "));
}

std::string foreign_options(std::string_view lines) {
    if (lines.empty()) return {};
    std::vector<std::string> options;
    for (const auto& [name, value] : options_of(lines)) {
        options.push_back(
            fmt::format("{} {}", sql::quote_identifier(name), sql::quote_literal(value)));
    }
    return fmt::format(" OPTIONS ({})", fmt::join(options, ", "));
}

std::string foreign_option_changes(std::string_view from, std::string_view to) {
    const auto before = options_of(from);
    const auto after = options_of(to);
    std::vector<std::string> changes;
    for (const auto& [name, value] : before) {
        if (find_option(after, name) == after.end()) {
            changes.push_back(fmt::format("DROP {}", sql::quote_identifier(name)));
        }
    }
    for (const auto& [name, value] : after) {
        const auto old = find_option(before, name);
        if (old != before.end() && old->second == value) continue;
        changes.push_back(fmt::format("{} {} {}", old == before.end() ? "ADD" : "SET",
                                      sql::quote_identifier(name), sql::quote_literal(value)));
    }
    return fmt::format("OPTIONS ({})", fmt::join(changes, ", "));
}

}  // namespace revisiond::diff
