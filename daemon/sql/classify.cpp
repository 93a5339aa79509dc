// What PostgreSQL (13 to 18, and 19 as far as it is known) refuses inside a transaction block is
// what calls PreventInTransactionBlock in its source. What depends on the catalog (DROP
// SUBSCRIPTION without a slot, REINDEX and CLUSTER of a partitioned table) cannot be told from the
// text: the first is taken for refused, the others not.
#include "sql/classify.hpp"

#include <array>

#include "sql/command_tag.hpp"
#include "sql/cursor.hpp"

namespace revisiond::sql {
namespace {

using Concurrent = StatementTraits::Concurrent;

constexpr std::array<std::string_view, 29> row_commands = {
    "SELECT",  "INSERT",    "UPDATE",  "DELETE",   "MERGE",      "VALUES",  "TABLE",  "COPY",
    "CALL",    "DO",        "EXPLAIN", "EXECUTE",  "PREPARE",    "DECLARE", "FETCH",  "MOVE",
    "CLOSE",   "SHOW",      "SET",     "RESET",    "DEALLOCATE", "NOTIFY",  "LISTEN", "UNLISTEN",
    "DISCARD", "SAVEPOINT", "RELEASE", "ROLLBACK", "DISCARD ALL"};

constexpr std::array<std::string_view, 8> never_in_transaction = {
    "VACUUM",          "CREATE DATABASE", "DROP DATABASE",     "CREATE TABLESPACE",
    "DROP TABLESPACE", "ALTER SYSTEM",    "DROP SUBSCRIPTION", "DISCARD ALL"};

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& words, std::string_view word) {
    for (const std::string_view known : words)
        if (known == word) return true;
    return false;
}

void forbid(StatementTraits& traits) {
    traits.transaction = TransactionRule::forbidden;
}

void concurrently(StatementTraits& traits, Concurrent what) {
    forbid(traits);
    traits.lock = LockClass::concurrently;
    traits.concurrent = what;
}

// The setting of an option in WITH (…) or a command's own parentheses.
enum class Option { absent, on, off };

Option read_switch(Cursor& cursor) {
    if (cursor.at_end() || cursor.is_punctuation(',') || cursor.is_punctuation(')'))
        return Option::on;
    std::string_view value = cursor.token().text;
    if (cursor.token().kind == TokenKind::string && value.size() >= 2 && value.front() == '\'')
        value = value.substr(1, value.size() - 2);
    for (const std::string_view off : {"FALSE", "OFF", "0"})
        if (is_keyword(value, off)) return Option::off;
    return Option::on;
}

// Looks for an option in the parentheses that open at the cursor, which stays there; the last one
// counts, as in PostgreSQL.
Option option(Cursor cursor, std::string_view name) {
    Option result = Option::absent;
    if (!cursor.is_punctuation('(')) return result;
    bool at_name = true;
    cursor.advance();
    while (!cursor.at_end() && !cursor.is_punctuation(')')) {
        if (at_name && cursor.take(name)) {
            if (!cursor.at_end() && cursor.token().text == "=") cursor.advance();
            result = read_switch(cursor);
            at_name = false;
            continue;
        }
        at_name = cursor.is_punctuation(',');
        cursor.skip_group();
    }
    return result;
}

void create_index(Cursor& cursor, StatementTraits& traits) {
    const bool concurrent = cursor.take("CONCURRENTLY");
    traits.if_not_exists = cursor.take("IF", "NOT") && cursor.take("EXISTS");
    if (!concurrent) return;
    concurrently(traits, Concurrent::create_index);
    if (!cursor.is_word("ON")) traits.concurrent_object = cursor.take_name();
    cursor.take("ON");
    cursor.take("ONLY");
    traits.concurrent_table = cursor.take_name();
}

void drop_index(Cursor& cursor, StatementTraits& traits) {
    if (!cursor.take("CONCURRENTLY")) return;
    concurrently(traits, Concurrent::drop_index);
    cursor.take("IF", "EXISTS");
    traits.concurrent_object = cursor.take_name();
}

void reindex(Cursor& cursor, StatementTraits& traits) {
    bool concurrent = option(cursor, "CONCURRENTLY") == Option::on;
    if (cursor.is_punctuation('(')) cursor.skip_group();
    for (const std::string_view kind : {"INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"}) {
        if (!cursor.take(kind)) continue;
        traits.reindex_kind = kind;
        if (kind != "INDEX" && kind != "TABLE") forbid(traits);
        break;
    }
    concurrent = cursor.take("CONCURRENTLY") || concurrent;
    if (!concurrent) return;
    concurrently(traits, Concurrent::reindex);
    traits.concurrent_object = cursor.take_name();
}

void alter_table(Cursor& cursor, StatementTraits& traits) {
    cursor.take("IF", "EXISTS");
    cursor.take("ONLY");
    const std::string_view table = cursor.take_name();
    if (!cursor.token().text.empty() && cursor.token().text == "*") cursor.advance();
    if (!cursor.take("DETACH", "PARTITION")) return;
    const std::string_view partition = cursor.take_name();
    if (!cursor.is_word("CONCURRENTLY")) return;
    concurrently(traits, Concurrent::detach_partition);
    traits.concurrent_object = partition;
    traits.concurrent_table = table;
}

// CLUSTER and REPACK work through every table, one transaction each, when none is named.
void cluster(Cursor& cursor, StatementTraits& traits) {
    if (option(cursor, "CONCURRENTLY") == Option::on) forbid(traits);
    if (cursor.is_punctuation('(')) cursor.skip_group();
    if (traits.tag == "CLUSTER") cursor.take("VERBOSE");
    if (cursor.at_end()) forbid(traits);
}

void create_subscription(Cursor& cursor, StatementTraits& traits) {
    forbid(traits);
    if (!cursor.seek("WITH")) return;
    cursor.advance();
    const Option slot = option(cursor, "CREATE_SLOT");
    const bool connect = option(cursor, "CONNECT") != Option::off;
    if (slot == Option::off || (slot == Option::absent && !connect))
        traits.transaction = TransactionRule::any;
}

void alter_subscription(Cursor& cursor, StatementTraits& traits) {
    cursor.take_name();
    if (cursor.take("REFRESH")) return forbid(traits);
    const bool set = cursor.is_word("SET");
    if (!set && !cursor.is_word("ADD") && !cursor.is_word("DROP")) return;
    cursor.advance();
    if (cursor.take("PUBLICATION")) {
        const bool options = cursor.seek("WITH");
        cursor.advance();
        if (!options || option(cursor, "REFRESH") != Option::off) forbid(traits);
    } else if (set && (option(cursor, "FAILOVER") != Option::absent ||
                       option(cursor, "TWO_PHASE") == Option::off)) {
        forbid(traits);
    }
}

// COPY … FROM and TO: STDIN and STDOUT mean the same, whichever way it goes.
void copy(Cursor& cursor, StatementTraits& traits) {
    for (; !cursor.at_end(); cursor.skip_group()) {
        const bool from = cursor.is_word("FROM");
        if (!from && !cursor.is_word("TO")) continue;
        cursor.advance();
        const bool client = cursor.is_word("STDIN") || cursor.is_word("STDOUT");
        traits.copy_from_stdin = from && client;
        traits.copy_to_stdout = !from && client;
        return;
    }
}

SessionEffect effect_of(std::string_view setting) {
    if (is_keyword(setting, "LOCK_TIMEOUT")) return SessionEffect::sets_lock_timeout;
    if (is_keyword(setting, "STATEMENT_TIMEOUT")) return SessionEffect::sets_statement_timeout;
    return SessionEffect::set;
}

SessionEffect effect_on(const Cursor& cursor) {
    std::string_view name = cursor.token().text;
    if (cursor.at_end()) return SessionEffect::set;
    if (cursor.token().kind == TokenKind::quoted_identifier && name.size() >= 2)
        name = name.substr(1, name.size() - 2);
    return effect_of(name);
}

void note_setting(StatementTraits& traits, SessionEffect effect, bool local) {
    traits.local_setting = local;
    if (!local || effect != SessionEffect::set) traits.session = effect;
}

void set(Cursor& cursor, StatementTraits& traits) {
    if (cursor.is_word("CONSTRAINTS") || cursor.is_word("TRANSACTION")) return;
    const bool local = cursor.take("LOCAL");
    // SESSION AUTHORIZATION and SESSION CHARACTERISTICS begin with the same word and are settings
    // too.
    cursor.take("SESSION");
    note_setting(traits, effect_on(cursor), local);
}

// SELECT set_config('name', value, is_local) and nothing more is SET in other words; pg_dump writes
// it.
void select(Cursor& cursor, StatementTraits& traits) {
    const std::string_view name = cursor.take_name();
    if (!is_keyword(name, "SET_CONFIG") && !is_keyword(name, "PG_CATALOG.SET_CONFIG")) return;
    if (!cursor.is_punctuation('(')) return;
    cursor.advance();
    std::string_view setting = cursor.token().text;
    if (cursor.at_end() || cursor.token().kind != TokenKind::string || setting.size() < 2) return;
    setting = setting.substr(1, setting.size() - 2);
    for (int commas = 0; commas < 2; cursor.skip_group()) {
        if (cursor.at_end() || cursor.is_punctuation(')')) return;
        if (cursor.is_punctuation(',')) ++commas;
    }
    const bool local = read_switch(cursor) == Option::on;
    cursor.skip_group();
    if (!cursor.is_punctuation(')')) return;
    cursor.advance();
    if (!cursor.at_end()) return;
    note_setting(traits, effect_of(setting), local);
}

// ROLLBACK ends the transaction but for ROLLBACK [WORK | TRANSACTION] TO.
void rollback(Cursor& cursor, StatementTraits& traits) {
    if (!cursor.take("WORK")) cursor.take("TRANSACTION");
    if (!cursor.is_word("TO")) {
        traits.transaction = TransactionRule::control;
    } else {
        traits.tag = "ROLLBACK TO";
        traits.lock = LockClass::rows;
    }
}

// PREPARE TRANSACTION 'id'; a prepared statement may be called transaction.
void prepare(Cursor& cursor, StatementTraits& traits) {
    if (!cursor.take("TRANSACTION") || cursor.at_end()) return;
    if (cursor.token().kind != TokenKind::string && cursor.token().kind != TokenKind::dollar_string)
        return;
    traits.tag = "PREPARE TRANSACTION";
    traits.transaction = TransactionRule::control;
}

void alter_database(Cursor& cursor, StatementTraits& traits) {
    cursor.take_name();
    if (cursor.take("SET", "TABLESPACE")) forbid(traits);
}

void seek_if_not_exists(Cursor cursor, StatementTraits& traits) {
    traits.if_not_exists = cursor.take("IF", "NOT") && cursor.is_word("EXISTS");
}

// Commands with a rule of their own.
struct Rule {
    std::string_view tag;
    void (*apply)(Cursor&, StatementTraits&);
};

constexpr std::array<Rule, 15> rules = {{{"CREATE INDEX", create_index},
                                         {"DROP INDEX", drop_index},
                                         {"REINDEX", reindex},
                                         {"ALTER TABLE", alter_table},
                                         {"CLUSTER", cluster},
                                         {"REPACK", cluster},
                                         {"CREATE SUBSCRIPTION", create_subscription},
                                         {"ALTER SUBSCRIPTION", alter_subscription},
                                         {"ALTER DATABASE", alter_database},
                                         {"COPY", copy},
                                         {"SET", set},
                                         {"ROLLBACK", rollback},
                                         {"PREPARE", prepare},
                                         {"SELECT", select},
                                         {"RESET", [](Cursor& cursor, StatementTraits& traits) {
                                              traits.session = effect_on(cursor);
                                          }}}};

constexpr std::array<std::string_view, 7> control = {
    "BEGIN", "START TRANSACTION", "COMMIT", "END", "ABORT", "COMMIT PREPARED", "ROLLBACK PREPARED"};

}  // namespace

StatementTraits classify(std::string_view statement) {
    StatementTraits traits;
    Cursor cursor(statement);
    traits.tag = take_command_tag(cursor);
    if (contains(row_commands, traits.tag)) traits.lock = LockClass::rows;
    if (contains(never_in_transaction, traits.tag)) forbid(traits);
    if (contains(control, traits.tag)) traits.transaction = TransactionRule::control;
    if (traits.tag == "CALL" || traits.tag == "DO") traits.transaction = TransactionRule::in_doubt;
    if (traits.tag.starts_with("CREATE ")) seek_if_not_exists(cursor, traits);
    for (const Rule& rule : rules)
        if (rule.tag == traits.tag) {
            rule.apply(cursor, traits);
            break;
        }
    return traits;
}

}  // namespace revisiond::sql
