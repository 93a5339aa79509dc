// Names for the time being. Internal to the room.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "catalog/catalog.hpp"

namespace revisiond::diff {

constexpr std::size_t longest_name = 63;

// A name in the bytes that PostgreSQL leaves of it, whole characters only.
std::string cut_to(std::string_view name, std::size_t bytes);

// `stem` and `ending`, with the first number behind that no other has; whole characters of `stem`
// make way.
std::string unused_name(std::string_view stem, std::string_view ending,
                        const std::function<bool(const std::string&)>& taken);

// `name` with this ending, unquoted: what no relation and no type of the schema is called on either
// side. The same for the same arguments.
std::string free_name(const catalog::Catalog& from, const catalog::Catalog& to,
                      std::string_view schema, std::string_view name, std::string_view ending);

}  // namespace revisiond::diff
