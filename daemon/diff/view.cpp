#include <fmt/format.h>

#include "diff/column.hpp"
#include "diff/positional_names.hpp"
#include "diff/printed_text.hpp"
#include "diff/simple.hpp"
#include "diff/view.hpp"

namespace revisiond::diff {
namespace {

constexpr std::string_view value_rows = "\"*VALUES*\"";

// Where `SELECT "*VALUES*".column1 AS a, …` ends; 0: it is another query.
std::size_t end_of_value_columns(const PrintedText& printed) {
    if (printed.word(0) != "SELECT") return 0;
    std::size_t at = 0;
    for (std::size_t number = 1; at == 0 || printed.word(at) == ","; ++number) {
        const bool next = printed.word(at + 1) == value_rows && printed.word(at + 2) == "." &&
                          printed.word(at + 3) == fmt::format("column{}", number);
        if (!next) return 0;
        at += printed.word(at + 4) == "AS" ? 6 : 4;
    }
    return at;
}

// `CREATE VIEW v (a) AS VALUES (1)` is printed as `SELECT "*VALUES*".column1 AS a FROM (VALUES (1))
// "*VALUES*"`. What is read there is a sub-select, and printed with a blank more. Empty: the
// definition is another one.
std::string bare_values(const Object& view) {
    const std::string& text = view.get(Property::definition);
    if (text.find(value_rows) == std::string::npos) return {};
    const PrintedText printed(text);
    const std::size_t from = end_of_value_columns(printed);
    const bool rows = from > 0 && printed.word(from) == "FROM" && printed.word(from + 1) == "(" &&
                      printed.word(from + 2) == "VALUES" &&
                      printed.offset_of(from + 2) == printed.end_of(from + 1);
    const std::size_t close = rows ? printed.close_of(from + 1) : nowhere;
    if (close == nowhere || printed.word(close + 1) != value_rows) return {};
    const std::size_t begin = printed.offset_of(from + 2);
    return " " + text.substr(begin, printed.offset_of(close) - begin) +
           text.substr(printed.end_of(close + 1));
}

std::string column_names(const Object& view, const Writer& writer) {
    std::vector<std::string> names;
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(view))) {
        const Object& column = writer.to().at(child);
        if (column.kind == Kind::column) names.push_back(own_name(column));
    }
    return fmt::format(" ({})", fmt::join(names, ", "));
}

// "CREATE VIEW app.v", what stands before AS, and the query.
std::string query_text(const Object& view, const std::string& head, const std::string& options,
                       Writer& writer) {
    refuse_moved_names(view, view.get(Property::definition), writer);
    const std::string values = bare_values(view);
    return fmt::format("{}{}{} AS\n{}", head, values.empty() ? "" : column_names(view, writer),
                       options, values.empty() ? view.get(Property::definition) : values);
}

std::string view_text(const Object& view, std::string_view verb, Writer& writer) {
    const std::string options = option_list(view.get(Property::options));
    return query_text(view, fmt::format("{} VIEW {}", verb, view.address),
                      options.empty() ? "" : fmt::format(" WITH ({})", options), writer);
}

void write_columns(const Object& view, Writer& writer) {
    for (const ObjectIndex child : writer.to().children(writer.index_in_to(view))) {
        const Object& column = writer.to().at(child);
        if (column.kind == Kind::column) write_column_extras(column, writer);
    }
}

void write_view(const Object& view, std::string_view verb, Writer& writer) {
    writer.add(view_text(view, verb, writer));
    write_common(view, writer);
    write_columns(view, writer);
}

void create_view(const Object& view, Writer& writer) {
    write_view(view, "CREATE", writer);
}

// What CREATE OR REPLACE accepts: the same columns, and more behind them.
bool can_alter_view(const Pair& pair) {
    return pair.only({Property::definition, Property::options}) &&
           pair.to.get(Property::columns).starts_with(pair.from.get(Property::columns));
}

void alter_view(const Pair& pair, Writer& writer) {
    if (pair.has(Property::definition)) {
        writer.add(view_text(pair.to, "CREATE OR REPLACE", writer));
    } else {
        write_option_changes(fmt::format("ALTER VIEW {} ", pair.to.address),
                             pair.from.get(Property::options), pair.to.get(Property::options), "",
                             writer);
    }
    write_common_changes(pair.from, pair.to, writer);
}

void create_materialized_view(const Object& view, Writer& writer) {
    std::string text;
    const std::string& method = view.get(Property::access_method);
    if (!method.empty() && method != "heap") text += " USING " + method;
    std::string options = option_list(view.get(Property::options));
    const std::string toast = option_list(view.get(Property::toast_options), "toast.");
    if (!options.empty() && !toast.empty()) options += ", ";
    options += toast;
    if (!options.empty()) text += fmt::format(" WITH ({})", options);
    if (writer.options().tablespaces && view.has(Property::tablespace)) {
        text += " TABLESPACE " + view.get(Property::tablespace);
    }
    text = query_text(view, "CREATE MATERIALIZED VIEW " + view.address, text, writer);
    if (view.is(Property::populated, "f")) text += "\nWITH NO DATA";
    writer.add(text);
    write_common(view, writer);
    write_columns(view, writer);
}

bool can_alter_materialized_view(const Pair& pair) {
    return !pair.has(Property::definition);
}

void alter_materialized_view(const Pair& pair, Writer& writer) {
    const std::string prefix = fmt::format("ALTER MATERIALIZED VIEW {} ", pair.to.address);
    constexpr Hazards rewrite{false, true, true, false};
    if (pair.has(Property::access_method)) {
        writer.add(prefix + "SET ACCESS METHOD " + pair.to.get(Property::access_method), rewrite);
    }
    if (pair.has(Property::tablespace)) {
        const std::string& space = pair.to.get(Property::tablespace);
        writer.add(prefix + "SET TABLESPACE " + (space.empty() ? "pg_default" : space), rewrite);
    }
    write_option_changes(prefix, pair.from.get(Property::options), pair.to.get(Property::options),
                         "", writer);
    write_option_changes(prefix, pair.from.get(Property::toast_options),
                         pair.to.get(Property::toast_options), "toast.", writer);
    write_common_changes(pair.from, pair.to, writer);
}

void write_rule_state(const Object& rule, Writer& writer) {
    writer.add(fmt::format("ALTER TABLE {} {} RULE {}", table_of(rule, writer.to()),
                           enable_words(rule.get(Property::enabled)), own_name(rule)));
}

void create_rule(const Object& rule, Writer& writer) {
    refuse_moved_names(rule, rule.get(Property::definition), writer);
    writer.add(rule.get(Property::definition));
    if (!rule.is(Property::enabled, "O")) write_rule_state(rule, writer);
    write_common(rule, writer);
}

void drop_rule(const Object& rule, Writer& writer) {
    writer.add("DROP RULE " + rule.address);
}

bool can_alter_rule(const Pair& pair) {
    return pair.only({Property::enabled});
}

void alter_rule(const Pair& pair, Writer& writer) {
    if (pair.has(Property::enabled)) write_rule_state(pair.to, writer);
    write_common_changes(pair.from, pair.to, writer);
}

}  // namespace

void outline_view(const Object& view, Writer& writer) {
    std::vector<std::string> columns;
    for (const std::string& line : lines_of(view.get(Property::columns))) {
        const auto tab = line.find('\t');
        columns.push_back(fmt::format("NULL::{} AS {}", line.substr(tab + 1), line.substr(0, tab)));
    }
    writer.add(fmt::format("CREATE OR REPLACE VIEW {} AS\n SELECT {}", view.address,
                           fmt::join(columns, ",\n    ")));
}

void fill_view(const Object& view, Writer& writer) {
    write_view(view, "CREATE OR REPLACE", writer);
}

const KindRules view_rules{create_view, drop_plainly, can_alter_view, alter_view};
const KindRules materialized_view_rules{create_materialized_view, drop_plainly,
                                        can_alter_materialized_view, alter_materialized_view};
const KindRules rule_rules{create_rule, drop_rule, can_alter_rule, alter_rule};

}  // namespace revisiond::diff
