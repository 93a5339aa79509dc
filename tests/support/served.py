"""Starts real daemons (`revisiond serve`) and speaks HTTP with them."""

import hashlib
import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from pg import ClusterTest

PATIENCE = 60  # seconds; ends a hung test, measures nothing
TOKENS = {scope: f"{scope}-token-{'x' * 16}" for scope in ("read", "plan", "apply", "admin")}


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
    """One `revisiond serve` of a project, on a free port of 127.0.0.1."""

    def __init__(self, project, *arguments, server="", config=None, env=None, wait=True):
        self.project = project
        self.log_path = Path(tempfile.mkdtemp(prefix="revisiond-daemon-")) / "log"
        if config is None:
            config = project_config(project, server)
        project.write_config(config)
        with open(self.log_path, "w", encoding="utf-8") as log:
            self.process = project.start("serve", *arguments, env=env, stdout=subprocess.DEVNULL,
                                         stderr=log)
        self.port = None
        if wait:
            self.port = int(re.search(r"127\.0\.0\.1:(\d+)", self.await_log("serving")["addresses"])[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(PATIENCE)

    def log(self):
        """All entries of the log so far, parsed; what is not JSON as {"text": …}."""
        entries = []
        for line in self.log_path.read_text(encoding="utf-8").splitlines():
            entries.append(json.loads(line) if line.startswith("{") else {"text": line})
        return entries

    def await_log(self, message, **fields):
        """The first entry with that message and fields."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for entry in self.log():
                if entry.get("message") == message and all(entry.get(k) == v for k, v in fields.items()):
                    return entry
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"no {message!r} {fields} in the log: {self.log()}")
            time.sleep(0.02)

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
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.get(path, **options)
            if condition(answer):
                return answer
            if time.monotonic() > deadline:
                raise AssertionError(f"{path} is still {answer}; log: {self.log()[-20:]}")
            time.sleep(0.05)

    def await_state(self, state, query=""):
        return self.until("/api/v1/status" + query, lambda a: a.status == 200 and a.json["state"] == state)

    def await_operation(self, operation):
        """The operation when it has ended."""
        return self.until(f"/api/v1/operations/{operation}",
                          lambda a: a.status == 200 and a.json["finished_at"] is not None).json

    def apply(self, body=None, **options):
        """Asks for an apply, once the files have been read, and waits for its end."""
        self.until("/api/v1/revisions", lambda a: a.status != 503)
        accepted = self.post("/api/v1/apply", body, **options)
        if accepted.status != 202:
            raise AssertionError(f"not accepted: {accepted}")
        return self.await_operation(accepted.json["id"])

    def stop(self, number=signal.SIGTERM):
        """Ends it with a signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def curl(self, *arguments):
        """Runs curl against it; standard output."""
        return subprocess.run(["curl", "-sS", "--max-time", str(PATIENCE), *arguments], text=True,
                              capture_output=True, check=True, env={"PATH": os.environ["PATH"]}).stdout

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


def project_config(project, server="", database=""):
    """A config.toml for one database "main" with all TOKENS on a free port."""
    url = project.cluster.url(project.database) if project.cluster else "postgresql:///none"
    return (f'[databases.main]\nurl = "{url}"\n{database}\n'
            f'[migrations]\nsettle = "100ms"\n'
            f'[server]\nlisten = "127.0.0.1:0"\nlog_format = "json"\n{server}\n{token_sections()}')
