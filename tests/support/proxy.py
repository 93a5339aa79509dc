"""A proxy for PostgreSQL's protocol that can disturb a connection at a chosen request.

    with Proxy(cluster) as proxy:
        proxy.disturb(17, AFTER, proxy.cut)
        ... a client of proxy.url(database) ...
        proxy.requests      # what the clients have sent, in order

A request is what the server answers as one: a simple query, an extended query up to its Sync, or a
COPY's end. Requests of all connections are counted together, from 1; start-up and terminate are not.
A disturbance happens once, at one of three moments:

    BEFORE  the server has not seen the request, and does not see it unless the action lets it pass
    DURING  the server has it and has not answered (the action waits for what it needs)
    AFTER   the server is done with it, and the client has heard nothing of that

An action gets the Connection, and answers whether what is held back goes on its way.
"""

import os
import re
import shutil
import socket
import struct
import tempfile
import threading
import time
from pathlib import Path

BEFORE, DURING, AFTER = "before", "during", "after"

CANCEL_REQUEST = 80877102
ENCRYPTION_REQUESTS = (80877103, 80877104)
PATIENCE = 60  # seconds; ends a hung test, measures nothing


class Connection:
    """One client and its server process."""

    def __init__(self, client, server):
        self.client = client
        self.server = server
        self.backend_pid = None
        self.answered = threading.Event()
        self._released = threading.Event()
        self._released.set()
        self._held = None  # a list: answers are held back
        self._lock = threading.Lock()

    def hold(self):
        self.answered.clear()
        self._released.clear()
        with self._lock:
            self._held = []

    def release(self):
        with self._lock:
            held, self._held = self._held or [], None
            self._released.set()
            self.client.sendall(b"".join(held))

    def wait_released(self):
        self._released.wait(PATIENCE)

    def deliver(self, message):
        with self._lock:
            if self._held is None:
                self.client.sendall(message)
            else:
                self._held.append(message)

    def close(self):
        for end in (self.client, self.server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
        self._released.set()


class Proxy:
    """Listens on a Unix socket of its own, in front of a cluster."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.requests = []
        self.happened = threading.Event()  # the disturbance is over
        self._disturbance = None
        self._lock = threading.Lock()
        self._connections = []
        self._listener = None
        self.directory = None

    def __enter__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="revisiond-proxy-", dir="/tmp"))
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.directory / f".s.PGSQL.{self.cluster.port}"))
        self._listener.listen(50)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        self.cut_all()
        shutil.rmtree(self.directory, ignore_errors=True)

    def url(self, database, user="postgres"):
        return self.cluster.url(database, user).replace(str(self.cluster.directory),
                                                        str(self.directory))

    def disturb(self, which, moment, action):
        """Calls action(connection) at request `which`: its number, or a pattern that it contains."""
        self.happened.clear()
        self.requests.clear()
        self._disturbance = (which, moment, action)

    def cut_all(self):
        with self._lock:
            connections, self._connections = self._connections, []
        for connection in connections:
            connection.close()

    # Actions

    @staticmethod
    def cut(connection):
        """Both ends see the connection close; what is held back is lost."""
        connection.close()
        return False

    @staticmethod
    def end_backend(number):
        """An action that sends the server process a signal, and goes on when it is gone."""
        def action(connection):
            os.kill(connection.backend_pid, number)
            end = time.monotonic() + PATIENCE
            while _is_alive(connection.backend_pid) and time.monotonic() < end:
                time.sleep(0.005)
            return True
        return action

    # The work

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(str(self.cluster.directory / f".s.PGSQL.{self.cluster.port}"))
            except OSError:
                client.close()
                continue
            connection = Connection(client, server)
            with self._lock:
                self._connections.append(connection)
            for work in (self._pump_client, self._pump_server):
                threading.Thread(target=self._guarded, args=(work, connection), daemon=True).start()

    @staticmethod
    def _guarded(work, connection):
        try:
            work(connection)
        except OSError:
            pass
        finally:
            connection.close()

    def _pump_client(self, connection):
        stream = connection.client.makefile("rb")
        if not _forward_startup(stream, connection):
            return
        unit = b""
        while True:
            message = _read_message(stream)
            if message is None:
                return
            unit += message
            if message[:1] not in b"QSXdcfp":
                continue
            if message[:1] == b"p" or message[:1] == b"d":
                connection.server.sendall(unit)
            else:
                self._request(connection, unit)
            unit = b""

    def _request(self, connection, unit):
        text = _text_of(unit)
        if unit[:1] == b"X":
            connection.server.sendall(unit)
            return
        with self._lock:
            self.requests.append(text)
            number = len(self.requests)
            disturbance = self._disturbance
            hit = disturbance is not None and _matches(disturbance[0], number, text)
            if hit:
                self._disturbance = None
        if not hit:
            connection.server.sendall(unit)
            return
        _, moment, action = disturbance
        try:
            if moment == BEFORE:
                if action(connection):
                    connection.server.sendall(unit)
                return
            connection.hold()
            connection.server.sendall(unit)
            if moment == AFTER:
                connection.answered.wait(PATIENCE)
            if action(connection):
                connection.release()
            else:
                connection.close()
        finally:
            self.happened.set()

    @staticmethod
    def _pump_server(connection):
        stream = connection.server.makefile("rb")
        while True:
            message = _read_message(stream)
            if message is None:
                connection.answered.set()
                connection.wait_released()
                return
            kind = message[:1]
            if kind == b"K":
                connection.backend_pid = struct.unpack("!I", message[5:9])[0]
            connection.deliver(message)
            if kind in b"ZG":
                connection.answered.set()


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _matches(which, number, text):
    return number == which if isinstance(which, int) else re.search(which, text) is not None


def _read_exactly(stream, size):
    data = stream.read(size)
    return data if data is not None and len(data) == size else None


def _read_message(stream):
    head = _read_exactly(stream, 5)
    if head is None:
        return None
    body = _read_exactly(stream, struct.unpack("!I", head[1:])[0] - 4)
    return None if body is None else head + body


def _forward_startup(stream, connection):
    """Passes the start-up on. False: it was no session but a cancel request."""
    while True:
        head = _read_exactly(stream, 8)
        if head is None:
            return False
        length, code = struct.unpack("!II", head)
        body = _read_exactly(stream, length - 8)
        if code in ENCRYPTION_REQUESTS:
            connection.client.sendall(b"N")
            continue
        connection.server.sendall(head + body)
        return code != CANCEL_REQUEST


def _text_of(unit):
    """The SQL of a request, or the name of what it is."""
    kind = unit[:1]
    if kind == b"Q":
        return unit[5:-1].decode("utf-8", "replace")
    if kind == b"P":
        return unit[5:].split(b"\0")[1].decode("utf-8", "replace")
    return {b"c": "(copy done)", b"f": "(copy failed)"}.get(
        kind, "(" + kind.decode("latin-1") + ")")
