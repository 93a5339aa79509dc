#!/usr/bin/python3
"""Ends an upgrade and a downgrade of the sample project at every point, in every way.

    REVISIOND_BINARY=build/release/revisiond tests/faults/kill_points.py [-j 2] [--fault WORDS]...

After each fault the next run must finish, the dump must be that of an undisturbed run, and the
history must tell of every revision once. A minute or two for each hundred points.
"""

import argparse
import concurrent.futures
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

# pylint: disable=wrong-import-position
from kill_points import CRASH, MOMENTS, Scenario
from pg import Cluster


def run_points(fault, slot, slots):
    """Every slots-th point of one fault, on a cluster of its own: (checked, what was wrong)."""
    wrong = []
    with Cluster() as cluster, Scenario(cluster) as scenario:
        points = scenario.points(fault)[slot::slots]
        for point in points:
            for words in scenario.check(point):
                wrong.append(f"{scenario.describe(point)}\n    {words}")
        builds = []
        if slot == 0 and fault != CRASH:
            builds = [False, True]
        for snapshot in builds:
            for words in scenario.check_inside_index_build(fault, snapshot):
                wrong.append(f"{fault} inside CREATE INDEX CONCURRENTLY, snapshot={snapshot}\n"
                             f"    {words}")
        return len(points) + len(builds), wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-j", "--jobs", type=int, default=2, help="clusters at a time (default 2)")
    parser.add_argument("--fault", action="append", help="only faults that contain these words")
    options = parser.parse_args()
    if not os.access(os.environ.get("REVISIOND_BINARY", ""), os.X_OK):
        sys.exit("set REVISIOND_BINARY to the revisiond to test")
    os.environ["REVISIOND_BINARY"] = os.path.abspath(os.environ["REVISIOND_BINARY"])
    faults = [fault for fault in MOMENTS
              if not options.fault or any(words in fault for words in options.fault)]

    checked, failed = 0, 0
    slots = max(1, options.jobs)
    with concurrent.futures.ProcessPoolExecutor(slots) as pool:
        for fault in faults:
            started = time.monotonic()
            tasks = [pool.submit(run_points, fault, slot, slots) for slot in range(slots)]
            results = [task.result() for task in tasks]
            count = sum(number for number, _ in results)
            wrong = [words for _, several in results for words in several]
            checked += count
            failed += len(wrong)
            print(f"{fault}: {count} points, {len(wrong)} wrong, "
                  f"{time.monotonic() - started:.0f} s", flush=True)
            for words in wrong:
                print(f"  {words}", flush=True)
    print(f"{checked - failed} passed, {failed} failed")
    return 0 if checked > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
