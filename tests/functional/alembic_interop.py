"""One database in turn by Alembic and by revisiond: both leave what the other expects."""

import re
import subprocess
import unittest

from kill_points import sample_project
from pg import ClusterTest, Project, clean_environment

# Alembic opens one transaction for each revision, so that its autocommit blocks can stand between.
ENV = """
from alembic import context
from sqlalchemy import create_engine, pool
engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""

HALF_WAY = ["48f6b1907ead", "7f30e8b5d2c1"]  # both branches begun, one of them with a label


class AlembicInterop(ClusterTest):
    def setUp(self):
        self.database = self.cluster.create_database()
        self.project = sample_project(self.cluster, self.database)
        self.addCleanup(self.project.__exit__)
        self.export(self.project)

    def export(self, project):
        scripts = project.directory / "alembic"
        (scripts / "versions").mkdir(parents=True)
        (scripts / "env.py").write_text(ENV)
        (project.directory / "alembic.ini").write_text(
            "[alembic]\nscript_location = alembic\nsqlalchemy.url = "
            f"{self.cluster.sqlalchemy_url(self.database)}\n")
        project.run("export", "alembic/versions")

    def alembic(self, *arguments):
        done = subprocess.run(["/usr/bin/alembic", *arguments], cwd=self.project.directory,
                              text=True, capture_output=True, env=clean_environment(), check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def dump(self, database=None):
        """Alembic makes its table 32 characters wide and we make it 255; either reads the other."""
        return re.sub(r"varying\(\d+\)", "varying", self.cluster.pg_dump(database or self.database))

    def rows(self):
        return [row for row, in self.cluster.rows(
            self.database, "SELECT version_num FROM alembic_version ORDER BY 1")]

    def all_by_alembic(self, *targets):
        """The dump of a database that has only ever seen Alembic."""
        database = self.cluster.create_database()
        ini = self.project.directory / "alembic.ini"
        kept = ini.read_text()
        ini.write_text(kept.replace(self.database, database))
        for target in targets:
            self.alembic("upgrade", target)
        ini.write_text(kept)
        return self.dump(database)

    def test_half_way_by_alembic_on_by_us_and_back_by_alembic(self):
        for target in HALF_WAY:
            self.alembic("upgrade", target)
        half = self.dump()
        self.assertEqual(self.rows(), HALF_WAY)

        self.project.run("upgrade", "heads")
        self.assertEqual(self.dump(), self.all_by_alembic(*HALF_WAY, "heads"))
        adopted = self.cluster.psql(self.database, "SELECT count(*) FROM revisiond.revision")
        self.assertEqual(int(adopted), len(list(self.project.migrations.iterdir())))
        self.assertIn("c0ffee000002 (head)", self.alembic("current"))

        # What a downgrade of the merge takes with it, Alembic applies again.
        self.alembic("downgrade", "0b84d6f2c915")
        self.assertEqual(self.rows(), ["0b84d6f2c915"])
        for target in HALF_WAY:
            self.alembic("upgrade", target)
        self.assertEqual(self.dump(), half)
        self.alembic("downgrade", "base")
        self.assertEqual(self.rows(), [])

    def test_half_way_by_us_on_by_alembic_and_back_by_us(self):
        for target in HALF_WAY:
            self.project.run("upgrade", target)
        self.alembic("upgrade", "heads")
        self.assertEqual(self.dump(), self.all_by_alembic(*HALF_WAY, "heads"))
        self.project.run("downgrade", "base")
        self.assertEqual(self.rows(), [])
        self.assertEqual(self.cluster.rows(
            self.database, "SELECT relname FROM pg_class WHERE relkind IN ('r', 'f', 'S')"
                           " AND relnamespace = 'public'::regnamespace"), [("alembic_version",)])

    def test_rows_of_branches_merges_and_dependencies_mean_the_same(self):
        # 16ca4b7e90d8 depends on 7f30e8b5d2c1: one row stands for both.
        for target in ("16ca4b7e90d8", "b9e2076d5fa4", "d08b3f61c7e5"):
            with self.subTest(target):
                self.alembic("upgrade", target)
                by_alembic = self.rows()
                self.assertEqual(sorted(line.split()[0] for line in
                                        self.project.run("current").stdout.splitlines()),
                                 sorted(line.split()[0] for line in
                                        self.alembic("current").splitlines()))
                other = self.cluster.create_database()
                ours = Project(self.cluster, other)
                self.addCleanup(ours.__exit__)
                for path in self.project.migrations.iterdir():
                    ours.add(path.name, path.read_text())
                for previous in ("16ca4b7e90d8", "b9e2076d5fa4", "d08b3f61c7e5"):
                    ours.run("upgrade", previous)
                    if previous == target:
                        break
                self.assertEqual([row for row, in self.cluster.rows(
                    other, "SELECT version_num FROM alembic_version ORDER BY 1")], by_alembic)


if __name__ == "__main__":
    unittest.main()
