// The one-writer lock: a session advisory lock on the connection that executes the DDL.
#pragma once

#include <cstdint>
#include <string>

#include "base/expected.hpp"
#include "database/session.hpp"
#include "sql/identifier.hpp"

namespace revisiond::database {

// pg_advisory_lock(classid, objid) as PostgreSQL's two int4 see them.
struct LockKey {
    std::int32_t classid = 0;
    std::int32_t objid = 0;
    // "1919252068, -17": for SQL.
    std::string arguments() const;
};

// classid is "revd" (0x72657664); objid comes from the SHA-256 of the version table's quoted,
// schema-qualified name.
LockKey lock_key(const sql::QualifiedName& version_table);
// The lock under which a state schema is created or migrated: the same class, objid from the
// schema's name.
LockKey state_schema_lock_key(const std::string& state_schema);
// Any other lock of ours: the same class, objid from a name.
LockKey named_lock_key(const std::string& name);

// One try, without waiting. True: this session holds the lock now.
Expected<bool, SqlError> try_lock(Session& session, const LockKey& key);

// A boolean expression that is true when this backend holds the key, for use in a SELECT.
std::string holds_lock_sql(const LockKey& key);

// Whether the lock is seen held by us in three separate transactions. False behind a
// transaction-pooling proxy, which hands every transaction to another backend. REQUIRES: try_lock()
// gave true.
Expected<bool, SqlError> lock_is_ours(Session& session, const LockKey& key);

}  // namespace revisiond::database
