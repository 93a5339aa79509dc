#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "target/target_scripts.hpp"

using namespace revisiond;
using namespace revisiond::target;

namespace {

class Folder {
  public:
    Folder() {
        std::string name = "/tmp/revisiond-target-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) std::abort();
        path = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }
    void write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path / name).parent_path());
        std::ofstream(path / name) << text;
    }
    std::filesystem::path path;
};

std::string files_of(const Folder& folder, const std::vector<std::string>& names) {
    std::vector<std::filesystem::path> paths;
    for (const std::string& name : names) paths.push_back(folder.path / name);
    const auto target = read_target_files(paths, 1000);
    if (!target) return to_text(target.error().front());
    std::string shown;
    for (const auto& script : target->scripts) {
        shown += std::filesystem::path(script.file)
                     .lexically_normal()
                     .lexically_relative(folder.path)
                     .string() +
                 " ";
    }
    return shown;
}

std::string output_of(const std::vector<std::string>& command, int milliseconds = 10'000) {
    config::TargetSettings settings;
    settings.command = command;
    settings.command_timeout = config::Milliseconds(milliseconds);
    const auto target = run_target_command(settings, "/", {});
    if (!target) return to_text(target.error().front());
    std::string shown = target->scripts.front().text;
    for (const std::string& note : target->notes) shown += "note: " + note;
    return shown;
}

}  // namespace

TEST_CASE("files, directories and patterns, each file once, in name order") {
    const Folder folder;
    for (const char* name : {"b.sql", "a.sql", "sub/d.sql", "sub/c.sql", "notes.txt"}) {
        folder.write(name, "SELECT 1;");
    }
    CHECK(files_of(folder, {"b.sql", "a.sql"}) == "b.sql a.sql ");
    CHECK(files_of(folder, {"*.sql"}) == "a.sql b.sql ");
    CHECK(files_of(folder, {"sub", "sub/d.sql"}) == "sub/c.sql sub/d.sql ");
    CHECK(files_of(folder, {"."}) == "a.sql b.sql sub/c.sql sub/d.sql ");
}

TEST_CASE("what leads to no file, is too long or empty is refused") {
    const Folder folder;
    folder.write("long.sql", std::string(1001, ' '));
    folder.write("empty.sql", "-- nothing\n");
    CHECK_THAT(files_of(folder, {"*.ddl"}), Catch::Contains("*.ddl leads to no file"));
    CHECK_THAT(files_of(folder, {"none.sql"}), Catch::Contains("none.sql"));
    CHECK_THAT(files_of(folder, {"long.sql"}), Catch::Contains("long.sql"));
    CHECK_THAT(files_of(folder, {"empty.sql"}), Catch::Contains("would mean to drop everything"));
}

TEST_CASE("a command's output, its errors and its end") {
    CHECK(output_of({"/bin/echo", "CREATE TABLE t();"}) == "CREATE TABLE t();\n");
    CHECK(output_of({"/bin/sh", "-c", "echo x; echo careful >&2"}) ==
          "x\nnote: target_command (/bin/sh): careful");
    CHECK_THAT(output_of({"/bin/sh", "-c", "echo no module >&2; exit 4"}),
               Catch::Contains("(/bin/sh) failed with exit status 4: no module"));
    CHECK_THAT(output_of({"/bin/sleep", "60"}, 100), Catch::Contains("did not end within 100 ms"));
    CHECK_THAT(output_of({"/bin/sleep", "60"}, 100), Catch::Contains("target_timeout"));
    CHECK_THAT(output_of({"/bin/true"}), Catch::Contains("holds no statement"));
    CHECK_THAT(output_of({"/no/such/program"}), Catch::Contains("could not be started"));
}
