#!/usr/bin/python3
"""`check` with one changed column in 10,000 tables, beside our own in 1,000: a step that takes more
than its share of time would show here. With the target's catalog in the cache and without.
"""

import bench
import large_schema
from check_sides import Sides


def measure():
    given = bench.options(__doc__, rounds=3, tables=1_000, more=10_000)
    report = bench.Report(given)
    with large_schema.server() as (cluster, where):
        few, many = (Sides(given, cluster, where, tables)
                     for tables in (given.tables, given.more))
        samples = bench.in_turn({
            "cached": few.cached, f"cached, {given.more:,}": many.cached,
            "not cached": few.not_cached, f"not cached, {given.more:,}": many.not_cached,
        }, given.rounds)
    report.compare(f"check of {given.more:,} tables beside {given.tables:,}", samples,
                   [(f"{side}, {given.more:,}", side, "at most 12") for side in ("cached", "not cached")])


if __name__ == "__main__":
    bench.main(measure)
