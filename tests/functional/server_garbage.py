"""A daemon at work under clients that send garbage, that leave in the middle and that drip: it goes on
answering, ends them at its deadlines, and nothing of them is left. What is wrong is answered as such."""

import os
import random
import socket
import time
import unittest
from pathlib import Path

from bad_requests import bad_requests, check_bad, left_open_by_exec
from http_front import Wire, request
from served import PATIENCE, TOKENS, DaemonTest, wait_until

CONNECTIONS = 1000
DRIPPING = 50
ROUNDS = 8
KILOBYTES = 512
SHORT = 'head_timeout = "300ms"\nbody_timeout = "300ms"\nidle_timeout = "1s"'
START = [b"GET /api/v1/status HTTP/1.1\r\n", b"GET /api/v1/events HTTP/1.1\r\n", b"POST /api/v1/apply HTTP/1.1\r\n",
         b"GET /api/v1/ready?at_least=zzzz&wait=30s HTTP/1.1\r\n", b"GET /api/v1/plan?target=%3F HTTP/1.1\r\n",
         b"GET / HTTP/1.1\r\n", b"DELETE /api/v1/operations/0 HTTP/1.1\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]
LINES = [b"Host: localhost\r\n", b"Authorization: Bearer " + TOKENS["admin"].encode() + b"\r\n",
         b"Authorization: Bearer nobody\r\n", b"Content-Type: application/json\r\n", b"Content-Length: 9\r\n",
         b"Last-Event-ID: -1\r\n", b"Accept: text/event-stream\r\n", b"Transfer-Encoding: chunked\r\n", b"\x00: \xff\r\n"]


class Garbage(DaemonTest):
    def setUp(self):
        seed = int(os.environ.get("REVISIOND_SEED", time.time_ns() % 1_000_000))
        print(f"seed {seed}")
        self.chance = random.Random(seed)
        self.daemon_ = self.daemon(self.project(), server=SHORT)
        self.daemon_.apply()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.daemon_.port), timeout=PATIENCE)

    def garbage(self):
        chance = self.chance
        if chance.random() < 0.3:
            return chance.randbytes(chance.randrange(1, 3000))
        sent = bytearray(chance.choice(START) + b"".join(chance.sample(LINES, chance.randrange(len(LINES)))))
        sent += chance.choice([b"", b"\r\n", b'\r\n{"target": "zzzz"', b"\r\n\r\n\r\n"])
        for _ in range(chance.randrange(3)):
            sent[chance.randrange(len(sent))] = chance.randrange(256)
        return bytes(sent[:chance.randrange(1, len(sent) + 1)])

    def throw(self, count):
        """That many connections of garbage; a fiftieth stay open till the end, as long as they are let."""
        held = []
        for _ in range(count):
            wire = self.connect()
            try:
                wire.sendall(self.garbage())
            except OSError:
                pass
            if self.chance.random() < 0.02:
                held.append(wire)
            else:
                wire.close()
        return held

    def drip(self, wires):
        """A byte to each now and then, until the daemon has ended them all."""
        def all_ended():
            for wire in list(wires):
                try:
                    wire.sendall(b"a")
                except OSError:
                    wires.remove(wire)
                    wire.close()
            time.sleep(0.05)
            return not wires

        wait_until(lambda: f"{len(wires)} who drip are cut", all_ended)

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.daemon_.process.pid}/fd"))

    def resident(self):
        for line in Path(f"/proc/{self.daemon_.process.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        return self.fail("no VmRSS")

    def test_nothing_of_a_thousand_is_left(self):
        for wire in self.throw(100):  # what is made once is made
            wire.close()
        quiet = []
        wait_until(lambda: f"the descriptors settle: {quiet[-5:]}",
                   lambda: quiet.append(self.descriptors()) or (len(quiet) > 9 and len(set(quiet[-10:])) == 1))
        before, growths = self.resident(), []
        for _ in range(ROUNDS):  # allocators grow for a while; what leaks grows every time
            dripping = [self.connect() for _ in range(DRIPPING)]
            for at, wire in enumerate(dripping):
                wire.sendall(START[0] if at % 2 else START[2] + b"".join(LINES[:2] + LINES[3:5]) + b"\r\n")
            held = self.throw(CONNECTIONS)
            answer = self.daemon_.get("/api/v1/status", token="read")
            self.assertEqual((answer.status, answer.json["state"]), (200, "up_to_date"))
            self.drip(dripping)
            for wire in held:
                wire.close()
            wait_until(lambda: f"{self.descriptors()} descriptors become {quiet[-1]}",
                       lambda: self.descriptors() <= quiet[-1])
            after = self.resident()
            growths.append(after - before)
            if growths[-1] < KILOBYTES:
                break
            before = after
        else:
            self.fail(f"each time {CONNECTIONS} connections leave these kilobytes behind: {growths}")
        self.assertEqual(self.daemon_.get("/api/v1/history").json["history"][0]["revision"], "bbbb")
        self.assertEqual(self.daemon_.stop(), 0)


class BadRequests(DaemonTest):
    def test_each_is_answered_and_ends_the_connection(self):
        daemon = self.daemon(self.project(), server='head_timeout = "2s"')
        daemon.await_state("empty")
        token = TOKENS["read"]
        # Answered from prepared bytes, by the thread that accepts, and by a worker.
        for path in ("/livez", "/api/v1/status", "/api/v1/lock"):
            for status, data in bad_requests(path.encode()):
                with self.subTest(path=path, data=data[:120]), Wire(socket.create_connection(
                        ("127.0.0.1", daemon.port))) as wire:
                    check_bad(self, wire, status, data, request(path, token=token))
            with Wire(socket.create_connection(("127.0.0.1", daemon.port))) as wire:
                self.assertEqual(wire.send(request(path, token=token)).answer().status, 200)

    def test_every_descriptor_is_closed_on_exec(self):
        daemon = self.daemon(self.project())
        daemon.apply()
        with daemon.stream("/api/v1/events") as events, Wire(socket.create_connection(
                ("127.0.0.1", daemon.port))) as wire:
            wire.send(request("/api/v1/ready?at_least=never&wait=60s"))
            daemon.until("/metrics", lambda a: b"revisiond_http_waiting 1" in a.body)
            self.assertIsNotNone(events)
            self.assertEqual(left_open_by_exec(daemon.process.pid), {})


if __name__ == "__main__":
    unittest.main()
