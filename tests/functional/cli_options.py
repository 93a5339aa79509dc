"""Alembic's options that no other file of tests tries on a running program."""

import argparse
import json
import subprocess
import unittest

from alembic.config import CommandLine
from pg import ClusterTest, Project


class WithoutDatabase(unittest.TestCase):
    def setUp(self):
        self.project = Project()
        self.addCleanup(self.project.__exit__)

    def run_cli(self, *arguments, **options):
        return self.project.run(*arguments, **options)

    def test_a_new_revision_depends_on_what_is_named(self):
        self.run_cli("revision", "-m", "one", "--rev-id", "aa11")
        self.run_cli("revision", "-m", "two", "--rev-id", "bb22", "--head", "base",
                     "--depends-on", "aa11")
        self.assertIn('-- depends_on = ["aa11"]\n',
                      (self.project.migrations / "bb22_two.sql").read_text())
        steps = json.loads(self.run_cli("plan", "--from", "base", "bb22", "--json").stdout)["steps"]
        self.assertEqual([step["revision"] for step in steps], ["aa11", "bb22"])
        before = sorted(self.project.migrations.iterdir())
        done = self.run_cli("revision", "-m", "three", "--head", "bb22", "--depends-on", "nope",
                            check=1)
        self.assertIn("'nope'", done.stderr)
        self.assertEqual(sorted(self.project.migrations.iterdir()), before)

    def test_name_chooses_the_database_before_and_after_the_command(self):
        (self.project.directory / "second").mkdir()
        self.project.write_config(
            '[databases.main]\nurl = "postgresql://nowhere.invalid/x"\nmigrations = "migrations"\n'
            '[databases.second]\nurl = "postgresql://nowhere.invalid/y"\nmigrations = "second"\n')
        self.run_cli("revision", "-m", "one", "--rev-id", "aa11")
        self.run_cli("-n", "second", "revision", "-m", "two", "--rev-id", "bb22")
        self.assertEqual(self.run_cli("heads").stdout, "aa11 (head)\n")
        self.assertEqual(self.run_cli("-n", "second", "heads").stdout, "bb22 (head)\n")
        self.assertEqual(self.run_cli("heads", "--name", "second").stdout, "bb22 (head)\n")
        done = self.run_cli("-n", "third", "heads", check=78)
        self.assertIn('the configuration has no database "third"', done.stderr)
        self.assertIn("main and second", done.stderr)

    def test_merge_takes_a_label_and_splices(self):
        for name, down in (("aa11", None), ("bb22", "aa11"), ("cc33", "aa11"), ("dd44", "aa11")):
            self.project.revision(name, down)
        self.run_cli("merge", "bb22", "cc33", "-m", "join", "--rev-id", "ee55",
                     "--branch-label", "joined")
        text = (self.project.migrations / "ee55_join.sql").read_text()
        self.assertIn('-- down_revision = ["bb22", "cc33"]\n', text)
        self.assertIn('-- branch_labels = ["joined"]\n', text)
        refused = self.run_cli("merge", "bb22", "dd44", "-m", "again", "--rev-id", "ff66", check=1)
        self.assertIn("bb22 is not a head revision; please specify --splice", refused.stderr)
        self.assertFalse((self.project.migrations / "ff66_again.sql").exists())
        self.run_cli("merge", "bb22", "dd44", "-m", "again", "--rev-id", "ff66", "--splice")
        self.assertEqual(self.run_cli("heads").stdout.splitlines(),
                         ["ee55 (joined) (head)", "ff66 (head)"])

    def test_a_merge_with_a_head_that_another_depends_on_leaves_one_head_without_a_warning(self):
        self.project.revision("aa11", None)
        self.project.revision("bb22", None, depends_on=["aa11"])
        self.run_cli("revision", "-m", "next", check=1)
        self.run_cli("merge", "aa11", "bb22", "-m", "join", "--rev-id", "cc33")
        done = self.run_cli("heads")
        self.assertEqual((done.stdout, done.stderr), ("cc33 (head)\n", ""))

    def test_what_alembics_parser_takes_is_taken(self):
        commands, = [action.choices for action in CommandLine("alembic").parser._actions
                     if isinstance(action, argparse._SubParsersAction)]
        tried = 0
        for name, parser in commands.items():
            for action in parser._actions:
                for option in action.option_strings:
                    for end in range(3 if option.startswith("--") else 2, len(option) + 1):
                        written = option[:end]
                        if len(parser._get_option_tuples(written)) > 1 and end < len(option):
                            continue  # ambiguous there too
                        value = [] if action.nargs == 0 else ["x"]
                        # Twice: the last one counts.
                        done = self.run_cli(name, written, *value, written, *value, "--help",
                                            check=False)
                        self.assertEqual(done.returncode, 0, f"{name} {written}: {done.stderr}")
                        tried += 1
        self.assertGreater(tried, 150)

    def test_init_takes_package_and_x_without_a_value(self):
        (self.project.directory / "config.toml").unlink()
        done = self.run_cli("-x", "verbose", "init", "--package", "fresh")
        self.assertIn("no Python package", done.stderr)
        self.assertEqual(sorted(one.name for one in (self.project.directory / "fresh").iterdir()), ["README"])


class WithDatabase(ClusterTest):
    def setUp(self):
        self.project = self.new_project()
        self.project.revision("aa11", None, "CREATE TABLE a (id int);", "DROP TABLE a;")
        self.project.revision("bb22", "aa11", "CREATE TABLE b (id int);", "DROP TABLE b;")
        self.project.revision("cc33", "aa11", "CREATE TABLE c (id int);", "DROP TABLE c;")

    def rows(self):
        return [row for row, in self.cluster.rows(
            self.project.database, "SELECT version_num FROM alembic_version ORDER BY 1")]

    def test_stamp_takes_several_targets_but_no_ancestor_beside_its_descendant(self):
        self.project.run("stamp", "bb22", "cc33")
        self.assertEqual(self.rows(), ["bb22", "cc33"])
        done = self.project.run("stamp", "aa11", "bb22", check=1)
        self.assertIn("bb22 overlaps with other requested revisions aa11", done.stderr)
        self.assertEqual(self.rows(), ["bb22", "cc33"])

    def test_c_after_current_asks_whether_all_heads_are_there(self):
        self.project.run("upgrade", "aa11")
        done = self.project.run("current", "-c", check=3)
        self.assertEqual(done.stdout, "aa11 (branchpoint)\n")
        self.assertIn("not on all head revisions", done.stderr)
        self.project.run("upgrade", "heads")
        self.project.run("current", "-c")

    def test_a_relative_downgrade_of_several_heads_lists_the_choices(self):
        self.project.run("upgrade", "heads")
        done = self.project.run("downgrade", "-1", check=1)
        self.assertIn("write one of 'bb22@-1' and 'cc33@-1'", done.stderr)
        self.assertEqual(self.rows(), ["bb22", "cc33"])
        self.project.run("downgrade", "bb22@-1")
        self.assertEqual(self.rows(), ["cc33"])


if __name__ == "__main__":
    unittest.main()
