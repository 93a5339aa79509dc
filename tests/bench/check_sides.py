"""`check` and what Alembic has for it, on one database that differs from its target in a column."""

import shutil

import bench
import large_schema

ENV = """
import sys
sys.path.insert(0, ".")
from alembic import context
from models import metadata
from sqlalchemy import create_engine, pool

url = context.config.get_main_option("sqlalchemy.url")
with create_engine(url, poolclass=pool.NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
"""
TEMPLATE = """from alembic import op
import sqlalchemy as sa

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}
"""


class Sides:
    """Both tools on one database of so many tables."""

    def __init__(self, given, cluster, where, tables):
        self.given = given
        self.tables = tables
        self.where = where / str(tables)
        self.where.mkdir()
        self.ours = self.where / "ours"
        self.alembic = self.where / "alembic"
        database = large_schema.make_database(cluster, tables)
        self.changed = (tables // 2,)
        bench.write_revisiond(self.ours, [], cluster.url(database))
        with open(self.ours / "config.toml", "a", encoding="utf-8") as config:
            config.write('target = "schema.sql"\n')
        (self.ours / "schema.sql").write_text(large_schema.as_sql(tables, self.changed))
        bench.write_alembic(self.alembic, [], cluster.sqlalchemy_url(database))
        (self.alembic / "scripts" / "env.py").write_text(ENV)
        (self.alembic / "scripts" / "script.py.mako").write_text(TEMPLATE)
        (self.alembic / "models.py").write_text(large_schema.as_models(tables, self.changed))

    def check(self, cache):
        command = ["env", f"XDG_CACHE_HOME={cache}", self.given.binary, "check"]
        return bench.run(command, self.ours, f"table_{self.changed[0]}.note (type)", expected_code=3)

    def cached(self):
        return self.check(self.where / "cache")

    def not_cached(self):
        shutil.rmtree(self.where / "none", ignore_errors=True)
        return self.check(self.where / "none")

    def autogenerate(self):
        seconds = bench.run([bench.ALEMBIC, "revision", "--autogenerate", "-m", "x"], self.alembic,
                            "Generating")
        for path in (self.alembic / "scripts" / "versions").glob("*.py"):
            if f"'table_{self.changed[0]}', 'note'" not in path.read_text(encoding="utf-8"):
                raise bench.SideFailed("alembic has not found the changed column")
            path.unlink()  # else the next run would find a revision that is not applied
        return seconds
