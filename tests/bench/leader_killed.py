#!/usr/bin/python3
"""How long nobody works when the leader is killed with -9 in the middle of 1,000 revisions.

Two daemons, one database. The leader is killed when a third of the revisions are applied; measured
is the gap in the history, by the server's clock, between the last revision of the dead leader and
the first that the follower has finished. Every revision must have been applied exactly once.
"""


import bench
from pg import Cluster, Project
from served import Daemon, wait_until


def once(given, cluster):
    """One leader killed: the gap in seconds."""
    database = cluster.create_database()
    with Project(cluster, database, binary=given.binary) as project:
        for n, (revision, parents) in enumerate(bench.chain(given.revisions)):
            project.revision(revision, parents, bench.table_sql(n))
        with Daemon(project) as leader:
            wait_until("it leads", leader.leads)
            with Daemon(project) as follower:
                wait_until("the follower knows", lambda: follower.database()["reachable"])
                operation = leader.request_apply()["id"]
                done = "SELECT count(*) FROM revisiond.history WHERE outcome = 'applied'"
                wait_until("a third is applied", lambda: int(
                    cluster.psql(database, done)) > given.revisions // 3)
                leader.kill()
                state = follower.await_operation(operation)["state"]
        counts = cluster.psql(database, "SELECT count(*), count(DISTINCT revision) FROM"
                                        " revisiond.history WHERE outcome = 'applied'")
        if state != "succeeded" or counts != f"{given.revisions}|{given.revisions}":
            raise RuntimeError(f"the operation ended {state}, with {counts} revisions applied")
        return float(cluster.psql(database, """
            SELECT EXTRACT(epoch FROM min(b.finished_at) - max(a.finished_at))
            FROM revisiond.history a, revisiond.history b
            WHERE a.outcome = 'applied' AND b.outcome = 'applied'
              AND a.term = (SELECT min(term) FROM revisiond.history)
              AND b.term = (SELECT max(term) FROM revisiond.history)"""))


def measure():
    given = bench.options(__doc__, rounds=5, revisions=1_000)
    report = bench.Report(given)
    with Cluster() as cluster:
        samples = {"gap": [once(given, cluster) for _ in range(given.rounds)]}
    report.compare(f"leader killed in the middle of {given.revisions:,} revisions", samples, [])


if __name__ == "__main__":
    bench.main(measure)
