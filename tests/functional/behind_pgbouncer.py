"""Behind PgBouncer: session pooling works, transaction pooling is refused before anything runs."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from pg import Cluster, Project

PGBOUNCER = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
PORT = 6432


class PgBouncer:
    """A proxy of its own in front of a cluster; a context manager."""

    def __init__(self, cluster, mode, round_robin=True):
        self.cluster = cluster
        self.round_robin = round_robin
        self.mode = mode
        self.directory = None
        self.process = None

    def __enter__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="revisiond-bouncer-", dir="/tmp"))
        users = self.directory / "users"
        users.write_text('"postgres" ""\n')
        config = self.directory / "pgbouncer.ini"
        config.write_text(f"""[databases]
* = host={self.cluster.directory} port={self.cluster.port}
[pgbouncer]
listen_addr =
listen_port = {PORT}
unix_socket_dir = {self.directory}
auth_type = trust
auth_file = {users}
pool_mode = {self.mode}
server_round_robin = {int(self.round_robin)}
min_pool_size = 3
""")
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            for path in (self.directory, users, config):
                os.chown(path, user.pw_uid, user.pw_gid)
        with open(self.directory / "log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([PGBOUNCER, str(config)], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, cwd=self.directory,
                                            preexec_fn=self.cluster._become)  # pylint: disable=protected-access
        for _ in range(600):
            if (self.directory / f".s.PGSQL.{PORT}").exists():
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        log = (self.directory / "log").read_text()
        self.__exit__()
        raise RuntimeError(f"PgBouncer did not start:\n{log}")

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, database):
        return f"postgresql://postgres@/{database}?host={self.directory}&port={PORT}"


class BehindPgBouncer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not os.access(PGBOUNCER, os.X_OK):
            print("SKIPPED: the program pgbouncer is missing; packaging/install test installs it",
                  file=sys.stderr)
            raise unittest.SkipTest("the program pgbouncer is missing")
        cls.cluster = cls.enterClassContext(Cluster())

    def project(self, url):
        project = Project(config=f'[databases.main]\nurl = "{url}"\n')
        self.addCleanup(project.__exit__)
        project.revision("aaaa", None, "CREATE TABLE a (n int);", "DROP TABLE a;")
        project.revision("bbbb", "aaaa", "CREATE INDEX CONCURRENTLY a_n ON a (n);",
                         "DROP INDEX CONCURRENTLY a_n;", transaction=False)
        return project

    def test_session_pooling_works(self):
        database = self.cluster.create_database()
        with PgBouncer(self.cluster, "session") as bouncer:
            project = self.project(bouncer.url(database))
            project.run("upgrade")
            self.assertEqual(project.run("current").stdout, "bbbb (head)\n")
            project.run("downgrade", "base")
        self.assertEqual(self.cluster.psql(database, "SELECT count(*) FROM alembic_version"), "0")

    def test_transaction_pooling_is_refused_and_nothing_is_applied(self):
        database = self.cluster.create_database()
        with PgBouncer(self.cluster, "transaction") as bouncer:
            # Other clients, so that the pool has several servers and transactions change between
            # them.
            others = [subprocess.Popen([os.path.join(self.cluster.bin_dir, "psql"), "-X", "-q",
                                        "-d", bouncer.url(database), "-c",
                                        "BEGIN", "-c", "SELECT pg_sleep(1)", "-c", "COMMIT"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                      for _ in range(3)]
            for other in others:
                other.wait()
            project = self.project(bouncer.url(database))
            done = project.run("--json", "upgrade", check=1)
            self.assertIn("apply.transaction-pooling", done.stderr)
            self.assertIn("pools transactions", done.stderr)
            # Whoever gets the same server process next finds it as it was.
            for command in (("status",), ("current",), ("history",), ("plan", "heads"), ("lock",)):
                project.run(*command, check=3 if command == ("status",) else 0)
            for _ in range(12):
                left = subprocess.run([os.path.join(self.cluster.bin_dir, "psql"), "-X", "-At", "-d",
                                       bouncer.url(database), "-c", "SELECT name FROM pg_settings WHERE setting <> reset_val"
                                       " AND name ~ 'timeout|read_only|messages|isolation|path|commit'"],
                                      check=True, capture_output=True, text=True)
                self.assertEqual(left.stdout, "")
        self.assertEqual(self.cluster.psql(
            database, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
            "0")


if __name__ == "__main__":
    unittest.main()
