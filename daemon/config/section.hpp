// Reading one section of config.toml with its rules: known keys, types, ${VAR}.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "config/document.hpp"
#include "config/expansion.hpp"

namespace revisiond::config {

// The code of a finding that a variable is not set.
constexpr const char* missing_variable = "config.missing-variable";

// What all sections of one file share.
struct Reading {
    const Document& document;
    Lookup lookup;
    std::string variables_hint;         // where a missing variable could be set
    std::filesystem::path credentials;  // systemd's credentials; empty: there are none
    Diagnostics diagnostics;
    Diagnostics warnings;
};

// One section and the keys it may hold. Making it reports the keys it may not. Every reading
// function answers nothing when the key is absent or wrong; what is wrong has been reported then.
class Section {
  public:
    // `path` is for people ("databases.main"); `kind` is the section's name in keys.hpp.
    Section(Reading& reading, const Value& table, std::string path, std::string_view kind);

    bool has(std::string_view key) const { return table_.find(key) != nullptr; }
    const Entry* find(std::string_view key) const { return table_.find(key); }
    const std::string& path() const { return path_; }

    std::optional<std::string> text(std::string_view key,
                                    Embedding embedding = Embedding::verbatim) const;
    // A text, or a whole number as text: what TOML lets a port or a variable be written as.
    std::optional<std::string> text_or_number(std::string_view key) const;
    std::optional<bool> flag(std::string_view key) const;
    std::optional<std::uint64_t> count(std::string_view key, std::uint64_t lowest,
                                       std::uint64_t highest) const;
    // A text or an array of texts, not empty; `lone_text` false: only an array will do.
    std::optional<std::vector<std::string>> texts(std::string_view key,
                                                  bool lone_text = true) const;
    void duration(std::string_view key, Milliseconds& target) const;
    std::optional<std::uint64_t> size(std::string_view key) const;
    // One of a few words, as an enum.
    template <class Enum, std::size_t N>
    void choice(std::string_view key, const std::array<std::pair<const char*, Enum>, N>& choices,
                Enum& target) const {
        const auto written = text(key);
        if (!written) return;
        std::string names;
        for (const auto& [name, value] : choices) {
            if (*written == name) {
                target = value;
                return;
            }
            names += std::string(names.empty() ? "\"" : " or \"") + name + "\"";
        }
        fail(key, "must be " + names);
    }
    // A section inside this one.
    const Value* section(std::string_view key) const;

    // Where the key stands, or the file alone when it is absent.
    SourceLocation where(std::string_view key) const;

    // Reports `message` at the key: an error's message begins with the full name of the key.
    void fail(std::string_view key, const std::string& what, std::string hint = {}) const;
    void warn(std::string_view key, const std::string& what, std::string hint = {}) const;

  private:
    const Entry* of_kind(std::string_view key, Kind kind, std::string_view wanted) const;
    std::string full_name(std::string_view key) const;
    SourceLocation place_of(const Entry& entry) const;
    std::optional<std::string> expanded(const Entry& entry, const Value& value,
                                        Embedding embedding) const;

    Reading& reading_;
    const Value& table_;
    std::string path_;
};

}  // namespace revisiond::config
