#include <catch2/catch.hpp>

#include "config/config.hpp"

using namespace revisiond;
using namespace revisiond::config;

namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

Parameters parsed(std::string_view text) {
    std::vector<std::string> notes;
    const auto result = parse_connection(text, notes);
    if (!result) return {{"error", result.error().message}};
    if (!notes.empty()) return {{"note", notes[0]}};
    return result->parameters;
}

std::string refused(std::string_view text) {
    std::vector<std::string> notes;
    const auto result = parse_connection(text, notes);
    return result ? "accepted" : to_text(result.error());
}

std::string displayed(std::string_view text) {
    std::vector<std::string> notes;
    return parse_connection(text, notes)->display();
}

}  // namespace

TEST_CASE("a URL is read as libpq reads it") {
    CHECK(parsed("postgresql://u:p@h:5433/d") ==
          Parameters{
              {"user", "u"}, {"password", "p"}, {"host", "h"}, {"port", "5433"}, {"dbname", "d"}});
    CHECK(parsed("postgres://") == Parameters{});
    CHECK(parsed("postgresql:///d") == Parameters{{"dbname", "d"}});
    CHECK(parsed("postgresql://h") == Parameters{{"host", "h"}});
    CHECK(parsed("postgresql://h/?user=u") == Parameters{{"host", "h"}, {"user", "u"}});
    CHECK(parsed("postgresql://h?sslmode=require") ==
          Parameters{{"host", "h"}, {"sslmode", "require"}});
    CHECK(parsed("postgresql://u%40x:p%40ss%2Fw%23d@h/d%20b") ==
          Parameters{{"user", "u@x"}, {"password", "p@ss/w#d"}, {"host", "h"}, {"dbname", "d b"}});
    CHECK(parsed("postgresql://[2001:db8::1]:5433/d") ==
          Parameters{{"host", "2001:db8::1"}, {"port", "5433"}, {"dbname", "d"}});
    CHECK(parsed("postgresql://a:1,b,c:3/d") ==
          Parameters{{"host", "a,b,c"}, {"port", "1,,3"}, {"dbname", "d"}});
    CHECK(parsed("postgresql://%2Fvar%2Frun/d") ==
          Parameters{{"host", "/var/run"}, {"dbname", "d"}});
    CHECK(parsed("postgresql:///d?host=/var/run&port=5433") ==
          Parameters{{"dbname", "d"}, {"host", "/var/run"}, {"port", "5433"}});
    CHECK(parsed("postgresql://h/d?ssl=true") ==
          Parameters{{"host", "h"}, {"dbname", "d"}, {"sslmode", "require"}});
}

TEST_CASE("a keyword given twice holds its last value") {
    CHECK(parsed("postgresql://a/d?host=b") == Parameters{{"host", "b"}, {"dbname", "d"}});
}

TEST_CASE("URLs written for SQLAlchemy are accepted") {
    const Parameters plain = {{"user", "u"}, {"password", "p"}, {"host", "h"}, {"dbname", "d"}};
    for (const char* scheme :
         {"postgresql+psycopg2", "postgresql+psycopg", "postgresql+asyncpg", "postgres+psycopg2"}) {
        CHECK(parsed(scheme + std::string("://u:p@h/d")) == plain);
    }
    CHECK(parsed("postgresql+asyncpg://h/d?ssl=verify-full") ==
          Parameters{{"host", "h"}, {"dbname", "d"}, {"sslmode", "verify-full"}});
    std::vector<std::string> notes;
    const auto result = parse_connection(
        "postgresql+asyncpg://h/d?prepared_statement_cache_size=0&sslmode=require", notes);
    REQUIRE(result);
    CHECK(result->parameters == Parameters{{"host", "h"}, {"dbname", "d"}, {"sslmode", "require"}});
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].find("prepared_statement_cache_size") != std::string::npos);
}

TEST_CASE("keyword=value pairs are read as libpq reads them") {
    CHECK(parsed("host=h user = u password='a b\\'c' dbname=d\\ e") ==
          Parameters{{"host", "h"}, {"user", "u"}, {"password", "a b'c"}, {"dbname", "d e"}});
    CHECK(parsed("password='' host=h") == Parameters{{"password", ""}, {"host", "h"}});
}

TEST_CASE("what is no connection string is refused in words without its text") {
    for (const char* text :
         {"", "s3cret", "mysql://u:s3cret@h/d", "postgresql://u:s3cret%zz@h/d",
          "postgresql://u:s3cret%00@h", "postgresql://u:s3cret%4@h", "postgresql://[::1",
          "postgresql://[]/d", "postgresql://[::1]s3cret/d", "postgresql://u:s3cret/x@h/d",
          "postgresql://h:s3cret/d", "postgresql://h/d?s3cret", "postgresql://h/d?s3cret=1",
          "postgresql://h/d?user=a=s3cret", "password='s3cret", "s3cret=1", "host=h s3cret",
          "postgresql://h:123456/d"}) {
        INFO(text);
        const std::string words = refused(text);
        CHECK(words != "accepted");
        CHECK(words.find("s3cret") == std::string::npos);
    }
    CHECK(refused("mysql://h/d").find("mysql:// is not PostgreSQL's") != std::string::npos);
    CHECK(refused("postgresql://h/d?sslmod=require").find("did you mean \"sslmode\"?") !=
          std::string::npos);
}

TEST_CASE("a password that is not encoded is refused, lest its end be shown as the host") {
    for (const char* text :
         {"postgresql://u:p@s3cret@h/d", "postgresql://u:p@s3cret/w#d@h/d",
          "postgresql://u:p@ss/s3cret@h/d", "postgresql://u:p@1/s3cret@h/d?sslmode=require",
          "postgresql://u:12/s3cret@h/d", "postgresql://u:p?x=1@s3cret@h/d"}) {
        INFO(text);
        const std::string words = refused(text);
        CHECK(words.find("an @ that does not stand between the user and the host") !=
              std::string::npos);
        CHECK(words.find("@ is %40, / is %2F") != std::string::npos);
        CHECK(words.find("s3cret") == std::string::npos);
    }
    CHECK(parsed("postgresql://u:p?x@h/d?host=@abstract") ==
          Parameters{{"user", "u"}, {"password", "p?x"}, {"host", "@abstract"}, {"dbname", "d"}});
}

TEST_CASE("a port is a number from 1 to 65535, in a list one for each host") {
    for (const char* text : {"postgresql://h:0/d", "postgresql://h:65536/d", "postgresql://h:99999",
                             "postgresql://a:1,b:x/d", "postgresql://h/d?port=abc",
                             "host=h port=99999", "host=h port=-1"}) {
        INFO(text);
        CHECK(refused(text).find("the port is not a number from 1 to 65535") != std::string::npos);
    }
    CHECK(parsed("host=a,b,c port=1,,65535") ==
          Parameters{{"host", "a,b,c"}, {"port", "1,,65535"}});
    CHECK(parsed("host=h port=''") == Parameters{{"host", "h"}, {"port", ""}});
}

TEST_CASE("a connection is displayed without its password") {
    CHECK(displayed("postgresql://u:s3cret@h:5433/d?sslpassword=s3cret") ==
          "postgresql://u@h:5433/d");
    CHECK(displayed("postgresql://") == "postgresql://");
    CHECK(displayed("postgresql:///d?host=/run/pg&port=5433") ==
          "postgresql:///d?host=/run/pg&port=5433");
    CHECK(displayed("postgresql://a:1,[::1]:2/d") == "postgresql://a:1,[::1]:2/d");
    CHECK(displayed("host=a,b port=7 user='u@x'") == "postgresql://u%40x@a:7,b:7");
    CHECK(displayed("service=app password=s3cret") == "postgresql://?service=app");
}
