"""Ends an upgrade at any point of its way, runs it again, and looks at what is there.

A scenario is a project, a database to begin with, and a command. Undisturbed, it makes the dump that
every disturbed run must come to in the end. The points are the requests that revisiond sends; a
proxy finds them, so the program needs no failpoints of its own.
"""

import difflib
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from pg import Project
from proxy import AFTER, BEFORE, DURING, Proxy

SAMPLE = Path(__file__).resolve().parents[2] / "migrations"

# Behind the sample project's head: what shows when a statement has run twice, or not at all.
COUNTED = """\
-- revision = "c0ffee000001"
-- down_revision = "d08b3f61c7e5"
-- message = "count effects, in a transaction"

-- [upgrade]
CREATE TABLE effects (what text NOT NULL);
INSERT INTO effects VALUES ('first');
INSERT INTO users (id, email, password, created_at) OVERRIDING SYSTEM VALUE
VALUES (1, 'ada@example.org', '-', '2026-11-12T10:00:00Z');

-- [downgrade]
DELETE FROM users;
DROP TABLE effects;
"""
COUNTED_OUTSIDE = """\
-- revision = "c0ffee000002"
-- down_revision = "c0ffee000001"
-- message = "count effects, outside a transaction"
-- transaction = false

-- [upgrade]
SET work_mem = '1MB';
INSERT INTO effects VALUES ('second');
CREATE INDEX CONCURRENTLY ON effects (what);
VACUUM effects;
INSERT INTO effects VALUES (current_setting('work_mem'));
ALTER TABLE effects ADD COLUMN late integer NOT NULL DEFAULT 1;

-- [downgrade]
DELETE FROM effects WHERE what <> 'first';
DROP INDEX CONCURRENTLY effects_what_idx;
ALTER TABLE effects DROP COLUMN late;

-- [verify]
SELECT count(*) = 3 FROM effects;
"""

KILL = "kill -9 of revisiond"
CUT = "the connection is cut"
TERMINATE = "pg_terminate_backend"
CRASH = "kill -9 of the server process"
MOMENTS = {KILL: (BEFORE, AFTER), CUT: (BEFORE, AFTER),
           TERMINATE: (BEFORE, DURING), CRASH: (BEFORE, DURING)}


@dataclass(frozen=True)
class Point:
    """One disturbance of one run."""
    command: str  # "upgrade" or "downgrade"
    request: int
    moment: str
    fault: str


def sample_project(cluster, database):
    """The sample project, with two revisions on top that count their effects."""
    project = Project(cluster, database)
    for path in SAMPLE.glob("*.sql"):
        shutil.copy(path, project.migrations)
    project.add("c0ffee000001.sql", COUNTED)
    project.add("c0ffee000002.sql", COUNTED_OUTSIDE)
    return project


class Scenario:
    """The sample project on a cluster; a context manager."""

    TARGETS = {"upgrade": "heads", "downgrade": "base"}

    def __init__(self, cluster):
        self.cluster = cluster
        self.proxy = Proxy(cluster)
        self.expected = {}  # command: the dump of an undisturbed run
        self.requests = {}  # command: what an undisturbed run sends

    def __enter__(self):
        self.proxy.__enter__()
        self._templates = {"upgrade": "template0", "downgrade": self.cluster.create_database()}
        for command, base in (("upgrade", None), ("downgrade", self._templates["downgrade"])):
            database = self.cluster.create_database() if base is None else base
            with sample_project(self.cluster, database) as project:
                if base is not None:
                    project.run("upgrade", "heads")
                    database = self._copy(base)
                self._aim(project, database, self.proxy.url(database))
                self.proxy.requests.clear()
                project.run(command, self.TARGETS[command])
                self.requests[command] = list(self.proxy.requests)
            self.expected[command] = self.cluster.pg_dump(database)
            self._drop(database)
        return self

    def __exit__(self, *_):
        self.proxy.__exit__()

    def points(self, *faults):
        """Every point of both commands."""
        return [Point(command, request, moment, fault)
                for command, requests in self.requests.items()
                for request in range(1, len(requests) + 1)
                for fault in faults or MOMENTS
                for moment in MOMENTS[fault]]

    def describe(self, point):
        sql = " ".join(self.requests[point.command][point.request - 1].split())
        return (f"{point.command}, {point.fault} {point.moment} request {point.request}: "
                f"{sql[:100]}")

    def check(self, point):
        """Disturbs a run there and finishes it. What is wrong then, in words; empty when nothing."""
        database = self._copy(self._templates[point.command])
        try:
            with sample_project(self.cluster, database) as project:
                disturbed = self._disturb(project, database, point)
                if disturbed is not None:
                    return [disturbed]
                return self.finish(project, database, point.command)
        finally:
            self._drop(database)

    def check_inside_index_build(self, fault, snapshot):
        """Disturbs CREATE INDEX CONCURRENTLY while it waits, for a writer or for an old snapshot.

        The answer is as check()'s.
        """
        database = self._copy("template0")
        try:
            with sample_project(self.cluster, database) as project:
                self._aim(project, database, self.cluster.url(database))
                project.run("upgrade", "48f6b1907ead")
                blocker = self.cluster.connect(database)
                sql = ("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1"
                       if snapshot else "BEGIN; LOCK TABLE posts IN ROW EXCLUSIVE MODE")
                blocker.cursor().execute(sql)
                action = self._action(fault, running := [])
                disturbed = self._run_disturbed(
                    project, database, "upgrade", fault, running,
                    ("^CREATE INDEX CONCURRENTLY posts_search_idx", DURING,
                     lambda connection: self._when_waiting(connection) and action(connection)))
                blocker.close()
                return [disturbed] if disturbed else self.finish(project, database, "upgrade")
        finally:
            self._drop(database)

    def _when_waiting(self, connection):
        for _ in range(1200):
            waiting = self.cluster.psql(
                "postgres", "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                            f" AND pid = {connection.backend_pid}")
            if waiting == "1":
                return True
            time.sleep(0.02)
        raise RuntimeError("CREATE INDEX CONCURRENTLY did not wait")

    def finish(self, project, database, command):
        """The next run, and what must be true after it."""
        self._aim(project, database, self.cluster.url(database))
        again = project.run(command, self.TARGETS[command], "--lock-timeout", "30s", check=False)
        if again.returncode != 0:
            return [f"the next run exited with {again.returncode}: {again.stderr}"]
        wrong = []
        dump = self.cluster.pg_dump(database)
        # Sorted: a repeated VACUUM moves rows, which changes no effect.
        if sorted(dump.splitlines()) != sorted(self.expected[command].splitlines()):
            difference = difflib.unified_diff(self.expected[command].splitlines(),
                                              dump.splitlines(), "undisturbed", "disturbed",
                                              n=2, lineterm="")
            wrong.append("the dump differs:\n" + "\n".join(difference))
        # With nothing left to do the next run writes nothing; the next one that does settles these.
        settles = ("operations left running", "holders left")
        books = self._books(database, command)
        if "Running" not in again.stderr:
            books = [words for words in books if not words.startswith(settles)]
        return wrong + books

    def _disturb(self, project, database, point):
        running = []
        action = self._action(point.fault, running)
        return self._run_disturbed(project, database, point.command, point.fault, running,
                                   (point.request, point.moment, action))

    def _run_disturbed(self, project, database, command, fault, running, disturbance):
        self._aim(project, database, self.proxy.url(database))
        self.proxy.disturb(*disturbance)
        running.append(project.start(command, self.TARGETS[command]))
        process = running[0]
        try:
            output, errors = process.communicate(timeout=100)
        except subprocess.TimeoutExpired:
            return "the disturbed run did not end"
        finally:
            process.kill()
            process.wait()
            # A server process must not outlive its client for want of someone who closes the socket.
            self.proxy.cut_all()
        # A run that waits for nothing asks nobody who is in the way: it may have fewer requests than
        # the one that was counted, and has done all of its work then.
        if process.returncode == 0 and self._had_fewer_requests(disturbance[0]):
            return None
        if not self.proxy.happened.wait(10):
            return f"the point was not reached (exit {process.returncode}): {output}{errors}"
        if process.returncode not in ((-signal.SIGKILL,) if fault == KILL else (0, 1)):
            return f"the disturbed run ended with {process.returncode}: {output}{errors}"
        if fault == CRASH:
            self._wait_for_server()
        return None

    def _had_fewer_requests(self, point):
        """Whether the run was over a little before this point; on a busy machine there are many waits."""
        return isinstance(point, int) and 0 < point - len(self.proxy.requests) <= 10

    def _action(self, fault, running):
        def kill(connection):
            while not running:
                time.sleep(0.001)
            running[0].kill()
            running[0].wait()
            return Proxy.cut(connection)

        return {KILL: kill, CUT: Proxy.cut, TERMINATE: Proxy.end_backend(signal.SIGTERM),
                CRASH: Proxy.end_backend(signal.SIGKILL)}[fault]

    def _wait_for_server(self):
        for _ in range(600):
            if self.cluster.psql("postgres", "SELECT 1", check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("the server did not come back:\n" + self.cluster.log())

    def _books(self, database, command):
        """What the state schema must say: each revision done once, and nothing left open."""
        outcome = {"upgrade": "applied", "downgrade": "reverted"}[command]
        questions = {
            f"revisions not {outcome} exactly once": f"""
                SELECT r.revision, count(h.id) FROM revisiond.revision r
                LEFT JOIN revisiond.history h ON h.revision = r.revision AND h.outcome = '{outcome}'
                GROUP BY 1 HAVING count(h.id) <> 1""",
            "history rows of no known outcome": f"""
                SELECT revision, direction, outcome FROM revisiond.history
                WHERE outcome NOT IN ('applied', 'failed', 'interrupted', '{outcome}')""",
            "journal rows left": "SELECT revision, position, state FROM revisiond.journal",
            "operations left running":
                "SELECT id, kind FROM revisiond.operation WHERE state = 'running'",
            "holders left": "SELECT host, pid, doing FROM revisiond.instance",
            "invalid indexes": "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid",
            "locks left": "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database ="
                          " (SELECT oid FROM pg_database WHERE datname = current_database())",
        }
        wrong = []
        for name, sql in questions.items():
            rows = self.cluster.rows(database, sql)
            if rows:
                wrong.append(f"{name}: {rows}")
        known = self.cluster.psql(database, "SELECT count(*) FROM revisiond.revision")
        if int(known) != len(list(SAMPLE.glob("*.sql"))) + 2:
            wrong.append(f"{known} revisions are remembered")
        return wrong

    @staticmethod
    def _aim(project, _database, url):
        project.write_config(f'[databases.main]\nurl = "{url}"\n')

    def _copy(self, template):
        # file_copy: a sequence copied by WAL forgets the numbers that it gave out when the server
        # crashes afterwards, which no run of ours could make up for.
        return self.cluster.create_database(template=template, strategy="file_copy")

    def _drop(self, database):
        self.cluster.psql("postgres", f'DROP DATABASE "{database}" WITH (FORCE)')
