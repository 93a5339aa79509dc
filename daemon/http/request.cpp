#include "http/request.hpp"

namespace revisiond::http {
namespace {

std::optional<std::string> first(const std::vector<std::pair<std::string, std::string>>& pairs,
                                 std::string_view name) {
    for (const auto& [key, value] : pairs)
        if (key == name) return value;
    return std::nullopt;
}

}  // namespace

std::optional<std::string> Request::parameter(std::string_view name) const {
    return first(query, name);
}

std::optional<std::string> Request::header(std::string_view name) const {
    return first(headers, name);
}

}  // namespace revisiond::http
