#!/usr/bin/python3
"""The daemon with 10,000 applied revisions and nothing to do: below 25 MB resident, below 0.5 % of a core."""

import os
import time
from pathlib import Path

import bench
import pg
from served import Daemon


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid):
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise bench.SideFailed("no VmRSS")


def measure():
    given = bench.options(__doc__, rounds=1, revisions=10_000, seconds=60)
    report = bench.Report(given)
    with pg.Cluster() as cluster, pg.Project(cluster, cluster.create_database(), binary=given.binary) as project:
        project.migrations.rmdir()
        bench.write_revisiond(project.directory, bench.chain(given.revisions))
        with Daemon(project) as daemon:
            daemon.await_state("empty")
            stamped = daemon.post("/api/v1/stamp", {"targets": ["heads"]})
            daemon.await_operation(stamped.json["id"])
            daemon.await_state("up_to_date")
        with Daemon(project) as daemon:
            daemon.await_state("up_to_date")
            time.sleep(10)
            memory, percent = [], []
            for _ in range(given.rounds):
                before, begun = cpu_seconds(daemon.process.pid), time.monotonic()
                time.sleep(given.seconds)
                percent.append(100 * (cpu_seconds(daemon.process.pid) - before) / (time.monotonic() - begun))
                memory.append(resident_mb(daemon.process.pid))
    report.compare(f"idle, {given.revisions:,} revisions loaded", {"resident (below 25 MB)": memory}, [], "MB")
    print(f"  processor: {', '.join(f'{value:.2f} %' for value in percent)} of a core (below 0.5 %)")


if __name__ == "__main__":
    bench.main(measure)
