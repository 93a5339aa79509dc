#!/usr/bin/python3
"""GET of a prepared status beside nginx that serves a file of the same bytes, by wrk.

All servers run all the time, on the loopback interface, and are asked in turn. nginx: two workers, no
access log, any number of requests a connection. Ours checks a bearer token on each request. The floor
(tests/support/http_floor.cpp) only receives and sends: what the kernel and wrk, on the same processors,
leave to be gained.
"""

import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import bench
import front

NGINX = """
worker_processes 2;
daemon off;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    sendfile on;
    tcp_nopush on;
    default_type application/json;
    client_body_temp_path {directory}/t1;
    proxy_temp_path {directory}/t2;
    fastcgi_temp_path {directory}/t3;
    uwsgi_temp_path {directory}/t4;
    scgi_temp_path {directory}/t5;
    server {{ listen 127.0.0.1:{port}; root {directory}/www; }}
}}
"""
TOKEN = "Authorization: Bearer reader-token"


def start_nginx(directory):
    port = front.free_port()
    (directory / "nginx.conf").write_text(NGINX.format(directory=directory, port=port))
    # root's workers become nobody, who must come as far as the file
    directory.chmod(0o755)
    server = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-p", str(directory),
                               "-c", str(directory / "nginx.conf")], stderr=subprocess.DEVNULL)
    front.wait_for_port(port)
    return server, port


def start_floor(program, body_bytes):
    server = subprocess.Popen([program, str(body_bytes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    return server, int(server.stdout.readline())


def wrk(url, connections, seconds):
    """Seconds a request, of one run; the 99th percentile's latency goes along."""
    done = subprocess.run(["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", TOKEN,
                           url], text=True, capture_output=True, check=False)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    late = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    if done.returncode != 0 or not rate or "Non-2xx" in done.stdout:
        raise bench.SideFailed(f"wrk {url}:\n{done.stdout}{done.stderr}")
    scale = {"us": 1e-6, "ms": 1e-3, "s": 1}[late.group(2)]
    return 1 / float(rate.group(1)), float(late.group(1)) * scale


def measure():
    given = bench.options(__doc__, rounds=5, seconds=3, server=str(front.DEFAULT),
                          floor=str(front.DEFAULT.with_name("http_floor")))
    report = bench.Report(given)
    with tempfile.TemporaryDirectory(prefix="revisiond-bench-") as name, \
            front.Front(given.server) as ours:
        directory = Path(name)
        (directory / "www").mkdir()
        body = ours.get("/api/v1/status", token="reader-token")
        (directory / "www" / "status").write_bytes(body)
        nginx, port = start_nginx(directory)
        floor, floor_port = start_floor(given.floor, len(body))
        try:
            for connections in (16, 256):
                latencies = {"revisiond": [], "nginx": [], "the floor": []}

                def side(name, url, count=connections, kept=latencies):
                    def once():
                        seconds, late = wrk(url, count, given.seconds)
                        kept[name].append(late)
                        time.sleep(0.2)
                        return seconds
                    return once

                samples = bench.in_turn(
                    {"revisiond": side("revisiond", f"http://127.0.0.1:{ours.port}/api/v1/status"),
                     "nginx": side("nginx", f"http://127.0.0.1:{port}/status"),
                     "the floor": side("the floor", f"http://127.0.0.1:{floor_port}/status")}, given.rounds)
                work = f"GET of {len(body)} bytes, {connections} connections"
                report.compare(f"{work}: time a request", samples,
                               [("revisiond", "nginx", "1.5"), ("the floor", "nginx", "nobody can be faster")],
                               unit="us")
                report.compare(f"{work}: 99th percentile",
                               {key: values[1:] for key, values in latencies.items()}, [])
        finally:
            floor.stdin.close()
            floor.wait()
            nginx.terminate()
            nginx.wait()


if __name__ == "__main__":
    bench.main(measure)
