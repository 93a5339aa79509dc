// Reading members of answers. Internal to the room. What is absent or null reads as empty; what has
// another type throws, which read_answer makes an error of.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"
#include "database/database_state.hpp"
#include "wire/read_json.hpp"

namespace revisiond::wire {

template <class T>
T member(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found == json.end() || found->is_null() ? T{} : found->template get<T>();
}

inline std::string text(const Json& json, const char* name) {
    return member<std::string>(json, name);
}
inline std::int64_t number(const Json& json, const char* name) {
    return member<std::int64_t>(json, name);
}
inline bool flag(const Json& json, const char* name) {
    return member<bool>(json, name);
}
inline std::vector<std::string> texts(const Json& json, const char* name) {
    return member<std::vector<std::string>>(json, name);
}
inline std::vector<Json> list(const Json& json, const char* name) {
    return member<std::vector<Json>>(json, name);
}
inline const Json* object(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_object() ? &*found : nullptr;
}

Diagnostics diagnostics_of(const Json& json, const char* name);
std::optional<database::LockHolder> holder_of(const Json& json, const char* name);

// The value that `read` makes of the JSON object.
template <class T, class Read>
Expected<T> read_answer(std::string_view source, const Read& read) {
    const char* foreign = "the server's answer is not one of revisiond's";
    const auto json = read_json(source);
    if (!json || !json->is_object()) return unexpected(make_error("remote.answer", foreign));
    try {
        return T(read(*json));
    } catch (const Json::exception&) {
        return unexpected(make_error("remote.answer", foreign,
                                     "the server may run another version of revisiond"));
    }
}

}  // namespace revisiond::wire
