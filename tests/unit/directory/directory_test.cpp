#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "directory/new_file.hpp"
#include "directory/script_directory.hpp"
#include "workspace.hpp"

using namespace revisiond;
using namespace revisiond::directory;
using test::Workspace;
namespace fs = std::filesystem;

namespace {

LoadedDirectory load(std::vector<fs::path> directories = {"migrations"}) {
    return load_directory({std::move(directories), 1000});
}

std::string texts(const LoadedDirectory& loaded) {
    CHECK((loaded.snapshot == nullptr) == has_errors(loaded.diagnostics));
    std::string result;
    for (const Diagnostic& diagnostic : loaded.diagnostics) result += to_text(diagnostic) + "\n";
    return result;
}

// id → file, checked against the map.
std::map<std::string, std::string> files(const LoadedDirectory& loaded) {
    INFO(texts(loaded));
    REQUIRE(loaded.snapshot);
    std::map<std::string, std::string> result;
    for (graph::RevisionIndex i = 0; i < loaded.snapshot->map.size(); ++i) {
        const script::RevisionScript script = loaded.snapshot->script(i);
        CHECK(script.revision.id == loaded.snapshot->map[i].revision.id);
        result[script.revision.id] = script.file();
    }
    return result;
}

using Files = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("several directories are read at any depth, and only revision files") {
    const Workspace workspace;
    workspace.revision("migrations/z.sql", "a");
    workspace.revision("migrations/2026/11/b.sql", "b", "a");
    workspace.revision("more/c.sql", "c", "b");
    workspace.write("migrations/README.md", "no revision");
    workspace.write("migrations/z.sql~", "no revision");
    workspace.write("migrations/.hidden.sql", "no revision");
    workspace.write("migrations/.git/x.sql", "no revision");
    workspace.write("migrations/#z.sql#", "no revision");
    CHECK(files(load({"migrations/", "more"})) ==
          Files{{"a", "migrations/z.sql"}, {"b", "migrations/2026/11/b.sql"}, {"c", "more/c.sql"}});
}

TEST_CASE("many files are read by several threads, the result is the same") {
    const Workspace workspace;
    for (int i = 0; i < 500; ++i)
        workspace.revision("migrations/" + std::to_string(i) + ".sql", "r" + std::to_string(i),
                           i == 0 ? "" : "r" + std::to_string(i - 1));
    const LoadedDirectory first = load();
    CHECK(files(first).size() == 500);
    CHECK(fingerprint(*first.snapshot) == fingerprint(*load().snapshot));
    workspace.write("migrations/7.sql",
                    "-- revision = \"r7\"\n-- down_revision = \"r6\"\n\n-- [upgrade]\n\n");
    CHECK(fingerprint(*first.snapshot) != fingerprint(*load().snapshot));
}

TEST_CASE("an empty directory is a project without revisions") {
    const Workspace workspace;
    fs::create_directory("migrations");
    CHECK(files(load()).empty());
}

TEST_CASE("a ConfigMap's links are read once each") {
    const Workspace workspace;
    workspace.revision("migrations/..2026_11_22/a.sql", "a");
    workspace.revision("migrations/..2026_11_22/b.sql", "b", "a");
    fs::create_symlink("..2026_11_22", "migrations/..data");
    fs::create_symlink("..data/a.sql", "migrations/a.sql");
    fs::create_symlink("..data/b.sql", "migrations/b.sql");
    const LoadedDirectory loaded = load();
    CHECK(files(loaded) == Files{{"a", "migrations/a.sql"}, {"b", "migrations/b.sql"}});
    CHECK(loaded.diagnostics.empty());
}

TEST_CASE("a ConfigMap is read by what its version holds, not by the links that follow later") {
    const Workspace workspace;
    workspace.revision("migrations/..2026_11_23/a.sql", "a");
    workspace.revision("migrations/..2026_11_23/deep/b.sql", "b", "a");
    fs::create_symlink("..2026_11_23", "migrations/..data");
    fs::create_symlink("..data/a.sql", "migrations/a.sql");
    fs::create_symlink("..data/gone.sql", "migrations/gone.sql");  // its removal comes later too
    CHECK(files(load()) == Files{{"a", "migrations/a.sql"}, {"b", "migrations/deep/b.sql"}});
}

TEST_CASE("a file or directory that is reached twice is read once, with a warning") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    workspace.revision("migrations/sub/b.sql", "b", "a");
    fs::create_symlink("a.sql", "migrations/link.sql");
    fs::create_hard_link("migrations/a.sql", "migrations/other.sql");
    fs::create_directory_symlink("sub", "migrations/tub");
    const LoadedDirectory loaded = load({"migrations", "migrations/sub"});
    CHECK(files(loaded) == Files{{"a", "migrations/a.sql"}, {"b", "migrations/sub/b.sql"}});
    CHECK(loaded.snapshot->warnings.size() == 4);
    const std::string text = texts(loaded);
    const std::string hint = "\n  hint: remove the link or the second setting\n";
    CHECK(text.find(
              "warning: migrations/link.sql: this file is migrations/a.sql again; it is read once" +
              hint) != std::string::npos);
    CHECK(text.find("warning: migrations/other.sql: this file is migrations/a.sql again") !=
          std::string::npos);
    CHECK(text.find(
              "warning: migrations/tub: this directory is migrations/sub again; it is read once" +
              hint) != std::string::npos);
    CHECK(text.find("warning: migrations/sub: this directory is migrations/sub again") !=
          std::string::npos);
}

TEST_CASE("link loops end") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    fs::create_directory_symlink("..", "migrations/loop");
    CHECK(files(load()) == Files{{"a", "migrations/a.sql"}});
    fs::create_symlink("self.sql", "migrations/self.sql");
    CHECK(texts(load()).find(
              "error: migrations/self.sql: cannot read it: Too many levels of symbolic "
              "links\n  hint: a link that leads nowhere: mend or remove it\n") !=
          std::string::npos);
}

TEST_CASE("a dangling link is an error") {
    const Workspace workspace;
    fs::create_directory("migrations");
    fs::create_symlink("gone.sql", "migrations/a.sql");
    CHECK(texts(load()) ==
          "error: migrations/a.sql: cannot read it: No such file or directory\n"
          "  hint: a link that leads nowhere: mend or remove it\n");
}

TEST_CASE("a file that may not be read is an error") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    workspace.revision("migrations/closed/b.sql", "b");
    fs::permissions("migrations/a.sql", fs::perms::none);
    fs::permissions("migrations/closed", fs::perms::none);
    // Root may read everything; as another user it may not.
    const int before = ::geteuid() == 0 ? ::setfsuid(65534) : -1;
    const std::string text = texts(load());
    if (before >= 0) ::setfsuid(static_cast<uid_t>(before));
    fs::permissions("migrations/closed", fs::perms::all);
    CHECK(text ==
          "error: migrations/closed: cannot read it: Permission denied\n"
          "  hint: give the user that runs revisiond the right to read it\n"
          "error: migrations/a.sql: cannot read it: Permission denied\n"
          "  hint: give the user that runs revisiond the right to read it\n");
}

TEST_CASE("a directory that is not there names the setting") {
    const Workspace workspace;
    workspace.write("file", "x");
    CHECK(texts(load({"migrations", "file"})) ==
          "error: cannot open the migrations directory \"migrations\": No such file or directory\n"
          "  hint: make the directory or correct the setting \"migrations\"; `init` makes a new "
          "project\n"
          "error: cannot open the migrations directory \"file\": Not a directory\n"
          "  hint: make the directory or correct the setting \"migrations\"; `init` makes a new "
          "project\n");
}

TEST_CASE("a file over the limit is not read, whatever its size") {
    const Workspace workspace;
    workspace.write("migrations/a.sql", std::string(1001, '-'));
    workspace.write("migrations/b.sql", "");
    fs::resize_file("migrations/b.sql", 300ULL * 1024 * 1024);
    CHECK(texts(load()) ==
          "error: migrations/a.sql: the file has 1001 bytes, more than the limit of 1000B\n"
          "  hint: raise max_file_size in [migrations] of the configuration, or load the data "
          "another way\n"
          "error: migrations/b.sql: the file has 314572800 bytes, more than the limit of 1000B\n"
          "  hint: raise max_file_size in [migrations] of the configuration, or load the data "
          "another way\n");
    workspace.write("migrations/a.sql", std::string(1000, '-'));
    CHECK(texts(load()).find("a.sql: the file has") == std::string::npos);
}

TEST_CASE("pipes and devices are errors and are not waited for") {
    const Workspace workspace;
    fs::create_directory("migrations");
    REQUIRE(::mkfifo("migrations/pipe.sql", 0600) == 0);
    fs::create_symlink("/dev/zero", "migrations/zero.sql");
    REQUIRE(::mkfifo("migrations/unrelated", 0600) == 0);
    CHECK(texts(load()) ==
          "error: migrations/pipe.sql: this is no regular file\n"
          "  hint: pipes, sockets and devices cannot hold revisions; remove it\n"
          "error: migrations/zero.sql: this is no regular file\n"
          "  hint: pipes, sockets and devices cannot hold revisions; remove it\n");
}

TEST_CASE(
    "all errors of all files are reported, with those of the graph that stand by themselves") {
    const Workspace workspace;
    workspace.write("migrations/a.sql", "-- revision = \"a\"\n-- mesage = \"x\"\n");
    workspace.write("migrations/b.sql", "DROP TABLE x;\n");
    workspace.revision("migrations/c.sql", "c", "a");
    workspace.revision("migrations/d.sql", "d");
    workspace.revision("migrations/e.sql", "d");
    std::vector<std::string> codes;
    for (const Diagnostic& diagnostic : load().diagnostics) codes.push_back(diagnostic.code);
    CHECK(codes ==
          std::vector<std::string>{"script.unknown-key", "script.no-header", "graph.duplicate-id"});
}

TEST_CASE("a missing parent is reported when every file is sound") {
    const Workspace workspace;
    workspace.revision("migrations/c.sql", "c", "a");
    CHECK(texts(load()).find("migrations/c.sql") != std::string::npos);
    CHECK(load().diagnostics.front().code == "graph.missing-parent");
}

TEST_CASE("a wrong name is shown with its line and a caret under it") {
    const Workspace workspace;
    workspace.revision("migrations/a.sql", "a");
    workspace.write("migrations/c.sql",
                    "-- revision = \"c\"\n-- down_revision = [\"a\", \"nowhere\"]\n"
                    "-- depends_on = [\n--     \"elsewhere\",\n-- ]\n\n-- [upgrade]\n");
    const std::string text = texts(load());
    CHECK(text.find("migrations/c.sql:2:26: Revision 'nowhere'") != std::string::npos);
    CHECK(text.find("    -- down_revision = [\"a\", \"nowhere\"]\n"
                    "                             ^~~~~~~~~") != std::string::npos);
    CHECK(text.find("migrations/c.sql:4:8: Revision 'elsewhere'") != std::string::npos);
}

TEST_CASE("names that are not UTF-8 do not get into diagnostics as they are") {
    const Workspace workspace;
    workspace.write("migrations/a\xff\n.sql", "x");
    CHECK(load().diagnostics.front().at.file == "migrations/a\xEF\xBF\xBD\xEF\xBF\xBD.sql");
}

TEST_CASE("a new file is written with its directories, and never over another") {
    const Workspace workspace;
    REQUIRE(write_new_file("migrations/2026/a.sql", "one").has_value());
    std::string content;
    std::ifstream("migrations/2026/a.sql") >> content;
    CHECK(content == "one");
    const auto again = write_new_file("migrations/2026/a.sql", "two");
    REQUIRE_FALSE(again);
    CHECK(to_text(again.error()) ==
          "error: migrations/2026/a.sql exists already; it is left as it is\n"
          "  hint: choose another name, or remove the file");
    std::ifstream("migrations/2026/a.sql") >> content;
    CHECK(content == "one");
    fs::create_symlink("elsewhere", "migrations/link.sql");
    CHECK_FALSE(write_new_file("migrations/link.sql", "x"));
    CHECK_FALSE(fs::exists("migrations/elsewhere"));
    const auto below_file = write_new_file("migrations/2026/a.sql/b.sql", "x");
    REQUIRE_FALSE(below_file);
    CHECK(to_text(below_file.error())
              .starts_with("error: cannot write migrations/2026/a.sql/b.sql: "));
    CHECK_FALSE(write_new_file("/dev/full/x", "x"));
}
