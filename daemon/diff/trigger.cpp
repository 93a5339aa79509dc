#include <fmt/format.h>

#include "diff/positional_names.hpp"
#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

void write_state(const std::string& table, const Object& trigger, const std::string& state,
                 Writer& writer) {
    writer.add(
        fmt::format("ALTER TABLE {} {} TRIGGER {}", table, enable_words(state), own_name(trigger)));
}

// With those of all partitions.
void write_own_state(const Object& trigger, Writer& writer) {
    write_state(table_of(trigger, writer.to()), trigger, trigger.get(Property::enabled), writer);
}

void create_trigger(const Object& trigger, Writer& writer) {
    writer.add(trigger.get(Property::definition));
    if (!trigger.is(Property::enabled, "O")) write_own_state(trigger, writer);
    write_common(trigger, writer);
}

bool can_alter_trigger(const Pair& pair) {
    return pair.only({Property::enabled});
}

void alter_trigger(const Pair& pair, Writer& writer) {
    if (pair.has(Property::enabled)) write_own_state(pair.to, writer);
    write_common_changes(pair.from, pair.to, writer);
}

void write_state_comment(const Object& state, bool comment, Writer& writer) {
    writer.add(fmt::format("COMMENT ON TRIGGER {} IS {}", state.address,
                           comment ? sql::quote_literal(state.get(Property::comment)) : "NULL"));
}

void create_state(const Object& state, Writer& writer) {
    if (state.has(Property::enabled)) {
        write_state("ONLY " + table_of(state, writer.to()), state, state.get(Property::enabled),
                    writer);
    }
    if (state.has(Property::comment)) write_state_comment(state, true, writer);
}

// The trigger of the partition is again as the one that it comes from, if that stays.
void drop_state(const Object& state, Writer& writer) {
    const ObjectIndex table = writer.pairing().to_of_from[state.parent];
    if (table == no_object) return;
    for (const ObjectIndex on : state.depends_on) {
        const ObjectIndex root = writer.pairing().to_of_from[on];
        if (writer.from().at(on).kind != Kind::trigger || root == no_object) continue;
        if (state.has(Property::enabled)) {
            write_state("ONLY " + table_of(state, writer.from()), state,
                        writer.to().at(root).get(Property::enabled), writer);
        }
        if (state.has(Property::comment)) write_state_comment(state, false, writer);
    }
}

void alter_state(const Pair& pair, Writer& writer) {
    write_state_comment(pair.to, pair.to.has(Property::comment), writer);
}

std::string policy_clauses(const Object& policy, Writer& writer) {
    std::string text;
    if (policy.has(Property::using_expression)) {
        text += fmt::format(" USING ({})", policy.get(Property::using_expression));
    }
    if (policy.has(Property::check_expression)) {
        text += fmt::format(" WITH CHECK ({})", policy.get(Property::check_expression));
    }
    refuse_moved_names(policy, text, writer);
    return text;
}

void create_policy(const Object& policy, Writer& writer) {
    writer.add(fmt::format("CREATE POLICY {} AS {} FOR {} TO {}{}", policy.address,
                           policy.is(Property::permissive, "t") ? "PERMISSIVE" : "RESTRICTIVE",
                           policy.get(Property::command), policy.get(Property::roles),
                           policy_clauses(policy, writer)));
    write_common(policy, writer);
}

// An expression can be changed and not taken away.
bool can_alter_policy(const Pair& pair) {
    return pair.only({Property::roles, Property::using_expression, Property::check_expression}) &&
           pair.from.has(Property::using_expression) == pair.to.has(Property::using_expression) &&
           pair.from.has(Property::check_expression) == pair.to.has(Property::check_expression);
}

void alter_policy(const Pair& pair, Writer& writer) {
    if (!pair.only({})) {
        writer.add(fmt::format("ALTER POLICY {} TO {}{}", pair.to.address,
                               pair.to.get(Property::roles), policy_clauses(pair.to, writer)));
    }
    write_common_changes(pair.from, pair.to, writer);
}

}  // namespace

const KindRules trigger_rules{create_trigger, drop_plainly, can_alter_trigger, alter_trigger};
const KindRules trigger_state_rules{create_state, drop_state, never_alterable, alter_state};
const KindRules policy_rules{create_policy, drop_plainly, can_alter_policy, alter_policy};

}  // namespace revisiond::diff
