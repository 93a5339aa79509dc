#include "wire/read_json.hpp"

#include <nlohmann/json.hpp>

namespace revisiond::wire {
namespace {

constexpr int deepest = 64;

}  // namespace

Expected<Json> read_json(std::string_view text) {
    bool too_deep = false;
    const auto watch = [&too_deep](int depth, Json::parse_event_t, Json&) {
        too_deep = too_deep || depth > deepest;
        return !too_deep;
    };
    Json json = Json::parse(text, watch, false);
    if (too_deep) return unexpected(make_error("http.body", "the JSON is nested too deep"));
    if (json.is_discarded()) {
        return unexpected(make_error("http.body", "this is not valid JSON"));
    }
    return json;
}

}  // namespace revisiond::wire
