#include "diff/selection.hpp"

#include <algorithm>
#include <string_view>

namespace revisiond::diff {
namespace {

// * is any text, ? is any character.
bool like(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p, ++t;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            mark = t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace

bool Selection::matches(const std::string& pattern, const catalog::Object& object) const {
    std::string_view rest = pattern;
    if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
        if (rest.substr(0, colon) != catalog::name_of(object.kind)) return false;
        rest.remove_prefix(colon + 1);
    }
    if (object.schema.empty()) return like(rest, object.name);
    return like(rest, object.schema + "." + object.name) ||
           (rest.find('.') == std::string_view::npos && like(rest, object.schema));
}

bool Selection::holds(const catalog::Catalog& catalog, catalog::ObjectIndex index) const {
    const catalog::Object* object = &catalog.at(index);
    const bool privileges = object->kind == catalog::Kind::default_privileges ||
                            object->kind == catalog::Kind::changed_privileges;
    if (privileges && !options_.privileges) return false;
    if (options_.include.empty() && options_.exclude.empty()) return true;
    while (object->parent != catalog::no_object) object = &catalog.at(object->parent);
    const auto hit = [&](const std::string& pattern) { return matches(pattern, *object); };
    if (!options_.include.empty() && std::ranges::none_of(options_.include, hit)) return false;
    return std::ranges::none_of(options_.exclude, hit);
}

}  // namespace revisiond::diff
