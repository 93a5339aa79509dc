#include "catalog/catalog.hpp"

#include <algorithm>

namespace revisiond::catalog {
namespace {

std::string key_of(Kind kind, std::string_view address) {
    std::string key(1, static_cast<char>(kind));
    key += address;
    return key;
}

const Attribute* find_attribute(const Object& object, Property property) {
    const auto found =
        std::ranges::lower_bound(object.attributes, property, {}, &Attribute::property);
    return found == object.attributes.end() || found->property != property ? nullptr : &*found;
}

}  // namespace

bool Object::has(Property property) const {
    return find_attribute(*this, property) != nullptr;
}

const std::string& Object::get(Property property) const {
    static const std::string nothing;
    const Attribute* found = find_attribute(*this, property);
    return found == nullptr ? nothing : found->value;
}

bool has_index(const Object& constraint) {
    const std::string& type = constraint.get(Property::constraint_type);
    return type == "p" || type == "u" || type == "x";
}

ObjectIndex Catalog::add(Object object) {
    const auto index = static_cast<ObjectIndex>(objects_.size());
    if (!by_key_.emplace(key_of(object.kind, object.address), index).second) return no_object;
    std::ranges::sort(object.attributes, {}, &Attribute::property);
    objects_.push_back(std::move(object));
    return index;
}

void Catalog::add_dependency(ObjectIndex object, ObjectIndex on) {
    if (object != on) objects_[object].depends_on.push_back(on);
}

void Catalog::finish() {
    children_.assign(objects_.size(), {});
    for (ObjectIndex index = 0; index < objects_.size(); ++index) {
        Object& object = objects_[index];
        if (object.parent != no_object) {
            children_[object.parent].push_back(index);
            object.depends_on.push_back(object.parent);
        }
        std::ranges::sort(object.depends_on);
        const auto repeated = std::ranges::unique(object.depends_on);
        object.depends_on.erase(repeated.begin(), repeated.end());
    }
}

ObjectIndex Catalog::find(Kind kind, std::string_view address) const {
    const auto found = by_key_.find(key_of(kind, address));
    return found == by_key_.end() ? no_object : found->second;
}

Catalog Catalog::without(const std::vector<ObjectIndex>& left_out) const {
    Catalog result;
    result.server_version = server_version;
    result.user = user;
    result.unknown = unknown;
    const auto moved = [&left_out](ObjectIndex index) {
        const auto before = std::ranges::lower_bound(left_out, index) - left_out.begin();
        return index - static_cast<ObjectIndex>(before);
    };
    for (ObjectIndex index = 0; index < objects_.size(); ++index) {
        if (std::ranges::binary_search(left_out, index)) continue;
        Object object = objects_[index];
        if (object.parent != no_object) object.parent = moved(object.parent);
        std::erase_if(object.depends_on, [&left_out](ObjectIndex on) {
            return std::ranges::binary_search(left_out, on);
        });
        for (ObjectIndex& on : object.depends_on) on = moved(on);
        result.add(std::move(object));
    }
    result.finish();
    return result;
}

}  // namespace revisiond::catalog
