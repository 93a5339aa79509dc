"""The cases of tests/cases/diff on the server of $REVISIOND_PG_BIN, both ways.

pg_dump judges where the machine has one that is new enough for the server; elsewhere a second
comparison must find nothing. A case whose setup the server refuses (an extension that its build
does not bring, a feature of another version) is left out by name.
"""

import concurrent.futures
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "support"), str(ROOT / "judge"), str(ROOT / "versions")]

# pylint: disable=wrong-import-position
from judge import SERVER_SETTINGS, Judge, cases_for, find_cases
from up_and_down import ForeignCluster


class VersionJudge(Judge):
    """Asks pg_dump only when it knows the server."""

    def __init__(self, cluster, binary):
        super().__init__(cluster, binary)
        database = cluster.create_database()
        done = self.run([cluster._program("pg_dump"), "--schema-only", "-d",
                         cluster.url(database)])
        self.dumps = done.returncode == 0

    def dump(self, database):
        return super().dump(database) if self.dumps else {}


def main():
    binary = os.path.abspath(os.environ["REVISIOND_BINARY"])
    only = sys.argv[1] if len(sys.argv) > 1 else None
    with ForeignCluster(settings=SERVER_SETTINGS) as cluster:
        cases = cases_for(cluster, find_cases([ROOT / "cases" / "diff"], only))
        judge = VersionJudge(cluster, binary)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            verdicts = list(pool.map(lambda case: judge.judge(*case), cases))
    left_out = [verdict for verdict in verdicts
                if any("does not load" in detail for detail in verdict.detail)]
    wrong = [verdict for verdict in verdicts if verdict.reasons and verdict not in left_out]
    for verdict in left_out:
        print(f"left out: {verdict.name}: {verdict.detail[0].splitlines()[0]}")
    for verdict in wrong:
        print(f"{verdict.name}: {'; '.join(verdict.reasons)}")
        print("\n".join(verdict.detail))
    print(f"{len(cases) - len(left_out) - len(wrong)} of {len(cases)} cases both ways, judged by "
          f"{'pg_dump' if judge.dumps else 'a second comparison'}; {len(left_out)} left out")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
