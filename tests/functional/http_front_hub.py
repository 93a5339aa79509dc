"""Event streams, long-polls, held-back refusals, addresses behind proxies."""

import threading
import time
import unittest

from http_front import Front, request


class Streams(unittest.TestCase):
    def setUp(self):
        self.front = self.enterContext(Front("heartbeat_ms=300"))

    def bump(self, **query):
        target = "/bump?" + "&".join(f"{name}={value}" for name, value in query.items())
        answer = self.front.ask(request(target, "POST"))
        self.assertEqual(answer.status, 202)
        return answer.json()["version"]

    def open(self, after=0, method="GET"):
        wire = self.front.connect()
        self.addCleanup(wire.socket.close)
        wire.send(request("/events", method, Last_Event_ID=after))
        status, headers = wire.head()
        self.assertEqual(status, 200)
        self.assertEqual(headers["content-type"], "text/event-stream; charset=utf-8")
        self.assertEqual(headers["x-accel-buffering"], "no")
        self.assertEqual(headers["cache-control"], "no-cache")
        self.assertNotIn("content-length", headers)
        if method == "GET":
            wire.until(b"retry: 2000\n\n")
        return wire

    def event(self, wire):
        """The next event: {field: value}; comments are passed over."""
        while True:
            block = wire.until(b"\n\n").decode()
            fields = dict(line.split(": ", 1) for line in block.strip().split("\n")
                          if not line.startswith(":"))
            if fields:
                return fields

    def test_replay_and_what_is_published_later(self):
        wires = [self.open(), self.open()]
        for wire in wires:
            self.assertEqual(self.event(wire)["id"], "1")
        self.bump()
        for wire in wires:
            event = self.event(wire)
            self.assertEqual((event["id"], event["event"]), ("2", "bumped"))
        late = self.open(after=1)
        self.assertEqual(self.event(late)["id"], "2")
        self.bump()
        self.assertEqual(self.event(late)["id"], "3")

    def test_nothing_is_lost_or_doubled_while_others_publish(self):
        total = 200
        publisher = threading.Thread(target=lambda: [self.bump() for _ in range(total - 1)])
        publisher.start()
        last = 0
        while last < total:  # reconnects all the time, with the last number it has
            with self.open(after=last) as wire:
                for _ in range(7):
                    if last == total:
                        break
                    event = self.event(wire)
                    self.assertEqual(int(event["id"]), last + 1)
                    last += 1
        publisher.join()

    def test_silence_is_filled(self):
        wire = self.open(after=1)
        wire.until(b":\n\n")
        wire.until(b":\n\n")

    def test_the_last_event_ends_the_stream(self):
        wire = self.open(after=1)
        self.bump(kind="last")
        self.assertEqual(self.event(wire)["id"], "2")
        self.assertTrue(wire.ended())
        self.front.wait_for(streams=0, connections=1)

    def test_head_of_a_stream(self):
        self.assertTrue(self.open(method="HEAD").ended())

    def test_a_client_that_goes_is_forgotten(self):
        wires = [self.open(after=1) for _ in range(20)]
        self.front.wait_for(streams=20)
        for wire in wires:
            wire.socket.close()
        self.front.wait_for(streams=0, connections=1)

    def test_a_slow_consumer_is_dropped_and_the_others_are_not(self):
        with Front("mailbox_bytes=100000") as front:
            slow = front.connect(buffer=4096)
            slow.send(request("/events", Last_Event_ID=1))
            fast = front.connect().send(request("/events", Last_Event_ID=1))
            fast.until(b"retry: 2000\n\n")
            front.wait_for(streams=2)
            seen = 1
            while front.statistics()["dropped_consumers"] == 0:
                self.assertEqual(front.ask(request("/bump?bytes=50000", "POST")).status, 202)
                seen += 1
                self.assertEqual(self.event(fast)["id"], str(seen))
                self.assertLess(seen, 2000)
            front.wait_for(streams=1)

    def test_a_consumer_that_takes_nothing_is_dropped(self):
        with Front("stalled_ms=500", "mailbox_bytes=100000000") as front:
            slow = front.connect(buffer=4096)
            slow.send(request("/events", Last_Event_ID=1))
            front.wait_for(streams=1)
            for _ in range(100):
                front.ask(request("/bump?bytes=100000", "POST"))
            front.wait_for(streams=0, dropped_consumers=1)


class LongPolls(unittest.TestCase):
    def setUp(self):
        self.front = self.enterContext(Front())

    def test_what_is_there_already_is_answered_at_once(self):
        self.assertEqual(self.front.get("/wait?above=0").json(), {"version": 1})

    def test_an_announcement_ends_the_wait(self):
        with self.front.connect() as wire:
            wire.send(request("/wait?above=1"))
            self.front.wait_for(waiting=1)
            self.front.ask(request("/bump", "POST"))
            self.assertEqual(wire.answer().json(), {"version": 2})
            # The connection goes on, with what was sent early.
            wire.send(request("/wait?above=2") + request("/things/1"))
            self.front.wait_for(waiting=1)
            self.front.ask(request("/bump", "POST"))
            self.assertEqual(wire.answer().json(), {"version": 3})
            self.assertEqual(wire.answer().json()["parameters"], {"id": "1"})

    def test_patience_ends_the_wait(self):
        with self.front.connect() as wire:
            answer = wire.send(request("/wait?above=9&ms=200")).answer()
            self.assertEqual(answer.status, 503)
            self.assertIn("retry-after", answer.headers)
            self.assertEqual(wire.send(request("/livez")).answer().status, 200)

    def test_what_was_answered_before_goes_first(self):
        with self.front.connect() as wire:
            wire.send(request("/livez") + request("/wait?above=9&ms=100") + request("/things/1"))
            self.assertEqual(wire.answer().body, b"ok\n")
            self.assertEqual(wire.answer().status, 503)
            self.assertEqual(wire.answer().status, 200)

    def test_two_thousand_wait_while_every_worker_is_busy(self):
        with Front("workers=1", "queue=2") as front:
            held = [front.connect().send(request("/hold")) for _ in range(2)]
            front.wait_for(queued=1)
            held.append(front.connect().send(request("/hold")))
            front.wait_for(queued=2)
            self.assertEqual(front.get("/echo").json()["code"], "http.busy")
            wires = [front.connect().send(request("/wait?above=1&ms=60000")) for _ in range(2000)]
            front.wait_for(waiting=2000)
            self.assertEqual(front.get("/wait?above=0").json(), {"version": 1})
            front.ask(request("/bump", "POST"))
            for wire in wires:
                self.assertEqual(wire.answer().json(), {"version": 2})
                wire.socket.close()
            for wire in held:
                self.assertEqual(wire.answer().status, 200)
                wire.socket.close()
            front.wait_for(waiting=0, connections=1)

    def test_a_client_that_goes_is_forgotten(self):
        wire = self.front.connect().send(request("/wait?above=9"))
        self.front.wait_for(waiting=1)
        wire.socket.close()
        self.front.wait_for(waiting=0, connections=1)


class Tokens(unittest.TestCase):
    def setUp(self):
        self.front = self.enterContext(Front("workers=1"))

    def test_failures_are_held_back_without_a_worker(self):
        wires = [self.front.connect() for _ in range(8)]
        begun = time.monotonic()
        for wire in wires:
            wire.send(request("/api/v1/status", token="wrong-token"))
        # The later ones wait; the worker and who has a token do not.
        self.assertEqual(self.front.get("/things/1").status, 200)
        self.assertEqual(self.front.get("/api/v1/status", token="reader-token").status, 200)
        for wire in wires:
            answer = wire.answer()
            self.assertEqual(answer.status, 401)
            self.assertIn("www-authenticate", answer.headers)
            self.assertEqual(wire.send(request("/livez")).answer().status, 200)
        # The eighth is held back for 3.2 s. No machine is too fast for that.
        self.assertGreater(time.monotonic() - begun, 3.1)
        self.assertEqual(self.front.statistics()["authentication_failures"], 8)

    def test_scopes(self):
        for token, read, apply, admin in (("reader-token", 200, 403, 403),
                                          ("applier-token", 200, 200, 403),
                                          ("admin-token", 200, 200, 200),
                                          ("expired-token", 401, 401, 401), (None, 401, 401, 401)):
            with self.subTest(token=token):
                self.assertEqual(self.front.get("/api/v1/status", token=token).status, read)
                for target, status in (("/apply", apply), ("/admin", admin)):
                    answer = self.front.ask(request(target, "POST", b"{}", token=token))
                    self.assertEqual(answer.status, status)
                    if status == 200:
                        self.assertEqual(answer.json()["principal"] + "-token", token)
                        self.assertNotIn("authorization", answer.json()["headers"])

    def test_hosts_and_origins(self):
        def ask(target, host, method="GET", **headers):
            data = request(target, method, b"{}" if method == "POST" else None, **headers)
            return self.front.ask(data.replace(b"Host: localhost", f"Host: {host}".encode())).status
        self.assertEqual(ask("/echo", "migrations.example.org"), 200)
        self.assertEqual(ask("/echo", "evil.org"), 421)
        self.assertEqual(ask("/open", "evil.org"), 421)
        self.assertEqual(ask("/livez", "evil.org"), 200)
        self.assertEqual(ask("/echo", "localhost", "POST", Origin="http://evil.org"), 403)
        self.assertEqual(ask("/echo", "localhost", "POST", Origin="null"), 403)
        self.assertEqual(ask("/echo", "localhost", "POST", Sec_Fetch_Site="cross-site"), 403)
        self.assertEqual(ask("/echo", "localhost", "POST", Origin="http://localhost"), 200)
        self.assertEqual(
            ask("/echo", "localhost", "POST", Origin="https://migrations.example.org"), 200)

    def test_addresses_behind_proxies(self):
        self.assertEqual(self.front.get("/echo", X_Forwarded_For="9.9.9.9").json()["address"],
                         "127.0.0.1")
        with Front("proxy=127.0.0.0/8") as front:
            self.assertEqual(
                front.get("/echo", X_Forwarded_For="6.6.6.6, 9.9.9.9").json()["address"], "9.9.9.9")


if __name__ == "__main__":
    unittest.main()
