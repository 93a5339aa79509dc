"""The commands that need no database: files, help, errors and exit codes."""

import json
import os
import re
import shlex
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

from pg import Project, clean_environment

ROOT = Path(__file__).resolve().parents[2]


def sample(project):
    project.revision("aaaa1111", None, "CREATE TABLE a (id int);", "DROP TABLE a;",
                     message="create a")
    project.revision("bbbb2222", "aaaa1111", "CREATE TABLE b (id int);", "DROP TABLE b;",
                     message="create b")


class Local(unittest.TestCase):
    def setUp(self):
        self.project = Project()
        self.addCleanup(self.project.__exit__)

    def run_cli(self, *arguments, **options):
        return self.project.run(*arguments, **options)

    def test_help_and_version_go_to_standard_output(self):
        done = self.run_cli("--help")
        self.assertIn("upgrade", done.stdout)
        self.assertEqual(done.stderr, "")
        self.assertRegex(self.run_cli("--version").stdout, r"^revisiond \d+\.\d+\.\d+\n$")

    def test_a_slip_is_named_with_the_nearest_command(self):
        done = self.run_cli("upgrad", check=2)
        self.assertEqual(done.stdout, "")
        self.assertTrue(done.stderr.startswith("error: unknown command upgrad\n"), done.stderr)
        self.assertIn("did you mean upgrade?", done.stderr)

    def test_usage_errors_are_json_when_asked(self):
        done = self.run_cli("heads", "--json", "--wat", check=2)
        self.assertEqual(json.loads(done.stderr)["error"]["code"], "usage.unknown-option")
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_commands_that_are_not_there_are_unknown(self):
        for command in ("import", "lint", "migrate"):
            self.assertIn("unknown command", self.run_cli(command, check=2).stderr)

    def test_a_missing_or_broken_configuration_is_78(self):
        self.run_cli("-c", "nowhere.toml", "heads", check=78)
        self.project.write_config("[databases.main\n")
        done = self.run_cli("heads", check=78)
        self.assertIn("config.toml", done.stderr)

    def test_broken_files_are_all_named_and_fail(self):
        sample(self.project)
        self.project.add("x.sql", "no header\n")
        self.project.add("y.sql", "-- revision = \"y\"\n-- mesage = \"y\"\n\n-- [upgrade]\n")
        done = self.run_cli("heads", check=1)
        self.assertIn("x.sql", done.stderr)
        self.assertIn("y.sql:2", done.stderr)
        self.assertEqual(done.stdout, "")

    def test_revision_merge_show_and_edit(self):
        first = self.run_cli("revision", "-m", "create users", "--rev-id", "aaaa")
        self.assertIn("aaaa_create_users.sql", first.stdout)
        self.run_cli("revision", "--mess", "one", "--rev-id", "bbbb")
        self.run_cli("revision", "-m", "two", "--head", "aaaa", check=1)
        self.run_cli("revision", "-m", "two", "--head", "aaaa", "--splice", "--rev-id", "cccc",
                     "--branch-label", "side")
        self.assertEqual(self.run_cli("heads").stdout.splitlines(),
                         ["bbbb (head)", "cccc (side) (head)"])
        self.run_cli("merge", "heads", "-m", "join", "--rev-id", "dddd")
        self.assertEqual(self.run_cli("heads").stdout.splitlines(), ["dddd (side) (head)"])
        self.assertIn("Merges: bbbb, cccc", self.run_cli("show", "head").stdout)
        printed = self.run_cli("revision", "-m", "only text", "--sql").stdout
        self.assertIn("only text", printed)
        self.assertEqual(len(list(self.project.migrations.glob("*.sql"))), 4)

    def test_edit_runs_the_editor_on_the_file(self):
        sample(self.project)
        editor = self.project.directory / "my editor"
        editor.write_text("#!/bin/sh\necho \"$1 $2\" > edited\n")
        editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
        self.run_cli("edit", "head", env={"VISUAL": f"'{editor}' --wait", "EDITOR": "false"})
        edited = (self.project.directory / "edited").read_text()
        self.assertRegex(edited, r"^--wait .*bbbb2222_create_b\.sql\n$")
        done = self.run_cli("edit", "head", env={"VISUAL": "false"}, check=1)
        self.assertIn("editor", done.stderr)
        self.run_cli("edit", "base", env={"VISUAL": "true"}, check=1)

    def test_init_makes_a_project_that_works_at_once(self):
        for template in ("generic", "multidb", "sqlalchemy"):
            with self.subTest(template):
                config = f"{template}.toml"
                done = self.run_cli("-c", config, "init", "-t", template, f"db/{template}")
                self.assertIn(f"Generating {config} ...  done", done.stdout)
                self.assertTrue((self.project.directory / "db" / template).is_dir())
                self.run_cli("-c", config, "revision", "-m", "create users")
                self.assertIn("(head)", self.run_cli("-c", config, "heads").stdout)
                again = self.run_cli("-c", config, "init", "-t", template, "other", check=1)
                self.assertIn("exists already", again.stderr)
        self.assertIn("did you mean generic?",
                      self.run_cli("init", "-t", "generc", "x", check=2).stderr)
        self.assertFalse((self.project.directory / "x").exists())

    def test_init_reads_the_five_settings_of_dot_env(self):
        self.run_cli("-c", "shop/config.toml", "init", "shop/migrations")
        self.assertIn('migrations = "migrations"',
                      (self.project.directory / "shop" / "config.toml").read_text())
        (self.project.directory / "shop" / ".env").write_text(
            "DATABASE_HOSTNAME=127.0.0.1\nDATABASE_PORT=1\nDATABASE_NAME=shop\n"
            "DATABASE_USERNAME=keeper\nDATABASE_PASSWORD=p@ss/w#d\n")
        done = self.run_cli("-c", "shop/config.toml", "current", check=1)
        for part in ("127.0.0.1", "1", "shop", "keeper"):
            self.assertIn(part, done.stderr)
        self.assertNotIn("p@ss", done.stderr)
        self.assertNotIn("p%40ss", done.stderr)

    def test_init_puts_the_configuration_here_as_alembic_does(self):
        (self.project.directory / "config.toml").unlink()
        self.run_cli("init", 'db "one"')
        self.run_cli("revision", "-m", "first", "--rev-id", "ffff")
        self.assertEqual(self.run_cli("heads").stdout, "ffff (head)\n")
        self.assertEqual([path.name for path in (self.project.directory / 'db "one"').iterdir()
                          if path.suffix == ".sql"], ["ffff_first.sql"])
        for folder in (".", "./", str(self.project.directory.resolve())):
            self.assertIn("every .sql file below it", self.run_cli("init", folder, check=2).stderr)

    def test_a_missing_folder_of_migrations_is_a_fault_of_the_configuration(self):
        self.project.write_config('[databases.main]\nurl = "postgresql://nowhere.invalid/x"\n'
                                  'migrations = ["migrations", "elsewhere"]\n')
        for command in (("heads",), ("check",), ("upgrade",), ("revision", "-m", "x")):
            done = self.run_cli(*command, check=78)
            self.assertIn("config.toml:3:1: databases.main.migrations: cannot open the migrations "
                          "directory \"elsewhere\": No such file", done.stderr)
        self.project.write_config('[databases.main]\nurl = "postgresql://nowhere.invalid/x"\n')
        self.project.migrations.rmdir()
        self.assertIn("config.toml: databases.main.migrations", self.run_cli("heads", check=78).stderr)

    def test_list_templates(self):
        text = self.run_cli("list-templates").stdout
        for name in ("generic", "multidb", "sqlalchemy", "concurrent-index", "backfill"):
            self.assertIn(name, text)
        self.assertEqual(json.loads(self.run_cli("list_templates", "--json").stdout),
                         {"init": ["generic", "multidb", "sqlalchemy"],
                          "revision": ["sql", "concurrent-index", "backfill"]})

    def test_a_message_with_a_line_break_stays_on_its_line(self):
        self.project.add("a.sql", '-- revision = "aaaa"\n-- message = "one\\ntwo\\u001b[2J"\n\n'
                         "-- [upgrade]\n\n-- [downgrade]\n")
        self.assertEqual(self.run_cli("history").stdout, "<base> -> aaaa (head), one two [2J\n")
        self.assertIn("upgrade aaaa  one two [2J\n",
                      self.run_cli("plan", "--from", "base", "heads").stdout)
        self.assertIn("aaaa, one two [2J\n", self.run_cli("upgrade", "heads", "--sql").stdout)

    def test_plan_without_a_database(self):
        sample(self.project)
        plan = json.loads(self.run_cli("plan", "--from", "base", "heads", "--json").stdout)
        self.assertEqual([step["revision"] for step in plan["steps"]], ["aaaa1111", "bbbb2222"])
        self.assertEqual(plan["to"], ["bbbb2222"])
        text = self.run_cli("plan", "--from", "bbbb", "--downgrade", "-1").stdout
        self.assertIn("downgrade bbbb2222", text)
        self.assertIn("DROP TABLE b", text)
        self.assertRegex(text, r"Digest v1:[0-9a-f]{64}\n$")
        self.run_cli("plan", "--downgrade", check=2)

    def test_sql_without_a_database(self):
        sample(self.project)
        self.assertIn("CREATE TABLE a", self.run_cli("upgrade", "head", "--sql").stdout)
        self.assertIn("DROP TABLE b", self.run_cli("downgrade", "bbbb:aaaa", "--sql").stdout)
        self.run_cli("downgrade", "aaaa", "--sql", check=1)
        self.run_cli("upgrade", "--sql", "--dry-run", check=2)

    def test_export_names_what_cannot_be_expressed_and_writes_nothing(self):
        sample(self.project)
        self.project.revision("cccc3333", "bbbb2222",
                              "COPY a (id) FROM stdin;\n1\n\\.\n", "DELETE FROM a;")
        done = self.run_cli("export", "out", check=1)
        self.assertIn("cccc3333", done.stderr)
        self.assertFalse((self.project.directory / "out").exists())

    def test_a_closed_output_is_a_failure(self):
        sample(self.project)
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([self.project.binary, "heads"], cwd=self.project.directory,
                                  stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)

    def test_colour_only_when_asked(self):
        sample(self.project)
        self.assertNotIn("\x1b", self.run_cli("heads").stdout)
        self.assertIn("\x1b", self.run_cli("heads", "--color", "always").stdout)


class ManPage(unittest.TestCase):
    def test_it_names_every_command_and_option_of_help(self):
        binary = os.environ["REVISIOND_BINARY"]
        page = (ROOT / "docs" / "revisiond.1").read_text(encoding="utf-8")
        page = re.sub(r"\\f[BIR]", "", page).replace("\\-", "-")

        def help_of(*arguments):
            return subprocess.run([binary, *arguments, "--help"], text=True, capture_output=True,
                                  check=True).stdout

        listed = help_of().split("Commands:\n")[1].split("\n\n")[0]
        commands = [line.split()[0] for line in listed.splitlines()]
        self.assertEqual(len(commands), 27)
        for command in commands:
            self.assertRegex(page, rf"(?m)^(\.B )?(upgrade .*)?{command}\b", command)
            for option in re.findall(r"^  (?:-\w, )?(--[a-z-]+|-\w)", help_of(command), re.MULTILINE):
                self.assertIn(option, page, f"{option} of {command}")


class Examples(unittest.TestCase):
    def test_each_example_of_help_is_understood(self):
        binary = os.environ["REVISIOND_BINARY"]

        def run(arguments, folder):
            return subprocess.run([binary, *arguments], text=True, capture_output=True, cwd=folder,
                                  env=clean_environment({"PGHOST": folder, "VISUAL": "true",
                                                         "REVISIOND_CONFIG": "absent.toml"}),
                                  stdin=subprocess.DEVNULL, timeout=30, check=False)

        with tempfile.TemporaryDirectory() as folder:
            listed = run(["--help"], folder).stdout.split("Commands:\n")[1].split("\n\n")[0]
            for command in {line.split()[0] for line in listed.splitlines()} - {"dev"}:
                text = run([command, "--help"], folder).stdout.split("Examples:\n")[1]
                for example in re.findall(r"^  revisiond (.*?)(?: [|&]|  +#|$)", text, re.MULTILINE):
                    if "--server" in example:
                        continue  # it would look for that daemon, for minutes
                    done = run(shlex.split(example), folder)
                    self.assertNotEqual(done.returncode, 2, f"{example}: {done.stderr}")


if __name__ == "__main__":
    unittest.main()
