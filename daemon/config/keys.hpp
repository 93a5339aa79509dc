// Every key that config.toml may hold, as data: what unknown keys are measured against, and what
// the test of config.toml.example counts.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace revisiond::config {

// One section and its keys. `section` is "" for the top level, "databases.*" for each database.
struct SectionKeys {
    std::string_view section;
    std::span<const std::string> keys;
};

std::span<const SectionKeys> all_sections();

// The keys of one section. REQUIRES: a section of all_sections().
std::span<const std::string> keys_of(std::string_view section);

// Whether any section has a key of that name.
bool is_known_key_name(std::string_view name);

// The connection keywords of libpq 15, which we link, but for replication: a later keyword it would
// refuse only when connecting.
std::span<const std::string> libpq_keywords();
bool is_libpq_keyword(std::string_view name);

// Whether the key's value may be a secret, so that no message shows it.
bool may_be_secret(std::string_view key);

}  // namespace revisiond::config
