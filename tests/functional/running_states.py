"""What status and check say of a revision outside transactions while it runs, and after kill -9."""

import json
import time
import unittest

import pg
import served

PATIENCE = 60  # seconds


class Running(pg.ClusterTest):
    def setUp(self):
        self.project = self.new_project()
        self.project.revision("aaaa", None, "CREATE TABLE a (x int);")
        self.project.revision("bbbb", "aaaa", "INSERT INTO a VALUES (1);\n"
                              "CREATE INDEX CONCURRENTLY a_x ON a (x);", transaction=False)
        self.project.run("upgrade", "aaaa")
        # CREATE INDEX CONCURRENTLY waits for this transaction.
        self.blocker = self.cluster.connect(self.project.database)
        self.addCleanup(self.blocker.close)
        self.blocker.autocommit = False
        self.blocker.cursor().execute("INSERT INTO a VALUES (0)")
        self.upgrade = self.project.start("upgrade")
        self.addCleanup(self.upgrade.kill)
        self.wait_until("SELECT count(*) = 1 FROM revisiond.journal"
                        " WHERE position = 1 AND state = 'started'")

    def end_upgrade(self):
        self.upgrade.kill()
        self.upgrade.communicate()

    def wait_until(self, question):
        end = time.monotonic() + PATIENCE
        while self.cluster.psql(self.project.database, question) != "t":
            self.assertLess(time.monotonic(), end, question)
            time.sleep(0.05)

    def status(self, *arguments, **options):
        return json.loads(self.project.run("status", "--json", *arguments, check=3, **options).stdout)

    def test_it_is_being_run_as_long_as_its_holder_lives(self):
        status = self.status()
        self.assertEqual(status["state"], "running")
        self.assertEqual((status["running"]["target"], status["running"]["revisions"]),
                         ("upgrade heads", ["bbbb"]))
        self.assertEqual(status["running"]["term"], status["lock"]["term"])
        self.assertEqual(status["interrupted"], [])
        text = self.project.run("status", check=3).stdout
        self.assertRegex(text, r"(?m)^running +upgrade heads by ")
        reasons = json.loads(self.project.run("check", "--json", check=3).stdout)["reasons"]
        self.assertEqual([reason["code"] for reason in reasons], ["check.pending", "check.running"])
        self.assertIn("upgrade heads", reasons[1]["message"])
        self.blocker.rollback()
        _, errors = self.upgrade.communicate(timeout=PATIENCE)
        self.assertEqual(self.upgrade.returncode, 0, errors)
        status = json.loads(self.project.run("status", "--json").stdout)
        self.assertEqual((status["state"], status["running"]), ("up_to_date", None))

    def test_it_is_half_done_and_interrupted_when_the_holder_has_died(self):
        self.end_upgrade()
        self.wait_until("SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')")
        status = self.status()
        self.assertEqual((status["state"], status["running"]), ("half_done", None))
        self.assertEqual([dead["target"] for dead in status["interrupted"]], ["upgrade heads"])
        done = self.project.run("status", check=3)
        self.assertRegex(done.stdout, r"(?m)^died +upgrade heads by ")
        self.assertIn("ended without a word: nobody holds the lock", done.stderr)
        self.blocker.rollback()
        done = self.project.run("upgrade")
        self.assertNotIn("nobody holds the lock", done.stderr)
        status = json.loads(self.project.run("status", "--json").stdout)
        self.assertEqual((status["state"], status["interrupted"]), ("up_to_date", []))

    def test_a_daemon_says_the_same(self):
        daemon = served.Daemon(self.project)
        self.addCleanup(daemon.__exit__)
        remote = {"env": {"REVISIOND_TOKEN": served.TOKENS["read"]}}
        daemon.await_state("running")
        there = self.status("--server", daemon.url, **remote)
        here = self.status()
        for name in ("state", "running", "interrupted", "current", "pending", "half_done"):
            self.assertEqual(there.get(name), here.get(name), name)
        self.assertEqual(there["running"]["revisions"], ["bbbb"])
        text = self.project.run("status", "--server", daemon.url, check=3, **remote).stdout
        self.assertRegex(text, r"(?m)^running +upgrade heads by ")
        # The daemon takes the lock over and says what became of the run.
        self.end_upgrade()
        daemon.await_state("half_done")
        self.assertEqual(self.status("--server", daemon.url, **remote)["state"], "half_done")
        states = {one["revision"]: one["state"] for one in daemon.get("/api/v1/revisions").json["revisions"]}
        self.assertEqual(states, {"aaaa": "current", "bbbb": "half_done"})
        journal = daemon.get("/api/v1/revisions/bbbb").json["journal"]
        self.assertEqual([(entry["position"], entry["state"]) for entry in journal], [(0, "done"), (1, "started")])
        self.assertIn("Apply again", daemon.database()["advice"])
        self.blocker.rollback()
        self.assertEqual(daemon.apply({})["state"], "succeeded")
        daemon.until("/api/v1/revisions/bbbb", lambda a: a.json["journal"] == [] and a.json["state"] == "current")
        done = self.project.run("status", "--json", "--server", daemon.url, **remote)
        self.assertEqual(json.loads(done.stdout)["state"], "up_to_date")

    def test_a_daemon_that_may_not_lead_says_that_it_died(self):
        self.cluster.psql(self.project.database, "CREATE ROLE reader LOGIN;"
                          " GRANT USAGE ON SCHEMA revisiond TO reader;"
                          " GRANT SELECT ON ALL TABLES IN SCHEMA revisiond, public TO reader;"
                          " GRANT ALL ON revisiond.instance TO reader")
        self.addCleanup(self.cluster.psql, self.project.database, "DROP OWNED BY reader; DROP ROLE reader")
        daemon = served.Daemon(self.project, url=self.cluster.url(self.project.database, "reader"))
        self.addCleanup(daemon.__exit__)
        daemon.await_state("running")
        self.end_upgrade()
        answer = daemon.until("/api/v1/status", lambda a: a.status == 200 and a.json["interrupted"])
        self.assertEqual(answer.json["state"], "half_done")
        self.assertEqual([dead["target"] for dead in answer.json["interrupted"]], ["upgrade heads"])
        self.assertIn("permission denied", daemon.database()["error"])
        done = self.project.run("status", "--server", daemon.url, check=3,
                                env={"REVISIOND_TOKEN": served.TOKENS["read"]})
        self.assertRegex(done.stdout, r"(?m)^died +upgrade heads by ")
        self.assertIn("nobody holds the lock", done.stderr)
        self.assertEqual(self.cluster.psql(self.project.database, "SELECT state FROM revisiond.operation"
                                           " ORDER BY created_at DESC LIMIT 1"), "running", "nobody settled it")


class InDoubt(served.DaemonTest):
    def test_a_statement_in_doubt_is_shown_and_settled_through_a_daemon(self):
        project = self.project(1)
        project.revision("bbbb", "aaaa", "DO $$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END$$;",
                         transaction=False)
        daemon = self.daemon(project)
        daemon.apply()
        daemon.await_state("in_doubt")
        # The next leader looks at the operation once more, which is a run of its own.
        served.wait_until("it says what to do", lambda: "settle it" in (daemon.database()["advice"] or ""))
        revision = daemon.until("/api/v1/revisions/bbbb", lambda a: a.json["state"] == "in_doubt").json
        entry, = revision["journal"]
        self.assertEqual((entry["position"], entry["state"], entry["statement"][:4]), (0, "started", "DO $"))
        self.assertEqual(daemon.apply()["state"], "refused")
        accepted = daemon.post("/api/v1/repair", {"settle": [{"revision": "bbbb", "done": True}]})
        self.assertEqual(accepted.status, 202, accepted)
        self.assertEqual(daemon.await_operation(accepted.json["id"])["state"], "succeeded")
        self.assertEqual(daemon.apply()["state"], "succeeded")
        daemon.await_state("up_to_date")
        self.assertIsNone(daemon.database()["advice"])


if __name__ == "__main__":
    unittest.main()
