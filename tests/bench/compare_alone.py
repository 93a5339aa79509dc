#!/usr/bin/python3
"""Comparing two catalogs of 10,000 tables in memory and ordering what comes of it, without reading.

Once with every table to be made, once with a column of every table to be changed. The memory is the
peak of the process, which holds both catalogs and the answers that they were read from.
"""

import re

import bench
import large_schema


def measure():
    given = bench.options(__doc__, rounds=5, tables=10_000)
    report = bench.Report(given)
    program = bench.helper("catalog_work")
    with large_schema.server() as (cluster, where):
        empty = cluster.create_database()
        old = large_schema.make_database(cluster, given.tables)
        new = large_schema.make_database(cluster, given.tables, range(given.tables))
        memory = {}

        def compare(side, *databases):
            command = [program, "compare", *map(cluster.url, databases)]
            peak = bench.run_for_memory(command, where, "seconds")
            memory.setdefault(side, []).append(peak)
            return float(re.match(r"\S+", (where / "output").read_text()).group())

        samples = bench.in_turn({
            "all made": lambda: compare("all made", empty, old),
            "all changed": lambda: compare("all changed", old, new),
        }, given.rounds)
    work = f"comparing and ordering {given.tables:,} tables"
    report.compare(f"{work} (to reach: below 1 s)", samples, [])
    report.compare(f"{work}, peak memory (to reach: below 500 MB)", memory, [], unit="MB")


if __name__ == "__main__":
    bench.main(measure)
