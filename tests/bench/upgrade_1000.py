#!/usr/bin/python3
"""The upgrade of 1,000 one-table revisions, one transaction each, history included.

Beside `psql -f` of the same statements with the same version, revision and history rows in the same
transactions, `alembic upgrade head` with transaction_per_migration, and dbmate (from npm, where it
can be had). "statements alone" is psql with the tables in one transaction and no rows of anybody's:
the server's own part, which no client can be faster than. All on one private server, a fresh database for every run. Commits reach the disk
(PostgreSQL's default settings) unless --fsync 0 says otherwise.

How long a disk takes to confirm a write decides most of this, and is some 0.1 ms on a virtual disk
that keeps it in memory and 1 to 10 ms on a network volume. --flush-ms 5 makes every flush of the
server's WAL (fdatasync) take that much longer, to see the second on a machine that has the first.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import bench
from pg import Cluster
from upgrade_sides import Upgrades


SLOW_FLUSH = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int fdatasync(int fd) {
    struct timespec pause = {0, FLUSH_MS * 1000000L};
    nanosleep(&pause, 0);
    return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
"""


def slow_flush(directory, milliseconds):
    """The environment of a server whose disk takes so much longer to confirm a write."""
    if milliseconds == 0:
        return None
    os.chmod(directory, 0o755)  # the server runs as another user when we are root
    library = directory / "slow_flush.so"
    subprocess.run(["cc", "-shared", "-fPIC", f"-DFLUSH_MS={milliseconds}", "-x", "c", "-", "-o",
                    str(library), "-ldl"], input=SLOW_FLUSH, text=True, check=True)
    return {"LD_PRELOAD": str(library)}


def measure():
    given = bench.options(__doc__, rounds=9, revisions=1_000, fsync=1, flush_ms=0)
    report = bench.Report(given)
    durable = bool(given.fsync)
    with tempfile.TemporaryDirectory(prefix="revisiond-bench-") as name:
        environment = slow_flush(Path(name), given.flush_ms)
        with Cluster(fsync=durable, settings=["max_wal_size=4GB"],
                     environment=environment) as cluster:
            samples = bench.in_turn(Upgrades(given, cluster, Path(name)).sides(), given.rounds)
    ours = "revisiond upgrade"
    wanted = [(ours, "psql -f", "within 1.15"), (ours, "alembic upgrade", "2.5"),
              ("statements alone", "alembic upgrade", "what any client can reach")]
    if "dbmate migrate" in samples:
        wanted.append((ours, "dbmate migrate", "1"))
    report.compare(f"upgrade of {given.revisions:,} revisions, fsync {'on' if durable else 'off'}"
                   + (f" and {given.flush_ms} ms slower" if given.flush_ms else ""),
                   samples, wanted)


if __name__ == "__main__":
    bench.main(measure)
