"""dev: a private server that is used, and gone without a trace."""

import json
import os
import re
import select
import signal
import subprocess
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from pg import Project, find_bin_dir


class Dev(unittest.TestCase):
    def setUp(self):
        self.project = Project()
        self.addCleanup(self.project.__exit__)
        (self.project.directory / "config.toml").unlink()
        self.project.directory.chmod(0o755)  # as root, the server runs as somebody else
        self.project.revision("aaaa", None, "CREATE TABLE a (id int);", message="create a")

    def start(self, *arguments, ready="Ctrl-C stops it.\n", stderr=subprocess.STDOUT):
        process = self.project.start("dev", *arguments, stderr=stderr)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        output = ""
        deadline = time.monotonic() + 120
        while ready not in output:
            readable, _, _ = select.select([process.stdout], [], [], 1)
            if readable:
                piece = os.read(process.stdout.fileno(), 65536).decode()
                self.assertTrue(piece, f"dev ended: {output}")
                output += piece
            self.assertLess(time.monotonic(), deadline, output)
        return process, output

    def psql(self, dsn, sql):
        return subprocess.run([os.path.join(find_bin_dir(), "psql"), "-XAtd", dsn, "-c", sql],
                              text=True, capture_output=True, check=True).stdout.strip()

    def dsn(self, output):
        return re.search(r"psql '(.*)'", output)[1]

    def server_pid(self, dsn):
        return int(self.psql(dsn, "SELECT pg_read_file('postmaster.pid')").splitlines()[0])

    def assert_gone(self, pid, socket_directory):
        deadline = time.monotonic() + 60
        while os.path.exists(f"/proc/{pid}") or socket_directory.exists():
            self.assertLess(time.monotonic(), deadline, "the server or its directory is still there")
            time.sleep(0.05)

    def socket_directory(self, dsn):
        return Path(re.search(r"host=([^&]*)", dsn)[1].replace("%2F", "/"))

    def test_it_upgrades_tells_and_ends_cleanly(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process, output = self.start()
            self.assertIn("applied aaaa", output)
            self.assertIn("Current revisions: aaaa", output)
            dsn = self.dsn(output)
            self.assertEqual(self.psql(dsn, "SELECT count(*) FROM a"), "0")
            pid, directory = self.server_pid(dsn), self.socket_directory(dsn)
            process.send_signal(number)
            self.assertEqual(process.wait(60), 0)
            self.assert_gone(pid, directory)

    def test_json_is_one_object_when_it_is_ready(self):
        process, output = self.start("--json", ready="}\n", stderr=subprocess.PIPE)
        started = json.loads(output)
        self.assertEqual((started["applied"], started["rows"]), (["aaaa"], ["aaaa"]))
        self.assertEqual(self.psql(started["dsn"], "SELECT count(*) FROM a"), "0")
        request = urllib.request.Request(started["url"] + "/api/v1/status",
                                         headers={"Authorization": f"Bearer {started['token']}"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            self.assertEqual(answer.status, 200)
        process.send_signal(signal.SIGINT)
        _, log = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0)
        for line in log.splitlines():
            self.assertIsInstance(json.loads(line), dict)
        self.project.revision("bbbb", "aaaa", "SELECT nothing;")
        failed = self.project.run("dev", "--json", check=1)
        self.assertEqual((failed.stdout, json.loads(failed.stderr)["error"]["revision"]), ("", "bbbb"))

    def test_it_serves_with_a_token_of_its_own_and_applies_what_changes(self):
        process, output = self.start()
        url, token = re.search(r"(http://127\.0\.0\.1:\d+)/#token=(\S+)", output).groups()

        def ask(path, token=token):
            request = urllib.request.Request(url + path, headers={"Authorization": f"Bearer {token}"})
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read().decode()

        self.assertIn("<title>", ask("/"))
        self.assertEqual(json.loads(ask("/api/v1/databases"))["databases"][0]["mode"], "auto")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            ask("/api/v1/status", token="another")
        self.assertEqual(refused.exception.code, 401)
        self.project.revision("bbbb", "aaaa", "CREATE TABLE b (id int);")
        deadline = time.monotonic() + 60
        while json.loads(ask("/api/v1/status"))["current"] != ["bbbb"]:
            self.assertLess(time.monotonic(), deadline, ask("/api/v1/status"))
            time.sleep(0.1)
        process.terminate()
        self.assertEqual(process.wait(60), 0)

    def test_kill_9_leaves_nothing(self):
        process, output = self.start()
        dsn = self.dsn(output)
        pid, directory = self.server_pid(dsn), self.socket_directory(dsn)
        process.kill()
        process.wait(60)
        self.assert_gone(pid, directory)

    def test_it_notices_the_end_of_its_server(self):
        process, output = self.start()
        os.kill(self.server_pid(self.dsn(output)), signal.SIGQUIT)
        self.assertEqual(process.wait(60), 1)
        self.assertIn("error: the private PostgreSQL has ended", process.stdout.read())

    def test_data_dir_keeps_the_data(self):
        data = self.project.directory / "data"
        process, output = self.start("--data-dir", "data")
        self.psql(self.dsn(output), "INSERT INTO a VALUES (7)")
        process.terminate()
        self.assertEqual(process.wait(60), 0)
        self.assertTrue(data.exists())
        process, output = self.start("--data-dir", "data")
        self.assertIn("nothing to apply", output)
        self.assertIn("Current revisions: aaaa", output)
        self.assertEqual(self.psql(self.dsn(output), "SELECT id FROM a"), "7")

    def test_the_configuration_of_init_serves_without_settings(self):
        self.project.run("-c", "fresh/config.toml", "init", "fresh/migrations")
        self.project.run("-c", "fresh/config.toml", "revision", "-m", "first", "--rev-id", "ffff")
        _, output = self.start("-c", "fresh/config.toml")
        self.assertIn("Current revisions: ffff", output)

    def test_a_failing_revision_ends_it(self):
        self.project.revision("bbbb", "aaaa", "SELECT no_such_column;")
        done = self.project.run("dev", check=1)
        self.assertIn("no_such_column", done.stderr)
        self.assertNotIn("Ctrl-C", done.stdout)

    def test_programs_that_are_not_there_are_named(self):
        done = self.project.run("dev", "--postgres-bin", "/nowhere", check=1)
        self.assertIn("/nowhere", done.stderr)


if __name__ == "__main__":
    unittest.main()
