"""/metrics: every name with its HELP and TYPE, in the documentation, and counting what it says."""

import re
import unittest
from pathlib import Path

from pg import ClusterTest
from served import Daemon, wait_until

DOCUMENTATION = Path(__file__).resolve().parents[2] / "docs" / "http.md"
# What has to be told: states, pending, durations, lock waits and retries, leader, HTTP, build.
NAMES = ("revisiond_database_state", "revisiond_pending_revisions", "revisiond_step_duration_seconds",
         "revisiond_operations_total", "revisiond_lock_waits_total", "revisiond_lock_wait_seconds_total", "revisiond_retries_total", "revisiond_leader",
         "revisiond_http_requests_total", "revisiond_http_request_duration_seconds", "revisiond_build_info")


class Metrics(ClusterTest):
    def setUp(self):
        self.project = self.new_project()
        self.project.revision("aaaa", None, "CREATE TABLE a (x int);", "DROP TABLE a;")
        self.daemon = Daemon(self.project)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.await_state("empty")

    def text(self):
        return self.daemon.get("/metrics", token=None).body.decode()

    def await_line(self, line):
        self.daemon.until("/metrics", lambda a: line in a.body.decode().splitlines(), token=None)

    def test_each_name_is_described_and_documented(self):
        self.daemon.apply({})
        self.await_line('revisiond_operations_total{database="main",state="succeeded"} 1')
        text = self.text()
        described = dict(re.findall(r"^# HELP (\S+) (.+)$", text, re.MULTILINE))
        types = dict(re.findall(r"^# TYPE (\S+) (counter|gauge|histogram)$", text, re.MULTILINE))
        self.assertEqual(set(described), set(types))
        samples = {re.sub(r"_(bucket|sum|count)$", "", name) if f"# TYPE {name}" not in text else name
                   for name in re.findall(r"^(\w+)(?:\{| )", text, re.MULTILINE)}
        self.assertLessEqual(samples, set(types))
        for name in NAMES:
            self.assertIn(name, samples)
        documentation = DOCUMENTATION.read_text(encoding="utf-8")
        for name in types:
            self.assertIn(f"`{name}`", documentation)
        for name in re.findall(r"`(revisiond_\w+)`", documentation):
            self.assertIn(name, types)

    def test_lock_waits_and_retries(self):
        self.daemon.apply({})
        for name in ("lock_waits", "retries"):
            self.assertIn(f'revisiond_{name}_total{{database="main"}} 0\n', self.text())
        self.project.revision("bbbb", "aaaa", "ALTER TABLE a ADD y int;", "ALTER TABLE a DROP y;")
        self.daemon.await_state("pending")
        with self.cluster.connect(self.project.database) as blocker:
            blocker.autocommit = False
            blocker.cursor().execute("LOCK TABLE a")
            accepted = self.daemon.post("/api/v1/apply", {}).json
            # On a busy machine the statement may be over before anybody has looked who blocks it.
            wait_until("somebody was seen to block it to the end of lock_timeout", lambda: any(
                event["type"] == "retrying" and event["data"]["waited_ms"] >= 90 for event in self.daemon.events(accepted["id"])))
            blocker.rollback()
        self.assertEqual(self.daemon.await_operation(accepted["id"])["state"], "succeeded")
        told = self.daemon.await_log("revision tried again", level="warn", revision="bbbb", attempt="1")
        self.assertIn("lock timeout", told["error"])
        events = self.daemon.get(f"/api/v1/operations/{accepted['id']}/events?format=json").json["events"]
        retries = len([event for event in events if event["type"] == "retrying"])
        for name in ("lock_waits", "retries"):
            self.await_line(f'revisiond_{name}_total{{database="main"}} {retries}')
        waited = [event["data"]["waited_ms"] for event in events if event["type"] == "retrying"]
        self.assertAlmostEqual(self.lock_wait_seconds(), sum(waited) / 1000, places=3)

    def test_a_long_wait_is_one_wait(self):
        self.daemon.apply({})
        self.project.revision("bbbb", "aaaa", "CREATE INDEX CONCURRENTLY a_x ON a (x);", transaction=False)
        self.daemon.await_state("pending")
        blocker = self.cluster.connect(self.project.database)
        self.addCleanup(blocker.close)
        blocker.autocommit = False
        blocker.cursor().execute("INSERT INTO a VALUES (0)")
        accepted = self.daemon.post("/api/v1/apply", {}).json

        def blocked():
            return [event["data"]["waited_ms"] for event in self.daemon.events(accepted["id"]) if event["type"] == "blocked"]

        wait_until("it has said so twice", lambda: len(blocked()) >= 2)
        blocker.rollback()
        self.assertEqual(self.daemon.await_operation(accepted["id"])["state"], "succeeded")
        self.assertEqual(blocked(), sorted(blocked()))
        self.await_line('revisiond_operations_total{database="main",state="succeeded"} 2')
        self.await_line('revisiond_lock_waits_total{database="main"} 1')
        self.assertAlmostEqual(self.lock_wait_seconds(), blocked()[-1] / 1000, places=3)

    def lock_wait_seconds(self):
        return float(re.search(r'\nrevisiond_lock_wait_seconds_total\{database="main"\} (\S+)', self.text())[1])


if __name__ == "__main__":
    unittest.main()
