"""revision --autogenerate, check, drift and baseline: what they write, refuse and leave behind."""

import json
import os
import signal
import time
import unittest

from autogenerate import TargetTest

USERS = "CREATE TABLE users (id int PRIMARY KEY, phone text);"


class Autogenerate(TargetTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.psql("postgres", "CREATE ROLE plain LOGIN")

    # What it refuses

    def test_without_a_target_it_says_what_to_set(self):
        self.configure(target="")
        self.assertIn("set target, target_command or target_url", self.generate(check=1).stderr)

    def test_a_database_that_is_not_at_heads_is_refused_by_the_name_of_what_is_pending(self):
        self.target(USERS)
        self.project.revision("a1", None, USERS, "DROP TABLE users;")
        done = self.generate(check=1)
        self.assertIn("Target database is not up to date: a1 is not applied to main", done.stderr)
        self.assertEqual(len(self.files()), 1)

    def test_a_target_that_does_not_load_has_file_line_and_caret(self):
        self.target("CREATE TABLE t (\n    id intt\n);\n")
        for command in (["revision", "--autogenerate", "-m", "x"], ["check"]):
            done = self.run_(*command, check=1)
            self.assertRegex(done.stderr, r'schema\.sql:2:8: type "intt" does not exist')
            self.assertIn("    id intt\n", done.stderr)
        self.assertEqual(self.scratch_databases(), "")

    def test_a_command_that_hangs_or_fails(self):
        self.configure('target_timeout = "300ms"', target='target_command = ["sleep", "60"]')
        self.assertIn("target_command (sleep) did not end within 300 ms", self.generate(check=1).stderr)
        self.configure(target='target_command = ["sh", "-c", "echo broken >&2; exit 7"]')
        self.assertIn("failed with exit status 7: broken", self.generate(check=1).stderr)

    def test_a_role_that_may_not_create_databases_is_told_what_to_do(self):
        self.target(USERS)
        self.configure(user="plain", scratch='scratch = "same_server"')
        self.cluster.psql(self.database, "GRANT CREATE ON SCHEMA public TO plain")
        done = self.generate(check=1)
        self.assertIn("permission denied to create database", done.stderr)
        self.assertIn("grant the role CREATEDB", done.stderr)

    def test_another_server_must_have_the_same_version_and_be_there(self):
        self.target(USERS)
        self.configure(scratch='scratch_url = "postgresql:///none?host=/nowhere"')
        done = self.generate(check=1)
        self.assertIn("cannot connect to the server of scratch_url", done.stderr)

    # What it writes

    def test_it_writes_proves_and_finds_nothing_the_second_time(self):
        self.start_with(USERS)
        self.target(USERS.replace("phone text", "phone text NOT NULL DEFAULT ''") +
                    "CREATE INDEX users_phone ON users (phone);")
        before = self.cluster.pg_dump(self.database, data=False)
        made = self.generate("--json")
        answer = json.loads(made.stdout)
        self.assertEqual([change["kind"] for change in answer["changes"]],
                         ["column", "column default", "index"])
        text = answer["files"][0]["text"]
        self.assertIn("-- Fails when the rows do not fit: column public.users.phone\n", text)
        self.assertIn("-- Blocks writers while it runs: index public.users_phone\n", text)
        self.run_("upgrade")
        self.assertEqual(self.generate().stdout, "No changes detected.\n")
        self.assertEqual(len(self.files()), 2)
        self.run_("downgrade", "-1")
        self.assertEqual(self.cluster.pg_dump(self.database, data=False), before)
        self.assertEqual(self.scratch_databases(), "")

    def test_sql_prints_and_writes_nothing(self):
        self.target(USERS)
        made = self.generate("--sql")
        self.assertIn("CREATE TABLE public.users", made.stdout)
        self.assertIn("DROP TABLE public.users", made.stdout)
        self.assertEqual(self.files(), [])

    def test_hooks_run_and_a_failing_one_leaves_no_file(self):
        self.target(USERS)
        hook = '[[revision.post_write_hooks]]\nname = "h"\ncommand = ["{}", "REVISION_SCRIPT_FILENAME"]'
        self.configure(hook.format("false"))
        self.generate(check=1)
        self.assertEqual(self.files(), [])
        self.configure(hook.format("ls"))
        self.assertIn("_change.sql", self.generate().stderr)

    def test_a_new_label_and_its_use_become_two_revisions(self):
        self.start_with("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood);")
        self.target("CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood DEFAULT 'b');")
        made = self.generate()
        self.assertEqual(made.stdout.count("Generating "), 2)
        self.assertIn("change_1_of_2.sql", made.stdout)
        self.run_("upgrade")
        self.assertEqual(self.generate().stdout, "No changes detected.\n")
        self.run_("downgrade", "a1")
        self.run_("upgrade")

    def test_include_and_exclude(self):
        self.target("CREATE SCHEMA app; CREATE TABLE app.a (); CREATE TABLE app.tmp_b ();"
                    "CREATE TABLE public.c ();")
        made = self.generate("--include", "app", "--exclude", "app.tmp_*", "--sql").stdout
        self.assertIn("CREATE TABLE app.a", made)
        self.assertNotIn("tmp_b", made)
        self.assertNotIn("public.c", made)

    def test_what_a_server_keeps_in_column_options_for_itself_is_no_difference(self):
        table = "CREATE TABLE t (a int, b int); ALTER TABLE t ALTER b SET (n_distinct = 5);"
        self.target(table)
        self.start_with(table)
        # As the minor releases of November 2026 do.
        self.cluster.psql(self.database, """
            UPDATE pg_attribute SET attoptions = '{pg_attver=7}'::text[] || CASE attname WHEN 'b' THEN '{n_distinct=5}'::text[] ELSE '{}' END
            WHERE attrelid = 't'::regclass AND attnum > 0""")
        self.assertEqual(self.cluster.psql(self.database, "SELECT attoptions FROM pg_attribute WHERE attname = 'b'"
                                                          " AND attrelid = 't'::regclass"), "{pg_attver=7,n_distinct=5}")
        self.assertIn("No changes detected", self.generate().stdout)
        self.target(table.replace("5", "6"))
        statements = self.generate("--sql").stdout
        self.assertIn("n_distinct", statements)
        self.assertNotIn("pg_attver", statements)

    # Renames

    def test_a_mark_keeps_the_data_and_may_stay(self):
        self.start_with(USERS + "INSERT INTO users VALUES (1, '555');")
        self.target("-- renamed from: users\nCREATE TABLE people (id int,\n"
                    "-- renamed from: phone\ntel text,\nCONSTRAINT users_pkey PRIMARY KEY (id));")
        self.assertIn("New upgrade operations detected: rename public.users to public.people; "
                      "rename public.users.phone to public.people.tel\n",
                      self.run_("check", check=3).stderr)
        answer = json.loads(self.run_("check", "--json", check=3).stdout)
        self.assertEqual(answer["operations"], [])
        self.assertEqual(answer["renames"][0], {"from": "public.users", "to": "public.people"})
        self.generate()
        self.run_("upgrade")
        self.assertEqual(self.cluster.psql(self.database, "SELECT tel FROM people"), "555")
        self.assertEqual(self.generate().stdout, "No changes detected.\n")
        self.run_("check")
        self.run_("downgrade", "-1")
        self.assertEqual(self.cluster.psql(self.database, "SELECT phone FROM users"), "555")

    def test_a_mark_in_what_a_command_prints(self):
        self.start_with(USERS)
        self.target("CREATE TABLE users (id int PRIMARY KEY,\n-- renamed from: phone\ntel text);")
        self.configure(target='target_command = ["cat", "schema.sql"]')
        self.assertIn("RENAME COLUMN", self.generate("--sql").stdout)

    def test_a_mark_that_matches_nothing_is_an_error_with_its_line(self):
        self.start_with(USERS)
        self.target("CREATE TABLE users (id int PRIMARY KEY,\n-- renamed from: fone\ntel text);")
        done = self.generate(check=1)
        self.assertIn("schema.sql:2:1: this rename mark matches nothing", done.stderr)
        self.assertIn("neither public.users.fone nor public.users.tel", done.stderr)
        self.assertEqual(len(self.files()), 1)

    def test_rename_on_the_command_line(self):
        self.start_with(USERS)
        self.target(USERS.replace("phone", "phone_number"))
        made = self.generate("--rename", "users.phone=users.phone_number", "--sql").stdout
        self.assertIn("RENAME COLUMN", made)
        self.assertNotIn("DROP COLUMN", made)
        self.assertIn("users.fone", self.generate("--rename", "users.fone=users.phone_number",
                                                  check=1).stderr)
        self.assertIn("OLD=NEW", self.generate("--rename", "users.phone", check=2).stderr)

    def test_a_likely_rename_is_never_a_silent_drop_and_add(self):
        self.start_with(USERS)
        self.target(USERS.replace("phone", "phone_number"))
        made = self.generate()
        self.assertIn("--rename 'public.users.phone=public.users.phone_number'", made.stderr)
        text = (self.project.migrations / self.files()[0]).read_text(encoding="utf-8")
        text += (self.project.migrations / self.files()[1]).read_text(encoding="utf-8")
        self.assertIn("with a new name? Then do not use this file", text)
        self.assertIn("-- Loses data: column public.users.phone", text)

    # Where the copy comes from

    def test_a_database_changed_by_hand_is_copied_from_pg_dump(self):
        self.start_with(USERS)
        self.cluster.psql(self.database, "CREATE TABLE by_hand (); CREATE INDEX ON users (phone)")
        self.target(USERS)
        made = self.generate()
        self.assertIn("no scratch copy by a replay of the revisions: it is not equal to the database",
                      made.stderr)
        self.assertIn("the scratch copy was made by pg_dump", made.stderr)
        self.assertIn("warning: the revisions do not make what the database is", made.stderr)
        self.run_("upgrade")
        self.run_("check")

    def test_on_the_same_server_a_revision_that_drops_a_role_is_not_replayed(self):
        self.cluster.psql("postgres", "CREATE ROLE precious")
        self.start_with("DO $$ BEGIN IF false THEN DROP ROLE precious; END IF; END $$;" + USERS)
        self.configure(scratch='scratch = "same_server"')
        self.target(USERS + "CREATE TABLE other ();")
        made = self.generate()
        self.assertIn("DROP ROLE reaches beyond its database", made.stderr)
        self.assertIn("the scratch copy was made by pg_dump", made.stderr)
        self.run_("upgrade")
        self.target(USERS + "DROP ROLE precious;")
        refused = self.generate(check=1)
        self.assertRegex(refused.stderr, r"schema\.sql:1:\d+: DROP ROLE reaches beyond")
        self.assertEqual(self.cluster.psql("postgres", "SELECT count(*) FROM pg_roles WHERE rolname "
                                                       "= 'precious'"), "1")
        self.cluster.psql("postgres", "DROP ROLE precious")

    def test_a_private_server_has_the_roles_that_are_named(self):
        self.start_with(USERS)
        self.configure("privileges = true", scratch="")
        self.cluster.psql("postgres", "CREATE ROLE reader")
        self.target(USERS + "GRANT SELECT ON users TO reader;")
        self.generate()
        self.run_("upgrade")
        self.assertEqual(self.generate().stdout, "No changes detected.\n")
        self.cluster.psql(self.database, "DROP OWNED BY reader; DROP ROLE reader")

    def test_scratch_databases_are_gone_after_kill_9(self):
        self.start_with(USERS)
        self.target("SELECT pg_sleep(30);" + USERS)
        process = self.project.start("check", env=self.env)
        for _ in range(400):
            if self.scratch_databases():
                break
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        self.assertNotEqual(self.scratch_databases(), "")
        self.cluster.psql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                                      "pid <> pg_backend_pid() AND backend_type = 'client backend'")
        self.target(USERS)
        self.run_("check")
        self.assertEqual(self.scratch_databases(), "")

    # The cache

    def test_the_targets_catalog_is_kept_without_secrets(self):
        self.start_with(USERS)
        self.target(USERS)
        directory = os.path.join(self.env["XDG_CACHE_HOME"], "revisiond")
        self.run_("check")
        kept = os.listdir(directory)
        self.assertEqual(len(kept), 1)
        self.assertEqual(os.stat(directory).st_mode & 0o777, 0o700)
        self.assertEqual(os.stat(os.path.join(directory, kept[0])).st_mode & 0o777, 0o600)
        # From now on no scratch database is needed, nor may one be made.
        self.cluster.psql("postgres", "ALTER ROLE plain CREATEDB")
        self.cluster.psql("postgres", "ALTER DATABASE template0 CONNECTION LIMIT 0")
        started = self.cluster.log().count("CREATE DATABASE")
        self.run_("check")
        self.assertEqual(self.cluster.log().count("CREATE DATABASE"), started)
        self.cluster.psql("postgres", "ALTER ROLE plain NOCREATEDB")
        with open(os.path.join(directory, kept[0]), "r+b") as file:
            file.truncate(100)
        self.run_("check")
        self.target(USERS + "-- another text")
        self.run_("check")
        self.assertEqual(len(os.listdir(directory)), 2)
        self.target(USERS + "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT "
                            "'postgresql://u:hush@h/d'::text$$;")
        self.run_("check", check=3)
        self.assertEqual(len(os.listdir(directory)), 2)

    def test_a_kept_catalog_says_again_what_was_passed_over(self):
        self.start_with(USERS)
        self.target(USERS + "COPY users (id) FROM stdin;\n1\n\\.\n")
        for _ in range(2):
            self.assertIn("the rows of COPY are not loaded", self.run_("check").stderr)
        self.assertEqual(len(os.listdir(os.path.join(self.env["XDG_CACHE_HOME"], "revisiond"))), 1)

    # drift and baseline

    def test_drift(self):
        self.start_with(USERS)
        self.assertIn("No drift", self.run_("drift").stdout)
        self.cluster.psql(self.database, "ALTER TABLE users ADD by_hand int")
        done = self.run_("drift", check=3)
        self.assertIn("add column public.users.by_hand", done.stdout)
        answer = json.loads(self.run_("drift", "--json", check=3).stdout)
        self.assertTrue(answer["drift"])
        self.assertEqual(answer["rows"], ["a1"])

    def test_baseline(self):
        self.cluster.psql(self.database, USERS + "CREATE VIEW v AS SELECT id FROM users;"
                          "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';")
        before = self.cluster.pg_dump(self.database, data=False)
        printed = self.run_("baseline", "--sql").stdout
        self.assertIn("CREATE VIEW public.v", printed)
        self.assertEqual(self.files(), [])
        self.run_("baseline", "-m", "what there was", "--rev-id", "b0")
        self.assertEqual(self.files(), ["b0_what_there_was.sql"])
        self.assertIn("b0 (head)", self.run_("current").stdout)
        self.assertIn("No drift", self.run_("drift").stdout)
        self.assertIn("cannot be undone", self.run_("downgrade", "base", check=1).stderr)
        fresh = self.cluster.create_database()
        self.database = fresh
        self.configure()
        self.run_("upgrade")
        self.cluster.psql(fresh, "DROP TABLE alembic_version")
        self.assertEqual(self.cluster.pg_dump(fresh, data=False), before)
        self.assertIn("a baseline is the first one", self.run_("baseline", check=1).stderr)

    def test_baseline_without_the_right_to_stamp_writes_nothing(self):
        self.cluster.psql("postgres", "CREATE ROLE baseliner LOGIN")
        self.cluster.psql(self.database, USERS + "ALTER TABLE users OWNER TO baseliner")
        self.configure(user="baseliner")
        refused = self.run_("baseline", check=1).stderr
        self.assertIn("baseliner may not create schema revisiond", refused)
        self.assertIn("table public.alembic_version", refused)
        self.assertIn("`revisiond ensure_version --sql`", refused)
        self.assertEqual(self.files(), [])
        self.assertIn("CREATE TABLE public.users", self.run_("baseline", "--sql").stdout)
        self.cluster.psql(self.database, self.run_("ensure_version", "--sql").stdout)
        self.run_("baseline", "--rev-id", "b0")
        self.assertIn("b0 (head)", self.run_("current").stdout)

    def test_baseline_that_cannot_be_stamped_names_its_file(self):
        self.cluster.psql(self.database, USERS + "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql"
                          " AS 'BEGIN RAISE EXCEPTION ''not today''; END'; CREATE EVENT TRIGGER refuse ON"
                          " ddl_command_start WHEN TAG IN ('CREATE SCHEMA') EXECUTE FUNCTION refuse()")
        refused = self.run_("baseline", "--rev-id", "b0", check=1).stderr
        self.assertIn("not today", refused)
        self.assertIn("b0_baseline.sql is written, and the database is not stamped", refused)
        self.assertIn("`revisiond stamp b0`", refused)
        self.cluster.psql(self.database, "DROP EVENT TRIGGER refuse")
        self.run_("stamp", "b0")
        self.assertIn("b0 (head)", self.run_("current").stdout)

    def test_baseline_takes_over_the_row_of_another_tool(self):
        self.cluster.psql(self.database, USERS + "CREATE TABLE alembic_version (version_num varchar(32)"
                          " PRIMARY KEY); INSERT INTO alembic_version VALUES ('bbb222');")
        for arguments in ((), ("--rev-id", "bbb223")):
            refused = self.run_("baseline", *arguments, check=1).stderr
            self.assertIn("alembic_version holds bbb222 already", refused)
            self.assertIn("`revisiond baseline --rev-id bbb222` takes it over", refused)
        self.run_("baseline", "--rev-id", "bbb222")
        self.assertEqual(self.files(), ["bbb222_baseline.sql"])
        self.assertEqual(self.cluster.psql(self.database, "SELECT version_num FROM alembic_version"), "bbb222")
        self.run_("upgrade")
        self.assertIn("bbb222 (head)", self.run_("current").stdout)
        self.assertIn("No drift", self.run_("drift").stdout)


if __name__ == "__main__":
    unittest.main()
