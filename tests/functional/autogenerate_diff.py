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

    def test_files_alone(self):
        old, new = self.project.directory / "old.sql", self.project.directory / "new.sql"
        old.write_text(USERS, encoding="utf-8")
        new.write_text(RENAMED, encoding="utf-8")
        sql = self.diff("--from", "old.sql", "--to", "new.sql", "--sql").stdout
        self.assertIn('RENAME COLUMN "phone" TO "tel"', sql)
        new.write_text(USERS + "CREATE ROLE r; GRANT SELECT ON users TO r;", encoding="utf-8")
        self.assertIn("GRANT SELECT", self.diff("--from", "old.sql", "--to", "new.sql", "--sql").stdout)

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
