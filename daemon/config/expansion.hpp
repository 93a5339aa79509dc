// ${VAR} in the values of config.toml.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.hpp"

namespace revisiond::config {

// How a variable's value is fitted into the text around it.
enum class Embedding {
    verbatim,
    connection,  // in a connection string, unless it is the whole: percent-encoded in a URL,
                 // backslashed in "host=… user=…". A default is the author's own text and stays
};

// Why a text cannot be expanded; `message` names the variable or the slip, never a value.
struct ExpansionError {
    std::string message;
    std::vector<std::string> missing;  // the variables that are not set, if that is it
};

using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

// Replaces ${VAR} and ${VAR:-default} (when VAR is not set or empty, as the shell does); "$${" is a
// literal "${". A "$" before anything else is itself.
Expected<std::string, ExpansionError> expand(std::string_view text, const Lookup& lookup,
                                             Embedding embedding);

}  // namespace revisiond::config
