#!/usr/bin/python3
"""Reading the catalog of 1,000 tables, a new process each time, beside `pg_dump --schema-only` of it.

Our side is the program catalog_work: connect, read, end.
"""

from pathlib import Path

import bench
import large_schema


def measure():
    given = bench.options(__doc__, rounds=9, tables=1_000)
    report = bench.Report(given)
    program = bench.helper("catalog_work")
    with large_schema.server() as (cluster, where):
        url = cluster.url(large_schema.make_database(cluster, given.tables))
        dump = [Path(cluster.bin_dir) / "pg_dump", "--schema-only", "-d", url]
        samples = bench.in_turn({
            "revisiond": lambda: bench.run([program, "read", url], where, "objects"),
            "pg_dump --schema-only": lambda: bench.run(dump, where, "dump complete"),
        }, given.rounds)
    report.compare(f"reading the catalog of {given.tables:,} tables", samples,
                   [("revisiond", "pg_dump --schema-only", "1")])


if __name__ == "__main__":
    bench.main(measure)
