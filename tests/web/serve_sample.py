#!/usr/bin/python3
"""A real `revisiond serve` on a private PostgreSQL for daemon_test.mjs, with the sample project's
revisions and a database that is marked production. REVISIOND_BINARY is the revisiond.

Prints {"url", "token", "migrations"} when it serves. Each line on standard input is SQL that runs in
one transaction, which stays open so that it can hold locks; an empty line ends that transaction; the end
of the input ends everything.
"""

import hashlib
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
sys.dont_write_bytecode = True

import pg  # noqa: E402

TOKEN = "token-of-marta"
PATIENCE = 60  # seconds; ends a hung test, measures nothing
CONFIG = """[databases.main]
url = "{url}"
production = true

[migrations]
settle = "100ms"

[server]
listen = "127.0.0.1:{port}"

[[server.tokens]]
name = "marta"
sha256 = "{sha256}"
scope = "admin"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_serves(url, process):
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url + "livez", timeout=PATIENCE):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("revisiond serve does not answer")


def run(cluster, project):
    for path in (ROOT / "migrations").glob("*.sql"):
        shutil.copy(path, project.migrations)
    port = free_port()
    address = cluster.url(project.database)
    sha256 = hashlib.sha256(TOKEN.encode()).hexdigest()
    (project.directory / "config.toml").write_text(
        CONFIG.format(url=address, port=port, sha256=sha256), encoding="utf-8")
    daemon = project.start("serve", stdout=subprocess.DEVNULL, stderr=sys.stderr)
    try:
        url = f"http://127.0.0.1:{port}/"
        wait_until_it_serves(url, daemon)
        print(json.dumps({"url": url, "token": TOKEN, "migrations": str(project.migrations)}), flush=True)
        connection = psycopg2.connect(address)
        for line in sys.stdin:
            if line.strip():
                connection.cursor().execute(line)
            else:
                connection.rollback()
            print("done", flush=True)
    finally:
        daemon.terminate()
        daemon.wait(PATIENCE)


def main():
    with pg.Cluster() as cluster, pg.Project(cluster, cluster.create_database()) as project:
        run(cluster, project)


if __name__ == "__main__":
    main()
