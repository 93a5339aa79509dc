#include "http/scope.hpp"

#include <array>
#include <utility>

namespace revisiond::http {
namespace {

constexpr std::array<std::pair<std::string_view, Scope>, 4> names = {{{"read", Scope::read},
                                                                      {"plan", Scope::plan},
                                                                      {"apply", Scope::apply},
                                                                      {"admin", Scope::admin}}};

}  // namespace

std::string_view to_text(Scope scope) {
    return names.at(static_cast<std::size_t>(scope)).first;
}

std::optional<Scope> scope_of(std::string_view text) {
    for (const auto& [name, scope] : names)
        if (name == text) return scope;
    return std::nullopt;
}

}  // namespace revisiond::http
