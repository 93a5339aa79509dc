"""The test server of the room http (tests/support/http_server.cpp), and raw sockets to it.

    with Front("workers=2") as front:
        answer = front.ask(b"GET /livez HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
        assert answer.status == 200
"""

import json
import os
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

PATIENCE = 60  # seconds; ends a hung test, measures nothing


def program():
    """The server's binary: $REVISIOND_HTTP_SERVER, or beside the revisiond that is tested."""
    given = os.environ.get("REVISIOND_HTTP_SERVER")
    return given or str(Path(os.environ["REVISIOND_BINARY"]).parent / "tests" / "http_server")


def environment():
    """Ours; AddressSanitizer keeps back neither freed memory nor stacks, which would pass for a leak."""
    options = os.environ.get("ASAN_OPTIONS", "")
    ours = "quarantine_size_mb=1:detect_stack_use_after_return=0"
    return {**os.environ, "ASAN_OPTIONS": f"{options}:{ours}".lstrip(":")}


class Answer:
    """One answer: status, headers (names in lower case), body."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:200]!r}"


class Wire:
    """A connection, byte by byte."""

    def __init__(self, connection):
        self.socket = connection
        self.socket.settimeout(PATIENCE)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)
        return self

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def more(self):
        """Reads on; False at the end of the stream."""
        data = self.socket.recv(65536)
        self.buffer += data
        return bool(data)

    def until(self, mark):
        """Everything up to and with the mark."""
        while mark not in self.buffer:
            if not self.more():
                raise EOFError(f"the connection ended before {mark!r}: {self.buffer!r}")
        at = self.buffer.index(mark) + len(mark)
        taken, self.buffer = self.buffer[:at], self.buffer[at:]
        return taken

    def head(self):
        """A status and headers."""
        lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status = lines[0].split(" ")[:2]
        assert version == "HTTP/1.1", lines
        headers = {}
        for line in lines[1:-2]:
            name, _, value = line.partition(":")
            assert name.lower() not in headers, f"{name} is there twice"
            headers[name.lower()] = value.strip()
        return int(status), headers

    def answer(self, head_only=False):
        """One whole answer."""
        status, headers = self.head()
        size = 0 if head_only or status in (204, 304) else int(headers["content-length"])
        while len(self.buffer) < size:
            if not self.more():
                raise EOFError("the connection ended in a body")
        body, self.buffer = self.buffer[:size], self.buffer[size:]
        return Answer(status, headers, body)

    def ended(self):
        """Whether the server has closed, and nothing came before."""
        try:
            while self.more():
                pass
        except ConnectionResetError:
            return True
        return self.buffer == b""


def request(target, method="GET", body=None, token=None, **headers):
    """The bytes of a decent request. Header names: x_forwarded_for is X-Forwarded-For."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")


class Front:
    """A running server; a context manager. Settings are those of http_server.cpp."""

    def __init__(self, *settings, listen="127.0.0.1:0", limit=None, command=None, **popen):
        self.settings, self.listen, self.limit, self.popen = settings, listen, limit, popen
        self.command = command
        self.process = None
        self.addresses = []
        self.reports = []

    def __enter__(self):
        self.errors = tempfile.TemporaryFile()
        command = self.command or [program()]
        arguments = [*([self.listen] if self.listen else []), *self.settings]
        prefix = ["prlimit", f"--nofile={self.limit}"] if self.limit else []
        self.process = subprocess.Popen([*prefix, *command, *arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        **{"env": environment(), **self.popen})
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            self.process.wait()
            self.errors.seek(0)
            raise RuntimeError(self.errors.read().decode() + line)
        self.addresses.append(line.split()[-1])
        threading.Thread(target=self._read, daemon=True).start()
        return self

    def _read(self):
        for line in self.process.stdout:
            self.reports.append(line.rstrip("\n"))

    def __exit__(self, *_):
        self.end()
        self.errors.close()

    def end(self):
        """Stops the server; its exit code. A sanitizer's finding is one."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        code = self.process.wait(PATIENCE)
        self.errors.seek(0)
        text = self.errors.read().decode(errors="replace")
        if code != 0 or text:
            raise AssertionError(f"the server exited with {code}:\n{text}")
        return code

    @property
    def port(self):
        return int(self.addresses[0].rpartition(":")[2])

    def connect(self, buffer=None):
        """A new connection; `buffer`: bytes that the kernel keeps for us."""
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        connection.connect(("127.0.0.1", self.port))
        return Wire(connection)

    def ask(self, data):
        """One answer on a connection of its own."""
        with self.connect() as wire:
            return wire.send(data).answer()

    def get(self, target, **headers):
        return self.ask(request(target, **headers))

    def statistics(self):
        return self.get("/statistics").json()

    def wait_for(self, **wanted):
        """Waits until the statistics say so. They count the connection that asks."""
        while True:
            answer = self.get("/statistics")
            if answer.status != 200:
                continue  # there is no room yet to ask
            now = answer.json()
            if all(now[name] == value for name, value in wanted.items()):
                return now
            time.sleep(0.01)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def resident(self):
        """Kilobytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])
