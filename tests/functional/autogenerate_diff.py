"""diff: what the configuration and the command line say counts, renames, and whatever is compared."""

import json
import unittest

from autogenerate import TargetTest

USERS = "CREATE TABLE users (id int PRIMARY KEY, phone text);"
RENAMED = "CREATE TABLE users (id int PRIMARY KEY,\n-- renamed from: phone\ntel text);"


class Diff(TargetTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.psql("postgres", "CREATE ROLE reader")

    def diff(self, *arguments, check=True):
        return self.run_("diff", *arguments, check=check)

    def test_a_rename_mark_of_the_target_is_no_drop_and_add(self):
        self.cluster.psql(self.database, USERS + "INSERT INTO users VALUES (1, '555')")
        self.target(RENAMED)
        sql = self.diff("--sql").stdout
        self.assertNotIn("DROP", sql)
        self.cluster.psql(self.database, sql)
        self.assertEqual(self.cluster.psql(self.database, "SELECT tel FROM users"), "555")
        self.assertIn("No differences.", self.diff().stderr)

    def test_a_rename_alone_is_a_difference_in_text_and_json(self):
        self.cluster.psql(self.database, USERS)
        self.target(RENAMED)
        self.assertEqual(self.diff().stdout, "= public.users.phone is public.users.tel now\n")
        answer = json.loads(self.diff("--json").stdout)
        self.assertEqual(answer["renames"],
                         [{"from": "public.users.phone", "to": "public.users.tel"}])
        self.assertEqual(answer["changes"], [])
        self.assertIn("RENAME COLUMN", answer["statements"][0]["sql"])

    def test_a_rename_and_what_else_differs(self):
        self.cluster.psql(self.database, USERS + "CREATE VIEW v AS SELECT phone FROM users;")
        self.target("CREATE TABLE people (id bigint PRIMARY KEY, tel text NOT NULL);"
                    "CREATE VIEW v AS SELECT tel FROM people;")
        sql = self.diff("--sql", "--rename", "users=people", "--rename",
                        "users.phone=people.tel").stdout
        self.assertNotIn("DROP TABLE", sql)
        self.cluster.psql(self.database, sql)
        self.assertIn("No differences.", self.diff().stderr)

    def test_a_rename_that_matches_nothing(self):
        self.cluster.psql(self.database, USERS)
        self.target(USERS.replace("phone", "tel"))
        self.assertIn("users.fone", self.diff("--rename", "users.fone=users.tel", check=1).stderr)
        self.target(RENAMED.replace("phone", "fone"))
        self.assertIn("schema.sql:2:1: this rename mark matches nothing", self.diff(check=1).stderr)

    def test_likely_renames_are_named_beside_the_sql_and_by_check(self):
        self.cluster.psql(self.database, USERS + "CREATE SEQUENCE old INCREMENT 7 MAXVALUE 99")
        self.target(USERS.replace("phone", "tel") + "CREATE SEQUENCE new INCREMENT 7 MAXVALUE 99;")
        done = self.diff("--sql")
        self.assertIn("DROP COLUMN phone", done.stdout)
        for named in (done.stderr, self.run_("check", check=3).stderr):
            self.assertIn("if it is a rename, say --rename 'public.users.phone=public.users.tel'", named)
            self.assertIn("sequence public.old is removed and public.new is added", named)

    def test_what_costs_the_database_time_or_data_is_said(self):
        rewrites = "-- rewrites the table, blocks readers and writers"
        for column, comment in (
                ("a timestamptz DEFAULT clock_timestamp()", rewrites),
                ("a uuid DEFAULT gen_random_uuid()", rewrites),
                ("a checked", rewrites), ("a below", rewrites), ("a filled", rewrites),
                ("a bigint GENERATED ALWAYS AS IDENTITY", rewrites),
                ("a timestamptz DEFAULT now()", "BEGIN;"), ("a plain", "BEGIN;"), ("a int DEFAULT 4", "BEGIN;")):
            types = "CREATE DOMAIN plain AS int; CREATE DOMAIN checked AS int CHECK (VALUE > 0);" \
                    "CREATE DOMAIN below AS checked; CREATE DOMAIN filled AS float DEFAULT random();"
            with self.subTest(column=column):
                self.begin()
                self.cluster.psql(self.database, types + "CREATE TABLE t ()")
                self.target(f"{types} CREATE TABLE t ({column});")
                lines = self.diff("--sql").stdout.splitlines()
                added = next(i for i, line in enumerate(lines) if "ADD COLUMN" in line)
                self.assertEqual(lines[added - 1], comment)
        self.begin()
        self.cluster.psql(self.database, "CREATE SEQUENCE s; CREATE TABLE t ()")
        self.target("CREATE TABLE t ();")
        self.assertIn("-- loses data\nDROP SEQUENCE public.s", self.diff("--sql").stdout)

    def test_moving_to_another_tablespace_writes_files_again(self):
        self.cluster.psql("postgres", "SET allow_in_place_tablespaces = on; CREATE TABLESPACE other LOCATION ''")
        schema = "CREATE TABLE t (a int PRIMARY KEY){0}; CREATE INDEX i ON t (a){0};" \
                 "CREATE MATERIALIZED VIEW m{0} AS SELECT 1 AS one;"
        self.cluster.psql(self.database, schema.format(""))
        self.target(schema.format(" TABLESPACE other")
                    + "ALTER INDEX t_pkey SET TABLESPACE other;")
        self.configure("tablespaces = true")
        sql = self.diff("--sql").stdout
        self.assertEqual(sql.count("SET TABLESPACE"), 4, sql)
        self.assertEqual(sql.count("-- rewrites the table, blocks readers and writers\n"), 4, sql)
        self.cluster.psql(self.database, sql.replace("BEGIN;", "").replace("COMMIT;", ""))
        self.assertIn("No differences.", self.diff().stderr)

    def test_current_is_what_the_revisions_of_the_database_make(self):
        self.project.revision("a1", None, USERS)
        self.project.revision("b2", "a1", "CREATE TABLE later ();")
        self.run_("upgrade", "a1")
        self.assertIn("No differences.", self.diff("--from", "current", "--to", "database").stderr)
        self.assertEqual(self.diff("--from", "current", "--to", "heads").stdout, "+ table public.later\n")

    def test_files_alone(self):
        old, new = self.project.directory / "old.sql", self.project.directory / "new.sql"
        old.write_text(USERS, encoding="utf-8")
        new.write_text(RENAMED, encoding="utf-8")
        sql = self.diff("--from", "old.sql", "--to", "new.sql", "--sql").stdout
        self.assertIn('RENAME COLUMN "phone" TO "tel"', sql)
        new.write_text(USERS + "CREATE ROLE r; GRANT SELECT ON users TO r;", encoding="utf-8")
        self.assertIn("GRANT SELECT", self.diff("--from", "old.sql", "--to", "new.sql", "--sql").stdout)

    def test_a_role_that_a_file_needs_is_there_in_its_place(self):
        one, other = self.project.directory / "one.sql", self.project.directory / "other.sql"
        one.write_text('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "An app";\n'
                       "CREATE TABLE t (a int);\nCREATE TABLE u (a int);\n"
                       "GRANT INSERT ON ALL TABLES IN SCHEMA public TO writer;\n"
                       "CREATE TABLE later (a int);\nSET ROLE maker;\n"
                       "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO writer;\nRESET ROLE;\n"
                       "CREATE TABLE mine (a int);\nALTER TABLE mine OWNER TO maker;\n")
        other.write_text("CREATE TABLE t (a int);\nCREATE TABLE u (a int);\nCREATE TABLE later (a int);\n"
                         "CREATE TABLE mine (a int);\nGRANT SELECT ON t, u, later, mine TO \"An app\";\n"
                         "GRANT INSERT ON t, u TO writer;\nALTER TABLE mine OWNER TO maker;\n"
                         'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "An app";\n'
                         "ALTER DEFAULT PRIVILEGES FOR ROLE maker IN SCHEMA public GRANT SELECT ON TABLES TO writer;\n")
        done = self.diff("--from", str(one), "--to", str(other))
        self.assertEqual(done.stdout, "", done.stderr)
        self.assertIn("No differences.", done.stderr)

    def test_the_configuration_says_what_counts(self):
        self.cluster.psql(self.database, USERS + "CREATE TABLE tmp_x (); ALTER TABLE users OWNER TO reader;"
                                                 "GRANT SELECT ON users TO PUBLIC;")
        self.target(USERS)
        patterns = 'exclude = ["public.tmp_*"]'
        self.configure(patterns)
        self.assertIn("No differences.", self.diff().stderr)
        self.configure(patterns, "owners = true")
        self.assertIn("ALTER TABLE public.users OWNER TO postgres", self.diff("--sql").stdout)
        self.assertIn("No differences.", self.diff("--no-owners").stderr)
        self.configure(patterns, "privileges = true")
        self.assertIn("REVOKE SELECT ON TABLE public.users FROM PUBLIC", self.diff("--sql").stdout)
        self.assertIn("No differences.", self.diff("--no-privileges").stderr)
        self.configure()
        self.assertIn("DROP TABLE public.tmp_x", self.diff("--sql").stdout)
        self.assertIn("No differences.", self.diff("--exclude", "public.tmp_*").stderr)

    def test_what_joins_an_extension_and_what_leaves_it(self):
        member = "CREATE EXTENSION citext; CREATE TABLE t (a int); ALTER EXTENSION citext ADD TABLE t;"
        self.cluster.psql(self.database, "CREATE EXTENSION citext; CREATE TABLE t (a int);"
                                         "INSERT INTO t VALUES (7)")
        self.target(member)
        self.cluster.psql(self.database, self.diff("--sql").stdout)
        self.assertIn("No differences.", self.diff().stderr)
        self.assertEqual(self.cluster.psql(self.database, "SELECT a FROM t"), "7")
        self.target("CREATE EXTENSION citext; CREATE TABLE t (a int);")
        self.assertIn("say ALTER EXTENSION citext DROP TABLE public.t and compare again",
                      self.diff("--sql", check=1).stderr)

    def test_a_file_that_is_larger_than_allowed(self):
        (self.project.directory / "big.sql").write_text(USERS + "--" + "x" * 5000, encoding="utf-8")
        self.configure("[migrations]", 'max_file_size = "4kB"', target="")
        self.assertIn("big.sql", self.diff("--to", "big.sql", check=1).stderr)


if __name__ == "__main__":
    unittest.main()
