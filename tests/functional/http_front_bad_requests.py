"""Bad requests, and requests that two parsers could read differently: each gets its answer as
problem+json, and not one byte of it is taken for another request."""

import os
import random
import socket
import time
import unittest

from bad_requests import bad_requests, check_bad, check_problem, get
from http_front import Front, request

GOOD = request("/echo")
BAD = bad_requests()


class BadRequests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.front = cls.enterClassContext(Front("head_ms=2000"))

    def check_problem(self, answer, status):
        check_problem(self, answer, status)

    def test_each_is_answered_and_ends_the_connection(self):
        for status, data in BAD:
            with self.subTest(data=data[:120]), self.front.connect() as wire:
                check_bad(self, wire, status, data, GOOD)

    def test_the_same_byte_by_byte(self):
        for status, data in BAD:
            if len(data) > 400:
                continue
            with self.subTest(data=data[:120]), self.front.connect() as wire:
                wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                try:
                    for at in range(len(data)):
                        wire.send(data[at:at + 1])
                except (BrokenPipeError, ConnectionResetError):
                    pass
                self.check_problem(wire.answer(), status)

    def test_no_route_no_method(self):
        answer = self.front.get("/nowhere")
        self.check_problem(answer, 404)
        self.assertNotIn("connection", answer.headers)
        answer = self.front.ask(request("/echo", "DELETE"))
        self.check_problem(answer, 405)
        self.assertEqual(answer.headers["allow"], "GET, HEAD, POST")
        self.check_problem(self.front.get("/echo/%zz"), 404)

    def test_a_body_of_a_get_is_no_second_request(self):
        inner = request("/nowhere")
        data = request("/echo", body=inner) + request("/things/7")
        with self.front.connect() as wire:
            wire.send(data)
            first, second = wire.answer(), wire.answer()
            self.assertEqual(first.json()["body"], inner.decode())
            self.assertEqual(second.json()["parameters"], {"id": "7"})

    def test_a_body_of_a_refused_request_is_no_second_request(self):
        inner = request("/things/inner")
        for target, token, status in (("/admin", None, 401), ("/admin", "reader-token", 403),
                                      ("/nowhere", None, 404)):
            data = request(target, "POST", inner, token=token) + request("/things/7")
            with self.subTest(status=status), self.front.connect() as wire:
                wire.send(data)
                self.check_problem(wire.answer(), status)
                self.assertEqual(wire.answer().json()["parameters"], {"id": "7"})
            # The same with a body that comes later: the connection ends, whatever comes.
            head, _, rest = data.partition(b"\r\n\r\n")
            with self.subTest(status=status, late=True), self.front.connect() as wire:
                wire.send(head + b"\r\n\r\n")
                answer = wire.answer()
                self.check_problem(answer, status)
                self.assertEqual(answer.headers["connection"], "close")
                try:
                    wire.send(rest)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                self.assertTrue(wire.ended(), wire.buffer)

    def test_a_body_over_the_limit_is_not_read(self):
        with self.front.connect() as wire:
            wire.send(get(b"Content-Type: application/json\r\nContent-Length: 1048577\r\n",
                          b"POST /echo HTTP/1.1\r\nHost: localhost\r\n"))
            answer = wire.answer()
            self.check_problem(answer, 413)
            self.assertEqual(answer.headers["connection"], "close")

    def test_headers_reach_a_handler_as_they_were_sent(self):
        value = "%0d%0aSet-Cookie: x %41 100%"
        answer = self.front.get("/echo", X_Odd=value, Remote_Addr="6.6.6.6", Range="bytes=0-,0-")
        headers = answer.json()["headers"]
        self.assertEqual(answer.status, 200)
        self.assertEqual(headers["x-odd"], value)
        self.assertNotIn("range", headers)
        self.assertEqual(answer.json()["address"], "127.0.0.1")
        spoofed = self.front.ask(get(b"REMOTE_ADDR: 6.6.6.6\r\nLOCAL_PORT: 1\r\n"))
        self.assertEqual(spoofed.json()["address"], "127.0.0.1")
        self.assertNotIn("remote_addr", spoofed.json()["headers"])

    def test_ranges_and_compression_are_not_served(self):
        answer = self.front.get("/big?bytes=100000", Range="bytes=" + "0-," * 200 + "0-",
                                Accept_Encoding="br, gzip")
        self.assertEqual(answer.status, 200)
        self.assertEqual(len(answer.body), 100000)
        self.assertNotIn("content-encoding", answer.headers)

    def test_an_exception_says_nothing(self):
        answer = self.front.get("/boom")
        self.check_problem(answer, 500)
        self.assertNotIn("secret", repr(answer))
        self.assertNotIn("exception_what", answer.headers)
        while not any("secret" in line for line in self.front.reports):
            time.sleep(0.01)  # its words go to the report alone

    def test_garbage_leaves_nothing_behind(self):
        seed = int(os.environ.get("REVISIOND_SEED", time.time_ns() % 1_000_000))
        print(f"seed {seed}")
        chance = random.Random(seed)
        pieces = [b"GET ", b"POST /echo HTTP/1.1\r\n", b"Host: localhost\r\n", b"\r\n", b"\r\n\r\n",
                  b"Content-Length: 7\r\n", b"\x00", b"\xff\xfe", b":", b"Transfer-Encoding: chunked",
                  b"/echo HTTP/1.1", GOOD]

        def garbage():
            if chance.random() < 0.4:
                return chance.randbytes(chance.randrange(1, 3000))
            if chance.random() < 0.5:
                good = bytearray(request("/echo", "POST", b'{"a":1}'))
                for _ in range(chance.randrange(1, 4)):
                    good[chance.randrange(len(good))] = chance.randrange(256)
                return bytes(good)
            return b"".join(chance.choice(pieces) for _ in range(chance.randrange(1, 12)))

        def throw(count):
            for _ in range(count):
                with self.front.connect() as wire:
                    try:
                        wire.send(garbage())
                        if chance.random() < 0.5:
                            wire.half_close()
                            wire.ended()
                    except OSError:
                        pass

        def settled():
            self.front.wait_for(connections=1)
            return self.front.descriptors(), self.front.resident()

        throw(100)  # what is made once is made
        before = settled()
        growths = []
        for _ in range(30):  # allocators and stacks grow for a while; what leaks grows every time
            throw(1000)
            self.assertEqual(self.front.get("/echo").status, 200)
            after = settled()
            self.assertLessEqual(after[0], before[0] + 1)
            growths.append(after[1] - before[1])
            if growths[-1] < 512:
                return
            before = after
        self.fail(f"1,000 connections of garbage leave these kilobytes behind each time: {growths}")


if __name__ == "__main__":
    unittest.main()
