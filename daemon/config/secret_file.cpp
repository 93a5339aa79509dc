#include "config/secret_file.hpp"

#include <fmt/format.h>

#include "config/files.hpp"

namespace revisiond::config {
namespace {

namespace fs = std::filesystem;

fs::path find_secret(const fs::path& credentials, const fs::path& folder, const std::string& name) {
    const bool bare = name.find('/') == std::string::npos;
    std::error_code ignored;
    if (bare && !credentials.empty() && fs::exists(credentials / name, ignored)) {
        return credentials / name;
    }
    return (folder / name).lexically_normal();
}

}  // namespace

std::optional<SecretFile> read_secret_file(const Reading& reading, const Section& section,
                                           std::string_view key, const fs::path& folder) {
    const auto name = section.text(key);
    if (!name) return std::nullopt;
    const fs::path path = find_secret(reading.credentials, folder, *name);
    auto content = read_file(path);
    if (!content) {
        section.fail(
            key, fmt::format("names {}, which cannot be read: {}", path.string(), content.error()));
        return std::nullopt;
    }
    if (readable_by_all(path)) {
        section.warn(key, fmt::format("names {}, which every user may read", path.string()),
                     fmt::format("chmod 600 {}", path.string()));
    }
    while (content->ends_with('\n') || content->ends_with('\r')) content->pop_back();
    if (content->find('\0') != std::string::npos) {
        section.fail(key, fmt::format("names {}, which holds a zero byte", path.string()));
        return std::nullopt;
    }
    return SecretFile{path, std::move(*content)};
}

}  // namespace revisiond::config
