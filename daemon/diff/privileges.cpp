// Privileges are compared as sets of (grantee, privilege), with what the server grants by itself
// written out: the owner has all, PUBLIC may execute functions and use types and languages.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>

#include "diff/rules.hpp"
#include "diff/writer.hpp"

namespace revisiond::diff {
namespace {

// Who gave something to whom. The owner is the empty grantee or grantor, and so comes first: others
// give what they have.
struct Parties {
    std::string grantor;
    std::string grantee;
    auto operator<=>(const Parties&) const = default;
};

// Privilege → with grant option.
using Grants = std::map<Parties, std::map<std::string, bool>>;

// What privileges of a kind are called in GRANT, and who has which before anyone grants any.
struct GrantWords {
    std::string_view words;
    std::string_view owner;
    std::string_view everyone;
    char object_type;  // of default privileges; blank: there are none
};

constexpr std::string_view sequence_words = "SEQUENCE";

GrantWords grant_words(Kind kind, int server_version) {
    switch (kind) {
        case Kind::table:
        case Kind::foreign_table:
        case Kind::view:
        case Kind::materialized_view:
            return {"TABLE",
                    server_version >= 170000
                        ? "DELETE INSERT MAINTAIN REFERENCES SELECT TRIGGER TRUNCATE UPDATE"
                        : "DELETE INSERT REFERENCES SELECT TRIGGER TRUNCATE UPDATE",
                    "", 'r'};
        case Kind::sequence:
            return {sequence_words, "SELECT UPDATE USAGE", "", 'S'};
        case Kind::schema:
            return {"SCHEMA", "CREATE USAGE", "", 'n'};
        case Kind::function:
        case Kind::aggregate:
            return {"FUNCTION", "EXECUTE", "EXECUTE", 'f'};
        case Kind::procedure:
            return {"PROCEDURE", "EXECUTE", "EXECUTE", 'f'};
        case Kind::enum_type:
        case Kind::composite_type:
        case Kind::base_type:
        case Kind::range_type:
            return {"TYPE", "USAGE", "USAGE", 'T'};
        case Kind::domain:
            return {"DOMAIN", "USAGE", "USAGE", 'T'};
        case Kind::language:
            return {"LANGUAGE", "USAGE", "USAGE", ' '};
        case Kind::foreign_data_wrapper:
            return {"FOREIGN DATA WRAPPER", "USAGE", "", ' '};
        case Kind::foreign_server:
            return {"FOREIGN SERVER", "USAGE", "", ' '};
        case Kind::column:
            return {"TABLE", "", "", ' '};
        default:
            return {"", "", "", ' '};
    }
}

Grants parse(std::string_view text) {
    Grants grants;
    for (const std::string& line : lines_of(text)) {
        const auto tab = line.find('\t');
        const auto end = std::min(line.find('\t', tab + 1), line.size());
        std::string privilege = line.substr(tab + 1, end - tab - 1);
        const bool option = privilege.back() == '*';
        if (option) privilege.pop_back();
        const std::string grantor = end == line.size() ? "" : line.substr(end + 1);
        grants[{grantor, line.substr(0, tab)}][privilege] = option;
    }
    return grants;
}

void give(Grants& grants, const std::string& grantee, std::string_view privileges) {
    while (!privileges.empty()) {
        const auto end = std::min(privileges.find(' '), privileges.size());
        grants[{"", grantee}].try_emplace(std::string(privileges.substr(0, end)), false);
        privileges.remove_prefix(std::min(end + 1, privileges.size()));
    }
}

Grants standard(const GrantWords& words) {
    Grants grants;
    give(grants, "", words.owner);
    give(grants, "PUBLIC", words.everyone);
    return grants;
}

Grants grants_of(const Object& object, const GrantWords& words,
                 Property property = Property::privileges) {
    return object.has(property) ? parse(object.get(property)) : standard(words);
}

// Whether these are in force when the object is created: those that are dropped go before anything
// is created, and the others change after that.
bool in_force(ObjectIndex index, const GrantWords& words, const Writer& writer) {
    const Object& defaults = writer.from().at(index);
    return defaults.kind == Kind::default_privileges && !writer.pairing().dropped(index) &&
           defaults.is(Property::owner, writer.from().user) &&
           defaults.is(Property::object_type, std::string(1, words.object_type));
}

// What default privileges of `from` give to an object at its creation. Those of no schema stand in
// place of what the server gives by itself, those of its schema add to it.
void add_defaults(Grants& grants, const Object& object, const GrantWords& words, Writer& writer) {
    Grants added;
    for (ObjectIndex index = 0; index < writer.from().size(); ++index) {
        if (!in_force(index, words, writer)) continue;
        const Object& defaults = writer.from().at(index);
        Grants given = parse(defaults.get(Property::privileges));
        if (defaults.name.empty()) {
            grants = std::move(given);
        } else if (defaults.name == object.schema) {
            added = std::move(given);
        }
    }
    for (const auto& [parties, privileges] : added) {
        for (const auto& [privilege, option] : privileges) {
            grants[parties].try_emplace(privilege, option);
        }
    }
}

// OWNER TO makes one of what the old owner has and what the new one was granted.
void move_to_owner(Grants& grants, const std::string& owner) {
    Grants moved;
    for (const auto& [parties, privileges] : grants) {
        const auto now = [&](const std::string& role) { return role == owner ? "" : role; };
        auto& theirs = moved[{now(parties.grantor), now(parties.grantee)}];
        for (const auto& [privilege, option] : privileges) theirs[privilege] |= option;
    }
    grants = std::move(moved);
}

// GRANT names a routine by all its arguments, and knows no ORDER BY of aggregates. The same
// VARIADIC on both sides of it is one argument.
std::string routine_address(const std::string& address) {
    constexpr std::string_view words = "ORDER BY ";
    const auto order = address.find(words);
    if (order == std::string::npos) return address;
    const auto open = address.find('(') + 1;
    const std::string ordered = address.substr(order + words.size());
    if (order == open) return address.substr(0, open) + ordered;
    const std::string direct = address.substr(open, order - 1 - open);
    const bool same = ordered.starts_with("VARIADIC ") && (direct + ")").ends_with(ordered);
    return address.substr(0, open) + direct + (same ? ")" : ", " + ordered);
}

// The target of GRANT and REVOKE: "TABLE app.users", with the column behind the privilege.
class GrantWriter {
  public:
    GrantWriter(const Object& object, std::string_view words, Writer& writer)
        : writer_(writer), target_(fmt::format("{} {}", words, object.address)) {
        owner_ = object.get(Property::owner);
        if (object.kind == Kind::changed_privileges) {
            target_ = object.get(Property::definition);
            if (object.has(Property::columns)) {
                column_ = fmt::format(" ({})", object.get(Property::columns));
            }
        }
        if (object.kind == Kind::aggregate) {
            target_ = fmt::format("{} {}", words, routine_address(object.address));
        }
        if (object.kind == Kind::column) {
            const Object& table = writer.to().at(object.parent);
            owner_ = table.get(Property::owner);
            if (words == sequence_words) {
                target_ = fmt::format("{} {}", words, object.get(Property::sequence_name));
                return;
            }
            target_ = fmt::format("TABLE {}", table.address);
            column_ = fmt::format(" ({})", object.address.substr(table.address.size() + 1));
        }
    }

    void revoke(const Parties& parties, const std::string& privilege, bool option_only) {
        write(parties,
              fmt::format("REVOKE {}{}{} ON {} FROM {}", option_only ? "GRANT OPTION FOR " : "",
                          privilege, column_, target_, name(parties.grantee)));
    }
    void grant(const Parties& parties, const std::vector<std::string>& privileges, bool option) {
        if (privileges.empty()) return;
        std::vector<std::string> words;
        for (const std::string& privilege : privileges) words.push_back(privilege + column_);
        write(parties, fmt::format("GRANT {} ON {} TO {}{}", fmt::join(words, ", "), target_,
                                   name(parties.grantee), option ? " WITH GRANT OPTION" : ""));
    }

  private:
    // Only who gave it can take it back, and GRANTED BY accepts nobody but the current role.
    void write(const Parties& parties, const std::string& statement) {
        const bool another = !parties.grantor.empty();
        if (another) writer_.add("SET ROLE " + parties.grantor);
        writer_.add(statement);
        if (another) writer_.add("RESET ROLE");
    }

    std::string name(const std::string& grantee) const {
        if (!grantee.empty()) return grantee;
        return writer_.options().owners ? owner_ : "CURRENT_USER";
    }

    Writer& writer_;
    std::string target_;
    std::string column_;
    std::string owner_;
};

void write_revokes(const Grants& before, const Grants& after, GrantWriter& out) {
    for (const auto& [parties, privileges] : std::views::reverse(before)) {
        const auto kept = after.find(parties);
        for (const auto& [privilege, option] : privileges) {
            const bool gone = kept == after.end() || !kept->second.contains(privilege);
            if (gone) {
                out.revoke(parties, privilege, false);
            } else if (option && !kept->second.at(privilege)) {
                out.revoke(parties, privilege, true);
            }
        }
    }
}

void write_grants(const Grants& before, const Grants& after, GrantWriter& out) {
    for (const auto& [parties, privileges] : after) {
        const auto had = before.find(parties);
        std::vector<std::string> plain;
        std::vector<std::string> with_option;
        for (const auto& [privilege, option] : privileges) {
            const bool present = had != before.end() && had->second.contains(privilege);
            if (present && (had->second.at(privilege) || !option)) continue;
            (option ? with_option : plain).push_back(privilege);
        }
        out.grant(parties, plain, false);
        out.grant(parties, with_option, true);
    }
}

void move_privileges(const Object& object, std::string_view words, const Grants& before,
                     const Grants& after, Writer& writer) {
    GrantWriter out(object, words, writer);
    write_revokes(before, after, out);
    write_grants(before, after, out);
}

// Whether something of this is taken back by write_revokes().
bool revoked(const Grants& before, const Grants& after, const Parties& parties,
             const std::string& privilege) {
    const auto had = before.find(parties);
    if (had == before.end() || !had->second.contains(privilege)) return false;
    const auto kept = after.find(parties);
    if (kept == after.end() || !kept->second.contains(privilege)) return true;
    return had->second.at(privilege) && !kept->second.at(privilege);
}

// To revoke a privilege on a table takes it from its columns too.
void grant_columns_again(const Object& table, const Grants& before, const Grants& after,
                         Writer& writer) {
    for (const ObjectIndex index : writer.to().children(writer.index_in_to(table))) {
        const Object& column = writer.to().at(index);
        const bool stays = column.kind == Kind::column && column.has(Property::privileges) &&
                           writer.index_in_from(column) != no_object;
        if (!stays) continue;
        Grants taken = parse(column.get(Property::privileges));
        for (auto& [parties, privileges] : taken) {
            std::erase_if(privileges, [&, &to = parties](const auto& privilege) {
                return !revoked(before, after, to, privilege.first);
            });
        }
        GrantWriter out(column, "TABLE", writer);
        write_grants({}, taken, out);
    }
}

void create_changed(const Object& object, Writer& writer) {
    move_privileges(object, {}, parse(object.get(Property::initial_privileges)),
                    parse(object.get(Property::privileges)), writer);
}

void drop_changed(const Object& object, Writer& writer) {
    move_privileges(object, {}, parse(object.get(Property::privileges)),
                    parse(object.get(Property::initial_privileges)), writer);
}

bool can_alter_changed(const Pair&) {
    return true;
}

void alter_changed(const Pair& pair, Writer& writer) {
    move_privileges(pair.to, {}, parse(pair.from.get(Property::privileges)),
                    parse(pair.to.get(Property::privileges)), writer);
}

}  // namespace

const KindRules changed_privileges_rules{create_changed, drop_changed, can_alter_changed,
                                         alter_changed};

void write_privileges(const Object& from, const Object& to, bool fresh, Writer& writer) {
    if (!writer.options().privileges) return;
    const GrantWords words = grant_words(to.kind, writer.to().server_version);
    if (words.words.empty()) return;
    Grants before = fresh ? standard(words) : grants_of(from, words);
    if (fresh && words.object_type != ' ') add_defaults(before, to, words, writer);
    const std::string& owner = fresh ? writer.from().user : from.get(Property::owner);
    if (writer.options().owners && !to.is(Property::owner, owner)) {
        move_to_owner(before, to.get(Property::owner));
    }
    const Grants after = grants_of(to, words);
    move_privileges(to, words.words, before, after, writer);
    if (!fresh) grant_columns_again(to, before, after, writer);
}

void write_sequence_privileges(const Object* from, const Object& column, Writer& writer) {
    if (!writer.options().privileges) return;
    const GrantWords words = grant_words(Kind::sequence, writer.to().server_version);
    Grants before =
        from == nullptr ? standard(words) : grants_of(*from, words, Property::sequence_privileges);
    if (from == nullptr) add_defaults(before, column, words, writer);
    move_privileges(column, words.words, before,
                    grants_of(column, words, Property::sequence_privileges), writer);
}

}  // namespace revisiond::diff
