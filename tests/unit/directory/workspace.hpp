// A directory of its own for one test.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace revisiond::directory::test {

// The process stands in it while it lives, so that paths are short and relative.
class Workspace {
  public:
    Workspace() : before_(std::filesystem::current_path()) {
        std::string name =
            (std::filesystem::temp_directory_path() / "revisiond-test-XXXXXX").native();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        root_ = name;
        std::filesystem::permissions(root_, std::filesystem::perms::all);
        std::filesystem::current_path(root_);
    }
    ~Workspace() {
        std::filesystem::current_path(before_);
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    void write(const std::filesystem::path& path, std::string_view content) const {
        if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }
    void revision(const std::filesystem::path& path, const std::string& id,
                  const std::string& parent = {}, const std::string& upgrade = {}) const {
        write(path, "-- revision = \"" + id + "\"\n" +
                        (parent.empty() ? "" : "-- down_revision = \"" + parent + "\"\n") +
                        "\n-- [upgrade]\n" + upgrade);
    }

  private:
    std::filesystem::path before_;
    std::filesystem::path root_;
};

}  // namespace revisiond::directory::test
