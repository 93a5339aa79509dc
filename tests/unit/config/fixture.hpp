// A config file in a directory of its own, for the tests of the room config.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "config/config.hpp"

namespace revisiond::config::testing {

// A temporary directory, removed with the value.
class Folder {
  public:
    Folder() {
        std::string name = "/tmp/revisiond-config-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) std::abort();
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    std::filesystem::path write(const std::string& name, const std::string& text) const {
        const std::filesystem::path path = path_ / name;
        std::ofstream(path, std::ios::binary) << text;
        std::filesystem::permissions(path, std::filesystem::perms(0600));
        return path;
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

// All that a person would see of the diagnostics.
inline std::string shown(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics) text += to_text(diagnostic) + "\n";
    return text;
}

// What is wrong with `text` as config.toml, with what only a connection would meet; empty: nothing.
inline std::string complaint(const std::string& text, const Environment& environment = {}) {
    const Folder folder;
    const auto config = load(folder.write("config.toml", text), environment);
    if (!config) return shown(config.error());
    std::string words;
    for (const DatabaseSettings& database : config->databases) words += shown(database.unresolved);
    return words;
}

inline bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace revisiond::config::testing
