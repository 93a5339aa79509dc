#!/usr/bin/python3
"""Peak resident memory of the upgrade of 1,000 one-table revisions. To reach: below 20 MB."""

import tempfile
from pathlib import Path

import bench
from pg import Cluster
from upgrade_sides import Upgrades


def measure():
    given = bench.options(__doc__, rounds=3, revisions=1_000)
    report = bench.Report(given)
    with tempfile.TemporaryDirectory(prefix="revisiond-bench-") as name, Cluster() as cluster:
        side = Upgrades(given, cluster, Path(name)).revisiond(bench.run_for_memory)
        samples = bench.in_turn({"revisiond upgrade (below 20 MB)": side}, given.rounds)
    report.compare(f"peak memory of an upgrade of {given.revisions:,} revisions", samples, [], "MB")


if __name__ == "__main__":
    bench.main(measure)
