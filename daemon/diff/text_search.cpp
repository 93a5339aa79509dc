#include <fmt/format.h>

#include <map>

#include "diff/simple.hpp"

namespace revisiond::diff {
namespace {

void create_part(const Object& object, Writer& writer) {
    writer.add(fmt::format("CREATE {} {} ({})", catalog::sql_words(object.kind), object.address,
                           object.get(Property::definition)));
    write_common(object, writer);
}

void create_dictionary(const Object& object, Writer& writer) {
    std::string text = fmt::format("CREATE TEXT SEARCH DICTIONARY {} (TEMPLATE = {}",
                                   object.address, object.get(Property::template_));
    if (object.has(Property::options)) text += ", " + object.get(Property::options);
    writer.add(text + ")");
    write_common(object, writer);
}

// Token type → dictionaries, of "token<TAB>dictionaries" lines.
std::map<std::string, std::string> mappings_of(const Object& object) {
    std::map<std::string, std::string> mappings;
    for (const std::string& line : lines_of(object.get(Property::mappings))) {
        const auto tab = line.find('\t');
        mappings.emplace(line.substr(0, tab), line.substr(tab + 1));
    }
    return mappings;
}

void write_mapping(const Object& object, std::string_view verb, const std::string& token,
                   const std::string& dictionaries, Writer& writer) {
    writer.add(fmt::format("ALTER TEXT SEARCH CONFIGURATION {} {} MAPPING FOR {}{}", object.address,
                           verb, token, dictionaries.empty() ? "" : " WITH " + dictionaries));
}

void create_configuration(const Object& object, Writer& writer) {
    writer.add(fmt::format("CREATE TEXT SEARCH CONFIGURATION {} (PARSER = {})", object.address,
                           object.get(Property::parser)));
    for (const auto& [token, dictionaries] : mappings_of(object)) {
        write_mapping(object, "ADD", token, dictionaries, writer);
    }
    write_common(object, writer);
}

bool can_alter_configuration(const Pair& pair) {
    return pair.only({Property::mappings});
}

void alter_configuration(const Pair& pair, Writer& writer) {
    const auto before = mappings_of(pair.from);
    const auto after = mappings_of(pair.to);
    for (const auto& [token, dictionaries] : before) {
        if (!after.contains(token)) write_mapping(pair.to, "DROP", token, "", writer);
    }
    for (const auto& [token, dictionaries] : after) {
        const auto old = before.find(token);
        if (old == before.end()) {
            write_mapping(pair.to, "ADD", token, dictionaries, writer);
        } else if (old->second != dictionaries) {
            write_mapping(pair.to, "ALTER", token, dictionaries, writer);
        }
    }
    write_common_changes(pair.from, pair.to, writer);
}

}  // namespace

const KindRules text_search_part_rules{create_part, drop_plainly, never_alterable, alter_common};
const KindRules text_search_dictionary_rules{create_dictionary, drop_plainly, never_alterable,
                                             alter_common};
const KindRules text_search_configuration_rules{create_configuration, drop_plainly,
                                                can_alter_configuration, alter_configuration};

}  // namespace revisiond::diff
