"""Requests that are wrong, or that two parsers could read differently, and what each is answered; the same
for the test server of the room http and for a daemon."""

import os
from pathlib import Path


def get(lines=b"", start=b"GET /echo HTTP/1.1\r\nHost: localhost\r\n"):
    return start + lines + b"\r\n"


def bad_requests(path=b"/echo"):
    """(status, bytes) of each. `path`: one that the server answers."""
    table = [
        (400, b"GET /echo\r\n\r\n"),
        (400, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
        (400, b"GET /echo HTTP/1.1\nHost: localhost\n\n"),
        (400, get(b"A: b\nC: d\r\n")),
        (400, get(b"A: b\rC: d\r\n")),
        (400, get(b"A: \x00\r\n")),
        (400, get(b"A: b\r\n c\r\n")),
        (400, get(b"A : b\r\n")),
        (400, get(b"nothing\r\n")),
        (400, get(b"Host: localhost\r\n")),
        (400, get(b"Host: elsewhere\r\n")),
        (400, b"GET /echo HTTP/1.1\r\n\r\n"),
        (400, b"GET http://localhost/echo HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        (400, get(b"Content-Length: -1\r\n")),
        (400, get(b"Content-Length: 5\r\nContent-Length: 5\r\n") + b"hello"),
        (400, get(b"Content-Length: 5\r\nContent-Length: 6\r\n") + b"hello"),
        (400, get(b"Content-Length: 5, 5\r\n") + b"hello"),
        (400, get(b"Content-Length: 0x5\r\n") + b"hello"),
        (400, get(b"Content-Length: 18446744073709551615\r\n")),
        (411, get(b"Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n"),
        (411, get(b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + b"0\r\n\r\n"),
        (411, get(b"Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n") + b"0\r\n\r\n"),
        (415, get(b"Content-Encoding: gzip\r\n")),
        (417, get(b"Expect: a miracle\r\n")),
        (414, get(start=b"GET /" + b"a" * 2100 + b" HTTP/1.1\r\nHost: localhost\r\n")),
        (414, b"GET /" + b"a" * 100_000),
        (431, get(b"A: " + b"b" * 20_000 + b"\r\n")),
        (431, get(b"A: b\r\n" * 64)),
        (505, b"GET /echo HTTP/2.0\r\nHost: localhost\r\n\r\n"),
    ]
    return [(status, data.replace(b"/echo", path)) for status, data in table]


def check_bad(case, wire, status, data, good):
    """Sends one of them and a good request behind it: an answer to the first alone, and the end."""
    try:
        wire.send(data + good)
    except (BrokenPipeError, ConnectionResetError):
        pass  # it was refused before it was sent
    answer = wire.answer()
    check_problem(case, answer, status)
    case.assertEqual(answer.headers["connection"], "close")
    case.assertTrue(wire.ended(), wire.buffer)


def check_problem(case, answer, status):
    case.assertEqual(answer.status, status, answer)
    case.assertEqual(answer.headers["content-type"], "application/problem+json")
    problem = answer.json()
    case.assertEqual(problem["status"], status)
    for member in ("type", "title", "detail", "code"):
        case.assertTrue(problem[member], problem)
    for name in ("date", "x-content-type-options", "content-security-policy"):
        case.assertIn(name, answer.headers)


def left_open_by_exec(process):
    """The descriptors, as number → what it is, that a program which `process` starts would have besides 0 to 2."""
    left = {}
    for entry in Path(f"/proc/{process}/fdinfo").iterdir():
        try:
            flags = next(line for line in entry.read_text(encoding="utf-8").splitlines() if line.startswith("flags"))
            if int(entry.name) > 2 and not int(flags.split()[1], 8) & os.O_CLOEXEC:
                left[entry.name] = os.readlink(f"/proc/{process}/fd/{entry.name}")
        except FileNotFoundError:
            continue  # closed meanwhile
    return left
