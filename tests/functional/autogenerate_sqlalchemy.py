"""A project with SQLAlchemy models: init, baseline revisions, a model that changes, and back.

The models are those of the API that a well-known FastAPI course builds. target.py runs under
/usr/bin/python3 with Debian's SQLAlchemy.
"""

import shutil
import unittest
from pathlib import Path

from autogenerate import TargetTest

MODELS = '''
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.sql.expression import text
from sqlalchemy.sql.sqltypes import TIMESTAMP

Base = declarative_base()


class Post(Base):
    __tablename__ = "posts"

    id = Column(Integer, primary_key=True, nullable=False)
    title = Column(String, nullable=False)
    content = Column(String, nullable=False)
    published = Column(Boolean, server_default="TRUE", nullable=False)
    created_at = Column(TIMESTAMP(timezone=True), nullable=False, server_default=text("now()"))
    owner_id = Column(Integer, ForeignKey("users.id", ondelete="CASCADE"), nullable=False)
    owner = relationship("User")


class User(Base):
    __tablename__ = "users"
    id = Column(Integer, primary_key=True, nullable=False)
    email = Column(String, nullable=False, unique=True)
    password = Column(String, nullable=False)
    created_at = Column(TIMESTAMP(timezone=True), nullable=False, server_default=text("now()"))
    phone_number = Column(String)


class Vote(Base):
    __tablename__ = "votes"
    user_id = Column(Integer, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    post_id = Column(Integer, ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True)
'''

MANY_KINDS = '''
import enum

from sqlalchemy import (CheckConstraint, Column, Computed, Enum, ForeignKey, Identity, Index, Integer,
                        MetaData, Sequence, String, Table, UniqueConstraint, text)
from sqlalchemy.dialects.postgresql import JSONB

first = MetaData(schema="app", naming_convention={"ck": "ck_%(table_name)s_%(constraint_name)s"})
second = MetaData()


class Mood(enum.Enum):
    good = 1
    bad = 2


mood = Enum(Mood, name="mood", schema="app")
shared = Enum("a", "b", name="shared_kind", schema="app")

people = Table(
    "people", first,
    Column("id", Integer, Identity(always=True, start=5), primary_key=True),
    Column("Mixed Name", String(40), comment="it's 100% quoted"),
    Column("mood", mood, server_default="good"),
    Column("kind", shared),
    Column("data", JSONB, server_default=text("'{}'::jsonb")),
    Column("twice", Integer, Computed("id * 2")),
    Column("team_id", ForeignKey("app.teams.id", use_alter=True, name="people_team_fk")),
    CheckConstraint("\\"Mixed Name\\" LIKE 'a%'", name="starts"),
    UniqueConstraint("kind", "mood", deferrable=True),
    comment="people of the app")
teams = Table("teams", first, Column("id", Integer, Sequence("team_numbers", schema="app"),
                                     primary_key=True),
              Column("lead_id", ForeignKey("app.people.id", name="teams_lead_fk")))
Index("people_lower", text("lower(\\"Mixed Name\\")"), _table=people,
      postgresql_where=people.c.mood == "good")
logs = Table("logs", second, Column("id", Integer, primary_key=True), Column("kind", shared))
'''


class SqlalchemyProject(TargetTest):
    def setUp(self):
        super().setUp()
        shutil.rmtree(self.project.migrations)
        (self.project.directory / "config.toml").unlink()
        self.env["PATH"] = "/usr/bin:/bin"
        self.run_("init", "-t", "sqlalchemy")
        config = self.project.directory / "config.toml"
        lines = config.read_text(encoding="utf-8").splitlines()
        lines = [f'url = "{self.cluster.url(self.database)}"' if line.startswith("url") else line
                 for line in lines]
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def models(self, text):
        app = self.project.directory / "app"
        app.mkdir(exist_ok=True)
        (app / "__init__.py").touch()
        (app / "models.py").write_text(text, encoding="utf-8")

    def columns(self, table="users"):
        return self.cluster.psql(self.database, f"""
            SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute
            WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped""").split()

    def test_remove_phone_number_and_bring_it_back(self):
        self.models(MODELS)
        self.run_("revision", "--autogenerate", "-m", "first")
        self.run_("upgrade", "head")
        self.assertIn("phone_number", self.columns())
        self.assertEqual(self.run_("check").stdout.splitlines()[-1],
                         "No new upgrade operations detected.")
        before = self.cluster.pg_dump(self.database, data=False)

        self.models(MODELS.replace("    phone_number = Column(String)\n", ""))
        checked = self.run_("check", check=3)
        self.assertIn("New upgrade operations detected: remove column public.users.phone_number",
                      checked.stderr)
        made = self.run_("revision", "--autogenerate", "-m", "remove phone_number")
        self.assertRegex(made.stdout, r"^Generating migrations/[0-9a-f]{12}_remove_phone_number\.sql")
        text = Path(self.project.directory, made.stdout.split()[1]).read_text(encoding="utf-8")
        self.assertIn("-- Loses data: column public.users.phone_number\n"
                      "ALTER TABLE public.users DROP COLUMN phone_number;", text)
        self.assertIn("-- Cannot bring back the data of column public.users.phone_number.", text)
        self.run_("upgrade", "head")
        self.assertNotIn("phone_number", self.columns())
        self.assertEqual(self.run_("revision", "--autogenerate", "-m", "again").stdout,
                         "No changes detected.\n")
        self.run_("downgrade", "-1")
        self.assertEqual(self.cluster.pg_dump(self.database, data=False), before)

    def test_a_renamed_attribute_keeps_its_data(self):
        self.models(MODELS)
        self.run_("revision", "--autogenerate", "-m", "first")
        self.run_("upgrade")
        self.cluster.psql(self.database, "INSERT INTO users (email, password, phone_number) "
                                         "VALUES ('a@b', 'x', '555')")
        self.models(MODELS.replace("phone_number = Column(String)",
                                   'tel = Column(String, info={"renamed_from": "phone_number"})'))
        self.run_("revision", "--autogenerate", "-m", "rename")
        self.run_("upgrade")
        self.assertEqual(self.cluster.psql(self.database, "SELECT tel FROM users"), "555")
        self.run_("check")

    def test_several_metadata_enums_schemas_comments_identity_and_sequences(self):
        self.models(MANY_KINDS)
        target = self.project.directory / "target.py"
        target.write_text(target.read_text(encoding="utf-8").replace(
            '["app.models:Base.metadata"]', '["app.models:first", "app.models:second"]'),
            encoding="utf-8")
        self.run_("revision", "--autogenerate", "-m", "first")
        self.run_("upgrade")
        self.assertEqual(self.run_("revision", "--autogenerate", "-m", "again").stdout,
                         "No changes detected.\n")
        dump = self.cluster.pg_dump(self.database, data=False)
        for part in ("CREATE TYPE app.mood AS ENUM", "GENERATED ALWAYS AS IDENTITY", "START WITH 5",
                     "CREATE SEQUENCE app.team_numbers", "it''s 100% quoted", "~~ 'a%'",
                     "people of the app", "teams_lead_fk", "people_team_fk",
                     "GENERATED ALWAYS AS ((id * 2)) STORED", "DEFERRABLE", "people_lower"):
            self.assertIn(part, dump)

    def test_models_that_cannot_be_imported_are_named(self):
        failed = self.run_("check", check=1)
        self.assertIn("target_command (python3) failed with exit status 1", failed.stderr)
        self.assertIn("correct METADATA in target.py", failed.stderr)


if __name__ == "__main__":
    unittest.main()
