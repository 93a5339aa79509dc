#include "diff/renames.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "diff/writer.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

// What a rename's text points at: an object, or a label of an enum type.
struct Found {
    ObjectIndex object = no_object;
    std::string label;  // quoted literal; of an enum
    bool ambiguous = false;
};

bool renamable(Kind kind) {
    switch (kind) {
        case Kind::table:
        case Kind::foreign_table:
        case Kind::view:
        case Kind::materialized_view:
        case Kind::sequence:
        case Kind::index:
        case Kind::enum_type:
        case Kind::composite_type:
        case Kind::range_type:
        case Kind::domain:
        case Kind::column:
        case Kind::schema:
            return true;
        default:
            return false;
    }
}

// "app.users.phone", unquoted.
std::string full_name(const Catalog& catalog, const Object& object) {
    if (object.kind == Kind::schema) return object.name;
    std::string name = object.schema + ".";
    if (object.kind == Kind::column) name += catalog.at(object.parent).name + ".";
    return name + object.name;
}

bool fits(const std::string& full, std::string_view text) {
    if (full == text) return true;
    return full.size() > text.size() && full.ends_with(text) &&
           full[full.size() - text.size() - 1] == '.';
}

// Every object by the last part of its name, so that many renames cost one pass.
class Names {
  public:
    explicit Names(const Catalog& catalog) : catalog_(catalog) {
        for (ObjectIndex index = 0; index < catalog.size(); ++index) {
            if (renamable(catalog.at(index).kind)) by_name_.emplace(catalog.at(index).name, index);
        }
    }

    Found find(std::string_view text) const {
        Found found = find_object(text);
        if (found.object != no_object || found.ambiguous) return found;
        return find_label(text);
    }

  private:
    // A full name wins over the same text as the end of another's.
    Found find_object(std::string_view text) const {
        Found found;
        const std::string last(text.substr(text.rfind('.') + 1));
        const auto [begin, end] = by_name_.equal_range(last);
        for (auto entry = begin; entry != end; ++entry) {
            const std::string full = full_name(catalog_, catalog_.at(entry->second));
            if (full == text) return {entry->second, {}, false};
            if (!fits(full, text)) continue;
            found.ambiguous = found.object != no_object;
            found.object = entry->second;
        }
        return found;
    }

    Found find_label(std::string_view text) const {
        const auto dot = text.rfind('.');
        if (dot == std::string_view::npos) return {};
        Found found = find_object(text.substr(0, dot));
        if (found.object == no_object) return {};
        const Object& object = catalog_.at(found.object);
        if (object.kind != Kind::enum_type) return {};
        found.label = sql::quote_literal(text.substr(dot + 1));
        const auto labels = lines_of(object.get(Property::labels));
        return std::ranges::find(labels, found.label) == labels.end() ? Found{} : found;
    }

    const Catalog& catalog_;
    std::multimap<std::string, ObjectIndex> by_name_;
};

Diagnostic unmatched(const std::string& text, std::string_view side, bool ambiguous) {
    return make_error(
        "diff.rename",
        ambiguous
            ? fmt::format("the rename of {}: several objects of the {} schema have this name", text,
                          side)
            : fmt::format("the rename of {}: there is no such object in the {} schema", text, side),
        ambiguous ? "write it with its schema" : "");
}

std::string statement_for(const Catalog& from, const Object& old, const Object& fresh) {
    if (old.kind == Kind::column) {
        const Object& table = from.at(old.parent);
        return fmt::format("ALTER {} {} RENAME COLUMN {} TO {}", catalog::sql_words(table.kind),
                           table.address, sql::quote_identifier(old.name),
                           sql::quote_identifier(fresh.name));
    }
    return fmt::format("ALTER {} {} RENAME TO {}", catalog::sql_words(old.kind), old.address,
                       sql::quote_identifier(fresh.name));
}

// Columns before tables, whose new names they would otherwise need.
int rank(const Object& object) {
    return object.kind == Kind::column ? 0 : object.kind == Kind::schema ? 2 : 1;
}

struct Step {
    int order;
    Statement statement;
};

void plan_rename(const Rename& rename, const Catalog& from, const Catalog& to, const Names& olds,
                 const Names& news, std::vector<Step>& steps, Diagnostics& diagnostics) {
    const Found old = olds.find(rename.from);
    const Found fresh = news.find(rename.to);
    if (old.object == no_object || old.ambiguous) {
        diagnostics.push_back(unmatched(rename.from, "present", old.ambiguous));
        return;
    }
    if (fresh.object == no_object || fresh.ambiguous) {
        diagnostics.push_back(unmatched(rename.to, "target", fresh.ambiguous));
        return;
    }
    const Object& before = from.at(old.object);
    const Object& after = to.at(fresh.object);
    if (before.kind != after.kind || old.label.empty() != fresh.label.empty()) {
        diagnostics.push_back(make_error(
            "diff.rename",
            fmt::format("the rename of {} to {}: one is a {}, the other a {}", rename.from,
                        rename.to, catalog::name_of(before.kind), catalog::name_of(after.kind))));
        return;
    }
    const ObjectName name{before.kind, before.address};
    if (!old.label.empty()) {
        steps.push_back({0,
                         {fmt::format("ALTER TYPE {} RENAME VALUE {} TO {}", before.address,
                                      old.label, fresh.label),
                          name,
                          {},
                          false,
                          false}});
        return;
    }
    if (before.name != after.name) {
        steps.push_back(
            {rank(before), {statement_for(from, before, after), name, {}, false, false}});
    }
    if (before.kind != Kind::column && before.schema != after.schema) {
        steps.push_back(
            {3,
             {fmt::format("ALTER {} {}.{} SET SCHEMA {}", catalog::sql_words(before.kind),
                          sql::quote_identifier(before.schema), sql::quote_identifier(after.name),
                          sql::quote_identifier(after.schema)),
              name,
              {},
              false,
              false}});
    }
}

}  // namespace

RenameScript rename_statements(const Catalog& from, const Catalog& to,
                               const std::vector<Rename>& renames) {
    RenameScript script;
    const Names olds(from);
    const Names news(to);
    std::vector<Step> steps;
    for (const Rename& rename : renames) {
        plan_rename(rename, from, to, olds, news, steps, script.diagnostics);
    }
    std::ranges::stable_sort(steps, {}, &Step::order);
    for (Step& step : steps) script.statements.push_back(std::move(step.statement));
    return script;
}

}  // namespace revisiond::diff
