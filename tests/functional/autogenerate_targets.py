"""revision --autogenerate and check: wherever the target comes from, what stops them, and what they ask."""

import os
import pty
import signal
import subprocess
import time
import unittest

from autogenerate import TargetTest
from pg import clean_environment

USERS = "CREATE TABLE users (id int PRIMARY KEY, phone text);"


class Targets(TargetTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.psql("postgres", "CREATE ROLE plain LOGIN; CREATE ROLE maker LOGIN CREATEDB")

    def add_file(self, name, text):
        path = self.project.directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def expect_round_trip(self):
        """What is generated makes the database what the target is, and leads back."""
        if not self.files():
            self.start_with("SELECT 1;")
        before = self.cluster.pg_dump(self.database, data=False)
        self.generate()
        self.run_("upgrade")
        self.assertEqual("No changes detected.\n", self.generate().stdout)
        after = self.cluster.pg_dump(self.database, data=False)
        self.run_("downgrade", "-1")
        self.assertEqual(before, self.cluster.pg_dump(self.database, data=False))
        self.run_("upgrade")
        self.assertEqual(after, self.cluster.pg_dump(self.database, data=False))

    # Where it comes from

    def test_another_database(self):
        wanted = self.cluster.create_database()
        self.cluster.psql(wanted, USERS + "CREATE VIEW phones AS SELECT phone FROM users;")
        self.start_with(USERS)
        self.configure(target=f'target_url = "{self.cluster.url(wanted)}"')
        self.expect_round_trip()
        self.cluster.psql(wanted, "DROP VIEW phones")
        self.assertIn("remove view public.phones", self.run_("check", check=3).stderr)

    def test_a_dump_with_restrict_lines_as_pg_dump_writes_it(self):
        wanted = self.cluster.create_database()
        self.cluster.psql(wanted, USERS + "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
                                          "COMMENT ON TABLE users IS 'all of them'; INSERT INTO users VALUES (1, '5');")
        dump = subprocess.run([os.path.join(self.cluster.bin_dir, "pg_dump"), "--schema-only", "-d",
                               self.cluster.url(wanted)], text=True, capture_output=True, check=True,
                              env=clean_environment()).stdout
        lines = [line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))]
        self.target("\n".join(["\\restrict 8kX", *lines, "\\unrestrict 8kX"]) + "\n")
        self.expect_round_trip()
        self.assertEqual("all of them", self.cluster.psql(self.database, "SELECT obj_description('users'::regclass)"))

    def test_files_of_a_directory_that_refer_to_later_ones(self):
        self.configure(target='target = ["schema", "more/*.sql"]')
        self.add_file("schema/10_view.sql", "CREATE VIEW names AS SELECT name FROM people;")
        self.add_file("schema/20_posts.sql", "CREATE TABLE posts (author int REFERENCES people (id), n int DEFAULT one());")
        self.add_file("schema/30_people.sql", "CREATE TABLE people (id int PRIMARY KEY, name text);")
        self.add_file("more/one.sql", "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';")
        self.add_file("more/notes.txt", "this is no SQL")
        self.expect_round_trip()

    def test_what_a_command_says_on_standard_error_is_shown(self):
        self.target(USERS)
        self.configure(target='target_command = ["sh", "-c", "echo models are old >&2; cat schema.sql"]')
        made = self.generate()
        self.assertIn("models are old", made.stderr)
        self.assertIn("Generating ", made.stdout)

    # What stops them

    def test_a_missing_role_is_named_where_roles_cannot_be_made(self):
        self.configure("privileges = true")
        self.target(USERS + "GRANT SELECT ON users TO nobody_here;")
        done = self.generate(check=1)
        self.assertIn('role "nobody_here" does not exist', done.stderr)
        self.assertIn("schema.sql:1:", done.stderr)
        self.assertIn("create the role", done.stderr)
        self.assertEqual([], self.files())

    def test_a_missing_extension_is_named(self):
        for scratch in (None, ""):
            self.configure(scratch=scratch)
            self.target("CREATE EXTENSION not_installed_here;" + USERS)
            done = self.generate(check=1)
            self.assertIn("not_installed_here", done.stderr)
            self.assertIn("schema.sql:1:", done.stderr)
        self.assertEqual([], self.files())

    def expect_named(self, what, undo):
        for command in (["revision", "--autogenerate", "-m", "x"], ["check"], ["diff", "--sql"], ["drift"]):
            done = self.run_(*command, check=1)
            self.assertIn(what, done.stderr, command)
            self.assertEqual("", done.stdout, command)
        self.cluster.psql(self.database, undo)
        self.run_("check")

    def test_kinds_that_are_not_known_are_named(self):
        self.start_with(USERS)
        self.target(USERS)
        self.run_("check")
        self.cluster.psql(self.database, "INSERT INTO pg_seclabel VALUES ('users'::regclass, "
                                         "'pg_class'::regclass, 0, 'selinux', 'secret')")
        self.expect_named("selinux on table public.users (security label)", "DELETE FROM pg_seclabel")
        catalog = "SET allow_system_table_mods = on; {} TABLE pg_catalog.pg_novelty"
        self.cluster.psql(self.database, catalog.format("CREATE") + " AS SELECT 1 AS one")
        self.expect_named("pg_novelty (catalog)", catalog.format("DROP"))
        kind = "UPDATE pg_class SET relkind = '{}' WHERE oid = 'odd'::regclass"
        self.cluster.psql(self.database, "CREATE TABLE odd (); " + kind.format("X"))
        self.expect_named("public.odd (relation kind 'X')", kind.format("r") + "; DROP TABLE odd")

    def test_kinds_that_are_not_known_in_the_target_too(self):
        wanted = self.cluster.create_database()
        self.cluster.psql(wanted, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
                                  "UPDATE pg_proc SET prokind = 'X' WHERE proname = 'f'")
        self.configure(target=f'target_url = "{self.cluster.url(wanted)}"')
        self.assertIn("public.f (routine kind 'X')", self.generate(check=1).stderr)

    def test_large_objects_are_rows_and_no_schema(self):
        self.start_with(USERS)
        self.target(USERS)
        self.cluster.psql(self.database, "SELECT lo_from_bytea(0, 'x')")
        self.run_("check")

    # What is equal however it is written

    def test_another_spelling_is_no_change(self):
        self.start_with("""
            CREATE EXTENSION "uuid-ossp";
            CREATE TABLE t (a uuid DEFAULT gen_random_uuid(), b uuid DEFAULT uuid_generate_v4(), c int DEFAULT 1 + 2,
                            d varchar(9) CHECK (d IN ('x', 'y')), e timestamptz DEFAULT now(), f text DEFAULT 'x',
                            g boolean DEFAULT false, h numeric(6, 2)[], PRIMARY KEY (a));
            CREATE INDEX t_lower ON t (lower(d)) WHERE c > 3;
            CREATE VIEW v AS SELECT a, d FROM t WHERE d LIKE 'x%';""")
        self.target("""
            create extension if not exists "uuid-ossp" with schema public;
            create table "public"."t" (a uuid constraint t_pkey primary key default pg_catalog.gen_random_uuid(),
                b uuid default public.uuid_generate_v4(), c int4 default (1) + (2), d character varying(9),
                e timestamp with time zone default pg_catalog.now(), f text default 'x'::text, g bool default 'f',
                h decimal(6,2) array, constraint t_d_check check (d = any (array['x', 'y']::varchar[])));
            create index t_lower on only t using btree (lower((d)::text)) where (c > 3);
            create view v (a, d) as select t.a, t.d from public.t where (t.d ~~ 'x%');""")
        self.assertEqual("No changes detected.\n", self.generate().stdout)
        self.run_("check")

    # The copy that proves it

    def test_without_pg_dump_and_replay_our_own_ddl_makes_the_copy(self):
        self.start_with(USERS)
        self.cluster.psql(self.database, """
            CREATE TYPE mood AS ENUM ('low', 'high');
            CREATE TABLE by_hand (id serial PRIMARY KEY, m mood DEFAULT 'low');
            CREATE VIEW seen AS SELECT m FROM by_hand;
            CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
            GRANT SELECT ON alembic_version TO plain;
            GRANT USAGE ON SCHEMA revisiond TO plain; GRANT SELECT ON ALL TABLES IN SCHEMA revisiond TO plain""")
        self.target(USERS)
        self.configure(user="plain")  # who may not read the tables, as pg_dump must
        made = self.generate()
        self.assertIn("no scratch copy by pg_dump: pg_dump", made.stderr)
        self.assertIn("the scratch copy was made by our own DDL", made.stderr)
        self.configure()
        self.run_("upgrade")
        self.assertEqual("", self.cluster.psql(self.database, "SELECT to_regclass('by_hand')"))
        self.run_("check")

    def test_scratch_databases_on_the_same_server_are_gone_after_kill_9(self):
        self.start_with(USERS)
        self.configure(scratch='scratch = "same_server"')
        self.target("SELECT pg_sleep(30);" + USERS)
        process = self.project.start("check", env=self.env)
        self.addCleanup(process.wait)
        for _ in range(600):
            if self.scratch_databases():
                break
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        self.assertNotEqual("", self.scratch_databases())
        self.cluster.psql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                                      "pid <> pg_backend_pid() AND backend_type = 'client backend'")
        self.target(USERS)
        self.run_("check")
        self.assertEqual("", self.scratch_databases())

    # Renames that only a person knows of

    def answer(self, answer):
        """Runs autogenerate on a terminal whose person answers; what the terminal showed."""
        try:
            person, terminal = pty.openpty()
        except OSError as error:
            self.skipTest(f"this machine gives no terminal: {error}")
        self.addCleanup(os.close, person)
        process = self.project.start("revision", "--autogenerate", "-m", "change", env=self.env, stdin=terminal,
                                     stdout=terminal, stderr=terminal)
        os.close(terminal)
        shown = ""
        while True:
            try:
                part = os.read(person, 4096).decode()
            except OSError:  # nobody has the other end any more
                break
            if not part:
                break
            if "[y/N]" in part:
                os.write(person, f"{answer}\n".encode())
            shown += part
        self.assertEqual(0, process.wait(60), shown)
        return shown

    def generated(self):
        return max(self.project.migrations.iterdir(), key=lambda path: path.stat().st_mtime_ns).read_text(encoding="utf-8")

    def test_a_person_is_asked_and_says_yes(self):
        self.start_with(USERS + "INSERT INTO users VALUES (1, '555');")
        self.target(USERS.replace("phone", "phone_number"))
        shown = self.answer("y")
        self.assertIn("Is column public.users.phone_number what column public.users.phone was, with a new name?", shown)
        self.run_("upgrade")
        self.assertEqual("555", self.cluster.psql(self.database, "SELECT phone_number FROM users"))
        self.assertEqual("No changes detected.\n", self.generate().stdout)

    def test_a_person_is_asked_and_says_no(self):
        self.start_with(USERS)
        self.target(USERS.replace("phone", "phone_number"))
        self.assertIn("its data would be lost", self.answer("n"))
        text = self.generated()
        self.assertIn("DROP COLUMN", text)
        self.assertNotIn("RENAME", text.replace("--rename", ""))


if __name__ == "__main__":
    unittest.main()
