#include "http/security.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"

namespace revisiond::http {
namespace {

bool same_letters(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

// The host of "host:port" or "[v6]:port".
std::string_view without_port(std::string_view host) {
    const std::size_t bracket = host.rfind(']');
    const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
    return host.substr(0, colon);
}

}  // namespace

bool is_our_host(std::string_view host, const std::vector<std::string>& hosts) {
    std::string_view name = without_port(host);
    if (name.ends_with('.')) name.remove_suffix(1);
    if (same_letters(name, "localhost") || parse_address(name)) return true;
    return std::any_of(hosts.begin(), hosts.end(),
                       [&](const std::string& ours) { return same_letters(name, ours); });
}

bool is_our_page(std::string_view origin, std::string_view fetch_site, std::string_view host,
                 const std::vector<std::string>& origins) {
    if (!fetch_site.empty() && fetch_site != "same-origin" && fetch_site != "none") return false;
    if (origin.empty()) return true;
    for (const std::string& ours : origins)
        if (same_letters(origin, ours)) return true;
    for (const std::string_view scheme : {"http://", "https://"})
        if (origin.starts_with(scheme) && same_letters(origin.substr(scheme.size()), host))
            return true;
    return false;
}

bool is_json(std::string_view content_type) {
    return same_letters(trim(content_type.substr(0, content_type.find(';'))), "application/json");
}

}  // namespace revisiond::http
