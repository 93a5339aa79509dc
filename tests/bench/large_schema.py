"""A schema of any number of tables, as SQL and as SQLAlchemy's models: 10 columns, 2 indexes beside
the primary key's, 1 foreign key each. `changed`: the table whose last column has another type."""

import contextlib
import tempfile
from pathlib import Path

from pg import Cluster


@contextlib.contextmanager
def server():
    """A private server with locks for that many tables, and a directory for what is run beside it."""
    with tempfile.TemporaryDirectory(prefix="revisiond-bench-") as name, \
            Cluster(settings=["max_locks_per_transaction=1000"]) as cluster:
        yield cluster, Path(name)


def as_sql(tables, changed=()):
    """The schema as DDL."""
    parts = []
    for number in range(tables):
        note = "varchar(50)" if number in changed else "text"
        parts.append(f"""CREATE TABLE table_{number} (
    id bigint PRIMARY KEY,
    parent_id bigint REFERENCES table_{number // 2} (id),
    name text NOT NULL,
    email varchar(200),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz,
    amount numeric(12,2) DEFAULT 0,
    active boolean NOT NULL DEFAULT true,
    data jsonb,
    note {note}
);
CREATE INDEX table_{number}_name ON table_{number} (name);
CREATE INDEX table_{number}_created ON table_{number} (created_at, active);
""")
    return "".join(parts)


def as_models(tables, changed):
    """The same for SQLAlchemy."""
    return f"""
from sqlalchemy import (BigInteger, Boolean, Column, ForeignKey, Index, MetaData, Numeric, String,
                        Table, Text, TIMESTAMP, text)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
for number in range({tables}):
    Table(f"table_{{number}}", metadata,
          Column("id", BigInteger, primary_key=True, autoincrement=False),
          Column("parent_id", BigInteger, ForeignKey(f"table_{{number // 2}}.id")),
          Column("name", Text, nullable=False), Column("email", String(200)),
          Column("created_at", TIMESTAMP(timezone=True), nullable=False,
                 server_default=text("now()")),
          Column("updated_at", TIMESTAMP(timezone=True)),
          Column("amount", Numeric(12, 2), server_default="0"),
          Column("active", Boolean, nullable=False, server_default=text("true")),
          Column("data", JSONB), Column("note", String(50) if number in {tuple(changed)} else Text),
          Index(f"table_{{number}}_name", "name"),
          Index(f"table_{{number}}_created", "created_at", "active"))
"""


def make_database(cluster, tables, changed=()):
    """A database that holds it, with the statistics that a database in use has."""
    database = cluster.create_database()
    cluster.psql(database, as_sql(tables, changed))
    cluster.psql(database, "ANALYZE")
    return database
