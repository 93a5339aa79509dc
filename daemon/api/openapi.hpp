// The contract of the API.
#pragma once

#include <string_view>

namespace revisiond::api {

// openapi.json, as it lies beside this file.
std::string_view openapi_json();

}  // namespace revisiond::api
