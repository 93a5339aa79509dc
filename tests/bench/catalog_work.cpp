// What is measured of catalogs alone, without files and commands around it.
//
//     catalog_work read URL            reads a database's catalog
//     catalog_work compare FROM TO     reads two, then compares; prints the seconds of the
//     comparison
//                                      with its ordering, and the statements that came of it
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "database/database_state.hpp"
#include "database/session.hpp"
#include "diff/compare.hpp"
#include "introspection/read_catalog.hpp"

namespace {

using namespace revisiond;

// The catalog, or the end of the program.
catalog::Catalog read(const std::string& url) {
    std::vector<std::string> ignored;
    const auto settings = config::parse_connection(url, ignored);
    if (!settings) {
        fmt::print(stderr, "{} is no URL\n", url);
        std::exit(2);
    }
    auto session = database::Session::open(settings->parameters, {});
    auto catalog = session ? introspection::read_catalog(database::query_of(*session), {})
                           : unexpected(session.error());
    if (!catalog) {
        fmt::print(stderr, "{}\n", catalog.error().text());
        std::exit(1);
    }
    return std::move(*catalog);
}

int compare(const std::string& from_url, const std::string& to_url) {
    const catalog::Catalog from = read(from_url);
    const catalog::Catalog to = read(to_url);
    const auto begin = std::chrono::steady_clock::now();
    const diff::MigrationScript script = diff::compare(from, to);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    fmt::print("{} seconds, {} statements, {} objects\n", seconds.count(), script.statements.size(),
               from.size() + to.size());
    return script.inexpressible.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() == 2 && arguments[0] == "read") {
        fmt::print("{} objects\n", read(arguments[1]).size());
        return 0;
    }
    if (arguments.size() == 3 && arguments[0] == "compare") {
        return compare(arguments[1], arguments[2]);
    }
    fmt::print(stderr, "usage: catalog_work read URL | compare FROM TO\n");
    return 2;
}
