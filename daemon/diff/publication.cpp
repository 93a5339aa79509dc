#include <fmt/format.h>

#include <map>

#include "diff/rules.hpp"
#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

std::string publication_options(const Object& object, int server_version) {
    std::string text = fmt::format("publish = '{}', publish_via_partition_root = {}",
                                   object.get(Property::operations),
                                   object.has(Property::via_root) ? "true" : "false");
    if (server_version >= 180000) {
        text += fmt::format(", publish_generated_columns = {}",
                            object.has(Property::generated) ? "stored" : "none");
    }
    return text;
}

void create_publication(const Object& object, Writer& writer) {
    writer.add(fmt::format("CREATE PUBLICATION {}{} WITH ({})", object.address,
                           object.has(Property::all_tables) ? " FOR ALL TABLES" : "",
                           publication_options(object, writer.to().server_version)));
    write_common(object, writer);
}

bool can_alter_publication(const Pair& pair) {
    return pair.only({Property::operations, Property::via_root, Property::generated});
}

void alter_publication(const Pair& pair, Writer& writer) {
    if (!pair.only({})) {
        writer.add(fmt::format("ALTER PUBLICATION {} SET ({})", pair.to.address,
                               publication_options(pair.to, writer.to().server_version)));
    }
    write_common_changes(pair.from, pair.to, writer);
}

// "TABLE app.users" behind the publication's name.
std::string member_of(const Object& object, const Catalog& catalog) {
    return object.address.substr(table_of(object, catalog).size() + 1);
}

// A child is a member of its own, or is none: without ONLY it would come and go with its parent.
std::string table_member(const Object& object, const Catalog& catalog) {
    constexpr std::string_view word = "TABLE ";
    return member_of(object, catalog).insert(word.size(), "ONLY ");
}

void create_table_member(const Object& object, Writer& writer) {
    std::string text = fmt::format("ALTER PUBLICATION {} ADD {}", table_of(object, writer.to()),
                                   table_member(object, writer.to()));
    if (object.has(Property::columns)) text += fmt::format(" ({})", object.get(Property::columns));
    if (object.has(Property::row_filter)) {
        text += fmt::format(" WHERE {}", object.get(Property::row_filter));
    }
    writer.add(text);
}

void drop_member(const Object& object, Writer& writer) {
    writer.add(fmt::format("ALTER PUBLICATION {} DROP {}", table_of(object, writer.from()),
                           table_member(object, writer.from())));
}

void create_schema_member(const Object& object, Writer& writer) {
    const std::string member = member_of(object, writer.to());
    writer.add(fmt::format("ALTER PUBLICATION {} ADD TABLES IN {}", table_of(object, writer.to()),
                           member));
}

void drop_schema_member(const Object& object, Writer& writer) {
    writer.add(fmt::format("ALTER PUBLICATION {} DROP TABLES IN {}",
                           table_of(object, writer.from()), member_of(object, writer.from())));
}

// A slot is named after its subscription by itself, whatever that name is; one that is written must
// be a slot's name.
std::string own_slot(const Object& subscription) {
    return ", slot_name = " + sql::quote_literal(subscription.name);
}

std::string without_own_slot(const Object& subscription) {
    std::string options = subscription.get(Property::options);
    const std::string slot = own_slot(subscription);
    if (options.ends_with(slot)) options.resize(options.size() - slot.size());
    return options;
}

void create_subscription(const Object& object, Writer& writer) {
    writer.add(fmt::format(
        "CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {} WITH (connect = false, {}{})",
        object.address, sql::quote_literal(object.get(Property::connection)),
        object.get(Property::publications),
        object.has(Property::two_phase) ? "two_phase = true, " : "", without_own_slot(object)));
    write_common(object, writer);
}

void drop_subscription(const Object& object, Writer& writer) {
    writer.add(fmt::format("ALTER SUBSCRIPTION {} DISABLE", object.address));
    writer.add(fmt::format("ALTER SUBSCRIPTION {} SET (slot_name = NONE)", object.address));
    drop_plainly(object, writer);
}

// ALTER SUBSCRIPTION cannot change two_phase.
bool can_alter_subscription(const Pair& pair) {
    return !pair.has(Property::two_phase);
}

void alter_subscription(const Pair& pair, Writer& writer) {
    const std::string prefix = fmt::format("ALTER SUBSCRIPTION {} ", pair.to.address);
    if (pair.has(Property::connection)) {
        writer.add(prefix + "CONNECTION " + sql::quote_literal(pair.to.get(Property::connection)));
    }
    if (pair.has(Property::publications)) {
        writer.add(fmt::format("{}SET PUBLICATION {} WITH (refresh = false)", prefix,
                               pair.to.get(Property::publications)));
    }
    if (pair.has(Property::options)) {
        const bool same_slot = pair.from.get(Property::options).ends_with(own_slot(pair.to));
        writer.add(
            fmt::format("{}SET ({})", prefix,
                        same_slot ? without_own_slot(pair.to) : pair.to.get(Property::options)));
    }
    if (pair.has(Property::enabled)) {
        writer.add(prefix + (pair.to.is(Property::enabled, "t") ? "ENABLE" : "DISABLE"));
    }
    write_common_changes(pair.from, pair.to, writer);
}

// Grantee → privileges of default privileges.
using Defaults = std::map<std::string, std::vector<std::string>>;

Defaults defaults_of(const Object& object) {
    Defaults defaults;
    for (const std::string& line : lines_of(object.get(Property::privileges))) {
        const auto tab = line.find('\t');
        defaults[line.substr(0, tab)].push_back(line.substr(tab + 1));
    }
    return defaults;
}

// "FOR ROLE r IN SCHEMA s ON TABLES" in the two parts around the privileges.
class DefaultPrivilegesWriter {
  public:
    DefaultPrivilegesWriter(const Object& object, Writer& writer)
        : writer_(writer), owner_(object.get(Property::owner)) {
        const auto on = object.address.rfind(" ON ");
        prefix_ = "ALTER DEFAULT PRIVILEGES " + object.address.substr(0, on) + " ";
        target_ = object.address.substr(on);
    }

    void revoke_all(const std::string& grantee) {
        writer_.add(fmt::format("{}REVOKE ALL{} FROM {}", prefix_, target_, name(grantee)));
    }
    void grant(const std::string& grantee, const std::vector<std::string>& privileges) {
        std::vector<std::string> plain;
        std::vector<std::string> with_option;
        for (const std::string& privilege : privileges) {
            if (privilege.back() == '*') {
                with_option.push_back(privilege.substr(0, privilege.size() - 1));
            } else {
                plain.push_back(privilege);
            }
        }
        if (!plain.empty()) {
            writer_.add(fmt::format("{}GRANT {}{} TO {}", prefix_, fmt::join(plain, ", "), target_,
                                    name(grantee)));
        }
        if (!with_option.empty()) {
            writer_.add(fmt::format("{}GRANT {}{} TO {} WITH GRANT OPTION", prefix_,
                                    fmt::join(with_option, ", "), target_, name(grantee)));
        }
    }

  private:
    std::string name(const std::string& grantee) const {
        return grantee.empty() ? owner_ : grantee;
    }
    Writer& writer_;
    std::string owner_;
    std::string prefix_;
    std::string target_;
};

void move_defaults(const Object& object, const Defaults& before, const Defaults& after,
                   Writer& writer) {
    DefaultPrivilegesWriter out(object, writer);
    for (const auto& [grantee, privileges] : before) {
        const auto kept = after.find(grantee);
        if (kept == after.end() || kept->second != privileges) out.revoke_all(grantee);
    }
    for (const auto& [grantee, privileges] : after) {
        const auto old = before.find(grantee);
        if (old == before.end() || old->second != privileges) out.grant(grantee, privileges);
    }
}

// Without a schema they begin with what the server grants by itself.
Defaults standard_defaults(const Object& object, int server_version) {
    if (!object.name.empty()) return {};
    const std::string& type = object.get(Property::object_type);
    Defaults defaults;
    if (type == "r") {
        defaults[""] = {"DELETE",  "INSERT",   "REFERENCES", "SELECT",
                        "TRIGGER", "TRUNCATE", "UPDATE"};
        if (server_version >= 170000) defaults[""].insert(defaults[""].begin() + 2, "MAINTAIN");
    } else if (type == "S") {
        defaults[""] = {"SELECT", "UPDATE", "USAGE"};
    } else if (type == "f") {
        defaults[""] = defaults["PUBLIC"] = {"EXECUTE"};
    } else if (type == "T") {
        defaults[""] = defaults["PUBLIC"] = {"USAGE"};
    } else if (type == "n") {
        defaults[""] = {"CREATE", "USAGE"};
    }
    return defaults;
}

void create_defaults(const Object& object, Writer& writer) {
    move_defaults(object, standard_defaults(object, writer.to().server_version),
                  defaults_of(object), writer);
}

void drop_defaults(const Object& object, Writer& writer) {
    move_defaults(object, defaults_of(object),
                  standard_defaults(object, writer.to().server_version), writer);
}

bool can_alter_defaults(const Pair&) {
    return true;
}

void alter_defaults(const Pair& pair, Writer& writer) {
    move_defaults(pair.to, defaults_of(pair.from), defaults_of(pair.to), writer);
}

}  // namespace

const KindRules publication_rules{create_publication, drop_plainly, can_alter_publication,
                                  alter_publication};
const KindRules publication_table_rules{create_table_member, drop_member, never_alterable,
                                        alter_common};
const KindRules publication_schema_rules{create_schema_member, drop_schema_member, never_alterable,
                                         alter_common};
const KindRules subscription_rules{create_subscription, drop_subscription, can_alter_subscription,
                                   alter_subscription};
const KindRules default_privileges_rules{create_defaults, drop_defaults, can_alter_defaults,
                                         alter_defaults};

}  // namespace revisiond::diff
