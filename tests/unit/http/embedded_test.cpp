#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "http/embedded_files.hpp"

using namespace revisiond::http;
namespace fs = std::filesystem;

TEST_CASE("every file of web/ is in the program, byte for byte") {
    const fs::path web = fs::path(REVISIOND_SOURCE_DIR) / "web";
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(web)) {
        if (!entry.is_regular_file()) continue;
        ++count;
        const std::string path = "/" + fs::relative(entry.path(), web).generic_string();
        INFO(path);
        const auto files = embedded_files();
        const auto found = std::find_if(files.begin(), files.end(), [&](const EmbeddedFile& file) {
            return file.path == path;
        });
        REQUIRE(found != files.end());
        std::ostringstream content;
        content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
        CHECK(found->content == content.str());
    }
    CHECK(embedded_files().size() == count);
}

TEST_CASE("the dashboard is at the root, with types and tags") {
    const PreparedAnswers answers = prepare_files(embedded_files());
    const PreparedAnswer* root = answers.find("/");
    REQUIRE(root);
    CHECK(root->full == answers.find("/index.html")->full);
    CHECK_FALSE(root->access.scope);
    CHECK_FALSE(root->access.any_host);
    const std::string& bytes = root->full->bytes;
    CHECK(bytes.find("Content-Type: text/html; charset=utf-8\r\n") != std::string::npos);
    CHECK(bytes.find("ETag: " + root->entity_tag + "\r\n") != std::string::npos);
    CHECK(bytes.find("Cache-Control: no-cache\r\n") != std::string::npos);
    CHECK(root->not_modified->status == 304);
}
