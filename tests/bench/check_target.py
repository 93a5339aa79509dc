#!/usr/bin/python3
"""`check` with one changed column in 1,000 tables, the target a file, beside what answers the same
with Alembic: `alembic revision --autogenerate` with models.

Once with the target's catalog in the cache, once without: then a private server is made, the target
loaded and read.
"""

import bench
import large_schema
from check_sides import Sides


def measure():
    given = bench.options(__doc__, rounds=5, tables=1_000)
    report = bench.Report(given)
    with large_schema.server() as (cluster, where):
        sides = Sides(given, cluster, where, given.tables)
        samples = bench.in_turn({"check, cached": sides.cached, "check, not cached": sides.not_cached,
                                 "alembic": sides.autogenerate}, given.rounds)
    report.compare(f"one changed column in {given.tables:,} tables", samples,
                   [("check, cached", "alembic", "20"), ("check, not cached", "alembic", "3")])


if __name__ == "__main__":
    bench.main(measure)
