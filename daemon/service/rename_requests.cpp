#include "service/rename_requests.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "sql/identifier.hpp"

namespace revisiond::service {
namespace {

using catalog::Catalog;
using catalog::Kind;
using catalog::Object;
using catalog::ObjectIndex;

bool is_table(const Object& object) {
    return object.kind == Kind::table || object.kind == Kind::foreign_table;
}

// The tables of that name; any schema when none is given.
std::vector<ObjectIndex> tables_of(const Catalog& catalog, const sql::QualifiedName& name) {
    std::vector<ObjectIndex> found;
    for (ObjectIndex i = 0; i < catalog.size(); ++i) {
        const Object& object = catalog.at(i);
        const bool named = is_table(object) && object.name == name.name;
        if (named && (name.schema.empty() || object.schema == name.schema)) found.push_back(i);
    }
    return found;
}

bool has_column(const Catalog& catalog, ObjectIndex table, const std::string& column) {
    return std::ranges::any_of(catalog.children(table), [&](ObjectIndex child) {
        return catalog.at(child).kind == Kind::column && catalog.at(child).name == column;
    });
}

// As diff::Rename takes it.
std::string written(const sql::QualifiedName& table, const std::string& column) {
    return column.empty() ? table.display() : table.display() + "." + column;
}

sql::QualifiedName name_of(const Object& table) {
    return {table.schema, table.name};
}

// Decides one mark after the other; tables first, since a column's table may have a new name.
class Marks {
  public:
    Marks(const Catalog& from, const Catalog& to) : from_(from), to_(to) {}

    void add(const target::RenameMark& mark) {
        const std::vector<ObjectIndex> tables = tables_of(to_, mark.table);
        if (tables.size() != 1) {
            return fail(
                mark, fmt::format("{} table is called {}", tables.empty() ? "no" : "more than one",
                                  mark.table.display()));
        }
        const Object& table = to_.at(tables.front());
        if (mark.column.empty()) return add_table(mark, table);
        if (!has_column(to_, tables.front(), mark.column)) {
            return fail(mark, fmt::format("{} has no column {}", table.address, mark.column));
        }
        add_column(mark, table);
    }

    std::vector<diff::Rename> renames;
    Diagnostics diagnostics;

  private:
    void add_table(const target::RenameMark& mark, const Object& table) {
        const sql::QualifiedName old{mark.old_schema.empty() ? table.schema : mark.old_schema,
                                     mark.old_name};
        const bool was = !tables_of(from_, old).empty();
        const bool is = !tables_of(from_, name_of(table)).empty();
        if (!decide(mark, was, is, old.display(), table.address)) return;
        renames.push_back({written(old, {}), written(name_of(table), {})});
        renamed_.emplace_back(name_of(table), old);
    }

    void add_column(const target::RenameMark& mark, const Object& table) {
        sql::QualifiedName old = name_of(table);
        for (const auto& [now, before] : renamed_) {
            if (now == name_of(table)) old = before;
        }
        const std::vector<ObjectIndex> tables = tables_of(from_, old);
        const bool was = !tables.empty() && has_column(from_, tables.front(), mark.old_name);
        const bool is = !tables.empty() && has_column(from_, tables.front(), mark.column);
        const std::string before = old.display() + "." + mark.old_name;
        if (!decide(mark, was, is, before, table.address + "." + mark.column)) return;
        renames.push_back({written(old, mark.old_name), written(name_of(table), mark.column)});
    }

    // Whether there is something to do.
    bool decide(const target::RenameMark& mark, bool was, bool is, const std::string& before,
                const std::string& now) {
        if (was && is) {
            fail(mark, fmt::format("the database has both {} and {}", before, now));
        } else if (!was && !is) {
            fail(mark, fmt::format("the database has neither {} nor {}", before, now));
        }
        return was && !is;
    }

    void fail(const target::RenameMark& mark, std::string why) {
        Diagnostic error =
            make_error("target.rename-mark", "this rename mark matches nothing: " + std::move(why),
                       "correct the names, or remove the mark");
        error.at = mark.at;
        diagnostics.push_back(std::move(error));
    }

    const Catalog& from_;
    const Catalog& to_;
    std::vector<std::pair<sql::QualifiedName, sql::QualifiedName>> renamed_;  // now, before
};

}  // namespace

Expected<std::vector<diff::Rename>, Problem> pending_renames(
    const Catalog& from, const Catalog& to, const std::vector<target::RenameMark>& marks,
    const std::vector<diff::Rename>& requested) {
    Marks decided(from, to);
    for (const bool columns : {false, true}) {
        for (const target::RenameMark& mark : marks) {
            if (mark.column.empty() != columns) decided.add(mark);
        }
    }
    if (!decided.diagnostics.empty()) return unexpected(to_problem(decided.diagnostics));
    std::vector<diff::Rename> renames = std::move(decided.renames);
    renames.insert(renames.end(), requested.begin(), requested.end());
    return renames;
}

Expected<std::vector<diff::Rename>, Problem> parse_renames(const std::vector<std::string>& texts) {
    std::vector<diff::Rename> renames;
    for (const std::string& text : texts) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
            return unexpected(to_problem(
                make_error("usage.rename", fmt::format("--rename {} is not OLD=NEW", text),
                           "write users=people or users.phone=users.tel")));
        }
        renames.push_back({text.substr(0, equals), text.substr(equals + 1)});
    }
    return renames;
}

std::vector<diff::Rename> reversed(const std::vector<diff::Rename>& renames) {
    std::vector<diff::Rename> result;
    for (auto rename = renames.rbegin(); rename != renames.rend(); ++rename) {
        result.push_back({rename->to, rename->from});
    }
    return result;
}

std::string unquoted(std::string address) {
    std::erase(address, '"');
    return address;
}

Diagnostics rename_warnings(const std::vector<diff::RenameCandidate>& candidates) {
    Diagnostics warnings;
    for (const diff::RenameCandidate& candidate : candidates) {
        warnings.push_back(make_warning(
            "autogenerate.rename",
            fmt::format("{} {} is removed and {} is added: its data would be lost",
                        catalog::name_of(candidate.kind), candidate.from, candidate.to),
            fmt::format("if it is a rename, say --rename '{}={}'", unquoted(candidate.from),
                        unquoted(candidate.to))));
    }
    return warnings;
}

}  // namespace revisiond::service
