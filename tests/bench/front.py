"""The test server of the room http, for the benchmarks."""

import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT = ROOT / "build" / "bench" / "tests" / "http_server"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port):
    for _ in range(1000):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError(f"nobody listens on port {port}")


def request(target, method="GET", token=None):
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_answer(connection):
    """(status, body) of one answer with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise EOFError(data)
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(body) < size:
        body += connection.recv(65536)
    return int(head.split()[1]), body


class Front:
    """A running server; a context manager."""

    def __init__(self, program, *settings):
        if not Path(program).exists():
            sys.exit(f"{program} is no program: see tests/bench/README.md, or say --server")
        self.server = subprocess.Popen([program, "127.0.0.1:0", *settings], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
        self.port = int(self.server.stdout.readline().rpartition(":")[2])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stdin.close()
        self.server.wait()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port))

    def get(self, target, token=None):
        with self.connect() as connection:
            connection.sendall(request(target, token=token))
            status, body = read_answer(connection)
            if status != 200:
                raise RuntimeError(f"{target}: {status}")
            return body

    def post(self, target):
        with self.connect() as connection:
            connection.sendall(request(target, "POST"))
            return read_answer(connection)

    def resident(self):
        """Megabytes (10^6 bytes)."""
        status = Path(f"/proc/{self.server.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024 / 1e6

    def processor_seconds(self):
        fields = Path(f"/proc/{self.server.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100
