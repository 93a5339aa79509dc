// Percent-encoding (RFC 3986), as URLs have it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace revisiond {

// Everything but letters, digits and -._~ as %XX: right in every part of a URL.
std::string percent_encoded(std::string_view text);

// %XX decoded; nothing for a broken escape or a %00.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace revisiond
