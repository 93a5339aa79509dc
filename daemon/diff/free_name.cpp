#include "diff/free_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "diff/rules.hpp"

namespace revisiond::diff {

std::string cut_to(std::string_view name, std::size_t bytes) {
    if (name.size() <= bytes) return std::string(name);
    while (bytes > 0 && (static_cast<unsigned char>(name[bytes]) & 0xC0U) == 0x80U) --bytes;
    return std::string(name.substr(0, bytes));
}

std::string unused_name(std::string_view stem, std::string_view ending,
                        const std::function<bool(const std::string&)>& taken) {
    constexpr std::size_t room_for_number = 4;
    const std::string first =
        fmt::format("{}{}", cut_to(stem, longest_name - room_for_number - ending.size()), ending);
    std::string name = first;
    for (int number = 2; taken(name); ++number) name = fmt::format("{}_{}", first, number);
    return name;
}

std::string free_name(const Catalog& from, const Catalog& to, std::string_view schema,
                      std::string_view name, std::string_view ending) {
    return unused_name(name, ending, [&](const std::string& wanted) {
        const std::string slot = relation_slot(fmt::format("{}.{}", schema, wanted));
        return std::ranges::any_of(std::array{&from, &to}, [&](const Catalog* catalog) {
            return std::ranges::find(catalog->objects(), slot, name_slot) !=
                   catalog->objects().end();
        });
    });
}

}  // namespace revisiond::diff
