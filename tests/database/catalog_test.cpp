// Reading a catalog while others change it, and how much is asked of the server.
#include <catch2/catch.hpp>

#include "fixture.hpp"
#include "introspection/read_catalog.hpp"

using namespace revisiond;
using namespace revisiond::test;

namespace {

// Asks the session; so many times a query for index definitions fails as PostgreSQL fails it when
// an index has been dropped since the snapshot.
database::Query dropping(database::Session& session, int times) {
    return [query = database::query_of(session),
            times](const std::string& sql) mutable -> Expected<database::Rows, database::SqlError> {
        if (times == 0 || sql.find("pg_get_indexdef") == std::string::npos) return query(sql);
        --times;
        return query(
            "DO $$ BEGIN RAISE 'cache lookup failed for index 7' USING ERRCODE = 'XX000'; END $$");
    };
}

std::size_t queries_to_read(const Database& db) {
    auto session = db.connect();
    std::size_t asked = 0;
    const auto counting = [&asked, query = database::query_of(session)](const std::string& sql) {
        ++asked;
        return query(sql);
    };
    REQUIRE(introspection::read_catalog(counting));
    return asked;
}

}  // namespace

TEST_CASE("a catalog is read once more when something was dropped meanwhile") {
    const Database db;
    db.execute("CREATE TABLE t (id int PRIMARY KEY)");
    auto session = db.connect();
    const auto untroubled = introspection::read_catalog(database::query_of(session));
    const auto troubled = introspection::read_catalog(dropping(session, 2));
    REQUIRE(untroubled);
    REQUIRE(troubled);
    CHECK(troubled->size() == untroubled->size());
    CHECK(session.transaction_status() == database::TransactionStatus::idle);
}

TEST_CASE("a catalog that is never the same is not read for ever") {
    const Database db;
    auto session = db.connect();
    const auto failed = introspection::read_catalog(dropping(session, 1'000));
    REQUIRE_FALSE(failed);
    CHECK(failed.error().server.message == "cache lookup failed for index 7");
    CHECK(failed.error().server.hint.find("try again") != std::string::npos);
    CHECK(session.transaction_status() == database::TransactionStatus::idle);
}

TEST_CASE("the number of queries does not depend on the number of tables") {
    const Database few;
    few.execute("CREATE TABLE t0 (id int PRIMARY KEY, name text UNIQUE)");
    const Database many;
    many.execute(
        "DO $$ BEGIN FOR i IN 1..200 LOOP EXECUTE format("
        "'CREATE TABLE t%s (id int PRIMARY KEY, name text UNIQUE)', i); END LOOP; END $$");
    CHECK(queries_to_read(few) == queries_to_read(many));
}
