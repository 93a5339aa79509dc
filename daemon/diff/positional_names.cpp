#include "diff/positional_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "diff/printed_text.hpp"

namespace revisiond::diff {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

// Names are printed in small letters or quoted, and key words (WHERE, ON, USING) in capitals.
bool is_name(std::string_view word) {
    if (word.empty()) return false;
    const auto first = static_cast<unsigned char>(word.front());
    return (first >= 'a' && first <= 'z') || first == '_' || first == '"' || first >= 0x80;
}

std::vector<ObjectIndex> columns_of(const Catalog& catalog, ObjectIndex table) {
    std::vector<ObjectIndex> columns;
    std::ranges::copy_if(catalog.children(table), std::back_inserter(columns),
                         [&](ObjectIndex child) { return catalog.at(child).kind == Kind::column; });
    return columns;
}

// Those that stay, as they stand in `from`, and then those that come.
bool has_other_order(ObjectIndex table, const Writer& writer) {
    const Pairing& pairing = writer.pairing();
    if (pairing.created(table) || pairing.from_of_to[table] == no_object) return false;
    const std::vector<ObjectIndex> wanted = columns_of(pairing.to, table);
    std::vector<ObjectIndex> later;
    for (const ObjectIndex before : columns_of(pairing.from, pairing.from_of_to[table])) {
        if (!pairing.dropped(before)) later.push_back(pairing.to_of_from[before]);
    }
    std::ranges::copy_if(wanted, std::back_inserter(later),
                         [&](ObjectIndex column) { return pairing.created(column); });
    return later != wanted;
}

ObjectIndex table_at(const PrintedText& printed, std::size_t at, const Catalog& catalog) {
    const std::string address = fmt::format("{}.{}", printed.word(at), printed.word(at + 2));
    const ObjectIndex table = catalog.find(Kind::table, address);
    return table == no_object ? catalog.find(Kind::foreign_table, address) : table;
}

// The tables whose columns get names by place: `app.t x(p, q)`, and all of the object where a join
// gets some: `(app.t JOIN …) x(p, q)`.
std::vector<ObjectIndex> named_tables(const Object& object, std::string_view text,
                                      const Catalog& catalog) {
    const PrintedText printed(text);
    std::vector<ObjectIndex> tables;
    for (std::size_t at = 1; at + 4 < printed.size(); ++at) {
        if (!is_one_of(printed.word(at - 1), {"FROM", "JOIN", ",", "(", "ONLY"})) continue;
        if (printed.word(at + 1) == "." && is_name(printed.word(at + 3)) &&
            printed.word(at + 4) == "(") {
            const ObjectIndex table = table_at(printed, at, catalog);
            if (table != no_object) tables.push_back(table);
        }
        const std::size_t close = printed.word(at) == "(" ? printed.close_of(at) : nowhere;
        const bool join = close != nowhere && is_name(printed.word(close + 1)) &&
                          printed.word(close + 2) == "(" &&
                          !is_one_of(printed.word(at + 1), {"SELECT", "VALUES", "WITH"}) &&
                          is_one_of(printed.word(at - 1), {"FROM", "JOIN"});
        if (!join) continue;
        for (const ObjectIndex on : object.depends_on) {
            tables.push_back(catalog.at(on).kind == Kind::column ? catalog.at(on).parent : on);
        }
    }
    return tables;
}

}  // namespace

void refuse_moved_names(const Object& object, std::string_view text, Writer& writer) {
    const Catalog& catalog = writer.to();
    for (const ObjectIndex table : named_tables(object, text, catalog)) {
        const Kind kind = catalog.at(table).kind;
        if (kind != Kind::table && kind != Kind::foreign_table) continue;
        if (!has_other_order(table, writer)) continue;
        return writer.refuse(fmt::format(
            "{} {} names columns of {} by their places, as in FROM t x(a, b) (PostgreSQL prints a "
            "JOIN ... USING so when a column was renamed), and they stand in another order there: "
            "name the column's rename with --rename, or write (SELECT column AS name, ... FROM t) "
            "x instead",
            catalog::name_of(object.kind), object.address, catalog.at(table).address));
    }
}

}  // namespace revisiond::diff
