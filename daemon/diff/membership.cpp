#include "diff/membership.hpp"

#include <fmt/format.h>

#include <cctype>

#include "diff/link_parts.hpp"

namespace revisiond::diff {
namespace {

// As pg_identify_object says it: "function public.f(integer)".
std::string identity_of(const Object& object) {
    std::string words(object.kind == Kind::domain           ? "TYPE"
                      : object.kind == Kind::foreign_server ? "SERVER"
                                                            : catalog::sql_words(object.kind));
    for (char& letter : words) letter = static_cast<char>(std::tolower(letter));
    return words + " " + object.address;
}

// pg_identify_object puts no blanks between arguments, and the schema before each type's name but
// those of the standard.
std::string normalised(std::string text) {
    for (const std::string_view filler : {" ", "pg_catalog."}) {
        for (auto at = text.find(filler); at != std::string::npos; at = text.find(filler, at)) {
            text.erase(at, filler.size());
        }
    }
    return text;
}

void write_membership(const Object& object, const Object& extension, std::string_view verb,
                      Writer& writer) {
    writer.add(fmt::format("ALTER EXTENSION {} {} {} {}", extension.address, verb,
                           catalog::sql_words(object.kind), object.address));
}

}  // namespace

ExtensionMembers::ExtensionMembers(const Catalog& catalog) {
    for (ObjectIndex index = 0; index < catalog.size(); ++index) {
        const Object& extension = catalog.at(index);
        if (extension.kind != Kind::extension) continue;
        for (std::string& line : lines_of(extension.get(Property::members))) {
            extensions_.emplace(normalised(std::move(line)), index);
        }
    }
}

ObjectIndex ExtensionMembers::extension_of(const Object& object) const {
    if (extensions_.empty() || object.parent != no_object) return no_object;
    const auto found = extensions_.find(normalised(identity_of(object)));
    return found == extensions_.end() ? no_object : found->second;
}

void link_extension_members(const Pairing& pairing, ActionPlan& plan) {
    const ExtensionMembers before(pairing.from);
    const ExtensionMembers after(pairing.to);
    for (ObjectIndex index = 0; index < pairing.to.size(); ++index) {
        if (plan.create_of[index] == no_action) continue;
        const ObjectIndex extension = before.extension_of(pairing.to.at(index));
        if (extension == no_object) continue;
        plan.put_in_order(plan.drop_of[extension], plan.create_of[index]);
    }
    for (ObjectIndex index = 0; index < pairing.from.size(); ++index) {
        if (plan.drop_of[index] == no_action) continue;
        const ObjectIndex extension = after.extension_of(pairing.from.at(index));
        if (extension == no_object) continue;
        plan.put_in_order(plan.drop_of[index], plan.create_of[extension]);
    }
}

bool leave_extension(const Object& object, Writer& writer) {
    const ObjectIndex extension = writer.members_of_from().extension_of(object);
    if (extension == no_object || writer.pairing().dropped(extension)) return true;
    const std::string& name = writer.from().at(extension).address;
    if (!is_routine(object.kind)) {
        writer.refuse(fmt::format(
            "{} {} belongs to extension {} and shall be free, and what an extension owns is not "
            "known: say ALTER EXTENSION {} DROP {} {} and compare again",
            catalog::name_of(object.kind), object.address, name, name,
            catalog::sql_words(object.kind), object.address));
        return false;
    }
    write_membership(object, writer.from().at(extension), "DROP", writer);
    return true;
}

bool join_extension(const Object& object, Writer& writer) {
    const ObjectIndex extension = writer.members_of_to().extension_of(object);
    if (extension == no_object || writer.pairing().created(extension)) return false;
    write_membership(object, writer.to().at(extension), "ADD", writer);
    return true;
}

}  // namespace revisiond::diff
