#!/usr/bin/python3
"""The upgrade of 1,000 one-table revisions, one transaction each, history included.

Beside `psql -f` of the same statements with the same version, revision and history rows in the same
transactions, `alembic upgrade head` with transaction_per_migration, and dbmate (from npm, where it
can be had). All on one private server, a fresh database for every run. Commits reach the disk
(PostgreSQL's default settings) unless --fsync 0 says otherwise.
"""

import tempfile
from pathlib import Path

import bench
from pg import Cluster
from upgrade_sides import Upgrades


def measure():
    given = bench.options(__doc__, rounds=9, revisions=1_000, fsync=1)
    report = bench.Report(given)
    durable = bool(given.fsync)
    with tempfile.TemporaryDirectory(prefix="revisiond-bench-") as name, Cluster(
            fsync=durable, settings=["max_wal_size=4GB"]) as cluster:
        samples = bench.in_turn(Upgrades(given, cluster, Path(name)).sides(), given.rounds)
    ours = "revisiond upgrade"
    wanted = [(ours, "psql -f", "within 1.15"), (ours, "alembic upgrade", "2.5")]
    if "dbmate migrate" in samples:
        wanted.append((ours, "dbmate migrate", "1"))
    report.compare(f"upgrade of {given.revisions:,} revisions, fsync {'on' if durable else 'off'}",
                   samples, wanted)


if __name__ == "__main__":
    bench.main(measure)
