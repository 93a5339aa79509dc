#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include "fixture.hpp"

using namespace revisiond;
using namespace revisiond::config;
using namespace revisiond::config::testing;

namespace {

Config loaded(const std::string& text, const Environment& environment = {}) {
    const Folder folder;
    auto config = load(folder.write("config.toml", text), environment);
    if (!config) throw std::runtime_error(shown(config.error()));
    return std::move(*config);
}

std::string value(const Config& config, const char* keyword) {
    const std::string* found = config.databases[0].connection.find(keyword);
    return found == nullptr ? "(none)" : *found;
}

}  // namespace

TEST_CASE("an unknown key is shown with its line, a caret and the nearest name") {
    CHECK(contains(complaint("[databases.main]\n  prodution = true\n"),
                   "config.toml:2:3: unknown key \"prodution\" in [databases.main]\n"
                   "      prodution = …\n"
                   "      ^~~~~~~~~\n"
                   "  hint: did you mean \"production\"?"));
    CHECK(contains(complaint("[aply]\n[databases.main]\n"),
                   "config.toml:1:2: unknown section \"aply\"\n    [aply]\n     ^~~~\n"
                   "  hint: did you mean \"apply\"?"));
    CHECK(contains(complaint("[databases.main]\n[servers]\nlisten = \"x\"\n"),
                   "unknown section \"servers\""));
}

TEST_CASE("a keyword that only a later libpq knows is refused at load") {
    for (const char* key : {"servicefile", "sslnegotiation", "sslcertmode", "require_auth",
                            "scram_client_key", "load_balance_hosts", "gssdelegation"}) {
        CHECK(contains(complaint("[databases.main]\n" + std::string(key) + " = \"x\"\n"),
                       "config.toml:2:1: unknown key \"" + std::string(key) + "\""));
    }
    CHECK(contains(complaint("[databases.main]\nurl = \"postgresql://h/d?require_auth=md5\"\n"),
                   "is none that PostgreSQL knows"));
}

TEST_CASE("a wrong value is shown with its line, and all are reported at once") {
    const std::string words = complaint(
        "env_file = 1\n[databases.main]\nmigrations = []\nproduction = \"yes\"\nport = 1.5\n"
        "version_table = \"a.b.c\"\nvariables = 3\n[databases.main.apply]\nlock_timeout = \"5 "
        "parsecs\"\n"
        "[apply]\ntransaction = \"none\"\nrow_lock_timeout = 100\n[revision]\ntruncate_slug_length "
        "= 0\n"
        "post_write_hooks = [1]\n[migrations]\nmax_file_size = 16\n");
    for (const char* part :
         {"config.toml:1:1: env_file must be a text between quotes, not an integer\n    env_file = "
          "1\n    ^~~~~~~~",
          "config.toml:3:1: databases.main.migrations must be a text or an array of texts, not "
          "empty",
          "config.toml:4:1: databases.main.production must be true or false, not a text",
          "config.toml:5:1: databases.main.port must be a text or a whole number, not a number "
          "with a fraction",
          "config.toml:6:1: databases.main.version_table is neither a table's name nor "
          "schema.table",
          "config.toml:7:1: databases.main.variables must be a section, not an integer",
          "config.toml:9:1: databases.main.apply.lock_timeout is not a duration such as "
          "\"100ms\"\n    lock_timeout = \"5 parsecs\"",
          "config.toml:11:1: apply.transaction must be \"per_revision\" or \"all\"",
          "config.toml:12:1: apply.row_lock_timeout must be a duration such as \"100ms\", not an "
          "integer",
          "config.toml:14:1: revision.truncate_slug_length must be a number from 1 to 200",
          "config.toml:15:1: revision.post_write_hooks must be an array of sections",
          "config.toml:17:1: migrations.max_file_size must be a size such as \"16MB\", not an "
          "integer"}) {
        INFO(words << "\nlacks\n" << part);
        CHECK(contains(words, part));
    }
}

TEST_CASE("a port and a version table that cannot be are refused at load") {
    for (const char* port : {"\"abc\"", "99999", "0", "-1", "\"5432,x\"", "\"5432 5433\""}) {
        const std::string words = complaint("[databases.main]\nport = " + std::string(port) + "\n");
        INFO(port << "\n" << words);
        CHECK(contains(words,
                       "config.toml:2:1: databases.main.port is not a number from 1 to 65535"));
    }
    CHECK(contains(complaint("[databases.main]\nurl = \"postgresql://h:99999/d\"\n"),
                   "config.toml:2:1: databases.main.url is not a connection string: the port"));
    CHECK(complaint("[databases.main]\nport = \"5432, ,65535\"\n").empty());
    CHECK(complaint("[databases.main]\nport = \"\"\n").empty());

    const std::string longest(63, 'n');
    for (const std::string& table :
         {std::string("\"a"), std::string("a\"b"), std::string("\"\""), std::string("a."),
          std::string("a b"), longest + "n", "a." + longest + "n"}) {
        const std::string words = complaint("[databases.main]\nversion_table = '" + table + "'\n");
        INFO(table << "\n" << words);
        CHECK(contains(words,
                       "config.toml:2:1: databases.main.version_table is neither a table's name"));
    }
    for (const std::string& table : {std::string("\"A.b\".\"C \"\"d\""), longest, "a." + longest})
        CHECK(complaint("[databases.main]\nversion_table = '" + table + "'\n").empty());
}

TEST_CASE("a file that is not TOML is one error with a place") {
    CHECK(contains(complaint("[databases.main\nurl = 1\n"), "config.toml:1:"));
    CHECK(contains(complaint("env_file = \n"), "not TOML: cannot read this"));
    CHECK(contains(complaint("env_file = \"a\"\nenv_file = \"b\"\n"), "is set twice"));
    CHECK(contains(complaint("env_file = \"\xff\"\n"), "config.toml:1:13: the file is not UTF-8"));
}

TEST_CASE("a configuration needs a database, and a hook its name and command") {
    CHECK(contains(complaint(""), "databases names no database"));
    CHECK(contains(complaint("[databases]\n"), "databases names no database"));
    CHECK(contains(complaint("[databases]\nmain = \"postgresql://\"\n"),
                   "holds main, which is not a section"));
    const std::string words =
        complaint("[databases.a]\n[[revision.post_write_hooks]]\ncwd = \"x\"\n");
    CHECK(contains(words, "revision.post_write_hooks.name is missing"));
    CHECK(contains(words, "revision.post_write_hooks.command is missing"));
}

TEST_CASE("databases keep the order of the file, and apply's settings are inherited") {
    const Config config = loaded(
        "[databases.zoo]\nurl = \"postgresql://z\"\n[databases.zoo.apply]\nlock_timeout = \"1s\"\n"
        "[databases.ant]\nmigrations = [\"m\", \"../n\", \"/abs\"]\nport = 5433\n"
        "[databases.ant.variables]\ntenant = \"acme\"\nlevel = 3\n"
        "[apply]\nlock_timeout = \"2s\"\nlock_retry_for = \"0\"\ntransaction = \"all\"\nmodified = "
        "\"warn\"\n");
    REQUIRE(config.databases.size() == 2);
    const DatabaseSettings& zoo = config.databases[0];
    const DatabaseSettings& ant = config.databases[1];
    CHECK(zoo.name == "zoo");
    CHECK(zoo.apply.lock_timeout == Milliseconds(1000));
    CHECK(ant.apply.lock_timeout == Milliseconds(2000));
    CHECK(zoo.apply.lock_retry_for == Milliseconds(0));
    CHECK(zoo.apply.transaction == TransactionMode::all);
    CHECK(zoo.apply.modified == ModifiedPolicy::warn);
    const auto folder = config.file.parent_path();
    CHECK(ant.migrations ==
          std::vector<std::filesystem::path>{folder / "m", folder.parent_path() / "n", "/abs"});
    CHECK(*ant.connection.find("port") == "5433");
    CHECK(ant.variables == std::map<std::string, std::string>{{"tenant", "acme"}, {"level", "3"}});

    CHECK((*config.database(""))->name == "zoo");
    CHECK((*config.database("ant"))->name == "ant");
    const auto unknown = config.database("zo");
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().hint == "did you mean \"zoo\"?");
    CHECK(config.database("other").error().hint == "it has zoo and ant");
}

TEST_CASE("variables are expanded, and encoded inside a URL") {
    const Environment environment = {
        {"PW", "p@ss/w#d %'\\"}, {"EMPTY", ""}, {"URL", "postgresql://a:b%40@c/d"}};
    const auto password = [&](const std::string& url) {
        return value(loaded("[databases.main]\nurl = '''" + url + "'''\n", environment),
                     "password");
    };
    CHECK(password("postgresql://u:${PW}@h/d") == environment.at("PW"));
    CHECK(password("postgresql+asyncpg://u:x${PW}@h/d") == "x" + environment.at("PW"));
    CHECK(password("${URL}") == "b@");
    CHECK(password("host=h password=${PW} user=u") == environment.at("PW"));
    CHECK(password("host=h password='${PW}' user=u") == environment.at("PW"));
    CHECK(password("host=h password=${EMPTY} user=u") == "");
    CHECK(password("postgresql://u:${NONE:-a%40b}@h/d") == "a@b");
    CHECK(password("postgresql://u:${EMPTY:-x}@h/d") == "x");
    CHECK(value(loaded("[databases.main]\nhost = \"$${x} $y ${PW}\"\n", environment), "host") ==
          "${x} $y " + environment.at("PW"));
}

TEST_CASE("a missing variable is named with its key, line and the place to set it") {
    const config::Config config =
        loaded("env_file = \"sub/.env\"\n[databases.main]\nurl = \"postgresql://${NOBODY}@h\"\n");
    REQUIRE(config.databases[0].unresolved.size() == 1);
    const std::string words = to_text(config.databases[0].unresolved[0]);
    CHECK(contains(
        words,
        "config.toml:3:1: databases.main.url cannot be expanded: the variable NOBODY is not set"));
    CHECK(contains(words, "set NOBODY in the environment or "));
    CHECK(
        contains(words, "sub/.env (env_file, which does not exist), or write ${NOBODY:-default}"));
    const config::Config several =
        loaded("[databases.main]\nurl = \"postgresql://${A}:${B}@${C}/${A}\"\n");
    REQUIRE(several.databases[0].unresolved.size() == 1);
    CHECK(contains(to_text(several.databases[0].unresolved[0]),
                   "the variables A, B and C are not set"));
    CHECK(contains(complaint("[databases.main]\nhost = \"${A\"\n"), "a ${ has no closing }"));
    CHECK(contains(complaint("[databases.main]\nhost = \"${A-b}\"\n"),
                   "neither ${NAME} nor ${NAME:-default}"));
}

TEST_CASE("env_file lends variables, and the environment wins over it") {
    const Folder folder;
    folder.write(".env", "A=file\nB=file\n");
    const auto file = folder.write(
        "config.toml", "env_file = \".env\"\n[databases.main]\nhost = \"${A}\"\nuser = \"${B}\"\n");
    const auto config = load(file, {{"A", "environment"}});
    REQUIRE(config);
    CHECK(value(*config, "host") == "environment");
    CHECK(value(*config, "user") == "file");
    folder.write(".env", "A=1\nnonsense\n");
    const auto broken = load(file, {{"B", "x"}});
    REQUIRE_FALSE(broken);
    CHECK(contains(shown(broken.error()), ".env:2: the line is not KEY=VALUE"));
}

TEST_CASE("secrets come from files, and keys beside url win over it") {
    const Folder folder;
    folder.write("pw", "p@ss \r\n");
    const auto file =
        folder.write("config.toml",
                     "[databases.main]\nurl = \"postgresql://u:old@h/d\"\npassword_file = "
                     "\"pw\"\nuser = \"v\"\nsslrootcert = \"ca.crt\"\n");
    auto config = load(file, {});
    REQUIRE(config);
    CHECK(value(*config, "password") == "p@ss ");
    CHECK(value(*config, "user") == "v");
    CHECK(value(*config, "host") == "h");
    CHECK(value(*config, "sslrootcert") == (folder.path() / "ca.crt").string());
    CHECK(config->warnings.empty());

    ::chmod((folder.path() / "pw").c_str(), 0644);
    config = load(file, {});
    REQUIRE(config);
    CHECK(contains(shown(config->warnings), "databases.main.password_file names " +
                                                (folder.path() / "pw").string() +
                                                ", which every user may read"));
    std::filesystem::remove(folder.path() / "pw");
    config = load(file, {});
    REQUIRE_FALSE(config);
    CHECK(contains(shown(config.error()), "config.toml:3:1: databases.main.password_file names " +
                                              (folder.path() / "pw").string() +
                                              ", which cannot be read: No such file or directory"));
}

TEST_CASE("a url may come from a file") {
    const Folder folder;
    folder.write("url", "postgresql://u:p%40@h/d\n");
    const auto config =
        load(folder.write("config.toml", "[databases.main]\nurl_file = \"url\"\n"), {});
    REQUIRE(config);
    CHECK(value(*config, "password") == "p@");
    const std::string both =
        complaint("[databases.main]\nurl = \"postgresql://\"\nurl_file = \"url\"\n");
    CHECK(contains(both, "databases.main.url_file stands beside url"));
}

TEST_CASE("the file is found by -c, the environment, and in the usual places") {
    const Folder folder;
    const auto file = folder.write("other.toml", "[databases.main]\n");
    CHECK(load({}, {{"REVISIOND_CONFIG", file.string()}})->file == file);
    const auto missing = load(folder.path() / "none.toml", {});
    REQUIRE_FALSE(missing);
    CHECK(contains(shown(missing.error()), "none.toml: cannot be read: No such file or directory"));
    CHECK(contains(shown(load(folder.path(), {}).error()), "cannot be read: Is a directory"));

    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    const auto nowhere = load({}, {});
    folder.write("config.toml", "[databases.main]\n");
    const auto here = load({}, {});
    std::filesystem::current_path(before);
    CHECK(here);
    if (!std::filesystem::exists("/etc/revisiond/config.toml")) {
        REQUIRE_FALSE(nowhere);
        CHECK(contains(shown(nowhere.error()), "no ./config.toml"));
    }
}

TEST_CASE("no message holds a secret, whatever is wrong") {
    // Each config has the sentinel where a secret may stand, and something wrong near it.
    const std::vector<std::string> configs = {
        "[databases.main]\nurl = \"postgresql://u:s3cret@h:x/d\"\n",
        "[databases.main]\nurl = \"postgresql://u:s3cret%zz@h/d\"\n",
        "[databases.main]\nurl = \"mysql://u:s3cret@h/d\"\n",
        "[databases.main]\nurl = \"u:s3cret\"\n",
        "[databases.main]\nurl = [\"postgresql://u:s3cret@h\"]\n",
        "[databases.main]\nurl = \"postgresql://u:s3cret@h/d?x=1\"\n",
        "[databases.main]\nurl = \"postgresql://u:s3cret@h/d\n",
        "[databases.main]\nurl = \"postgresql://${NOBODY}:s3cret@h/d\"\n",
        "[databases.main]\nurl = \"postgresql://u:s3cret@h/d\" x\n",
        "[databases.main]\nurl = \"postgresql://u:s3cret@h\\q/d\"\n",
        "[databases.main]\nurl = postgresql://u:s3cret@h/d\n",
        "[databases.main]\nurl = '''\nx=s3cret\ns3cret=\\\n''' '''\n",
        "[databases.main]\nurl = \"\"\"\ns3cret=\\q\n\"\"\"\n",
        "[databases.main]\npassword = s3cret\n",
        "[databases.main]\npassword = 's3cret\n",
        "[databases.main]\npassword = \"s3cret${\"\n",
        "[databases.main]\npassword = [\"s3cret\"]\n",
        "[databases.main]\npassword = {s3cret = 1}\n",
        "[databases.main]\npasword = \"s3cret\"\n",
        "[databases.main]\npasword.x = \"s3cret\"\n",
        "[databases.main]\npassword = \"s3cret\"\npassword = \"s3cret\"\n",
        "[databases.main]\npassword = \"s3cret\"\npassword_file = \"x\"\n",
        "[databases]\nmain = { pasword = \"s3cret\", prod = 1 }\n",
        "[databases]\nmain = { production = 1, password = \"s3cret\" }\n",
        "[databases.main]\nproduction.pasword = \"s3cret\"\n",
        "[databases.main]\n[revision]\npost_write_hooks = [{name = 1, command = [\"s3cret\"]}]\n",
        "databases.main = { production = 1, url = \"s3cret\" }\n",
        "[databases]\nmain = \"s3cret\"\n",
        "[databases.main.variables]\nkey = [\"s3cret\"]\n",
        "[databases.main.variables]\nkey = \"s3cret${\"\n",
        "[databases.main]\nvariables = {a = [\"s3cret\"]}\n",
        "[databases.main]\nvariables = \"s3cret\"\n",
        "[databases.main]\n[[revision.post_write_hooks]]\ncommand = [\"x\", \"s3cret\", 1]\n",
        "[databases.main]\n[[revision.post_write_hooks]]\ncommand = \"s3cret\"\n",
        "[databases.main]\n[apply]\nlock_timeout = \"${SECRET}\"\ntransaction = \"${SECRET}\"\n",
        "[databases.main]\nversion_table = \"a.b.${SECRET}\"\nstate_schema = \"${SECRET}\"\n",
        "[databases.main]\nurl = \"${SECRET}\"\n",
        "[databases.main]\nurl = \"${SECRET}://h\"\n",
        "[databases.main]\nurl = \"postgresql://h:${SECRET}/d\"\n",
        "[databases.main]\nurl = \"host=h ${SECRET}\"\n",
        "[migrations]\nmax_file_size = \"${SECRET}\"\n",
        "[databases.main]\nscram_client_key = [\"s3cret\"]\n",
        "[databases.main]\nsslpassword = \"s3cret\\q\"\n",
    };
    const Environment environment = {
        {"SECRET", "s3cret_____________________________________________________________________"}};
    for (const std::string& text : configs) {
        const std::string words = complaint(text, environment);
        INFO(text << "\n----\n" << words);
        CHECK(!words.empty());
        CHECK_FALSE(contains(words, "s3cret"));
    }
}

TEST_CASE("the process's environment is a value") {
    ::setenv("REVISIOND_TEST_VARIABLE", "a=b", 1);
    CHECK(process_environment().at("REVISIOND_TEST_VARIABLE") == "a=b");
    ::unsetenv("REVISIOND_TEST_VARIABLE");
}
