"""The sample project up, down and up again on the server of $REVISIOND_PG_BIN.

psql comes from the machine: the servers of tests/versions/run bring none.
"""

import glob
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

# pylint: disable=wrong-import-position
from kill_points import sample_project
from pg import Cluster


class ForeignCluster(Cluster):
    """A server without clients of its own."""

    CLIENT = max(glob.glob("/usr/lib/postgresql/*/bin/psql"))

    def _program(self, name):
        own = super()._program(name)
        return own if os.path.exists(own) else os.path.join(os.path.dirname(self.CLIENT), name)


def main():
    os.environ["REVISIOND_BINARY"] = os.path.abspath(os.environ["REVISIOND_BINARY"])
    with ForeignCluster() as cluster:
        database = cluster.create_database()
        with sample_project(cluster, database) as project:
            for command in (("upgrade", "--dry-run"), ("upgrade",), ("check",),
                            ("downgrade", "base"), ("upgrade",), ("status",), ("history",)):
                project.run(*command)
            files = len(list(project.migrations.iterdir()))
        outcomes = cluster.rows(database, "SELECT outcome, count(*) FROM revisiond.history"
                                          " GROUP BY 1 ORDER BY 1")
        wanted = [("applied", str(2 * files)), ("reverted", str(files))]
        if outcomes != wanted:
            sys.exit(f"history: {outcomes}, not {wanted}")
        print(f"{files} revisions up, down and up")


if __name__ == "__main__":
    main()
