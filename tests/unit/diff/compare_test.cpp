// What is decided about two catalogs, without a server. That the statements mean to PostgreSQL what
// they should is shown by the cases of tests/cases/diff.
#include "diff/compare.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "diff/differences.hpp"
#include "diff/renames.hpp"

using namespace revisiond;
using catalog::Catalog;
using catalog::Kind;
using catalog::ObjectIndex;
using catalog::Property;

namespace {

ObjectIndex add(Catalog& catalog, Kind kind, std::string name, std::string address,
                std::vector<catalog::Attribute> attributes = {},
                ObjectIndex parent = catalog::no_object) {
    catalog::Object object;
    object.kind = kind;
    object.schema = "app";
    object.name = std::move(name);
    object.address = std::move(address);
    object.attributes = std::move(attributes);
    object.parent = parent;
    return catalog.add(std::move(object));
}

ObjectIndex add_table(Catalog& catalog, const std::string& name,
                      const std::vector<std::pair<std::string, std::string>>& columns) {
    const ObjectIndex table = add(catalog, Kind::table, name, "app." + name);
    for (const auto& [column, type] : columns) {
        add(catalog, Kind::column, column, "app." + name + "." + column,
            {{Property::type, type}, {Property::local, "t"}}, table);
    }
    return table;
}

Catalog finished(Catalog catalog) {
    catalog.server_version = 150000;
    catalog.finish();
    return catalog;
}

std::vector<std::string> texts(const diff::MigrationScript& script) {
    std::vector<std::string> texts;
    for (const diff::Statement& statement : script.statements) texts.push_back(statement.text);
    return texts;
}

}  // namespace

TEST_CASE("Equal catalogs differ in nothing") {
    Catalog one;
    add_table(one, "users", {{"id", "integer"}});
    const Catalog both = finished(std::move(one));
    const auto script = diff::compare(both, both);
    CHECK(script.empty());
    CHECK(script.statements.empty());
}

TEST_CASE("A difference that no statement is written for is none that passes") {
    const auto with_comment = [](bool comment) {
        Catalog catalog;
        const ObjectIndex table = add_table(catalog, "users", {{"id", "integer"}});
        std::vector<catalog::Attribute> said{{Property::definition, "app.users.id"}};
        if (comment) said.push_back({Property::comment, "nothing can say it"});
        add(catalog, Kind::sequence_owner, "ids", "app.ids", std::move(said), table);
        return finished(std::move(catalog));
    };
    const auto script = diff::compare(with_comment(false), with_comment(true));
    CHECK(script.statements.empty());
    CHECK(script.inexpressible ==
          std::vector<std::string>{"sequence owner app.ids differs (comment), and no statement is "
                                   "known that changes it"});
}

TEST_CASE("A dropped column is marked as a loss, and a new one of its kind as a likely rename") {
    Catalog from;
    add_table(from, "users", {{"id", "integer"}, {"phone", "text"}});
    Catalog to;
    add_table(to, "users", {{"id", "integer"}, {"phone_number", "text"}});
    const auto script = diff::compare(finished(std::move(from)), finished(std::move(to)));
    CHECK(texts(script) == std::vector<std::string>{"ALTER TABLE app.users DROP COLUMN phone",
                                                    "ALTER TABLE app.users ADD COLUMN "
                                                    "phone_number text"});
    CHECK(script.statements.at(0).hazards.loses_data);
    CHECK_FALSE(script.statements.at(1).hazards.any());
    REQUIRE(script.rename_candidates.size() == 1);
    CHECK(script.rename_candidates[0].from == "app.users.phone");
    CHECK(script.rename_candidates[0].to == "app.users.phone_number");
}

TEST_CASE(
    "An index blocks the writers of a table that was there, not of one that is made with it") {
    const auto side = [](bool table, bool index) {
        Catalog catalog;
        if (!table) return finished(std::move(catalog));
        const ObjectIndex users = add_table(catalog, "users", {{"id", "integer"}});
        if (index) {
            add(catalog, Kind::index, "by_id", "app.by_id",
                {{Property::definition, "CREATE INDEX by_id ON app.users USING btree (id)"}},
                users);
        }
        return finished(std::move(catalog));
    };
    const auto there = diff::compare(side(true, false), side(true, true));
    REQUIRE(there.statements.size() == 1);
    CHECK(there.statements[0].hazards.blocks_writers);
    const auto fresh = diff::compare(side(false, false), side(true, true));
    REQUIRE(fresh.statements.size() == 2);
    CHECK_FALSE(fresh.statements[1].hazards.any());
}

TEST_CASE("What a view stands on is dropped after it and created before it") {
    Catalog full;
    const ObjectIndex table = add_table(full, "zebras", {{"id", "integer"}});
    const ObjectIndex view = add(full, Kind::view, "all_zebras", "app.all_zebras",
                                 {{Property::definition, " SELECT 1"}});
    full.add_dependency(view, table);
    const Catalog with = finished(std::move(full));
    const Catalog without = finished({});
    const auto up = texts(diff::compare(without, with));
    REQUIRE(up.size() == 2);
    CHECK(up[0].starts_with("CREATE TABLE app.zebras"));
    CHECK(up[1].starts_with("CREATE VIEW app.all_zebras"));
    CHECK(texts(diff::compare(with, without)) ==
          std::vector<std::string>{"DROP VIEW app.all_zebras", "DROP TABLE app.zebras"});
}

TEST_CASE("A view in the way of a column's new type is rebuilt around it") {
    const auto side = [](const char* type) {
        Catalog catalog;
        const ObjectIndex table = add_table(catalog, "users", {{"id", type}});
        const ObjectIndex view =
            add(catalog, Kind::view, "ids", "app.ids", {{Property::definition, " SELECT id"}});
        catalog.add_dependency(view, table + 1);
        return finished(std::move(catalog));
    };
    const auto script = diff::compare(side("integer"), side("bigint"));
    REQUIRE(script.statements.size() == 3);
    CHECK(script.statements[0].text == "DROP VIEW app.ids");
    CHECK(script.statements[1].text == "ALTER TABLE app.users ALTER COLUMN id TYPE bigint");
    CHECK(script.statements[1].hazards.rewrites_table);
    CHECK(script.statements[2].text.starts_with("CREATE VIEW app.ids"));
    const auto rebuilt = std::ranges::find_if(script.changes, [](const diff::Change& change) {
        return change.object.kind == Kind::view;
    });
    REQUIRE(rebuilt != script.changes.end());
    CHECK(rebuilt->rebuilt);
}

TEST_CASE("A view that names columns by place is refused where they stand in another order") {
    using Columns = std::vector<std::pair<std::string, std::string>>;
    const Columns one{{"a", "integer"}, {"b", "integer"}};
    const Columns other{{"b", "integer"}, {"a", "integer"}};
    const auto side = [](const Columns& columns, const char* query) {
        Catalog catalog;
        const ObjectIndex table = add_table(catalog, "users", columns);
        if (query == nullptr) return finished(std::move(catalog));
        const ObjectIndex view =
            add(catalog, Kind::view, "v", "app.v", {{Property::definition, query}});
        catalog.add_dependency(view, table + 1);
        return finished(std::move(catalog));
    };
    const auto refused = [&](const Columns& before, const char* query) {
        return !diff::compare(side(before, nullptr), side(one, query)).inexpressible.empty();
    };
    const char* const by_place = " SELECT x.p FROM app.users x(p, q)";
    const char* const of_join = " SELECT j.p FROM (app.users CROSS JOIN app.other) j(p, q, r)";
    CHECK(refused(other, by_place));
    CHECK(refused(other, of_join));
    CHECK(refused({{"b", "integer"}}, by_place));
    CHECK_FALSE(refused(one, by_place));
    CHECK_FALSE(refused({{"a", "integer"}}, by_place));
    CHECK_FALSE(refused(other, " SELECT x.a FROM app.users x, ( SELECT 1) y(p)"));
    CHECK_FALSE(refused(other, " SELECT users.a FROM app.users WHERE (users.a > 0)"));
    CHECK_FALSE(refused(other,
                        " SELECT o.a FROM (app.other o JOIN app.users ON ((o.a = users.a)))"
                        " WHERE (o.a > 0)"));
    CHECK_FALSE(refused(other, " SELECT 1 FROM app.users HAVING (count(*) > 0)"));
    CHECK_FALSE(refused(other, " SELECT 1 FROM app.users, ( SELECT 1 AS p) y"));
    CHECK_FALSE(refused(other, " SELECT a FROM app.other JOIN app.users USING (a)"));
}

TEST_CASE("An index or a constraint that has another name is renamed, not made again") {
    const auto side = [](const std::string& index, const std::string& check,
                         const std::string& column) {
        Catalog catalog;
        const ObjectIndex table = add_table(catalog, "users", {{"a", "integer"}, {"b", "text"}});
        add(catalog, Kind::index, index, "app." + index,
            {{Property::definition,
              "CREATE INDEX " + index + " ON app.users USING btree (" + column + ")"},
             {Property::valid, "t"}},
            table);
        add(catalog, Kind::constraint, check, check + " ON app.users",
            {{Property::constraint_type, "c"},
             {Property::definition, "CHECK ((a > 0))"},
             {Property::local, "t"}},
            table);
        return finished(std::move(catalog));
    };
    CHECK(texts(diff::compare(side("i", "c", "a"), side("j", "d", "a"))) ==
          std::vector<std::string>{"ALTER TABLE app.users RENAME CONSTRAINT c TO d",
                                   "ALTER INDEX app.i RENAME TO j"});
    const auto other = texts(diff::compare(side("i", "c", "a"), side("j", "c", "b")));
    REQUIRE(other.size() == 2);
    CHECK(other[0] == "DROP INDEX app.i");
    CHECK(other[1].starts_with("CREATE INDEX j"));
    // A table that goes has the name until then.
    Catalog taken = side("i", "c", "a");
    add_table(taken, "users_i", {{"a", "integer"}});
    CHECK(texts(diff::compare(finished(std::move(taken)), side("users_i", "c", "a"))).size() == 3);
}

TEST_CASE("A new label asks for a commit before its first use") {
    const auto side = [](const char* labels, const char* value) {
        Catalog catalog;
        const ObjectIndex type =
            add(catalog, Kind::enum_type, "mood", "app.mood", {{Property::labels, labels}});
        const ObjectIndex table = add_table(catalog, "users", {{"mood", "app.mood"}});
        catalog.add_dependency(table + 1, type);
        add(catalog, Kind::column_default, "mood", "app.users.mood",
            {{Property::definition, value}}, table + 1);
        return finished(std::move(catalog));
    };
    const auto script =
        diff::compare(side("'sad'", "'sad'::app.mood"), side("'sad'\n'glad'", "'glad'::app.mood"));
    REQUIRE(script.statements.size() == 2);
    CHECK(script.statements[0].text == "ALTER TYPE app.mood ADD VALUE 'glad'");
    CHECK_FALSE(script.statements[0].commit_before);
    CHECK(script.statements[1].commit_before);
}

TEST_CASE("What is not known stops with its name, even between equal catalogs") {
    Catalog one;
    one.unknown.push_back({"relation kind 'g'", "app.graph"});
    const Catalog both = finished(std::move(one));
    const auto script = diff::compare(both, both);
    CHECK_FALSE(script.empty());
    REQUIRE(script.inexpressible.size() == 1);
    CHECK(script.inexpressible[0].find("app.graph") != std::string::npos);
}

TEST_CASE("An inherited NOT NULL that is the table's own as well is seen") {
    const auto side = [](const char* local) {
        Catalog catalog;
        catalog.server_version = 180000;
        const ObjectIndex table = add_table(catalog, "users", {{"id", "integer"}});
        add(catalog, Kind::not_null, "id", "app.users.id",
            {{Property::name_, "n"}, {Property::local, local}, {Property::inherited, "t"}},
            table + 1);
        return finished(std::move(catalog));
    };
    const auto added = diff::compare(side("f"), side("t"));
    REQUIRE(added.statements.size() == 1);
    CHECK(added.statements[0].text == "ALTER TABLE app.users ADD CONSTRAINT n NOT NULL id");
    const auto taken = diff::compare(side("t"), side("f"));
    REQUIRE(taken.inexpressible.size() == 1);
    CHECK(taken.inexpressible[0].find("constraint n") != std::string::npos);
}

TEST_CASE("Patterns choose objects with all that belongs to them") {
    Catalog to;
    add_table(to, "users", {{"id", "integer"}});
    add_table(to, "posts", {{"id", "integer"}});
    const Catalog target = finished(std::move(to));
    diff::DiffOptions options;
    options.exclude = {"app.us*"};
    CHECK(diff::compare(finished({}), target, options).changes.size() == 1);
    options = {};
    options.include = {"table:app.users"};
    const auto script = diff::compare(finished({}), target, options);
    REQUIRE(script.changes.size() == 1);
    CHECK(script.changes[0].object.address == "app.users");
    options.include = {"other"};
    CHECK(diff::compare(finished({}), target, options).empty());
}

TEST_CASE("Renames are statements for a copy, columns first; one that fits nothing is an error") {
    Catalog old_side;
    add_table(old_side, "users", {{"phone", "text"}});
    Catalog new_side;
    add_table(new_side, "people", {{"phone_number", "text"}});
    const Catalog from = finished(std::move(old_side));
    const Catalog to = finished(std::move(new_side));
    const auto script = diff::rename_statements(
        from, to, {{"users", "people"}, {"users.phone", "people.phone_number"}, {"x", "people"}});
    REQUIRE(script.statements.size() == 2);
    CHECK(script.statements[0].text ==
          "ALTER TABLE app.users RENAME COLUMN \"phone\" TO \"phone_number\"");
    CHECK(script.statements[1].text == "ALTER TABLE app.users RENAME TO \"people\"");
    REQUIRE(script.diagnostics.size() == 1);
    CHECK(script.diagnostics[0].message.find("x") != std::string::npos);
}

TEST_CASE("What differs is told by the object that it belongs to, with all of it on both sides") {
    Catalog one;
    add_table(one, "users", {{"id", "integer"}});
    add_table(one, "votes", {{"id", "integer"}});
    add_table(one, "posts", {{"id", "integer"}});
    Catalog other;
    add_table(other, "users", {{"id", "integer"}, {"phone", "text"}});
    add_table(other, "posts", {{"id", "integer"}});
    const Catalog from = finished(std::move(one));
    const Catalog to = finished(std::move(other));
    const auto found = diff::differences(from, to, diff::compare(from, to), {});
    REQUIRE(found.size() == 2);
    const diff::Difference& users = found[0];
    CHECK(users.object == diff::ObjectName{Kind::table, "app.users"});
    CHECK(users.type == diff::ChangeType::alter);
    REQUIRE(users.changes.size() == 1);
    CHECK(users.changes[0].object == diff::ObjectName{Kind::column, "app.users.phone"});
    CHECK(users.from.find("phone") == std::string::npos);
    CHECK(users.from.find("id integer") != std::string::npos);
    CHECK(users.to.find("phone text") != std::string::npos);
    const diff::Difference& votes = found[1];
    CHECK(votes.type == diff::ChangeType::drop);
    CHECK(votes.from.find("CREATE TABLE app.votes") != std::string::npos);
    CHECK(votes.to.empty());
}

TEST_CASE("One label in another's place may be its new name, and is said to be") {
    const auto compared = [](const std::string& before, const std::string& after) {
        Catalog from;
        add(from, Kind::enum_type, "mood", "app.mood", {{Property::labels, before}});
        Catalog to;
        add(to, Kind::enum_type, "mood", "app.mood", {{Property::labels, after}});
        return diff::compare(finished(std::move(from)), finished(std::move(to))).rename_candidates;
    };
    const auto renamed = compared("'a'\n'b'\n'c'", "'a'\n'bb'\n'c'");
    REQUIRE(renamed.size() == 1);
    CHECK(renamed[0].from == "app.mood.b");
    CHECK(renamed[0].to == "app.mood.bb");
    CHECK(compared("'a'\n'b'\n'c'", "'a'\n'c'").empty());
    CHECK(compared("'a'\n'b'\n'c'", "'x'\n'y'\n'c'").empty());
    CHECK(compared("'a'\n'b'\n'c'", "'a'\n'c'\n'b'").empty());
}

TEST_CASE("The order of options is no difference") {
    const auto changes = [](const std::string& before, const std::string& after) {
        Catalog from;
        add(from, Kind::table, "t", "app.t", {{Property::options, before}});
        Catalog to;
        add(to, Kind::table, "t", "app.t", {{Property::options, after}});
        return texts(diff::compare(finished(std::move(from)), finished(std::move(to))));
    };
    CHECK(
        changes("fillfactor=50\nparallel_workers=2", "parallel_workers=2\nfillfactor=50").empty());
    CHECK(changes("fillfactor=50", "fillfactor=50\nparallel_workers=2") ==
          std::vector<std::string>{"ALTER TABLE app.t SET (parallel_workers='2')"});
    // What is set comes last: where something is set anyway, the order is made too.
    CHECK(
        changes("fillfactor=50", "parallel_workers=2\nfillfactor=50") ==
        std::vector<std::string>{"ALTER TABLE app.t SET (parallel_workers='2', fillfactor='50')"});
}

TEST_CASE("Only what the server rewrites is said to be") {
    const auto rewrites = [](const std::string& before, const std::string& after) {
        Catalog from;
        add_table(from, "t", {{"a", before}});
        Catalog to;
        add_table(to, "t", {{"a", after}});
        const auto script = diff::compare(finished(std::move(from)), finished(std::move(to)));
        return std::ranges::any_of(script.statements, [](const diff::Statement& statement) {
            return statement.hazards.rewrites_table;
        });
    };
    const auto check = [&](const std::string& less, const std::string& more) {
        CAPTURE(less, more);
        CHECK_FALSE(rewrites(less, more));
        CHECK(rewrites(more, less));
    };
    check("character varying(5)", "character varying(9)");
    check("character varying(5)", "text");
    check("numeric(5,2)", "numeric(9,2)");
    check("numeric(5,2)", "numeric");
    check("timestamp(3) without time zone", "timestamp(6) without time zone");
    check("timestamp(3) with time zone", "timestamp with time zone");
    check("interval(3)", "interval");
    check("interval year", "interval");
    check("bit varying(5)", "bit varying(9)");
    CHECK_FALSE(rewrites("text", "character varying"));
    CHECK_FALSE(rewrites("timestamp without time zone", "timestamp(6) without time zone"));
    CHECK_FALSE(rewrites("interval(3)", "interval(6)"));
    CHECK(rewrites("timestamp(6) with time zone", "timestamp(5) with time zone"));
    CHECK(rewrites("numeric(5,2)", "numeric(9,3)"));
    CHECK(rewrites("bit(5)", "bit(9)"));
    CHECK(rewrites("character(5)", "text"));
}
