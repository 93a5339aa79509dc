"""A running `revisiond serve` and how to talk to it.

    with Daemon(project) as daemon:
        operation = daemon.apply()
        daemon.finished(operation["id"])

It listens on a UNIX socket in the project's directory, so that any number may run side by side.
"""

import hashlib
import http.client
import itertools
import json
import signal
import socket
import subprocess
import threading
import time

TOKEN = "rvd_test_token"
PATIENCE = 60  # seconds; ends a hung test, measures nothing
_numbers = itertools.count(1)


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Daemon:
    """One daemon over a project; a context manager. `database` is the text of [databases.main]
    behind its url, `server` that of [server]; `url` another one than the project's."""

    def __init__(self, project, url=None, database="", server=""):
        self.project = project
        self.number = next(_numbers)
        self.socket = project.directory / f"daemon-{self.number}.sock"
        self.config = project.directory / f"daemon-{self.number}.toml"
        self.log_file = project.directory / f"daemon-{self.number}.log"
        url = url or project.cluster.url(project.database)
        digest = hashlib.sha256(TOKEN.encode()).hexdigest()
        self.config.write_text(f"""[databases.main]
url = "{url}"
{database}
[server]
listen = "unix:{self.socket}"
{server}
[[server.tokens]]
name = "test"
sha256 = "{digest}"
scope = "admin"
""", encoding="utf-8")
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.end()

    def start(self):
        """Starts it and waits for its first answer."""
        with open(self.log_file, "a", encoding="utf-8") as log:
            self.process = self.project.start("-c", str(self.config), "serve", stdout=log, stderr=log)
        wait_until("the daemon answers", self._answers)

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the daemon ended with {self.process.returncode}:\n{self.log()}")
        try:
            return self.request("GET", "/livez")[0] == 200 and self.get("/databases")["databases"]
        except OSError:
            return False

    def end(self, how=signal.SIGTERM):
        """Ends it; the exit code."""
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(how)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self.process = None
        return code

    def log(self):
        """What it has printed so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def request(self, method, path, body=None, headers=None):
        """(status, parsed JSON or text) of one request on a connection of its own."""
        connection = _UnixConnection(self.socket)
        try:
            given = {"Authorization": f"Bearer {TOKEN}", **(headers or {})}
            text = None
            if body is not None:
                text = json.dumps(body)
                given["Content-Type"] = "application/json"
            connection.request(method, path, text, given)
            answer = connection.getresponse()
            text = answer.read().decode()
            is_json = "json" in (answer.getheader("Content-Type") or "")
            return answer.status, json.loads(text) if is_json and text else text
        finally:
            connection.close()

    def get(self, path):
        """The JSON of a GET that must succeed."""
        status, answer = self.request("GET", "/api/v1" + path)
        if status != 200:
            raise AssertionError(f"GET {path}: {status} {answer}")
        return answer

    def database(self):
        """The database as /databases tells it."""
        return self.get("/databases")["databases"][0]

    def leads(self):
        """Whether this daemon is the leader."""
        return self.database()["role"] == "leader"

    def apply(self, target="heads", direction="upgrade", key=None, **more):
        """POST /apply that must be accepted: the operation."""
        status, answer = self.request(
            "POST", "/api/v1/apply", {"direction": direction, "target": target, **more},
            {"Idempotency-Key": key} if key else None)
        if status not in (200, 202):
            raise AssertionError(f"apply: {status} {answer}")
        return answer

    def operation(self, operation):
        """The operation as it is now."""
        return self.get(f"/operations/{operation}")

    def events(self, operation):
        """All events of an operation so far."""
        return self.get(f"/operations/{operation}/events?format=json&after=0")["events"]

    def finished(self, operation):
        """The operation when it has finished."""
        wait_until(f"operation {operation} has finished",
                   lambda: self.operation(operation)["state"] not in ("queued", "running"))
        return self.operation(operation)


class LeaderWatch:
    """Looks all the time at who holds the lock of public.alembic_version, and at who says that it leads; a
    context manager. `holders`: the backends that held it, `most`: at once; `leaders`: how many said so at most."""

    CLASSID = 0x72657664
    OBJID = int.from_bytes(hashlib.sha256(b'"public"."alembic_version"').digest()[:4], "big")

    def __init__(self, cluster, database, daemons):
        self.connection = cluster.connect(database)
        self.connection.autocommit = True
        self.daemons = daemons
        self.holders, self.most, self.leaders, self.looks = set(), 0, 0, 0
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self.thread.join()
        self.connection.close()

    def _watch(self):
        with self.connection.cursor() as cursor:
            while not self.ending.is_set():
                cursor.execute("SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
                               " AND classid = %s AND objid = %s AND database = (SELECT oid FROM"
                               " pg_database WHERE datname = current_database())", (self.CLASSID, self.OBJID))
                pids = {pid for pid, in cursor.fetchall()}
                self.holders |= pids
                self.most = max(self.most, len(pids))
                self.leaders = max(self.leaders, sum(daemon.leads() for daemon in self.daemons))
                self.looks += 1


def wait_until(what, condition):
    """Until `condition` holds; fails after a minute or two."""
    until = time.monotonic() + 2 * PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"waited long, and never: {what}")
        time.sleep(0.05)
