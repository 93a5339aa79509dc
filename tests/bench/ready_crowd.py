#!/usr/bin/python3
"""2,000 pods long-poll `ready` while an upgrade runs: all released within 250 ms of the commit."""

import select
import socket
import time

import bench
import pg
from served import Daemon


def crowd(daemon, count):
    """Connections that wait for the last revision."""
    call = b"GET /api/v1/ready?at_least=bbbb&wait=60s HTTP/1.1\r\nHost: localhost\r\n\r\n"
    pods = []
    for _ in range(count):
        pod = socket.create_connection(("127.0.0.1", daemon.port))
        pod.sendall(call)
        pods.append(pod)
    daemon.until("/metrics", lambda a: f"revisiond_http_waiting {count}\n".encode() in a.body)
    return pods


def release(daemon, cluster, database, pods):
    """Milliseconds from the commit to the first and to the last answer."""
    watcher = select.epoll()
    for pod in pods:
        pod.setblocking(False)
        watcher.register(pod.fileno(), select.EPOLLIN)
    accepted = daemon.post("/api/v1/apply", {}).json
    arrivals = []
    while len(arrivals) < len(pods):
        for descriptor, _ in watcher.poll(30) or []:
            arrivals.append(time.time())
            watcher.unregister(descriptor)
    for pod in pods:
        if not pod.recv(4096).startswith(b"HTTP/1.1 200"):
            raise bench.SideFailed("a pod was not released")
        pod.close()
    daemon.await_operation(accepted["id"])
    commit = float(cluster.psql(
        database, "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM alembic_version"))
    return (arrivals[0] - commit), (arrivals[-1] - commit)


def measure():
    given = bench.options(__doc__, rounds=3, pods=2_000)
    report = bench.Report(given)
    first, last = [], []
    with pg.Cluster(settings=["track_commit_timestamp=on"]) as cluster:
        for _ in range(given.rounds):
            with pg.Project(cluster, cluster.create_database(), binary=given.binary) as project:
                project.revision("aaaa", None, "CREATE TABLE a (x int);", "DROP TABLE a;")
                project.revision("bbbb", "aaaa", "CREATE TABLE b (x int); SELECT pg_sleep(1);", "DROP TABLE b;")
                with Daemon(project) as daemon:
                    daemon.await_state("empty")
                    pods = crowd(daemon, given.pods)
                    one, all_of_them = release(daemon, cluster, project.database, pods)
                    first.append(one)
                    last.append(all_of_them)
    report.compare(f"{given.pods:,} pods, from the commit", {"first answer": first, "last answer (below 250 ms)": last},
                   [])


if __name__ == "__main__":
    bench.main(measure)
