#!/usr/bin/python3
"""A crowd that wants nothing: what it costs, and what a newcomer feels of it.

1,000 idle keep-alive connections, 1,000 event streams that get an event a second, 500 heads that come
a byte a second. Then 2,000 long-polls and the event that releases them.
"""

import resource
import selectors
import statistics
import threading
import time

import bench
import front

HEAD_SECONDS = 10


class Drippers(threading.Thread):
    """Sends a byte a second on each connection, and notes when the server has enough of it."""

    def __init__(self, server, count):
        super().__init__(daemon=True)
        self.connections = [server.connect() for _ in range(count)]
        self.cut = []  # seconds from the first byte to the end
        self.stopped = False

    def run(self):
        selector = selectors.DefaultSelector()
        begun = {}
        for connection in self.connections:
            connection.sendall(b"GET /livez HTTP/1.1\r\nX: ")
            begun[connection] = time.monotonic()
            connection.setblocking(False)
            selector.register(connection, selectors.EVENT_READ)
        next_byte = time.monotonic() + 1
        while begun and not self.stopped:
            for key, _ in selector.select(max(0, next_byte - time.monotonic())):
                self.cut.append(time.monotonic() - begun.pop(key.fileobj))
                selector.unregister(key.fileobj)
            if time.monotonic() >= next_byte:
                next_byte += 1
                for connection in list(begun):
                    try:
                        connection.send(b"x")
                    except OSError:
                        pass


def drain(connections, stop):
    """Reads what the streams get."""
    selector = selectors.DefaultSelector()
    for connection in connections:
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ)
    while not stop.is_set():
        for key, _ in selector.select(0.2):
            try:
                key.fileobj.recv(65536)
            except BlockingIOError:
                pass


def newcomers(server, seconds):
    """Seconds that each of many new requests took, from connect to the answer."""
    taken = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.perf_counter()
        server.get("/api/v1/status", token="reader-token")
        taken.append(time.perf_counter() - begin)
        time.sleep(0.02)
    return taken


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def measure_crowd(server, given, samples):
    idle = [server.connect() for _ in range(1000)]
    for connection in idle:
        connection.sendall(front.request("/livez"))
        front.read_answer(connection)
    streams = [server.connect() for _ in range(1000)]
    for connection in streams:
        connection.sendall(front.request("/events"))
    drippers = Drippers(server, 500)
    stop = threading.Event()
    reader = threading.Thread(target=drain, args=(streams, stop))
    reader.start()
    drippers.start()
    publisher = threading.Thread(target=publish, args=(server, stop))
    publisher.start()
    time.sleep(1)
    processor, began = server.processor_seconds(), time.monotonic()
    time.sleep(given.seconds)
    used = (server.processor_seconds() - processor) / (time.monotonic() - began)
    samples["processor, with an event a second on each stream"].append(used * 100)
    taken = newcomers(server, 4)
    samples["resident"].append(server.resident())
    samples["newcomer, 99th percentile"].append(percentile(taken, 0.99))
    samples["newcomer, median"].append(statistics.median(taken))
    drippers.join(HEAD_SECONDS * 3)
    if len(drippers.cut) != 500:
        raise bench.SideFailed(f"{len(drippers.cut)} of 500 drippers were cut")
    samples["first dripper cut after"].append(min(drippers.cut))
    samples["last dripper cut after"].append(max(drippers.cut))
    stop.set()
    reader.join()
    publisher.join()
    for connection in [*idle, *streams, *drippers.connections]:
        connection.close()


def publish(server, stop):
    while not stop.wait(1):
        server.post("/bump")


def measure_release(server, samples):
    version = int(server.get("/wait?above=0").split(b":")[1].rstrip(b"}\n"))
    pods = [server.connect() for _ in range(2000)]
    for pod in pods:
        pod.sendall(front.request(f"/wait?above={version}"))
    while b'"waiting":2000' not in server.get("/statistics"):
        time.sleep(0.05)
    selector = selectors.DefaultSelector()
    for pod in pods:
        selector.register(pod, selectors.EVENT_READ)
    begin = time.perf_counter()
    server.post("/bump")
    left = len(pods)
    while left:
        for key, _ in selector.select():
            selector.unregister(key.fileobj)
            left -= 1
    samples["2,000 long-polls released after"].append(time.perf_counter() - begin)
    for pod in pods:
        pod.close()


def measure():
    given = bench.options(__doc__, rounds=1, seconds=5, server=str(front.DEFAULT))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 20_000)), hard))
    report = bench.Report(given)
    names = ("processor, with an event a second on each stream", "resident",
             "newcomer, 99th percentile", "newcomer, median", "first dripper cut after",
             "last dripper cut after", "2,000 long-polls released after")
    samples = {name: [] for name in names}
    for _ in range(given.rounds):
        with front.Front(given.server, f"head_ms={HEAD_SECONDS * 1000}") as server:
            measure_crowd(server, given, samples)
            measure_release(server, samples)
    work = "1,000 idle, 1,000 streams, 500 dripping heads"
    for name in names:
        unit = "MB" if name == "resident" else "%" if name.startswith("processor") else "ms"
        report.compare(work, {name: samples[name]}, [], unit=unit)


if __name__ == "__main__":
    bench.main(measure)
