#!/usr/bin/python3
"""From the start of the daemon to its first answer: below 150 ms, however slow the database is."""

import socket
import subprocess
import tempfile
import time
from pathlib import Path

import bench
from served import token_sections

CALL = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def first_answer(given, directory):
    """Seconds from the process's start to the last byte of an answer."""
    port = free_port()
    # Nobody listens there: a database that does not answer.
    (directory / "config.toml").write_text(
        f'[databases.main]\nurl = "postgresql://nobody@127.0.0.1:1/none"\n[server]\n'
        f'listen = "127.0.0.1:{port}"\n{token_sections()}', encoding="utf-8")
    begun = time.perf_counter()
    process = subprocess.Popen([given.binary, "serve"], cwd=directory, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - begun < 30:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
                    client.sendall(CALL)
                    if client.recv(4096).startswith(b"HTTP/1.1 200"):
                        return time.perf_counter() - begun
            except OSError:
                time.sleep(0.001)
        raise bench.SideFailed("no answer in 30 s")
    finally:
        process.kill()
        process.wait()


def measure():
    given = bench.options(__doc__, rounds=10, revisions=10_000)
    report = bench.Report(given)
    with tempfile.TemporaryDirectory(prefix="revisiond-bench-") as name:
        sides = {}
        for count in (10, given.revisions):
            directory = Path(name) / str(count)
            bench.write_revisiond(directory, bench.chain(count))
            sides[f"{count:,} revisions (below 150 ms)"] = \
                lambda directory=directory: first_answer(given, directory)
        report.compare("start to first answer", bench.in_turn(sides, given.rounds), [])


if __name__ == "__main__":
    bench.main(measure)
