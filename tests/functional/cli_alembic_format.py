"""heads, history, current, branches and show print what Debian's alembic prints.

The same graph is written as an Alembic project and as SQL files, one database serves both, and the
outputs are compared. Masked: paths, the database's URL, and the order of branches, which Alembic
takes from the file system and from hashing.
"""

import re
import subprocess
import unittest

from pg import ClusterTest, Project, clean_environment

ENV = """
from alembic import context
from sqlalchemy import create_engine, pool
engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

PYTHON = '''"""{message}

Revision ID: {id}
Revises: {revises}
Create Date: {created}

"""
revision = {id!r}
down_revision = {down!r}
branch_labels = {labels!r}
depends_on = {depends!r}


def upgrade():
    pass


def downgrade():
    pass
'''


class Both:
    """One graph in both forms, over one database."""

    def __init__(self, cluster, revisions):
        self.database = cluster.create_database()
        self.project = Project(cluster, self.database)
        self.scripts = self.project.directory / "alembic"
        (self.scripts / "versions").mkdir(parents=True)
        (self.scripts / "env.py").write_text(ENV)
        (self.project.directory / "alembic.ini").write_text(
            f"[alembic]\nscript_location = alembic\nsqlalchemy.url = "
            f"{cluster.sqlalchemy_url(self.database)}\n")
        for number, revision in enumerate(revisions):
            self.add(number, *revision)

    def add(self, number, revision, down=(), depends=(), label=None):
        created = f"2026-01-01 00:{number:02}:00"
        message = f"revision {number}: 100% {revision}"

        def scalar(words):
            return None if not words else words[0] if len(words) == 1 else tuple(words)

        (self.scripts / "versions" / f"{revision}_x.py").write_text(PYTHON.format(
            id=revision, message=message, revises=", ".join(down), created=created,
            down=scalar(down), labels=label and (label,), depends=scalar(depends)))

        def toml(words):
            return "[" + ", ".join(f'"{word}"' for word in words) + "]"

        lines = [f'-- revision = "{revision}"', f'-- message = "{message}"',
                 f"-- created = {created.replace(' ', 'T')}Z"]
        if down:
            lines.append(f"-- down_revision = {toml(down)}")
        if depends:
            lines.append(f"-- depends_on = {toml(depends)}")
        if label:
            lines.append(f"-- branch_labels = {toml([label])}")
        self.project.add(f"{revision}_x.sql", "\n".join(lines) + "\n\n-- [upgrade]\n\n-- [downgrade]\n")

    def alembic(self, *arguments):
        done = subprocess.run(["/usr/bin/alembic", *arguments], cwd=self.project.directory,
                              text=True, capture_output=True, check=False, env=clean_environment())
        if done.returncode != 0:
            raise AssertionError(f"alembic {arguments}: {done.stdout}{done.stderr}")
        return masked(done.stdout)

    def revisiond(self, *arguments):
        return masked(self.project.run(*arguments).stdout)


def masked(text):
    text = re.sub(r"(?m)^Path: .*$", "Path: …", text)
    text = re.sub(r"(?m)(?:^ +-> .*\n)+",
                  lambda found: "".join(sorted(found[0].splitlines(keepends=True))), text)
    text = re.sub(r"(?m)^(Current revision\(s\) for ).*:$", r"\1…:", text)
    return re.sub(r"(?m)^(Branches into: )(.*)$",
                  lambda found: found[1] + ", ".join(sorted(found[2].split(", "))), text)


def pieces(text):
    """Blocks or lines, without their order."""
    if "Rev: " in text:
        return sorted(re.split(r"(?m)^(?=Rev: )", text))
    return sorted(text.splitlines())


LINE = [("aaaa", (), (), "main"), ("bbbb", ("aaaa",)), ("cccc", ("bbbb",)), ("dddd", ("cccc",))]
GRAPH = [
    ("a111", (), (), "main"), ("b111", ("a111",)), ("c111", ("a111",)), ("d111", ("b111", "c111")),
    ("lib1", (), (), "lib"), ("lib2", ("lib1",)),
    ("o111", (), ("a111",), "other"), ("o222", ("o111",), ("d111", "lib2")), ("o333", ("o111",)),
]


class Format(ClusterTest):
    def both(self, revisions):
        both = Both(self.cluster, revisions)
        self.addCleanup(both.project.__exit__)
        return both

    def test_a_line_of_revisions_byte_for_byte(self):
        both = self.both(LINE)
        both.alembic("upgrade", "cccc")
        for command in ("heads", "heads -v", "history", "history -v", "history -i",
                        "history -i -v", "history -r bbbb:", "history -r :bbbb",
                        "history -r bbbb:cccc", "history -rcurrent:", "branches", "branches -v",
                        "current", "current -v", "show head", "show bbbb", "show heads"):
            with self.subTest(command):
                self.assertEqual(both.revisiond(*command.split()), both.alembic(*command.split()))

    def test_branches_merges_labels_and_dependencies(self):
        both = self.both(GRAPH)
        both.alembic("stamp", "b111", "o333")
        for command in ("heads", "heads -v", "heads --resolve-dependencies", "history",
                        "history -v", "history -i", "branches", "branches -v", "current",
                        "show d111", "show o222", "show a111", "show lib@head"):
            with self.subTest(command):
                self.assertEqual(pieces(both.revisiond(*command.split())),
                                 pieces(both.alembic(*command.split())))
        order = [line.split(" -> ")[1].split()[0].rstrip(",")
                 for line in both.revisiond("history").splitlines()]
        for revision, down, *_ in GRAPH:
            for parent in down:
                self.assertLess(order.index(revision), order.index(parent))

    def test_current_names_what_depends_on_implies(self):
        both = self.both(GRAPH)
        both.alembic("upgrade", "o222")
        for command in ("current", "current -v"):
            self.assertEqual(pieces(both.revisiond(*command.split())),
                             pieces(both.alembic(*command.split())))

    def test_exported_files_take_a_database_back_to_alembic(self):
        both = self.both([])
        project = both.project
        project.revision("aaaa", None,
                         "CREATE TABLE t (id int, note text DEFAULT E'a\\:b:c %s %% \"\"\"');\n"
                         "COMMENT ON TABLE t IS 'two\nlines and a tab\t';",
                         "DROP TABLE t;", message="create t")
        project.revision("bbbb", "aaaa", "CREATE INDEX CONCURRENTLY i ON t (id);",
                         "DROP INDEX CONCURRENTLY i;", transaction=False, message="index it")
        project.revision("cccc", "aaaa", "INSERT INTO t VALUES (1);", None, branch_labels=["data"],
                         message='a "quoted" message', verify="SELECT count(*) = 1 FROM t;")
        project.revision("eeee", None, "CREATE TYPE mood AS ENUM ('a');", "DROP TYPE mood;")
        project.revision("dddd", ["bbbb", "cccc"], message="join", depends_on=["eeee"])
        project.run("export", "alembic/versions")
        again = project.run("export", "alembic/versions", check=1)
        self.assertIn("exists already", again.stderr)
        both.alembic("upgrade", "heads")
        by_alembic = self.cluster.pg_dump(both.database)
        ours = self.cluster.create_database()
        with Project(self.cluster, ours) as other:
            for file in project.migrations.glob("*.sql"):
                other.add(file.name, file.read_text())
            other.run("upgrade")
        self.assertEqual(
            re.sub(r"varying\(\d+\)", "varying", self.cluster.pg_dump(ours)),
            re.sub(r"varying\(\d+\)", "varying", by_alembic))


if __name__ == "__main__":
    unittest.main()
