// What a statement is, as far as running it safely needs to know. Decided by its first words: no
// grammar, so it degrades to "other" for what a newer server has.
#pragma once

#include <string>
#include <string_view>

namespace revisiond::sql {

// How a statement stands to transactions.
enum class TransactionRule {
    any,        // runs inside and outside
    forbidden,  // PostgreSQL refuses it inside a transaction block: CONCURRENTLY, VACUUM, CREATE
                // DATABASE, ALTER SYSTEM, CREATE/DROP TABLESPACE, CREATE SUBSCRIPTION with a slot,
                // REINDEX DATABASE/SYSTEM/SCHEMA, CLUSTER without table, …
    control,    // BEGIN, START TRANSACTION, COMMIT, END, ABORT, ROLLBACK (not TO), … AND CHAIN,
                // PREPARE TRANSACTION, COMMIT/ROLLBACK PREPARED
    in_doubt,   // CALL and DO: may commit on their own when run outside a transaction
};

// Which lock timeout applies before it.
enum class LockClass {
    ddl,   // lock_timeout: queues behind and in front of everyone
    rows,  // row_lock_timeout: INSERT, UPDATE, DELETE, MERGE, SELECT, COPY, CALL, DO, VALIDATE is
           // ddl …
    concurrently,  // none: an own deadline instead, since a timeout would leave an INVALID index
};

// Session settings that a statement changes beyond its own end.
enum class SessionEffect {
    none,
    set,  // SET, SET SESSION (not SET LOCAL), RESET, SELECT set_config(…): replayed when a
          // non-transactional revision resumes
    sets_lock_timeout,  // the same for lock_timeout: the file's own value wins from here on, and is
                        // reported
    sets_statement_timeout,
};

struct StatementTraits {
    // "CREATE INDEX", "ALTER TABLE", "SELECT" for a WITH too: PostgreSQL's command tag. Empty for
    // what begins with no word.
    std::string tag;
    TransactionRule transaction = TransactionRule::any;
    LockClass lock = LockClass::ddl;
    SessionEffect session = SessionEffect::none;
    bool local_setting =
        false;  // SET LOCAL; `session` says then only whether it is one of the two timeouts
    bool copy_from_stdin = false;  // COPY … FROM STDIN: data follows
    bool copy_to_stdout = false;
    // For CREATE INDEX CONCURRENTLY, DROP INDEX CONCURRENTLY, REINDEX … CONCURRENTLY and ALTER
    // TABLE … DETACH PARTITION … CONCURRENTLY: which, and the names as written (quoted and
    // qualified as in the text; empty when an index is unnamed).
    enum class Concurrent { none, create_index, drop_index, reindex, detach_partition };
    Concurrent concurrent = Concurrent::none;
    std::string concurrent_object;  // the index (DROP: the only one); for REINDEX what follows
                                    // INDEX/TABLE/SCHEMA…; for DETACH the partition
    std::string concurrent_table;   // for CREATE INDEX and DETACH: the table
    std::string reindex_kind;       // INDEX, TABLE, SCHEMA, DATABASE or SYSTEM
    bool if_not_exists = false;
};

StatementTraits classify(std::string_view statement);

}  // namespace revisiond::sql
