#include <catch2/catch.hpp>

#include "sql/redact.hpp"

using namespace revisiond::sql;

TEST_CASE("passwords in SQL are taken out, in all quoting styles") {
    const std::vector<std::string> cases = {
        "CREATE ROLE a PASSWORD 'hush'",
        "ALTER USER a WITH ENCRYPTED password\n\t'hush'",
        "ALTER ROLE a PASSWORD E'\\'hush' VALID UNTIL 'x'",
        "ALTER ROLE a PASSWORD U&'hush' UESCAPE '!'",
        "ALTER ROLE a PASSWORD $x$hush$x$",
        "ALTER ROLE a PASSWORD 'a'\n'hush'",
        "ALTER ROLE a PASSWORD /* c */ 'hush'",
        "ALTER ROLE a PASSWORD 'hush",
        "CREATE USER MAPPING FOR a SERVER s OPTIONS (user 'u', password 'hush')",
        "CREATE USER MAPPING FOR a SERVER s OPTIONS (\"password\" 'hush')",
        "UPDATE t SET password = 'hush'",
        "CREATE SUBSCRIPTION s CONNECTION 'host=a password=hush dbname=b' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'password = ''hu sh hush'' host=a' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION E'p\\141ssword=hush' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'postgresql://u:hush@h/d' PUBLICATION p",
        "SELECT dblink_connect(E'password=\\'hush hush\\'')",
        "SELECT dblink_connect($$password='a hush'$$)",
        "DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''hush'''; END $$",
        "DO $a$ DO $b$ ALTER ROLE a PASSWORD 'hush' $b$ $a$",
        "-- postgresql://u:hush@h/d\nSELECT 1",
        "SELECT 'postgres://u:p@/hush#w@h/d'",
    };
    for (const std::string& sql : cases) {
        INFO(sql);
        const std::string redacted = redact_sql(sql);
        CHECK(redacted.find("hush") == std::string::npos);
        CHECK(redacted.find("***") != std::string::npos);
        CHECK(redact_sql(redacted) == redacted);
    }
}

TEST_CASE("a message of the server quotes SQL, and loses its passwords") {
    const std::vector<std::string> statements = {
        "ALTER ROLE nosuch PASSWORD 'hush'",
        "ALTER ROLE \"a b\" PASSWORD 'hush'",
        "ALTER ROLE a PASSWORD E'\\'\"hush' VALID UNTIL 'x'",
        "ALTER ROLE a PASSWORD '\"''hush'",
        "ALTER ROLE a PASSWORD /* \" */ U&'hush'",
        "ALTER ROLE a PASSWORD $x$hush$x$",
        "ALTER ROLE a PASSWORD 'hush",
        "DO $$ BEGIN EXECUTE 'ALTER ROLE a PASSWORD ''hush'''; END $$",
        "DO $$ BEGIN EXECUTE E'ALTER ROLE a PASSWORD \\'hush\\''; END $$",
        "CREATE USER MAPPING FOR a SERVER s OPTIONS (\"password\" 'hush')",
        "SELECT dblink_connect('postgresql://u:hush@h/d')",
        "UPDATE t SET password = 'a', \"password\" = 'hush'",
    };
    for (const std::string& sql : statements) {
        for (const char* before : {"", "it can't be: ", "the \" of "}) {
            const std::string message =
                before + ("SQL statement \"" + sql) + "\"\nPL/pgSQL function f() line 3 at EXECUTE";
            INFO(message);
            const std::string redacted = redact_message(message);
            CHECK(redacted.find("hush") == std::string::npos);
            CHECK(redacted.find("***") != std::string::npos);
            CHECK(redact_message(redacted) == redacted);
        }
    }
    CHECK(redact_message("SQL statement \"ALTER ROLE a PASSWORD 'b'\"\nPL/pgSQL function f()") ==
          "SQL statement \"ALTER ROLE a PASSWORD '***'\"\nPL/pgSQL function f()");
    for (const char* plain :
         {"null value in column \"password\" of relation \"t\" violates not-null constraint",
          "password authentication failed for user \"a\"", "Key (password)=(x) already exists.",
          "SQL statement \"ALTER ROLE a PASSWORD NULL VALID UNTIL 'x'\""})
        CHECK(redact_message(plain) == plain);
}

TEST_CASE("the rest of the SQL stays as it is") {
    CHECK(redact_sql("ALTER ROLE a PASSWORD 'b' VALID UNTIL 'c';") ==
          "ALTER ROLE a PASSWORD '***' VALID UNTIL 'c';");
    CHECK(redact_sql("SELECT dblink('host=a password=b dbname=c', 'SELECT 1')") ==
          "SELECT dblink('host=a password=*** dbname=c', 'SELECT 1')");
    for (const char* plain :
         {"SET password_encryption = 'md5'", "ALTER ROLE a PASSWORD NULL",
          "CREATE TABLE t (password text, hint text DEFAULT 'password: long')",
          "SELECT 'https://host:80/a'", "SELECT 'postgresql://user@host:5432/db'"})
        CHECK(redact_sql(plain) == plain);
}

TEST_CASE("deep nesting does not run away") {
    std::string open, close;
    for (int i = 0; i < 20000; ++i) {
        const std::string tag = "$t" + std::to_string(i) + "$";
        open += tag;
        close = tag + close;
    }
    const std::string redacted = redact_sql(open + "password=hush " + close);
    CHECK(redacted.find("hush") == std::string::npos);
}

TEST_CASE("connection strings in any text lose their password") {
    const auto is = [](const char* text, const char* expected) {
        CHECK(redact_urls(text) == expected);
    };
    is("postgresql://user:secret@host:5432/db?x=1", "postgresql://user:***@host:5432/db?x=1");
    is("postgresql+psycopg2://u:p@ss/w#d@h/d failed", "postgresql+psycopg2://u:***@h/d failed");
    is("postgres://u:@h", "postgres://u:***@h");
    is("postgres://u@h:1/d", "postgres://u@h:1/d");
    is("postgres://h/d?user=a&password=b&x=1", "postgres://h/d?user=a&password=***");
    is("host=a password='b \\' c' dbname=d", "host=a password=*** dbname=d");
    is("host=a PASSWORD = b dbname=d", "host=a PASSWORD = *** dbname=d");
    is("(password=b)", "(password=***)");
    is("https://u:p@h/x@y and http://h:80/a@b", "https://u:***@h/x@y and http://h:80/a@b");
    is("password authentication failed for user \"a\"",
       "password authentication failed for user \"a\"");
}
