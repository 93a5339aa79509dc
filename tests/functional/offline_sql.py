"""`--sql`: a script in psql's hands does what an online run does, and stops where it would.

Every script runs by `psql -f`, never with -1. Reference is always the same work done online.
"""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

import pg

SAMPLE = Path(__file__).resolve().parents[2] / "migrations"
FAILS = "SELECT 1 / 0;"


def run_script(cluster, database, text, stop=False, options=()):
    """psql -X -f on the text; the CompletedProcess. stop: with ON_ERROR_STOP."""
    path = Path(cluster.directory) / f"{database}.sql"
    path.write_text(text, encoding="utf-8")
    command = [os.path.join(cluster.bin_dir, "psql"), "-X", "-q", "-d", cluster.url(database)]
    command += ["-v", "ON_ERROR_STOP=1"] if stop else []
    return subprocess.run([*command, *options, "-f", str(path)], text=True, capture_output=True,
                          check=False, env=pg.clean_environment())


def spoil(path, section):
    """Makes the section of the file fail at its end."""
    text = path.read_text(encoding="utf-8")
    if f"-- [{section}]" not in text:
        text += f"\n-- [{section}]\n"
    head, body = text.split(f"-- [{section}]\n", 1)
    mark = re.search(r"^-- \[(upgrade|downgrade|verify)\]$", body, re.MULTILINE)
    at = mark.start() if mark else len(body)
    path.write_text(f"{head}-- [{section}]\n{body[:at]}\n{FAILS}\n\n{body[at:]}", encoding="utf-8")


class OfflineSql(pg.ClusterTest):
    def project(self, sample=False, config=None):
        project = self.new_project(config=config)
        if sample:
            shutil.copytree(SAMPLE, project.migrations, dirs_exist_ok=True)
        return project

    def rows(self, database, table="alembic_version"):
        return self.cluster.psql(database, f"SELECT version_num FROM {table} ORDER BY 1").split()

    def twin(self, project, *upgrade):
        """Another database, taken to where the project's will be."""
        database = self.cluster.create_database()
        if upgrade:
            script = project.run("upgrade", "--sql", *upgrade).stdout
            self.assertEqual(run_script(self.cluster, database, script, stop=True).returncode, 0)
        return database

    def assert_same(self, first, second):
        self.assertEqual(self.cluster.pg_dump(first), self.cluster.pg_dump(second))

    def assert_like_online(self, project, *arguments):
        """Runs the arguments online, and their script on a twin, both ways of psql."""
        project.run(*arguments)
        script = project.run(arguments[0], "--sql", *arguments[1:]).stdout
        for stop in (False, True):
            database = self.cluster.create_database()
            done = run_script(self.cluster, database, script, stop)
            self.assertEqual((done.returncode, done.stderr), (0, ""), script)
            self.assert_same(project.database, database)

    # The sample project

    def test_upgrade_of_the_sample_is_like_online(self):
        self.assert_like_online(self.project(sample=True), "upgrade", "heads")

    def test_downgrade_of_the_sample_is_like_online(self):
        project = self.project(sample=True)
        project.run("upgrade", "heads")
        script = project.run("downgrade", "--sql", "heads:base").stdout
        databases = [self.twin(project, "heads"), self.twin(project, "heads")]
        project.run("downgrade", "base")
        for stop, database in zip((False, True), databases):
            done = run_script(self.cluster, database, script, stop)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assert_same(project.database, database)

    def test_part_of_the_way_is_like_online(self):
        project = self.project(sample=True)
        project.run("upgrade", "search@head")
        database = self.twin(project, "search@head")
        project.run("upgrade", "heads")
        script = project.run("upgrade", "--sql", "search@head:heads").stdout
        self.assertEqual(run_script(self.cluster, database, script).stderr, "")
        self.assert_same(project.database, database)

    def test_after_a_failed_upgrade_at_any_place_nothing_takes_effect(self):
        for file in sorted(path.name for path in SAMPLE.glob("*.sql")):
            project = self.project(sample=True)
            spoil(project.migrations / file, "upgrade")
            script = project.run("upgrade", "--sql", "heads").stdout
            project.run("upgrade", "heads", check=1)
            for stop in (False, True):
                with self.subTest(file=file, stop=stop):
                    database = self.twin(project)
                    done = run_script(self.cluster, database, script, stop)
                    self.assertIn("division by zero", done.stderr)
                    self.assert_same(project.database, database)

    def test_after_a_failed_downgrade_at_any_place_nothing_takes_effect(self):
        sound = self.project(sample=True)
        for file in sorted(path.name for path in SAMPLE.glob("*.sql")):
            project = self.project(sample=True)
            project.run("upgrade", "heads")
            spoil(project.migrations / file, "downgrade")
            script = project.run("downgrade", "--sql", "heads:base").stdout
            project.run("downgrade", "base", check=1)
            for stop in (False, True):
                with self.subTest(file=file, stop=stop):
                    database = self.twin(sound, "heads")
                    done = run_script(self.cluster, database, script, stop)
                    self.assertIn("division by zero", done.stderr)
                    self.assert_same(project.database, database)

    # Guards

    def test_a_script_that_was_run_already_changes_nothing(self):
        project = self.project(sample=True)
        script = project.run("upgrade", "--sql", "heads").stdout
        database = self.twin(project, "heads")
        before = self.cluster.pg_dump(database)
        self.assertIn("the version table holds {d08b3f61c7e5}, not {}",
                      run_script(self.cluster, database, script).stderr)
        self.assertEqual(self.cluster.pg_dump(database), before)

    def test_a_script_for_other_rows_changes_nothing(self):
        project = self.project(sample=True)
        script = project.run("upgrade", "--sql", "search@head:heads").stdout
        database = self.twin(project, "5d1f0a6c3b72")
        before = self.cluster.pg_dump(database)
        run_script(self.cluster, database, script)
        self.assertEqual(self.cluster.pg_dump(database), before)

    def test_current_as_the_start_asks_the_database(self):
        project = self.project(sample=True)
        project.run("upgrade", "search@head")
        for verb, given in (("upgrade", "search@head:heads"), ("downgrade", "search@head:base")):
            expected = project.run(verb, "--sql", given).stdout
            self.assertEqual(project.run(verb, "--sql", given.replace("search@head", "current")).stdout, expected)
        self.assertIn('"-1" as a start would count from where the database is',
                      project.run("upgrade", "--sql", "-1:heads", check=1).stderr)

    # What files may do

    def test_sessions_are_put_back(self):
        project = self.project()
        role = f"role_{project.database}"
        self.cluster.psql(project.database, f"CREATE ROLE {role}")
        project.revision("a", None, "CREATE SCHEMA other; CREATE TABLE other.alembic_version (x int);"
                         f" GRANT ALL ON SCHEMA other TO {role}; SET search_path = other;"
                         " CREATE TABLE first (x int);")
        project.revision("b", "a", "CREATE TABLE second (x int); SET LOCAL search_path = other;"
                         f" SET ROLE {role}; CREATE TABLE third (x int);")
        project.revision("c", "b", "CREATE TABLE fourth (x int);"
                         " SELECT set_config('search_path', 'other', false);")
        project.revision("d", "c", "DO $$BEGIN SET search_path = other; END$$;"
                         " CREATE TEMP TABLE fourth (y int); CREATE TABLE fifth (x int);")
        project.revision("e", "d", "ALTER TABLE fourth ADD z int;")
        self.cluster.psql("postgres", f"ALTER DATABASE {project.database} SET work_mem = '5MB'")
        self.assert_like_online(project, "upgrade", "heads")

    def test_copy_data_does_not_become_sql(self):
        project = self.project()
        project.revision("a", None, "CREATE TABLE texts (t text);")
        project.revision("b", "a", "CREATE TABLE more (x int);\n"
                         "COPY texts (t) FROM stdin;\nCOMMIT;\nCREATE TABLE oops ();\nit's\n"
                         "tab\\tnew\\nline\n\\\\.\n\\N\n\\.\n")
        project.revision("c", "b", "CREATE TABLE last (x int);")
        self.assert_like_online(project, "upgrade", "heads")
        script = project.run("upgrade", "--sql", "heads").stdout.replace("COPY texts (t)", "COPY no (t)")
        database = self.twin(project)
        run_script(self.cluster, database, script)
        self.assertEqual(self.rows(database), ["a"])
        self.assertEqual(self.cluster.psql(
            database, "SELECT count(*) FROM pg_class WHERE relname IN ('oops', 'more', 'last')"), "0")

    def test_colons_stay_colons_and_text_stays_text(self):
        project = self.project()
        project.revision("a", None, "CREATE TABLE t AS SELECT (ARRAY[1,2,3])[1:two] AS part,"
                         " ':two \\ $revisiond$' AS words FROM (SELECT 2 AS two) AS s;",
                         message="it's ; \\ -- $revisiond$ ü")
        script = project.run("upgrade", "--sql", "heads").stdout
        project.run("upgrade", "heads")
        database = self.twin(project)
        done = run_script(self.cluster, database, script, options=("-v", "two=3"))
        self.assertEqual(done.stderr, "")
        self.assert_same(project.database, database)

    def test_verify_that_does_not_answer_true_stops(self):
        for verify, goes_on in (("SELECT false", False), ("SELECT count(*) = 1 FROM t", False),
                                ("WITH x AS (SELECT 1) SELECT false FROM x;", False),
                                ("VALUES (false)", False), ("SELECT 1 / 0", False),
                                ("SELECT NULL::boolean", False), ("SELECT true", True),
                                ("SELECT NULL::int", True), ("SELECT 'false'::json", True),
                                ("SELECT false, false", True), ("VALUES (false), (false)", True),
                                ("SELECT 0", True), ("SELECT", True)):
            for transaction in (True, False):
                with self.subTest(verify=verify, transaction=transaction):
                    project = self.project()
                    project.revision("a", None, "CREATE TABLE t (x int);", verify=verify,
                                     transaction=transaction)
                    project.revision("b", "a", "CREATE TABLE u (x int);")
                    script = project.run("upgrade", "--sql", "heads").stdout
                    project.run("upgrade", "heads", check=0 if goes_on else 1)
                    database = self.twin(project)
                    run_script(self.cluster, database, script)
                    self.assertEqual(self.rows(database), ["b"] if goes_on else [])
                    self.assert_same(project.database, database)

    def test_deferred_constraints_are_checked_before_verify(self):
        project = self.project()
        project.revision("a", None, "CREATE TABLE t (x int PRIMARY KEY, y int REFERENCES t"
                         " DEFERRABLE INITIALLY DEFERRED); INSERT INTO t VALUES (1, 2);",
                         verify="DELETE FROM t RETURNING true")
        project.revision("b", "a", "CREATE TABLE u (x int);")
        project.run("upgrade", "heads", check=1)
        database = self.twin(project)
        run_script(self.cluster, database, project.run("upgrade", "--sql", "heads").stdout)
        self.assertEqual(self.rows(database), [])

    # The version table

    def test_a_version_table_in_a_schema(self):
        database = self.cluster.create_database()
        config = (f'[databases.main]\nurl = "{self.cluster.url(database)}"\n'
                  'version_table = "app.versions"\n')
        project = self.project(config=config)
        project.database = database
        self.cluster.psql(database, "CREATE SCHEMA app")
        project.revision("a", None, "CREATE TABLE t (x int);", "DROP TABLE t;")
        done = run_script(self.cluster, database, project.run("upgrade", "--sql", "a").stdout)
        self.assertEqual((done.stderr, self.rows(database, "app.versions")), ("", ["a"]))
        project.run("current", "--check-heads")
        run_script(self.cluster, database, project.run("downgrade", "--sql", "a:base").stdout)
        self.assertEqual(self.rows(database, "app.versions"), [])

    def test_long_ids_fit_into_alembics_column(self):
        project = self.project()
        name = "r" + "0" * 60
        project.revision("a", None, "CREATE TABLE t (x int);")
        project.revision(name, "a", "CREATE TABLE u (x int);")
        self.cluster.psql(project.database,
                          "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        done = run_script(self.cluster, project.database,
                          project.run("upgrade", "--sql", "heads").stdout)
        self.assertNotIn("ERROR", done.stderr)
        self.assertEqual(self.rows(project.database), [name])

    def test_stamp_moves_rows_between_guards(self):
        project = self.project(sample=True)
        script = project.run("stamp", "--sql", "heads").stdout
        done = run_script(self.cluster, project.database, script)
        self.assertEqual((done.stderr, self.rows(project.database)), ("", ["d08b3f61c7e5"]))
        self.assertIn("holds", run_script(self.cluster, project.database, script).stderr)
        back = project.run("stamp", "--sql", "heads:5d1f0a6c3b72").stdout
        self.assertEqual(run_script(self.cluster, project.database, back).stderr, "")
        self.assertEqual(self.rows(project.database), ["5d1f0a6c3b72"])

    def test_what_cannot_be_written_is_refused(self):
        project = self.project(sample=True)
        self.assertIn("<from>:<to>", project.run("downgrade", "--sql", "base", check=False).stderr)
        self.assertNotEqual(project.run("stamp", "--sql", "--purge", "heads", check=False).returncode, 0)
        relative = project.run("upgrade", "--sql", "+1:heads", check=1).stderr
        self.assertIn('"+1" as a start would count from where the database is', relative)
        starts = project.run("stamp", "--sql", "base:5d1f0a6c3b72", "base:heads", check=1).stderr
        self.assertIn("only one target of stamp may say from where", starts)

    def test_the_script_is_the_same_every_time(self):
        project = self.project(sample=True)
        first = project.run("upgrade", "--sql", "--tag", "v7", "heads").stdout
        self.assertEqual(first, project.run("upgrade", "--sql", "--tag", "v7", "heads").stdout)
        self.assertIn("-- tag: v7\n", first)


if __name__ == "__main__":
    unittest.main()
