"""The life of connections: keep-alive, pipelining, deadlines, limits, slow readers, and the end."""

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from bad_requests import left_open_by_exec
from http_front import Front, Wire, program, request


class Connections(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.front = cls.enterClassContext(Front())

    def test_keep_alive_head_and_empty_answers(self):
        with self.front.connect() as wire:
            for _ in range(3):
                self.assertEqual(wire.send(request("/livez")).answer().body, b"ok\n")
                self.assertEqual(wire.send(request("/echo")).answer().status, 200)
            for target in ("/livez", "/echo", "/big?bytes=70000"):
                whole = wire.send(request(target)).answer()
                head = wire.send(request(target, "HEAD")).answer(head_only=True)
                self.assertEqual(head.headers["content-length"], whole.headers["content-length"])
                self.assertEqual(head.status, 200)
            empty = wire.send(request("/empty")).answer()
            self.assertEqual(empty.status, 204)
            self.assertNotIn("content-length", empty.headers)
            self.assertEqual(wire.send(request("/livez")).answer().status, 200)

    def test_entity_tags(self):
        for target, token in (("/livez", None), ("/api/v1/status", "reader-token")):
            first = self.front.get(target, token=token)
            again = self.front.get(target, token=token, If_None_Match=first.headers["etag"])
            self.assertEqual((again.status, again.body), (304, b""))
            self.assertEqual(again.headers["etag"], first.headers["etag"])
            other = self.front.get(target, token=token, If_None_Match='"other"')
            self.assertEqual(other.status, 200)

    def test_pipelined_requests_are_answered_in_their_order(self):
        targets = ["/things/1", "/livez", "/sleep?ms=30", "/things/2", "/livez", "/nowhere",
                   "/big?bytes=300000", "/things/3"] * 20
        data = b"".join(request(target) for target in targets)
        for size in (len(data), 7, 1000):
            with self.subTest(size=size), self.front.connect() as wire:
                parts = [data[at:at + size] for at in range(0, len(data), size)]
                if size == 7:
                    parts = parts[:200]
                for part in parts:
                    wire.send(part)
                complete = b"".join(parts).count(b"\r\n\r\n")
                for target in targets[:complete]:
                    answer = wire.answer()
                    if target.startswith("/things/"):
                        self.assertEqual(answer.json()["path"], target)
                    else:
                        self.assertEqual(answer.status, 404 if target == "/nowhere" else 200)

    def test_many_pipelined_prepared_answers(self):
        with self.front.connect() as wire:
            count = 5000  # more than fits into the sockets: the server stops reading meanwhile
            reader = os.fork()
            if reader == 0:
                wire.send(request("/open") * count)
                os._exit(0)
            for _ in range(count):
                self.assertEqual(wire.answer().status, 200)
            os.waitpid(reader, 0)

    def test_half_closed_clients_get_their_answers(self):
        for target in ("/livez", "/things/1", "/sleep?ms=50"):
            with self.subTest(target=target), self.front.connect() as wire:
                wire.send(request(target) * 2).half_close()
                self.assertEqual(wire.answer().status, 200)
                self.assertEqual(wire.answer().status, 200)
                self.assertTrue(wire.ended())

    def test_close_and_http_1_0(self):
        for target in ("/livez", "/things/1"):
            with self.front.connect() as wire:
                answer = wire.send(request(target, Connection="close")).answer()
                self.assertEqual(answer.headers["connection"], "close")
                self.assertTrue(wire.ended())
            with self.front.connect() as wire:
                wire.send(f"GET {target} HTTP/1.0\r\n\r\n".encode())
                self.assertEqual(wire.answer().headers["connection"], "close")
                self.assertTrue(wire.ended())

    def test_expect_100_continue(self):
        head, _, body = request("/echo", "POST", b'{"a":1}', Expect="100-continue").partition(
            b"\r\n\r\n")
        with self.front.connect() as wire:
            wire.send(head + b"\r\n\r\n")
            self.assertEqual(wire.until(b"\r\n\r\n"), b"HTTP/1.1 100 Continue\r\n\r\n")
            self.assertEqual(wire.send(body).answer().json()["body"], '{"a":1}')
            wire.send(head + b"\r\n\r\n" + body)  # did not wait: needs no telling
            self.assertEqual(wire.answer().json()["body"], '{"a":1}')
        head = request("/admin", "POST", b"{}", Expect="100-continue").partition(b"\r\n\r\n")[0]
        with self.front.connect() as wire:
            answer = wire.send(head + b"\r\n\r\n").answer()
            self.assertEqual(answer.status, 401)
            self.assertTrue(wire.ended())

    def test_a_body_in_pieces(self):
        body = b'{"a":"' + b"x" * 200_000 + b'"}'
        data = request("/echo", "POST", body)
        with self.front.connect() as wire:
            for at in range(0, len(data), 5000):
                wire.send(data[at:at + 5000])
            self.assertEqual(len(wire.answer().json()["body"]), len(body))

    def test_every_descriptor_is_closed_on_exec(self):
        with self.front.connect() as wire:
            wire.send(request("/things/1")).answer()
            self.assertEqual(left_open_by_exec(self.front.process.pid), {})

    def test_a_second_server_does_not_share_the_port(self):
        with self.assertRaisesRegex(RuntimeError, "Address already in use"):
            with Front(listen=self.front.addresses[0]):
                pass


class Deadlines(unittest.TestCase):
    def test_a_dripping_head_and_body_end_at_their_deadlines(self):
        with Front("head_ms=1500", "body_ms=1500", "idle_ms=600000") as front:
            head = front.connect().send(b"GET /livez HT")
            body = front.connect().send(request("/echo", "POST", b"{}")[:-1])
            idle = front.connect()
            for wire in (head, body):
                answer = wire.answer()
                self.assertEqual(answer.status, 408)
                self.assertEqual(answer.json()["code"], "http.too-slow")
                self.assertTrue(wire.ended())
            self.assertEqual(idle.send(request("/livez")).answer().status, 200)
            self.assertEqual(front.statistics()["timeouts"], 2)

    def test_bytes_do_not_put_the_deadline_off(self):
        with Front("head_ms=1500") as front, front.connect() as wire:
            wire.socket.settimeout(0.05)
            sent = 0
            wire.send(b"GET /livez HTTP/1.1\r\nX: ")
            while True:  # for ever, if each byte put it off
                try:
                    wire.send(b"x")
                    sent += 1
                    if not wire.more():
                        break
                except TimeoutError:
                    continue
                except ConnectionError:
                    break
            self.assertIn(b"408", wire.buffer)
            self.assertGreater(sent, 5)

    def test_idle_connections_end_without_a_word(self):
        with Front("idle_ms=1000") as front, front.connect() as fresh, front.connect() as used:
            used.send(request("/livez")).answer()
            self.assertTrue(fresh.ended())
            self.assertTrue(used.ended())
            self.assertEqual(front.statistics()["timeouts"], 0)

    def test_a_reader_that_was_stopped_is_dropped_and_nobody_waits(self):
        with Front("write_ms=1500") as front:
            script = ("import socket,sys,time\n"
                      f"s=socket.create_connection(('127.0.0.1',{front.port}))\n"
                      f"s.sendall({request('/big?bytes=50000000')!r})\n"
                      "print(len(s.recv(1000)), flush=True)\ntime.sleep(1000)\n")
            with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as child:
                try:
                    child.stdout.readline()
                    child.send_signal(signal.SIGSTOP)
                    self.assertEqual(front.get("/things/1").status, 200)
                    front.wait_for(timeouts=1, connections=1)
                finally:
                    child.kill()


class Limits(unittest.TestCase):
    def test_the_longest_idle_makes_room(self):
        with Front("connections=4") as front:
            wires = [front.connect() for _ in range(4)]
            for wire in wires[1:]:
                wire.send(request("/livez")).answer()
            with front.connect() as late:
                self.assertEqual(late.send(request("/livez")).answer().status, 200)
            self.assertTrue(wires[0].ended())
            self.assertEqual(wires[3].send(request("/livez")).answer().status, 200)

    def test_busy_connections_keep_newcomers_out(self):
        with Front("connections=3") as front:
            wires = [front.connect().send(b"GET /") for _ in range(3)]
            with front.connect() as late:
                answer = late.answer()
                self.assertEqual(answer.status, 503)
                self.assertEqual(answer.json()["code"], "http.too-many-connections")
                self.assertIn("retry-after", answer.headers)
            for wire in wires:
                wire.socket.close()
            self.assertGreaterEqual(front.wait_for(connections=1)["refused"], 1)

    def test_who_has_a_token_does_not_count_as_anonymous(self):
        with Front("anonymous=2") as front:
            known = [front.connect() for _ in range(2)]
            for wire in known:
                self.assertEqual(
                    wire.send(request("/api/v1/status", token="reader-token")).answer().status, 200)
            others = [front.connect().send(b"GET /") for _ in range(2)]
            with front.connect() as late:
                self.assertEqual(late.answer().status, 503)
            for wire in known:
                wire.send(request("/livez"))
                self.assertEqual(wire.answer().status, 200)
            for wire in others:
                wire.socket.close()

    def test_connections_of_one_address(self):
        with Front("per_address=2") as front:
            wires = [front.connect() for _ in range(2)]
            for wire in wires:
                wire.send(request("/livez")).answer()
            with front.connect() as third:
                self.assertEqual(third.answer().status, 503)
            elsewhere = socket.socket()
            elsewhere.bind(("127.0.0.2", 0))
            elsewhere.connect(("127.0.0.1", front.port))
            with Wire(elsewhere) as wire:
                self.assertEqual(wire.send(request("/livez")).answer().status, 200)

    def test_a_full_queue_answers_503_at_once(self):
        with Front("workers=1", "queue=1") as front:
            busy = front.connect().send(request("/sleep?ms=1500"))
            front_statistics = 0
            waiting = []
            answers = []
            for _ in range(4):
                wire = front.connect().send(request("/sleep?ms=1"))
                waiting.append(wire)
            for wire in waiting:
                answers.append(wire.answer().status)
            self.assertEqual(front.get("/livez").status, 200)
            self.assertEqual(busy.answer().status, 200)
            front_statistics = front.statistics()["overloaded"]
            self.assertIn(503, answers)
            self.assertEqual(answers.count(503), front_statistics)
            # A connection that was told so goes on.
            wire = waiting[answers.index(503)]
            self.assertEqual(wire.send(request("/things/1")).answer().status, 200)

    def test_connections_leave_descriptors_to_the_rest_of_the_process(self):
        with Front(limit=64) as front:
            wires = [front.connect().send(b"GET /livez HTTP/1.1\r\n") for _ in range(33)]
            self.assertEqual(wires[-1].answer().json()["code"], "http.too-many-connections")
            self.assertEqual(wires[0].send(b"Host: localhost\r\n\r\n").answer().status, 200)
            for wire in wires:
                wire.socket.close()
            front.wait_for(connections=1)

    def test_out_of_descriptors(self):
        with Front() as front:
            subprocess.run(["prlimit", f"--pid={front.process.pid}", "--nofile=64"], check=True)
            wires = [front.connect().send(b"GET /livez HTTP/1.1\r\n") for _ in range(100)]
            for wire in wires[-20:]:
                try:
                    self.assertEqual(wire.answer().status, 503)
                except (EOFError, ConnectionError):
                    pass  # closed before it could be told
            self.assertEqual(wires[0].send(b"Host: localhost\r\n\r\n").answer().status, 200)
            for wire in wires:
                wire.socket.close()
            front.wait_for(connections=1)


class Listening(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = f"{folder.name}/http.sock"

    def ask(self, target="/echo"):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.path)
        with Wire(connection) as wire:
            return wire.send(request(target)).answer()

    def test_a_unix_socket(self):
        with Front(listen=f"unix:{self.path}"):
            self.assertEqual(self.ask().json()["address"], "unix")
            self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o660)
            with self.assertRaisesRegex(RuntimeError, "another process serves it"):
                with Front(listen=f"unix:{self.path}"):
                    pass
            self.assertEqual(self.ask().status, 200)
        self.assertFalse(os.path.exists(self.path))

    def test_a_socket_of_a_dead_server_is_replaced(self):
        with self.assertRaises(AssertionError):
            with Front(listen=f"unix:{self.path}") as front:
                front.process.kill()
                front.process.wait()
        self.assertTrue(os.path.exists(self.path))
        with Front(listen=f"unix:{self.path}"):
            self.assertEqual(self.ask().status, 200)

    def test_a_live_socket_of_another_program_is_left(self):
        other = socket.socket(socket.AF_UNIX)
        self.addCleanup(other.close)
        other.bind(self.path)
        other.listen()
        with self.assertRaisesRegex(RuntimeError, "another process serves it"):
            with Front(listen=f"unix:{self.path}"):
                pass
        self.assertTrue(os.path.exists(self.path))

    def test_a_file_is_left(self):
        Path(self.path).write_text("precious")
        with self.assertRaisesRegex(RuntimeError, "no socket"):
            with Front(listen=f"unix:{self.path}"):
                pass
        self.assertEqual(Path(self.path).read_text(), "precious")

    def test_socket_activation(self):
        listening = socket.socket()
        self.addCleanup(listening.close)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        command = ["sh", "-c", f"exec 3<&{listening.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\"",
                   program()]
        with Front(listen=None, command=command, pass_fds=[listening.fileno()]) as front:
            self.assertEqual(front.port, port)
            self.assertEqual(front.get("/livez").status, 200)
        with Front(listen="127.0.0.1:0", env={**os.environ, "LISTEN_PID": "1", "LISTEN_FDS": "1"}):
            pass  # meant for another process

    def test_what_is_passed_must_listen(self):
        command = ["sh", "-c", "exec 3</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\"", program()]
        with self.assertRaisesRegex(RuntimeError, "no listening socket"):
            with Front(listen=None, command=command):
                pass

    def test_the_end_lets_running_requests_finish(self):
        with Front() as front:
            running = front.connect().send(request("/sleep?ms=700"))
            idle = front.connect()
            idle.send(request("/livez")).answer()
            stream = front.connect().send(request("/events"))
            stream.until(b"retry:")
            poll = front.connect().send(request("/wait?above=100"))
            front.wait_for(waiting=1, streams=1)
            front.process.send_signal(signal.SIGTERM)
            answer = running.answer()
            self.assertEqual((answer.status, answer.headers["connection"]), (200, "close"))
            self.assertEqual(poll.answer().status, 503)
            self.assertTrue(idle.ended())
            stream.buffer = b""
            while stream.more():
                pass


if __name__ == "__main__":
    unittest.main()
