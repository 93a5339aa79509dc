#include <fmt/format.h>

#include "diff/simple.hpp"
#include "sql/identifier.hpp"

namespace revisiond::diff {
namespace {

void create_wrapper(const Object& object, Writer& writer) {
    std::string text = "CREATE FOREIGN DATA WRAPPER " + object.address;
    if (object.has(Property::handler)) text += " HANDLER " + object.get(Property::handler);
    if (object.has(Property::validator)) text += " VALIDATOR " + object.get(Property::validator);
    writer.add(text + foreign_options(object.get(Property::options)));
    write_common(object, writer);
}

bool can_alter_wrapper(const Pair& pair) {
    return pair.only({Property::handler, Property::validator, Property::options});
}

void alter_wrapper(const Pair& pair, Writer& writer) {
    const std::string prefix = "ALTER FOREIGN DATA WRAPPER " + pair.to.address;
    const auto function = [&](std::string_view word, Property property) {
        if (!pair.has(property)) return;
        writer.add(prefix + (pair.to.has(property)
                                 ? fmt::format(" {} {}", word, pair.to.get(property))
                                 : fmt::format(" NO {}", word)));
    };
    function("HANDLER", Property::handler);
    function("VALIDATOR", Property::validator);
    if (pair.has(Property::options)) {
        writer.add(prefix + " " +
                   foreign_option_changes(pair.from.get(Property::options),
                                          pair.to.get(Property::options)));
    }
    write_common_changes(pair.from, pair.to, writer);
}

void create_server(const Object& object, Writer& writer) {
    std::string text = "CREATE SERVER " + object.address;
    if (object.has(Property::server_type)) {
        text += " TYPE " + sql::quote_literal(object.get(Property::server_type));
    }
    if (object.has(Property::server_version)) {
        text += " VERSION " + sql::quote_literal(object.get(Property::server_version));
    }
    text += " FOREIGN DATA WRAPPER " + object.get(Property::server);
    writer.add(text + foreign_options(object.get(Property::options)));
    write_common(object, writer);
}

// The server cannot go while somebody is mapped to it.
void drop_server(const Object& object, Writer& writer) {
    for (const ObjectIndex child : writer.from().children(writer.index_in_from(object))) {
        const Object& mapping = writer.from().at(child);
        if (mapping.kind == Kind::user_mapping) drop_plainly(mapping, writer);
    }
    drop_plainly(object, writer);
}

bool can_alter_server(const Pair& pair) {
    return pair.only({Property::server_version, Property::options});
}

void alter_server(const Pair& pair, Writer& writer) {
    const std::string prefix = "ALTER SERVER " + pair.to.address + " ";
    if (pair.has(Property::server_version)) {
        writer.add(prefix + "VERSION " +
                   (pair.to.has(Property::server_version)
                        ? sql::quote_literal(pair.to.get(Property::server_version))
                        : "NULL"));
    }
    if (pair.has(Property::options)) {
        writer.add(prefix + foreign_option_changes(pair.from.get(Property::options),
                                                   pair.to.get(Property::options)));
    }
    write_common_changes(pair.from, pair.to, writer);
}

void create_mapping(const Object& object, Writer& writer) {
    writer.add("CREATE USER MAPPING " + object.address +
               foreign_options(object.get(Property::options)));
}

bool can_alter_mapping(const Pair& pair) {
    return pair.only({Property::options});
}

void alter_mapping(const Pair& pair, Writer& writer) {
    if (!pair.has(Property::options)) return;
    writer.add(fmt::format(
        "ALTER USER MAPPING {} {}", pair.to.address,
        foreign_option_changes(pair.from.get(Property::options), pair.to.get(Property::options))));
}

}  // namespace

const KindRules foreign_data_wrapper_rules{create_wrapper, drop_plainly, can_alter_wrapper,
                                           alter_wrapper};
const KindRules foreign_server_rules{create_server, drop_server, can_alter_server, alter_server};
const KindRules user_mapping_rules{create_mapping, drop_plainly, can_alter_mapping, alter_mapping};

}  // namespace revisiond::diff
