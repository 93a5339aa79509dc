"""Where a database stands, and what is refused there: status, check, repair, foreign tables."""

import json
import re
import subprocess
import unittest

import pg


class States(pg.ClusterTest):
    def project(self, *revisions, extra=""):
        """A project whose revisions stand in a line: each creates the table of its name."""
        project = self.new_project(settings=extra)
        down = None
        for revision in revisions:
            project.revision(revision, down, f"CREATE TABLE {revision} (x int);",
                             f"DROP TABLE {revision};")
            down = revision
        return project

    def state(self, project):
        return json.loads(project.run("status", "--json", check=False).stdout)["state"]

    def json(self, project, *arguments, check=True):
        done = project.run(*arguments, "--json", check=check)
        return json.loads(done.stdout or done.stderr)

    def history(self, project):
        return self.cluster.rows(project.database, "SELECT revision, outcome FROM revisiond.history"
                                 " WHERE outcome <> 'failed' ORDER BY id")

    def edit(self, project, revision, old, new):
        path = next(project.migrations.glob(f"{revision}_*.sql"))
        path.write_text(path.read_text().replace(old, new))
        return path

    # States

    def test_empty_pending_and_up_to_date(self):
        project = self.project("a", "b")
        self.assertEqual(self.state(project), "empty")
        project.run("upgrade", "a")
        self.assertEqual(self.state(project), "pending")
        project.run("check", check=3)
        project.run("upgrade", "heads")
        self.assertEqual(self.state(project), "up_to_date")
        project.run("check")

    def test_reading_changes_nothing(self):
        project = self.project("a")
        before = self.cluster.pg_dump(project.database, exclude_schemas=())
        for command in ("status", "current", "check", "plan heads", "lock", "history -i"):
            project.run(*command.split(), check=False)
        self.assertEqual(self.cluster.pg_dump(project.database, exclude_schemas=()), before)

    def test_another_tools_revision_without_files_is_a_baseline(self):
        project = self.project()
        self.cluster.psql(project.database, "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
                                            "INSERT INTO alembic_version VALUES ('4a5e8c1d2f30')")
        self.assertIn("`revisiond baseline --rev-id 4a5e8c1d2f30`", project.run("status", check=3).stderr)

    def test_an_older_image_meets_a_database_that_is_ahead(self):
        project = self.project("a", "b", "c")
        project.run("upgrade", "heads")
        for name in ("b", "c"):
            next(project.migrations.glob(f"{name}_*.sql")).unlink()
        status = self.json(project, "status")
        self.assertEqual((status["state"], status["unknown_rows"], status["pending"]),
                         ("ahead", ["c"], []))
        project.run("check")
        self.assertIn("which no file knows", project.run("current", "--check-heads").stderr)
        result = self.json(project, "upgrade", "heads")
        self.assertEqual((result["outcome"], result["rows"]), ("nothing_to_do", ["c"]))
        self.assertIn("c", project.run("current").stdout)
        # What lies below it is not undone by files that do not know it.
        project.run("downgrade", "base", check=1)

    def test_files_beside_an_unknown_row_are_diverged(self):
        project = self.project("a", "b")
        project.run("upgrade", "heads")
        next(project.migrations.glob("b_*.sql")).unlink()
        project.revision("c", "a", "CREATE TABLE c (x int);")
        self.assertEqual(self.state(project), "diverged")
        project.run("check", check=3)
        project.run("current", "--check-heads", check=3)

    def test_an_unknown_row_without_a_record_is_refused_and_purged(self):
        project = self.project("a")
        self.cluster.psql(project.database, "CREATE TABLE alembic_version (version_num varchar(32)"
                          " PRIMARY KEY); INSERT INTO alembic_version VALUES ('nobody')")
        self.assertEqual(self.state(project), "diverged")
        project.run("current", "--check-heads", check=3)
        done = project.run("upgrade", "heads", check=1)
        self.assertIn("nobody", done.stderr)
        project.run("stamp", "--purge", "a")
        self.assertEqual(self.state(project), "up_to_date")

    def test_alembics_database_is_adopted_at_the_first_write(self):
        project = self.project("a", "b", "c")
        self.cluster.psql(project.database, "CREATE TABLE a (x int); CREATE TABLE b (x int);"
                          "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
                          "INSERT INTO alembic_version VALUES ('b')")
        self.assertEqual(self.state(project), "pending")
        project.run("upgrade", "heads")
        self.assertEqual(self.cluster.psql(project.database,
                                           "SELECT revision FROM revisiond.revision ORDER BY 1")
                         .split(), ["a", "b", "c"])
        self.edit(project, "a", "(x int)", "(x bigint)")
        self.assertEqual(self.state(project), "modified")

    # Modified files

    def test_a_modified_file_refuses_until_repaired(self):
        project = self.project("a", "b")
        project.run("upgrade", "a")
        self.edit(project, "a", "(x int)", "(x bigint)")
        self.assertEqual(self.state(project), "modified")
        project.run("check", check=3)
        for command in (("upgrade", "heads"), ("downgrade", "base"), ("upgrade", "heads", "--dry-run")):
            error = self.json(project, *command, check=1)["error"]
            self.assertEqual((error["code"], error["kind"]), ("service.modified", "refused"))
        project.run("repair", "a")
        self.assertEqual(self.state(project), "pending")
        project.run("upgrade", "heads")

    def test_the_configuration_may_say_warn(self):
        project = self.project("a", "b", extra='\n[apply]\nmodified = "warn"\n')
        project.run("upgrade", "a")
        self.edit(project, "a", "(x int)", "(x bigint)")
        self.assertEqual(self.state(project), "pending")
        self.assertIn("has changed since", project.run("upgrade", "heads").stderr)
        project.run("check")

    def test_a_changed_downgrade_or_comment_above_is_no_obstacle(self):
        project = self.project("a", "b")
        project.run("upgrade", "a")
        path = self.edit(project, "a", "DROP TABLE a", "DROP TABLE IF EXISTS a")
        path.write_text("-- More words.\r\n" + path.read_text().replace("\n", "\r\n"), newline="")
        self.assertEqual(self.state(project), "pending")
        self.assertIn("[downgrade] of revision a has changed", project.run("status", check=3).stderr)
        project.run("upgrade", "heads")

    def test_statements_in_doubt_wait_for_repair(self):
        project = self.project("a")
        project.revision("b", "a", "DO $$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END$$;",
                         transaction=False)
        project.run("upgrade", "heads", check=1)
        self.assertEqual(self.state(project), "in_doubt")
        project.run("check", check=3)
        project.run("upgrade", "heads", check=1)
        project.run("repair", "--done", "a", check=1)
        both = project.run("repair", "--done", "b", "--retry", "b", check=1)
        self.assertIn("b is named as done and to be tried again", both.stderr)
        project.run("repair", "--done", "b")
        project.run("upgrade", "heads")
        self.assertEqual(self.state(project), "up_to_date")

    def test_a_half_done_revision_is_told_wherever_it_matters(self):
        project = self.project("a")
        path = project.revision("b", "a", "CREATE TABLE b1 (x int);\nCREATE TABLE b2 (x int);\nSELECT 1 / 0;",
                                "DROP TABLE b1, b2;", transaction=False)
        failed = project.run("upgrade", check=1).stderr
        self.assertIn("2 of 3 statements of revision b are done and stay", failed)
        self.assertIn("the database is at a", failed)
        self.assertIn("revision b is half done: 2 of its 3 statements", project.run("plan").stderr)
        self.assertIn("the upgrade of b is half done: `revisiond upgrade` finishes it", project.run("repair").stdout)
        refused = project.run("downgrade", "base", "--dry-run", check=1).stderr
        self.assertIn("the upgrade of revision b is half done", refused)
        path.write_text(path.read_text().replace("1 / 0", "1"))
        finished = project.run("upgrade").stderr
        self.assertIn("2 of 3 statements were done by an earlier run", finished)
        self.assertNotIn("half done", finished)
        self.assertNotIn("half done", project.run("plan", "--downgrade", "base").stderr)

    def test_a_failure_says_where_the_database_is(self):
        project = self.project("a")
        project.revision("b", "a", "CREATE TABLE b (x int);\nSELECT 1 / 0;")
        failed = project.run("upgrade", check=1).stderr
        self.assertIn("hint: revision b was rolled back; the database is at a\n", failed)

    def test_what_is_there_already_is_no_riddle(self):
        project = self.project("a")
        self.cluster.psql(project.database, "CREATE TABLE a (x int)")
        failed = project.run("upgrade", check=1).stderr
        self.assertIn('relation "a" already exists', failed)
        self.assertIn("hint: another revision makes it too, or it was made by hand: `revisiond drift`", failed)
        self.assertIn("; revision a was rolled back; the database is at base\n", failed)

    def test_what_destroys_data_is_told_before(self):
        project = self.project("a")
        project.run("upgrade")
        for arguments in (("plan", "--downgrade"), ("downgrade", "--dry-run")):
            self.assertIn("drops a table", project.run(*arguments, "base").stderr)

    def test_broken_files_leave_the_questions_that_need_none(self):
        project = self.project("a")
        project.run("upgrade")
        project.add("broken.sql", "create table")
        for question in ("status", "current"):
            told = project.run(question, check=1)
            self.assertIn("broken.sql", told.stderr)
            self.assertEqual(told.stdout, "The version table holds a; more is known when the files "
                                          "are mended.\n")
        self.assertEqual(project.run("lock").stdout, "nobody\n")
        self.assertRegex(project.run("history", "--database").stdout, r"applied +upgrade +a ")

    def test_a_half_undone_revision_is_not_healthy(self):
        project = self.project("a")
        project.revision("b", "a", "CREATE TABLE b1 (x int); CREATE TABLE b2 (x int);",
                         "DROP TABLE b1; DROP TABLE nowhere;", transaction=False)
        project.run("upgrade", "heads")
        project.run("downgrade", "a", check=1)
        self.assertEqual(self.state(project), "half_done")
        self.assertIn("half done", project.run("status", check=3).stdout)
        done = project.run("check", check=3)
        self.assertIn("revision b is half undone", done.stderr)
        self.edit(project, "b", "TABLE nowhere", "TABLE b2")
        project.run("downgrade", "a")
        self.assertEqual(self.state(project), "pending")

    def test_a_downgrade_that_undid_nothing_leaves_the_database_healthy(self):
        project = self.project("a")
        project.revision("b", "a", "", "DROP TABLE nowhere;", transaction=False)
        project.run("upgrade", "heads")
        project.run("downgrade", "a", check=1)
        self.assertEqual(self.state(project), "up_to_date")
        project.run("check")

    def test_check_reads_the_sql_of_every_section(self):
        for section, sql, words in (
                ("upgrade", "CREATE TABLE b (x int); COMMIT;", "COMMIT"),
                ("downgrade", "\\d a", "command of psql"),
                ("downgrade", "DROP INDEX CONCURRENTLY i;", "transaction = false")):
            project = self.project("a")
            project.revision("b", "a", **{"upgrade": "", "downgrade": "", section: sql})
            project.run("stamp", "heads")
            done = project.run("check", check=3)
            self.assertIn(words, done.stderr)
            self.assertIn("b_", done.stderr)
            self.assertFalse(self.json(project, "check", check=3)["ok"])
        project = self.project("a")
        project.revision("b", "a", "SELECT :'who';", variables=["who"])
        project.run("upgrade", "heads", "-x", "who=ann")
        project.run("check")

    def test_the_remedy_for_pending_revisions_fits_the_state(self):
        project = self.project("a", "b")
        project.run("upgrade", "a")
        self.assertIn("run `revisiond upgrade heads`", project.run("check", check=3).stderr)
        self.edit(project, "a", "(x int)", "(x bigint)")
        self.assertIn("accept the changed files first", project.run("check", check=3).stderr)

    def test_nothing_to_repair_is_said(self):
        project = self.project("a")
        self.assertEqual(project.run("repair").stdout, "nothing to repair\n")

    def test_roles_that_may_write_our_rows_are_warned_of(self):
        project = self.project("a")
        project.run("upgrade")
        self.assertNotIn("warning: ", project.run("status").stderr)
        self.cluster.psql(project.database, "CREATE ROLE nosy; GRANT INSERT ON revisiond.history TO nosy")
        self.addCleanup(self.cluster.psql, project.database, "DROP OWNED BY nosy; DROP ROLE nosy")
        self.assertIn("warning: role nosy may", project.run("status").stderr)
        self.assertEqual([one["code"] for one in self.json(project, "status", "--json")["warnings"]],
                         ["service.foreign-writer"])

    # Output

    def test_json_leaves_only_the_error_on_standard_error(self):
        project = self.project("a")
        project.revision("b", "a", "DO $$BEGIN RAISE NOTICE 'hear'; END$$;")
        self.assertEqual(project.run("upgrade", "heads", "--json").stderr, "")
        project.revision("c", "b", "DROP TABLE nowhere;")
        done = project.run("upgrade", "heads", "--json", check=1)
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertIn("error", json.loads(done.stderr))

    def test_output_that_cannot_be_written_is_said(self):
        project = self.project("a")
        for redirection, words in ((">&-", "Bad file descriptor"), (">/dev/full", "No space left")):
            for command in ("heads", "history"):
                done = subprocess.run(["sh", "-c", f'exec "$0" "$@" {redirection}',
                                       str(project.binary), command], cwd=project.directory,
                                      capture_output=True, text=True, check=False, timeout=120)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(f"error: cannot write the output: {words}", done.stderr)

    # Version tables

    def test_a_version_table_elsewhere_stops_every_write(self):
        project = self.project("a")
        self.cluster.psql(project.database, "CREATE SCHEMA app; CREATE TABLE app.alembic_version"
                          " (version_num varchar(32) PRIMARY KEY);")
        self.assertEqual(self.state(project), "foreign")
        project.run("check", check=3)
        for command in (("upgrade", "heads"), ("stamp", "heads"), ("ensure_version",)):
            error = self.json(project, *command, check=1)["error"]
            self.assertEqual(error["code"], "service.foreign-version-table")
            self.assertIn('version_table = "app.alembic_version"', error["hint"])
        url = self.cluster.url(project.database)
        project.write_config(f'[databases.main]\nurl = "{url}"\nversion_table = "app.alembic_version"\n')
        project.run("upgrade", "heads")
        self.assertEqual(self.cluster.psql(project.database, "TABLE app.alembic_version"), "a")

    # Running

    def test_two_at_once_apply_everything_once(self):
        project = self.project("a", "b", "c", "d")
        runs = [project.start("upgrade", "heads") for _ in range(3)]
        for run in runs:
            _, errors = run.communicate(timeout=120)
            self.assertEqual(run.returncode, 0, errors)
        self.assertEqual(self.history(project), [(name, "applied") for name in "abcd"])

    def test_a_plan_that_is_no_longer_the_plan_is_refused(self):
        project = self.project("a", "b")
        digest = self.json(project, "plan", "heads")["digest"]
        project.run("upgrade", "a")
        error = self.json(project, "upgrade", "heads", "--plan", digest, check=1)["error"]
        self.assertEqual((error["code"], error["kind"]), ("service.plan-changed", "refused"))
        project.run("upgrade", "heads", "--plan", self.json(project, "plan", "heads")["digest"])

    def test_from_needs_no_database_and_is_brought_to_the_law(self):
        project = self.project("a", "b", "c")
        project.write_config('[databases.main]\nurl = "postgresql://nobody@nowhere.invalid/none"\n')
        plan = self.json(project, "plan", "--from", "a", "--from", "b", "heads")
        self.assertEqual((plan["from"], plan["to"]), (["b"], ["c"]))
        self.assertEqual(sorted(plan), ["digest", "from", "steps", "to"])
        self.assertEqual(self.json(project, "plan", "--from", "base", "heads")["from"], [])

    def test_a_connection_that_fails_names_everything_but_the_password(self):
        project = self.project("a")
        project.write_config('[databases.main]\nurl = "postgresql://ann:geheim@127.0.0.1:1/shop"\n')
        for command in (("status",), ("upgrade", "heads"), ("current",)):
            done = project.run(*command, check=1)
            self.assertRegex(done.stderr, r"^error: cannot connect to postgresql://ann@127.0.0.1:1/shop")
            self.assertIn("hint: check that the server runs", done.stderr)
            self.assertNotIn("geheim", done.stderr)
        project.write_config('[databases.main]\nurl = '
                             f'"{self.cluster.url("missing", user="postgres")}"\n')
        self.assertIn("create the database", project.run("status", check=1).stderr)

    # New files

    def hooks(self, *commands):
        text = ""
        for number, command in enumerate(commands):
            text += f'\n[[revision.post_write_hooks]]\nname = "h{number}"\ncommand = {json.dumps(command)}\n'
        return text

    def test_hooks_run_on_the_new_file(self):
        project = self.project("a", extra=self.hooks(
            ["sh", "-c", "echo '-- seen' >> $0; pwd", "REVISION_SCRIPT_FILENAME"]))
        made = self.json(project, "revision", "-m", "next one")
        path = project.directory / made["file"]
        self.assertTrue(path.read_text().endswith("-- seen\n"))
        self.assertEqual(made["hook_output"], [f"{project.directory.resolve()}\n"])
        self.assertEqual(made["down_revisions"], ["a"])
        self.assertTrue(re.fullmatch("[0-9a-f]{12}", made["revision"]))
        self.assertEqual(path.name, made["revision"] + "_next_one.sql")

    def test_a_failing_hook_fails_the_command_and_removes_the_file(self):
        for command, words in ((["sh", "-c", "echo words >&2; exit 7"], "exit status 7: words"),
                               (["/no/such/program"], "could not be started"),
                               (["sh", "-c", "kill -9 $$"], "signal 9")):
            project = self.project("a", extra=self.hooks(["true"], command))
            done = project.run("revision", "-m", "x", check=1)
            self.assertIn("post_write_hook h1", done.stderr)
            self.assertIn(words, done.stderr)
            self.assertEqual(len(list(project.migrations.iterdir())), 1)

    def test_ids_that_are_taken_or_malformed_are_refused(self):
        project = self.project("a")
        project.revision("b", "a", branch_labels=["side"])
        for taken in ("a", "side", "x-y", "x y"):
            project.run("revision", "-m", "x", f"--rev-id={taken}", check=1)
        self.assertEqual(len(list(project.migrations.iterdir())), 2)

    def test_labels_that_are_taken_or_malformed_are_refused(self):
        project = self.project("a")
        project.revision("b", "a", branch_labels=["side"])
        project.revision("c", "a")
        for label in ("side", "a", "head", "x-y", "x y", "new"):
            for command in (("revision", "-m", "x", "--head", "b"), ("merge", "heads")):
                done = project.run(*command, "--rev-id=new", f"--branch-label={label}", check=1)
                self.assertIn("error: ", done.stderr)
        project.run("revision", "-m", "x", "--head", "b", "--rev-id=head", check=1)
        self.assertEqual(len(list(project.migrations.iterdir())), 3)
        project.run("merge", "heads", "--branch-label", "free")

    def test_the_file_is_written_where_revisions_are_read(self):
        project = self.project("a")
        (project.directory / "more").mkdir()
        url = self.cluster.url(project.database)
        project.write_config(f'[databases.main]\nurl = "{url}"\nmigrations = ["migrations", "more"]\n')
        project.run("revision", "-m", "x", "--version-path", "elsewhere", check=1)
        made = self.json(project, "revision", "-m", "x", "--version-path", "more")
        self.assertTrue(made["file"].startswith("more/"), made["file"])
        made = self.json(project, "revision", "-m", "y")
        self.assertTrue(made["file"].startswith("more/"), made["file"])
        made = self.json(project, "revision", "-m", "z", "--head", "a", "--splice")
        self.assertTrue(made["file"].startswith("migrations/"), made["file"])


if __name__ == "__main__":
    unittest.main()
