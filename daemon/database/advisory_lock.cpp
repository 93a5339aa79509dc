#include "database/advisory_lock.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"

namespace revisiond::database {
namespace {

constexpr std::int32_t revd = 0x72657664;

LockKey key_of(const std::string& name) {
    const Sha256Bytes hash = sha256(name);
    const std::uint32_t first = std::uint32_t{hash[0]} << 24U | std::uint32_t{hash[1]} << 16U |
                                std::uint32_t{hash[2]} << 8U | std::uint32_t{hash[3]};
    return {revd, static_cast<std::int32_t>(first)};
}

bool is_true(const std::vector<ResultTable>& tables, std::size_t index) {
    return tables.size() > index && !tables[index].rows.empty() && tables[index].rows[0][0] == "t";
}

}  // namespace

std::string LockKey::arguments() const {
    return fmt::format("{}, {}", classid, objid);
}

LockKey lock_key(const sql::QualifiedName& version_table) {
    return key_of(version_table.quoted());
}

LockKey state_schema_lock_key(const std::string& state_schema) {
    return key_of("schema " + sql::quote_identifier(state_schema));
}

LockKey named_lock_key(const std::string& name) {
    return key_of(name);
}

Expected<bool, SqlError> try_lock(Session& session, const LockKey& key) {
    auto result =
        session.run(fmt::format("SELECT pg_catalog.pg_try_advisory_lock({})", key.arguments()));
    if (!result) return unexpected(result.error());
    return is_true(*result, 0);
}

std::string holds_lock_sql(const LockKey& key) {
    // pg_locks shows the two halves as oids, that is unsigned; objsubid 2 says that there are two.
    return fmt::format(
        "EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted"
        " AND l.pid = pg_catalog.pg_backend_pid() AND l.objsubid = 2 AND l.classid = {}"
        " AND l.objid = {} AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d"
        " WHERE d.datname = pg_catalog.current_database()))",
        static_cast<std::uint32_t>(key.classid), static_cast<std::uint32_t>(key.objid));
}

Expected<bool, SqlError> lock_is_ours(Session& session, const LockKey& key) {
    for (int transaction = 0; transaction < 3; ++transaction) {
        auto result = session.run("BEGIN; SELECT " + holds_lock_sql(key) + "; COMMIT");
        if (!result) return unexpected(result.error());
        if (!is_true(*result, 1)) return false;
    }
    return true;
}

}  // namespace revisiond::database
