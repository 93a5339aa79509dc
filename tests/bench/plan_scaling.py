#!/usr/bin/python3
"""`plan` over large graphs: beside Alembic's planning of the same comb of merges, and beside itself.

The comb: the whole process `revisiond plan --from base heads`, with reading all files and printing
the plan, beside nothing but the loop over ScriptDirectory._upgrade_revs("heads", None) of Debian's
alembic, timed inside its process once all files are imported. (The command `alembic upgrade --sql`
takes longer still.) `revisiond heads` reads and links the same files and plans nothing: what `plan`
takes longer is the planning and the printing, and the second ratio is that beside the loop.
Then our whole process with 10 times the revisions: of a chain, of a comb of merges, and of two lines
that depend on each other.
"""

import tempfile
from pathlib import Path

import bench

PLANNING = """
import sys, time
from alembic.config import Config
from alembic.script import ScriptDirectory
directory = ScriptDirectory.from_config(Config("alembic.ini"))
directory.get_heads()
begin = time.perf_counter()
steps = sum(1 for _ in directory._upgrade_revs("heads", None))
print("seconds", time.perf_counter() - begin)
print("steps", steps)
"""


def ours(given, directory, steps):
    def once():
        return bench.run([given.binary, "plan", "--from", "base", "heads"], directory,
                         f"Steps  {steps}\n")
    return once


def heads(given, directory, head):
    return lambda: bench.run([given.binary, "heads"], directory, head)


def alembic(directory, steps):
    (directory / "planning.py").write_text(PLANNING)

    def once():
        bench.run(["/usr/bin/python3", "planning.py"], directory, f"steps {steps}\n")
        words = (directory / "output").read_text().split()
        return float(words[words.index("seconds") + 1])
    return once


def scale(given, report, directory, what, size, make):
    """A plan of so many revisions beside that of a tenth of them."""
    sides = {}
    for count in (size // 10, size):
        graph, depends = make(count)
        place = directory / f"{what} {count}"
        bench.write_revisiond(place, graph, depends=depends)
        sides[f"{what} of {count:,}"] = ours(given, place, count)
    small, large = sides
    report.compare(f"plan of a {what} of {size:,} revisions", bench.in_turn(sides, given.rounds),
                   [(large, small, "at most 12")])


def measure():
    given = bench.options(__doc__, rounds=5, comb=5_000, chain=100_000, merges=50_000, crossed=50_000)
    report = bench.Report(given)
    with tempfile.TemporaryDirectory(prefix="revisiond-bench-") as name:
        directory = Path(name)
        comb = bench.comb(given.comb)
        bench.write_revisiond(directory / "comb", comb)
        bench.write_alembic(directory / "alembic", comb)
        samples = bench.in_turn({"revisiond plan": ours(given, directory / "comb", len(comb)),
                                 "revisiond heads": heads(given, directory / "comb", comb[-1][0]),
                                 "alembic planning": alembic(directory / "alembic", len(comb))},
                                given.rounds)
        samples["revisiond plan less heads"] = [
            plan - head for plan, head in zip(samples["revisiond plan"], samples["revisiond heads"])]
        report.compare(f"plan of a comb of {len(comb):,} revisions", samples,
                       [("revisiond plan", "alembic planning", "200"),
                        ("revisiond plan less heads", "alembic planning", "200")])
        scale(given, report, directory, "chain", given.chain, lambda size: (bench.chain(size), None))
        scale(given, report, directory, "comb", given.merges, lambda size: (bench.comb(size), None))
        scale(given, report, directory, "pair of crossed lines", given.crossed, bench.crossed)


if __name__ == "__main__":
    bench.main(measure)
