// Scratch databases on a private cluster, and on one that plays a foreign server.
#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database/session.hpp"
#include "scratch/private_cluster.hpp"
#include "scratch/scratch_server.hpp"
#include "scratch/script_loader.hpp"

using namespace revisiond;
using namespace revisiond::scratch;
using database::ConnectionParameters;
using database::Session;

namespace {

ServerBinaries binaries() {
    auto found = find_server_binaries({});
    if (!found) throw std::runtime_error(to_text(found.error()));
    return *found;
}

ScratchServer start(const ScratchOptions& options) {
    auto server = ScratchServer::start(options);
    if (!server) throw std::runtime_error(to_text(server.error()));
    return std::move(*server);
}

ScratchDatabase make(ScratchServer& server, const DatabaseLocale& locale = {}) {
    auto database = server.create_database(locale);
    if (!database) throw std::runtime_error(to_text(database.error()));
    return std::move(*database);
}

Session connect(const ConnectionParameters& parameters) {
    auto session = Session::open(parameters);
    if (!session) throw std::runtime_error(session.error().text());
    return std::move(*session);
}

std::string value(Session& session, const std::string& sql) {
    auto tables = session.run(sql);
    if (!tables) return "error: " + tables.error().text();
    const auto& rows = tables->back().rows;
    return rows.empty() ? "" : rows.front().front().value_or("NULL");
}

std::string value(const ConnectionParameters& parameters, const std::string& sql) {
    Session session = connect(parameters);
    return value(session, sql);
}

// A server of somebody else.
struct Foreign {
    PrivateCluster cluster = [] {
        auto started = PrivateCluster::start({binaries(), {}, {}, false});
        if (!started) throw std::runtime_error(to_text(started.error()));
        return std::move(*started);
    }();
    ConnectionParameters parameters(const std::string& user = "postgres") const {
        return {{"host", cluster.socket_directory().string()},
                {"port", "5432"},
                {"user", user},
                {"dbname", "postgres"}};
    }
    ScratchOptions options(const std::string& user = "postgres") const {
        return {binaries().major, parameters(user), "the foreign server", {}};
    }
    std::string scratch_databases() const {
        return value(parameters(),
                     "SELECT count(*) FROM pg_database WHERE datname LIKE "
                     "'revisiond_scratch_%'");
    }
};

std::string loaded(Session& session, const std::vector<ScriptText>& scripts, bool is_private) {
    ReachGuard guard(is_private);
    auto notes = load_scripts(session, scripts, {is_private, "this server"}, guard);
    if (!notes) return to_text(notes.error().front());
    std::string shown;
    for (const std::string& note : notes->notes) shown += note + "\n";
    return shown;
}

}  // namespace

TEST_CASE("scratch databases on a private cluster") {
    ScratchServer server = start({binaries().major, {}, {}, {}});
    CHECK(server.is_private());

    SECTION("one that dies with its value, whoever is connected") {
        ConnectionParameters parameters;
        {
            const ScratchDatabase database = make(server);
            parameters = database.parameters();
            Session session = connect(parameters);
            CHECK(value(session, "SELECT current_database()") == database.name());
        }
        CHECK_FALSE(Session::open(parameters));
    }
    SECTION("encoding and locale are those asked for; a locale that is not there becomes C") {
        const ScratchDatabase latin =
            make(server, {"LATIN1", "libc", "C", "C", "", "", "\"$user\", public"});
        CHECK(value(latin.parameters(), "SHOW server_encoding") == "LATIN1");
        const ScratchDatabase missing =
            make(server, {"UTF8", "libc", "xx_YY.UTF-8", "xx_YY.UTF-8", "", "", ""});
        CHECK(value(missing.parameters(),
                    "SELECT datcollate FROM pg_database WHERE datname = "
                    "current_database()") == "C");
    }
    SECTION("sessions begin with the search_path, also after RESET ALL") {
        const ScratchDatabase database =
            make(server, {"UTF8", "libc", "C", "C", "", "", "\"my app\", b\\c, public"});
        Session session = connect(database.parameters());
        CHECK(value(session, "SET search_path TO x; RESET ALL; SHOW search_path") ==
              "\"my app\", b\\c, public");
    }
    SECTION("a clone holds what the original does") {
        const ScratchDatabase original = make(server);
        value(original.parameters(), "CREATE TABLE t AS SELECT 7 AS i");
        auto clone = server.clone_database(original);
        REQUIRE(clone);
        CHECK(value(clone->parameters(), "SELECT i FROM t") == "7");
    }
    SECTION("roles go with the last database") {
        {
            const ScratchDatabase database = make(server);
            CHECK(server.make_role("app owner"));
            value(database.parameters(),
                  "CREATE TABLE t (i int); ALTER TABLE t OWNER TO \"app owner\"");
        }
        const ScratchDatabase next = make(server);
        CHECK(value(next.parameters(),
                    "SELECT count(*) FROM pg_roles WHERE rolname = 'app owner'") == "0");
    }
}

TEST_CASE("what is loaded may stand in any order") {
    ScratchServer server = start({binaries().major, {}, {}, {}});
    const ScratchDatabase database = make(server);
    Session session = connect(database.parameters());

    SECTION("files that refer to later ones, each with its own search_path") {
        CHECK(loaded(session,
                     {{"1.sql",
                       "SET search_path = app;\nCREATE VIEW v AS SELECT id FROM t;\n"
                       "CREATE TABLE u (t_id int REFERENCES t (id));"},
                      {"2.sql", "CREATE SCHEMA app;"},
                      {"3.sql",
                       "CREATE TABLE app.t (id int);\n"
                       "ALTER TABLE app.t ADD PRIMARY KEY (id);\nCREATE TABLE p ();"}},
                     true)
                  .empty());
        CHECK(value(session,
                    "SELECT string_agg(relnamespace::regnamespace || '.' || relname, ' ' "
                    "ORDER BY relname) FROM pg_class WHERE relkind IN ('r', 'v') AND "
                    "relnamespace IN ('app'::regnamespace, 'public'::regnamespace)") ==
              "public.p app.t app.u app.v");
    }
    SECTION("a table and a function that need each other") {
        CHECK(loaded(session,
                     {{"a.sql",
                       "CREATE TABLE t (n bigint DEFAULT f());\nCREATE FUNCTION f() RETURNS "
                       "bigint LANGUAGE sql AS 'SELECT count(*) FROM t';"}},
                     true)
                  .empty());
    }
    SECTION("a dump as pg_dump writes it") {
        CHECK_THAT(
            loaded(session,
                   {{"dump.sql",
                     "\\restrict abc\nSET statement_timeout = 0;\nSET transaction_timeout_x = 0;\n"
                     "SELECT pg_catalog.set_config('search_path', '', false);\n"
                     "CREATE SCHEMA public;\nBEGIN;\n"
                     "CREATE TABLE public.t (a text);\nCOPY public.t (a) FROM stdin;\n"
                     "it's data; -- renamed from: x\n\\.\nCOMMIT;\n\\unrestrict abc\n"}},
                   true),
            Catch::Contains("dump.sql:3: this setting is passed over") &&
                Catch::Contains("dump.sql:8: the rows of COPY are not loaded"));
        CHECK(value(session, "SELECT count(*) FROM public.t") == "0");
    }
    SECTION("missing roles are made here, and made twice they are no error") {
        CHECK(loaded(session,
                     {{"a.sql",
                       "CREATE TABLE t ();\nALTER TABLE t OWNER TO \"the owner\";\n"
                       "GRANT SELECT ON t TO reader;"}},
                     true)
                  .empty());
        CHECK(loaded(session, {{"b.sql", "CREATE ROLE reader;"}}, true).empty());
    }
    SECTION("the first error that is not a consequence, with file, line and caret") {
        const std::string words = loaded(
            session,
            {{"a.sql", "CREATE VIEW v AS SELECT id FROM t;"},
             {"b.sql", "-- t\nCREATE TABLE t (\n    id intt\n);\nCREATE TABLE x (i int, i int);"}},
            true);
        CHECK_THAT(words, Catch::Contains("b.sql:5") &&
                              Catch::Contains("column \"i\" specified more than once"));
        CHECK_THAT(loaded(session, {{"c.sql", "CREATE TABLE y (\n  id intt\n);"}}, true),
                   Catch::Contains("c.sql:2:6: type \"intt\" does not exist"));
    }
    SECTION("what cannot be split, psql's commands and other servers are refused at once") {
        CHECK_THAT(loaded(session, {{"a.sql", "CREATE TABLE a ();\n\\i other.sql\n"}}, true),
                   Catch::Contains("a.sql:2"));
        CHECK_THAT(loaded(session, {{"a.sql", "SELECT dblink('host=prod', 'x');"}}, true),
                   Catch::Contains("DBLINK() reaches beyond its database"));
        CHECK(value(session, "SELECT to_regclass('a')") == "NULL");
    }
    SECTION("an extension that is not installed is named, with what to do") {
        CHECK_THAT(loaded(session, {{"a.sql", "CREATE EXTENSION no_such_extension;"}}, true),
                   Catch::Contains("no_such_extension") && Catch::Contains("scratch_url"));
    }
}

TEST_CASE("on somebody else's server") {
    const Foreign foreign;
    SECTION("roles are neither made nor dropped, and databases leave nothing behind") {
        {
            ScratchServer server = start(foreign.options());
            CHECK_FALSE(server.is_private());
            const ScratchDatabase database = make(server);
            CHECK(foreign.scratch_databases() == "1");
            Session session = connect(database.parameters());
            CHECK_THAT(loaded(session, {{"a.sql", "SELECT 1;\nDROP ROLE postgres;"}}, false),
                       Catch::Contains("a.sql:2:1: DROP ROLE reaches beyond its database"));
            CHECK_THAT(
                loaded(session, {{"a.sql", "CREATE TABLE t (); GRANT SELECT ON t TO reader;"}},
                       false),
                Catch::Contains("role \"reader\" does not exist") &&
                    Catch::Contains("create the role on this server"));
        }
        CHECK(foreign.scratch_databases() == "0");
    }
    SECTION("what a killed process left is swept, what a living one has is not") {
        const pid_t child = ::fork();
        if (child == 0) {
            auto server = ScratchServer::start(foreign.options());
            if (server) {
                auto database = server->create_database({});
                if (database) ::kill(::getpid(), SIGKILL);
            }
            ::_exit(1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        REQUIRE(WIFSIGNALED(status));
        CHECK(foreign.scratch_databases() == "1");
        // The server needs a moment to see that its client is gone.
        for (int i = 0; i < 100; ++i) {
            if (value(foreign.parameters(),
                      "SELECT count(*) FROM pg_locks WHERE locktype = "
                      "'advisory'") == "0") {
                break;
            }
            ::usleep(50'000);
        }
        ScratchServer living = start(foreign.options());
        const ScratchDatabase kept = make(living);
        CHECK(foreign.scratch_databases() == "1");
        const ScratchServer second = start(foreign.options());
        CHECK(foreign.scratch_databases() == "1");
        CHECK(value(kept.parameters(), "SELECT 1") == "1");
    }
    SECTION("a role that may not create databases is told what to do") {
        value(foreign.parameters(), "CREATE ROLE plain LOGIN");
        ScratchServer server = start(foreign.options("plain"));
        const auto database = server.create_database({});
        REQUIRE_FALSE(database);
        CHECK_THAT(to_text(database.error()),
                   Catch::Contains("permission denied to create database") &&
                       Catch::Contains("grant the role CREATEDB"));
    }
    SECTION("another major version is refused") {
        ScratchOptions options = foreign.options();
        options.major = 99;
        CHECK_THAT(to_text(ScratchServer::start(options).error()),
                   Catch::Contains("must have the same major version"));
        options.server.reset();
        CHECK_THAT(to_text(ScratchServer::start(options).error()),
                   Catch::Contains("no PostgreSQL 99 server programs") &&
                       Catch::Contains("postgresql-99"));
    }
}
