#!/usr/bin/python3
"""`heads` of 10,000 revision files beside Debian's `alembic heads` and beside `cat`.

Every run is a new process. "disk" empties the page cache before each run (as root only), "memory"
leaves it warm. Alembic is measured twice: with the byte code that an earlier run has left, and as a
fresh checkout or an image has it, without.
"""

import compileall
import tempfile
from pathlib import Path

import bench


def sides_of(given, directory, before):
    ours, theirs, fresh = (directory / name for name in ("ours", "theirs", "fresh"))
    head = bench.comb(given.revisions)[-1][0]

    def side(command, cwd, expect=None):
        def once():
            before()
            return bench.run(command, cwd, expect)
        return once

    return {
        "revisiond heads": side([given.binary, "heads"], ours, head),
        "alembic heads": side([bench.ALEMBIC, "heads"], theirs, head),
        "alembic heads, fresh checkout": side(["/usr/bin/python3", "-B", bench.ALEMBIC, "heads"], fresh, head),
        "cat": side(["sh", "-c", "find migrations -type f -print0 | xargs -0 cat > /dev/null"], ours),
    }


def measure():
    given = bench.options(__doc__, rounds=5, revisions=10_000)
    report = bench.Report(given)
    wanted = [("revisiond heads", "alembic heads", "20"),
              ("revisiond heads", "alembic heads, fresh checkout", "20"), ("revisiond heads", "cat", "within 3")]
    with tempfile.TemporaryDirectory(prefix="revisiond-bench-") as name:
        directory = Path(name)
        graph = bench.comb(given.revisions)
        bench.write_revisiond(directory / "ours", graph)
        bench.write_alembic(directory / "theirs", graph)
        bench.write_alembic(directory / "fresh", graph)
        compileall.compile_dir(directory / "theirs", quiet=2)
        kinds = {"memory": lambda: None}
        if bench.can_drop_caches():
            kinds["disk"] = bench.drop_caches
        for kind, before in kinds.items():
            samples = bench.in_turn(sides_of(given, directory, before), given.rounds)
            report.compare(f"heads of {given.revisions:,} files, from {kind}", samples, wanted)


if __name__ == "__main__":
    bench.main(measure)
