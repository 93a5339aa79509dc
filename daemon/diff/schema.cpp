#include <fmt/format.h>

#include "diff/rules.hpp"
#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

void create_schema(const Object& object, Writer& writer) {
    writer.add(fmt::format("CREATE SCHEMA {}", object.address));
    write_common(object, writer);
}

// What default privileges would give to the members of an extension is nobody's wish.
std::vector<ObjectIndex> defaults_for_members(std::string_view schema, const Writer& writer) {
    std::vector<ObjectIndex> found;
    if (!writer.options().privileges) return found;
    for (ObjectIndex index = 0; index < writer.from().size(); ++index) {
        const Object& defaults = writer.from().at(index);
        const bool in_force = defaults.kind == Kind::default_privileges &&
                              !writer.pairing().dropped(index) &&
                              defaults.is(Property::owner, writer.from().user);
        const std::string name = sql::quote_identifier(defaults.name);
        if (in_force && (defaults.name.empty() || name == schema || defaults.name == schema)) {
            found.push_back(index);
        }
    }
    return found;
}

void create_extension(const Object& object, Writer& writer) {
    const std::string& schema = object.get(Property::relocated_schema);
    const auto suspended = defaults_for_members(schema, writer);
    const KindRules& defaults = rules_of(Kind::default_privileges);
    for (const ObjectIndex index : suspended) defaults.drop(writer.from().at(index), writer);
    writer.add(fmt::format("CREATE EXTENSION IF NOT EXISTS {}{}", object.address,
                           schema.empty() ? "" : " WITH SCHEMA " + schema));
    for (const ObjectIndex index : suspended) defaults.create(writer.from().at(index), writer);
    write_common(object, writer);
}

bool can_alter_extension(const Pair& pair) {
    return pair.only({Property::relocated_schema});
}

void alter_extension(const Pair& pair, Writer& writer) {
    if (pair.has(Property::relocated_schema)) {
        writer.add(fmt::format("ALTER EXTENSION {} SET SCHEMA {}", pair.to.address,
                               pair.to.get(Property::relocated_schema)));
    }
    write_common_changes(pair.from, pair.to, writer);
}

void create_language(const Object& object, Writer& writer) {
    std::string text = object.has(Property::trusted) && object.is(Property::trusted, "t")
                           ? "CREATE TRUSTED LANGUAGE "
                           : "CREATE LANGUAGE ";
    text += object.address;
    if (object.has(Property::handler)) text += " HANDLER " + object.get(Property::handler);
    if (object.has(Property::inline_handler)) {
        text += " INLINE " + object.get(Property::inline_handler);
    }
    if (object.has(Property::validator)) text += " VALIDATOR " + object.get(Property::validator);
    writer.add(text);
    write_common(object, writer);
}

void create_access_method(const Object& object, Writer& writer) {
    writer.add(fmt::format("CREATE ACCESS METHOD {} TYPE {} HANDLER {}", object.address,
                           object.get(Property::type), object.get(Property::handler)));
    write_common(object, writer);
}

void write_event_trigger_state(const Object& object, Writer& writer) {
    writer.add(fmt::format("ALTER EVENT TRIGGER {} {}", object.address,
                           enable_words(object.get(Property::enabled))));
}

void create_event_trigger(const Object& object, Writer& writer) {
    std::string text =
        fmt::format("CREATE EVENT TRIGGER {} ON {}", object.address, object.get(Property::event));
    if (object.has(Property::tags)) {
        text += fmt::format(" WHEN TAG IN ({})", object.get(Property::tags));
    }
    writer.add(text + " EXECUTE FUNCTION " + object.get(Property::procedure));
    if (!object.is(Property::enabled, "O")) write_event_trigger_state(object, writer);
    write_common(object, writer);
}

bool can_alter_event_trigger(const Pair& pair) {
    return pair.only({Property::enabled});
}

void alter_event_trigger(const Pair& pair, Writer& writer) {
    if (pair.has(Property::enabled)) write_event_trigger_state(pair.to, writer);
    write_common_changes(pair.from, pair.to, writer);
}

}  // namespace

const KindRules schema_rules{create_schema, drop_plainly, never_alterable, alter_common};
const KindRules extension_rules{create_extension, drop_plainly, can_alter_extension,
                                alter_extension};
const KindRules language_rules{create_language, drop_plainly, never_alterable, alter_common};
const KindRules access_method_rules{create_access_method, drop_plainly, never_alterable,
                                    alter_common};
const KindRules event_trigger_rules{create_event_trigger, drop_plainly, can_alter_event_trigger,
                                    alter_event_trigger};

}  // namespace revisiond::diff
