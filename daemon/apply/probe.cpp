#include "apply/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

namespace revisiond::apply {
namespace {

using Concurrent = sql::StatementTraits::Concurrent;
using database::SqlError;
using Table = std::vector<std::vector<std::optional<std::string>>>;

// Names of the leftovers of REINDEX CONCURRENTLY: new ones that were not swapped in, old ones that
// were not dropped.
constexpr const char* reindex_leftovers =
    "SELECT i.indexrelid, pg_catalog.format('%I.%I', n.nspname, c.relname)"
    " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'";

std::uint64_t to_oid(const std::optional<std::string>& text) {
    std::uint64_t oid = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), oid);
    return oid;
}

Expected<Table, SqlError> select(database::Session& session, const std::string& sql) {
    auto tables = session.run(sql);
    if (!tables) return unexpected(tables.error());
    return std::move(tables->at(0).rows);
}

std::vector<std::uint64_t> oids(const Table& table) {
    std::vector<std::uint64_t> result;
    for (const auto& row : table) result.push_back(to_oid(row.at(0)));
    return result;
}

// The oid of a name as the statement wrote it, resolved by the session's search_path; 0 when there
// is none.
Expected<std::uint64_t, SqlError> oid_of(database::Session& session, const std::string& name) {
    auto rows = select(session, fmt::format("SELECT pg_catalog.to_regclass({})::pg_catalog.oid",
                                            sql::quote_literal(name)));
    if (!rows) return unexpected(rows.error());
    return to_oid(rows->at(0).at(0));
}

// The oid of that partition of the table; 0 when it has none of that name.
Expected<std::uint64_t, SqlError> partition_of(database::Session& session, std::uint64_t table,
                                               const std::string& name) {
    auto rows = select(session, fmt::format("SELECT h.inhrelid FROM pg_catalog.pg_inherits h WHERE"
                                            " h.inhparent = {} AND h.inhrelid ="
                                            " pg_catalog.to_regclass({})",
                                            table, sql::quote_literal(name)));
    if (!rows) return unexpected(rows.error());
    return rows->empty() ? 0 : to_oid(rows->at(0).at(0));
}

std::string indexes_of_sql(std::uint64_t table) {
    return fmt::format(
        "SELECT i.indexrelid, pg_catalog.format('%I.%I', n.nspname, c.relname), i.indisvalid, "
        "c.relname"
        " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE i.indrelid = {}",
        table);
}

bool contains(const std::vector<std::uint64_t>& list, std::uint64_t oid) {
    return std::find(list.begin(), list.end(), oid) != list.end();
}

// The name alone, without schema and quotes.
std::string bare_name(const std::string& written) {
    const auto name = sql::parse_qualified_name(written);
    return name ? name->name : written;
}

Expected<Done, SqlError> run_alone(database::Session& session, const std::string& sql) {
    auto done = session.execute(sql);
    if (!done) return unexpected(done.error());
    return Done{};
}

// The table's indexes that were not there before the statement.
struct NewIndexes {
    std::vector<std::string> invalid;
    bool valid = false;
};

Expected<NewIndexes, SqlError> find_new_indexes(database::Session& session, const Probe& probe) {
    auto rows = select(session, indexes_of_sql(probe.relation));
    if (!rows) return unexpected(rows.error());
    NewIndexes found;
    for (const auto& row : *rows) {
        if (contains(probe.before, to_oid(row[0]))) continue;
        if (!probe.name.empty() && row[3] != probe.name) continue;
        if (row[2] == "t") {
            found.valid = true;
        } else {
            found.invalid.push_back(row[1].value_or(""));
        }
    }
    return found;
}

Expected<Verdict, SqlError> settle_create_index(database::Session& session, const Probe& probe,
                                                std::vector<std::string>& notes) {
    auto found = find_new_indexes(session, probe);
    if (!found) return unexpected(found.error());
    const auto& [invalid, valid] = *found;
    // Without a name two new indexes cannot be told apart.
    if (probe.name.empty() && invalid.size() + (valid ? 1 : 0) > 1) return Verdict::unknown;
    if (valid) return Verdict::done;
    for (const std::string& index : invalid) {
        if (auto done = run_alone(session, "DROP INDEX CONCURRENTLY " + index); !done) {
            return unexpected(done.error());
        }
        notes.push_back("dropped the INVALID index " + index +
                        " that a statement left that did not end well");
    }
    return Verdict::not_done;
}

Expected<Verdict, SqlError> settle_drop_index(database::Session& session, const Probe& probe) {
    auto rows = select(
        session, fmt::format("SELECT 1 FROM pg_catalog.pg_class WHERE oid = {}", probe.relation));
    if (!rows) return unexpected(rows.error());
    return probe.relation != 0 && rows->empty() ? Verdict::done : Verdict::not_done;
}

Expected<Verdict, SqlError> settle_reindex(database::Session& session, const Probe& probe,
                                           std::vector<std::string>& notes) {
    auto rows = select(session, reindex_leftovers);
    if (!rows) return unexpected(rows.error());
    for (const auto& row : *rows) {
        if (contains(probe.before, to_oid(row[0]))) continue;
        const std::string index = row[1].value_or("");
        if (auto done = run_alone(session, "DROP INDEX CONCURRENTLY " + index); !done) {
            return unexpected(done.error());
        }
        notes.push_back("dropped " + index + " that an interrupted REINDEX left");
    }
    return Verdict::not_done;  // building an index twice does no harm
}

Expected<Verdict, SqlError> settle_detach(database::Session& session, const Probe& probe,
                                          std::vector<std::string>& notes) {
    // PostgreSQL 13 has neither the column nor the command, whose failure must be told in its
    // words.
    auto rows = select(
        session,
        fmt::format("SELECT (pg_catalog.to_jsonb(h) ->> 'inhdetachpending')::pg_catalog.bool,"
                    " h.inhparent::pg_catalog.regclass, h.inhrelid::pg_catalog.regclass"
                    " FROM pg_catalog.pg_inherits h WHERE h.inhrelid = {} AND h.inhparent = {}",
                    probe.partition, probe.relation));
    if (!rows) return unexpected(rows.error());
    // It had been one, or the probe would not name it.
    if (rows->empty()) return probe.partition != 0 ? Verdict::done : Verdict::not_done;
    const auto& row = rows->at(0);
    if (row[0] != "t") return Verdict::not_done;
    const std::string partition = row[2].value_or("");
    auto done = run_alone(session, fmt::format("ALTER TABLE {} DETACH PARTITION {} FINALIZE",
                                               row[1].value_or(""), partition));
    if (!done) return unexpected(done.error());
    notes.push_back("finalised the interrupted DETACH of partition " + partition);
    return Verdict::done;
}

}  // namespace

std::string Probe::to_text() const {
    // The name comes last: it may hold anything.
    std::string list;
    for (const std::uint64_t oid : before)
        list += fmt::format("{}{}", list.empty() ? "" : ",", oid);
    return fmt::format("{} {} {} [{}] {}", static_cast<int>(kind), relation, partition, list, name);
}

Probe Probe::from_text(const std::string& text) {
    Probe probe;
    std::istringstream in(text);
    int kind = 0;
    std::string list;
    in >> kind >> probe.relation >> probe.partition >> list;
    probe.kind = static_cast<Concurrent>(kind);
    std::replace_if(
        list.begin(), list.end(), [](char c) { return c == '[' || c == ']' || c == ','; }, ' ');
    std::istringstream numbers(list);
    for (std::uint64_t oid = 0; numbers >> oid;) probe.before.push_back(oid);
    in.get();
    std::getline(in, probe.name, '\0');
    return probe;
}

Expected<Probe, SqlError> take_probe(database::Session& session, const sql::Statement& statement) {
    const sql::StatementTraits& traits = statement.traits;
    Probe probe;
    probe.kind = traits.concurrent;
    if (probe.kind == Concurrent::none) return probe;
    if (probe.kind == Concurrent::reindex) {
        auto rows = select(session, reindex_leftovers);
        if (!rows) return unexpected(rows.error());
        probe.before = oids(*rows);
        return probe;
    }
    const bool drop = probe.kind == Concurrent::drop_index;
    auto relation = oid_of(session, drop ? traits.concurrent_object : traits.concurrent_table);
    if (!relation) return unexpected(relation.error());
    probe.relation = *relation;
    if (probe.kind == Concurrent::detach_partition) {
        auto partition = partition_of(session, probe.relation, traits.concurrent_object);
        if (!partition) return unexpected(partition.error());
        probe.partition = *partition;
    }
    if (probe.kind == Concurrent::create_index) {
        if (!traits.concurrent_object.empty()) probe.name = bare_name(traits.concurrent_object);
        auto rows = select(session, indexes_of_sql(probe.relation));
        if (!rows) return unexpected(rows.error());
        probe.before = oids(*rows);
    }
    return probe;
}

Expected<Verdict, SqlError> settle(database::Session& session, const Probe& probe,
                                   std::vector<std::string>& notes) {
    switch (probe.kind) {
        case Concurrent::create_index:
            return settle_create_index(session, probe, notes);
        case Concurrent::drop_index:
            return settle_drop_index(session, probe);
        case Concurrent::reindex:
            return settle_reindex(session, probe, notes);
        case Concurrent::detach_partition:
            return settle_detach(session, probe, notes);
        case Concurrent::none:
            break;
    }
    return Verdict::unknown;
}

Expected<std::vector<std::string>, SqlError> left_invalid(database::Session& session,
                                                          const Probe& probe) {
    if (probe.kind != Concurrent::create_index) return std::vector<std::string>{};
    auto found = find_new_indexes(session, probe);
    if (!found) return unexpected(found.error());
    return std::move(found->invalid);
}

Expected<Done, SqlError> ensure_valid(database::Session& session, const Probe& probe,
                                      std::vector<std::string>& notes) {
    if (probe.kind != Concurrent::create_index || probe.name.empty()) return Done{};
    auto rows = select(session, indexes_of_sql(probe.relation));
    if (!rows) return unexpected(rows.error());
    for (const auto& row : *rows) {
        if (row[3] != probe.name || row[2] == "t") continue;
        const std::string index = row[1].value_or("");
        if (auto done = run_alone(session, "REINDEX INDEX CONCURRENTLY " + index); !done)
            return done;
        notes.push_back("index " + index +
                        " existed and was INVALID; it was rebuilt with REINDEX CONCURRENTLY");
    }
    return Done{};
}

}  // namespace revisiond::apply
