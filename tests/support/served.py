"""Starts real daemons (`revisiond serve`) and speaks HTTP with them."""

import contextlib
import ctypes
import hashlib
import http.client
import itertools
import json
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

from pg import ClusterTest

PATIENCE = 60  # seconds; ends a hung test, measures nothing
TOKENS = {scope: f"{scope}-token-{'x' * 16}" for scope in ("read", "plan", "apply", "admin")}
PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 17, 0x4206, 0x4207  # sys/ptrace.h
WALL = 0x40000000  # threads too
_numbers = itertools.count(1)


def wait_until(what, condition):
    """The first value of `condition` that holds; fails with `what` when there is none for long.

    `what` may be a function: it is asked when it is needed.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited long, and never: {what() if callable(what) else what}")
        time.sleep(0.02)


def token_sections(tokens=None, expires=None):
    """[[server.tokens]] for scope → token."""
    text = ""
    for scope, token in (tokens or TOKENS).items():
        digest = hashlib.sha256(token.encode()).hexdigest()
        text += f'[[server.tokens]]\nname = "{scope}-client"\nsha256 = "{digest}"\nscope = "{scope}"\n'
        if expires:
            text += f'expires = "{expires}"\n'
    return text


class Answer:
    """One response: status, headers (lower case), body and, where it is JSON, json."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()
        is_json = self.body and "json" in self.headers.get("content-type", "")  # a HEAD has no body
        self.json = json.loads(self.body) if is_json else None

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:2000]!r}"


def _events(lines):
    fields = {}
    for line in lines:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif "data" in fields:
            yield int(fields["id"]) if "id" in fields else None, fields["event"], json.loads(fields["data"])
            fields = {}


class DaemonTest(ClusterTest):
    """Tests that start daemons over projects of a few revisions, each on a new database."""

    def project(self, count=2, upgrade="CREATE TABLE {0} (x int);"):
        """A project of aaaa, bbbb, cccc one above the other, `count` of them; each makes the table of its name."""
        project = self.new_project()
        down = None
        for name in ["aaaa", "bbbb", "cccc"][:count]:
            project.revision(name, down, upgrade.format(name), f"DROP TABLE {name};")
            down = name
        return project

    def daemon(self, project, **options):
        """A Daemon that ends with the test."""
        daemon = Daemon(project, **options)
        self.addCleanup(daemon.__exit__)
        return daemon


class Daemon:
    """One `revisiond serve` of a project, on a free port of 127.0.0.1.

    `server`, `database` and `url` go to project_config(); `config` is all of the file instead.
    """

    def __init__(self, project, *arguments, config=None, env=None, wait=True, **settings):
        self.project = project
        self.arguments = arguments
        self.env = env
        self.process = None
        self.port = None
        self.log_path = None
        project.write_config(project_config(project, **settings) if config is None else config)
        self.start(wait)

    def start(self, wait=True):
        """Starts it, also once more after its end; `wait`: until it serves."""
        self.log_path = self.project.directory / f"daemon-{next(_numbers)}.log"
        with open(self.log_path, "w", encoding="utf-8") as log:
            self.process = self.project.start("serve", *self.arguments, env=self.env,
                                              stdout=subprocess.DEVNULL, stderr=log)
        if wait:
            self.port = int(re.search(r"127\.0\.0\.1:(\d+)", self.await_log("serving")["addresses"])[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        """Ends it with SIGKILL."""
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self, number=signal.SIGTERM):
        """Ends it with a signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    @contextlib.contextmanager
    def paused_thread(self, name):
        """Stops the one thread of this name, as a disk that does not answer would."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        thread = next(int(task.name) for task in tasks.iterdir()
                      if (task / "comm").read_text(encoding="utf-8").strip() == name)
        libc = ctypes.CDLL(None, use_errno=True)

        def trace(request):
            if libc.ptrace(request, thread, None, None) != 0:
                raise OSError(ctypes.get_errno(), f"cannot trace thread {name}")

        trace(PTRACE_SEIZE)
        trace(PTRACE_INTERRUPT)
        os.waitpid(thread, WALL)
        try:
            yield
        finally:
            trace(PTRACE_DETACH)

    def log(self):
        """All entries of the log so far, parsed; what is not JSON as {"text": …}."""
        entries = []
        for line in self.log_path.read_text(encoding="utf-8").splitlines():
            entries.append(json.loads(line) if line.startswith("{") else {"text": line})
        return entries

    def await_log(self, message, **fields):
        """The first entry with that message and fields."""
        wanted = {"message": message, **fields}

        def found():
            ended = self.process.poll() is not None
            for entry in self.log():
                if wanted.items() <= entry.items():
                    return entry
            if ended:
                raise AssertionError(f"it ended without {wanted} in its log: {self.log()}")
            return None

        return wait_until(lambda: f"{wanted} in the log: {self.log()}", found)

    def ask(self, method, path, body=None, token="admin", headers=None, timeout=PATIENCE):
        """One request on a connection of its own. `token`: a scope of TOKENS, a token, or None."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = "Bearer " + TOKENS.get(token, token)
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body=body, headers=headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def post(self, path, body=None, **options):
        return self.ask("POST", path, body={} if body is None else body, **options)

    def until(self, path, condition, **options):
        """Asks until condition(answer) holds."""
        answer = None

        def holds():
            nonlocal answer
            answer = self.get(path, **options)
            return condition(answer)

        wait_until(lambda: f"{path} is still {answer}; log: {self.log()[-20:]}", holds)
        return answer

    def await_state(self, state, query=""):
        return self.until("/api/v1/status" + query, lambda a: a.status == 200 and a.json["state"] == state)

    def await_operation(self, operation):
        """The operation when it has ended."""
        return self.until(f"/api/v1/operations/{operation}",
                          lambda a: a.status == 200 and a.json["finished_at"] is not None).json

    def await_files(self):
        """Waits until the revision files have been read: what needs them is answered with 503 before."""
        self.until("/api/v1/revisions", lambda a: a.status != 503)

    def request_apply(self, body=None, key=None, **options):
        """Asks for an apply, once the files have been read: the operation as it was accepted."""
        self.await_files()
        if key:
            options["headers"] = {"Idempotency-Key": key}
        accepted = self.post("/api/v1/apply", body, **options)
        if accepted.status not in (200, 202):
            raise AssertionError(f"not accepted: {accepted}")
        return accepted.json

    def apply(self, body=None, **options):
        """Asks for an apply and waits for its end: the operation."""
        return self.await_operation(self.request_apply(body, **options)["id"])

    def events(self, operation):
        """All events of an operation so far."""
        return self.get(f"/api/v1/operations/{operation}/events?format=json&after=0").json["events"]

    @contextlib.contextmanager
    def stream(self, path, after=None):
        """An event stream: iterates over (id or None, type, data parsed), until it ends or is left."""
        headers = {"Authorization": "Bearer " + TOKENS["read"]}
        if after is not None:
            headers["Last-Event-ID"] = str(after)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            if response.status != 200:
                raise AssertionError(f"no stream: {Answer(response)}")
            yield _events(response)
        finally:
            connection.close()

    def database(self):
        """The first database as /databases tells it."""
        return self.get("/api/v1/databases").json["databases"][0]

    def leads(self):
        """Whether this daemon is its first database's leader."""
        return self.database()["role"] == "leader"

    def curl(self, *arguments):
        """Runs curl against it; standard output."""
        return subprocess.run(["curl", "-sS", "--max-time", str(PATIENCE), *arguments], text=True,
                              capture_output=True, check=True, env={"PATH": os.environ["PATH"]}).stdout

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


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


def project_config(project, server="", database="", url=None):
    """A config.toml for one database "main" with all TOKENS on a free port.

    `server` and `database` stand in their sections; `url` is another one than the project's.
    """
    url = url or (project.cluster.url(project.database) if project.cluster else "postgresql:///none")
    return (f'[databases.main]\nurl = "{url}"\n{database}\n'
            f'[migrations]\nsettle = "100ms"\n'
            f'[server]\nlisten = "127.0.0.1:0"\nlog_format = "json"\n{server}\n{token_sections()}')
