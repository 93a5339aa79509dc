// What [databases.NAME] says of the target schema and of scratch databases.
#include <fmt/format.h>

#include <array>

#include "base/text.hpp"
#include "config/database_section.hpp"

namespace revisiond::config {
namespace {

std::optional<ConnectionSettings> read_connection(const Section& section, std::string_view key) {
    const auto url = section.text(key, Embedding::connection);
    if (!url) return std::nullopt;
    return connection_of(section, key, *url);
}

void read_patterns(const Section& section, std::string_view key,
                   std::vector<std::string>& patterns) {
    if (auto texts = section.texts(key)) patterns = std::move(*texts);
}

void read_scratch(const Section& section, TargetSettings& target) {
    const auto place = section.text("scratch");
    if (!place) return;
    if (*place == "same_server") {
        target.scratch = ScratchPlace::same_server;
    } else if (*place != "apart") {
        section.fail("scratch", "must be \"apart\" or \"same_server\"",
                     "apart: scratch databases are made at scratch_url, else on a private server");
    }
}

// Which of two is meant cannot be told.
void refuse_two_targets(const Section& section) {
    std::string first;
    for (const char* key : {"target", "target_command", "target_url"}) {
        if (!section.has(key)) continue;
        if (!first.empty()) {
            section.fail(key, fmt::format("stands beside {}", first),
                         "a database has one target: keep one of target, target_command and "
                         "target_url");
        }
        if (first.empty()) first = key;
    }
}

}  // namespace

void read_target(Reading& reading, const Section& section, const std::filesystem::path& folder,
                 TargetSettings& target) {
    for (const std::string& name : section.texts("target").value_or(std::vector<std::string>{})) {
        target.files.push_back((folder / name).lexically_normal());
    }
    if (auto command = section.texts("target_command", false)) {
        target.command = std::move(*command);
    }
    section.duration("target_timeout", target.command_timeout);
    const std::size_t before = reading.diagnostics.size();
    target.database = read_connection(section, "target_url");
    target.scratch_server = read_connection(section, "scratch_url");
    set_aside(reading.diagnostics, before, target.unresolved);
    refuse_two_targets(section);
    read_scratch(section, target);
    read_patterns(section, "include", target.include);
    read_patterns(section, "exclude", target.exclude);
    target.privileges = section.flag("privileges").value_or(false);
    target.owners = section.flag("owners").value_or(false);
    target.tablespaces = section.flag("tablespaces").value_or(false);
}

}  // namespace revisiond::config
