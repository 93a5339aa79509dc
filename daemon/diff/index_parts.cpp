#include "diff/index_parts.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>
#include <string_view>

namespace revisiond::diff {
namespace {

constexpr std::size_t longest_name = 63;

// "_a_b" of "… (a, b)"; empty where it is not a list of plain names and nothing else.
std::string plain_columns(std::string_view definition) {
    const std::size_t begin = definition.find('(');
    if (begin == std::string_view::npos || !definition.ends_with(')')) return {};
    std::string columns = "_";
    for (const char c : definition.substr(begin + 1, definition.size() - begin - 2)) {
        const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
        if (!letter && c != ',' && c != ' ') return {};
        if (c == ' ' && !columns.ends_with('_')) return {};
        if (c != ' ') columns += c == ',' ? '_' : c;
    }
    return columns;
}

// The name that the server would give it; empty: it may be any.
std::string chosen_name(const Object& part, const std::string& table) {
    const std::string& definition = part.get(Property::definition);
    std::string name;
    if (definition.starts_with("PRIMARY KEY")) {
        name = table + "_pkey";
    } else {
        const std::string columns = plain_columns(definition);
        if (columns.empty()) return {};
        name = table + columns + (part.kind == Kind::index ? "_idx" : "_key");
    }
    return name.size() <= longest_name ? name : std::string();
}

bool is_special(const Pairing& pairing, ObjectIndex part) {
    const Object& object = pairing.from.at(part);
    for (const Property said : {Property::comment, Property::index_comment, Property::options,
                                Property::index_statistics}) {
        if (object.has(said)) return true;
    }
    if (object.name != chosen_name(object, pairing.from.at(object.parent).name)) return true;
    return std::ranges::any_of(pairing.dependents[part], [&](ObjectIndex dependent) {
        const Kind kind = pairing.from.at(dependent).kind;
        return kind == Kind::clustering || kind == Kind::replica_identity;
    });
}

// Whether a partition has no part of it: it was made ON ONLY its table, and not all is attached.
bool lacks_parts(const Pairing& pairing, ObjectIndex index) {
    const ObjectIndex table = pairing.from.at(index).parent;
    const auto count = [&](ObjectIndex on, Kind kind, Kind of) {
        return std::ranges::count_if(pairing.dependents[on], [&](ObjectIndex dependent) {
            const Object& link = pairing.from.at(dependent);
            return link.kind == kind && link.parent != on &&
                   pairing.from.at(link.parent).kind == of;
        });
    };
    const Kind kind = pairing.from.at(index).kind;
    return count(index, Kind::index_partition, kind) < count(table, Kind::partition, Kind::table);
}

bool is_key(const Object& object) {
    return object.kind == Kind::index || object.is(Property::constraint_type, "p") ||
           object.is(Property::constraint_type, "u");
}

bool is_attached(const Catalog& catalog, ObjectIndex index) {
    return std::ranges::any_of(catalog.children(index), [&](ObjectIndex child) {
        return catalog.at(child).kind == Kind::index_partition;
    });
}

// What the server compares: uniqueness, access method, columns and all that follows them.
std::string key_words(const Object& object) {
    const std::string& definition = object.get(Property::definition);
    if (object.kind == Kind::index) {
        const std::string unique = definition.starts_with("CREATE UNIQUE") ? "unique" : "";
        return unique + definition.substr(std::min(definition.find(" USING "), definition.size()));
    }
    return "unique USING btree " +
           definition.substr(std::min(definition.find('('), definition.size()));
}

}  // namespace

std::vector<ObjectIndex> keys_without_part(const Pairing& pairing, ObjectIndex attachment) {
    const Catalog& to = pairing.to;
    const ObjectIndex part = to.at(attachment).parent;
    std::vector<ObjectIndex> parts;  // the wholes of what it has
    for (const ObjectIndex key : to.children(part)) {
        for (const ObjectIndex link : to.children(key)) {
            const auto& wholes = to.at(link).depends_on;
            if (to.at(link).kind != Kind::index_partition) continue;
            parts.insert(parts.end(), wholes.begin(), wholes.end());
        }
    }
    std::vector<ObjectIndex> found;
    if (to.at(part).kind != Kind::table) return found;
    for (const ObjectIndex table : to.at(attachment).depends_on) {
        if (table == part) continue;
        std::ranges::copy_if(to.children(table), std::back_inserter(found), [&](ObjectIndex key) {
            return is_key(to.at(key)) && std::ranges::find(parts, key) == parts.end();
        });
    }
    return found;
}

bool doubles_part(const Pairing& pairing, ObjectIndex index) {
    const Object& object = pairing.to.at(index);
    if (!is_key(object) || is_attached(pairing.to, index)) return false;
    return std::ranges::any_of(pairing.to.children(object.parent), [&](ObjectIndex other) {
        const Object& sibling = pairing.to.at(other);
        return is_key(sibling) && is_attached(pairing.to, other) &&
               key_words(sibling) == key_words(object);
    });
}

bool forgets_parts(const Pairing& pairing, ObjectIndex index) {
    if (lacks_parts(pairing, index)) return true;
    return std::ranges::any_of(pairing.dependents[index], [&](ObjectIndex dependent) {
        const Object& attachment = pairing.from.at(dependent);
        if (attachment.kind != Kind::index_partition || attachment.parent == index) return false;
        return is_special(pairing, attachment.parent) || forgets_parts(pairing, attachment.parent);
    });
}

}  // namespace revisiond::diff
