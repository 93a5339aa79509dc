"""The database against its revisions, asked of a daemon."""

import signal
import unittest

from pg import ClusterTest
from openapi import Contract
from served import Daemon, project_config, wait_until


class Drift(ClusterTest):
    def served(self, **options):
        project = self.new_project()
        project.revision("aaaa", None, "CREATE TABLE users (id int PRIMARY KEY, name text);\n"
                         "CREATE TABLE votes (id int);", "DROP TABLE users, votes;")
        daemon = Daemon(project, **options)
        self.addCleanup(daemon.__exit__)
        daemon.await_state("empty")
        self.assertEqual(daemon.apply({})["state"], "succeeded")
        return project, daemon

    def compare(self, daemon):
        accepted = daemon.post("/api/v1/drift", {})
        self.assertEqual(accepted.status, 202, accepted)
        return daemon.await_operation(accepted.json["id"])

    def sql(self, project, text):
        with self.cluster.connect(project.database) as connection, connection.cursor() as cursor:
            cursor.execute(text)

    def test_says_object_by_object_what_is_different(self):
        project, daemon = self.served()
        never = daemon.get("/api/v1/drift")
        self.assertEqual((never.status, never.json["code"]), (404, "http.never-compared"))
        clean = self.compare(daemon)
        self.assertEqual((clean["state"], clean["kind"]), ("succeeded", "drift"), clean)
        found = daemon.get("/api/v1/drift").json
        self.assertEqual((found["drift"], found["differences"], found["rows"]), (False, [], ["aaaa"]))

        self.sql(project, "ALTER TABLE users ADD COLUMN phone text; CREATE INDEX by_name ON users (name);"
                          "CREATE VIEW names AS SELECT name FROM users; DROP TABLE votes")
        operation = self.compare(daemon)
        self.assertEqual(operation["state"], "succeeded", operation)
        self.assertEqual(operation["result"], {"drift": True, "rows": ["aaaa"], "objects": 3, "inexpressible": []},
                         "the differences themselves are not in every list of operations")
        answer = daemon.get("/api/v1/drift")
        Contract.of(daemon).check("GET", "/api/v1/drift", answer)
        drift = answer.json
        self.assertEqual(drift["operation"]["id"], operation["id"])
        self.assertEqual(drift["compared_at"], operation["finished_at"])
        self.assertLess(drift["age_seconds"], 600)
        by_name = {one["object"].split(".")[-1]: one for one in drift["differences"]}
        self.assertEqual({name: (one["kind"], one["type"]) for name, one in by_name.items()},
                         {"users": ("table", "alter"), "names": ("view", "create"), "votes": ("table", "drop")})
        users = by_name["users"]
        self.assertEqual(sorted((change["kind"], change["type"]) for change in users["changes"]),
                         [("column", "create"), ("index", "create")])
        self.assertNotIn("phone", users["expected"])
        self.assertIn("phone text", users["actual"])
        self.assertIn("by_name", users["actual"])
        self.assertIn("PRIMARY KEY", users["expected"])
        self.assertIsNone(by_name["names"]["expected"])
        self.assertIsNone(by_name["votes"]["actual"])

        events = daemon.get(f"/api/v1/operations/{operation['id']}/events?format=json").json["events"]
        self.assertEqual([event["type"] for event in events],
                         ["accepted", "started", "note", "note", "note", "finished"])

    def test_a_reload_changes_what_is_compared(self):
        project, daemon = self.served()
        self.sql(project, "CREATE TABLE by_hand (x int)")
        self.assertEqual(self.compare(daemon)["result"]["objects"], 1)
        project.write_config(project_config(project).replace("[migrations]", 'exclude = ["public.by_hand"]\n[migrations]'))
        daemon.process.send_signal(signal.SIGHUP)
        daemon.await_log("configuration reloaded")
        wait_until("it leads again", daemon.leads)
        self.assertEqual(self.compare(daemon)["result"]["objects"], 0)

    def test_leaves_no_trace_in_what_was_done(self):
        project, daemon = self.served()
        before = daemon.get("/api/v1/history").json
        applied = daemon.until("/api/v1/status", lambda a: a.json["last"]).json["last"]
        self.compare(daemon)
        self.assertEqual(daemon.get("/api/v1/history").json, before)
        self.assertEqual(daemon.get("/api/v1/status").json["last"]["id"], applied["id"],
                         "the last operation is the last that may have changed something")

    def test_the_same_key_is_the_same_comparison(self):
        _, daemon = self.served()
        key = {"Idempotency-Key": "nightly-3"}
        first = daemon.post("/api/v1/drift", {}, headers=key).json
        again = daemon.post("/api/v1/drift", {}, headers=key).json
        self.assertEqual(first["id"], again["id"])
        daemon.await_operation(first["id"])

    def test_a_row_that_no_file_knows_is_refused(self):
        project, daemon = self.served()
        self.sql(project, "UPDATE alembic_version SET version_num = 'newer'")
        refused = daemon.post("/api/v1/drift", {})
        self.assertEqual((refused.status, refused.json["code"]), (409, "drift.unknown-row"), refused)
        self.assertEqual(len(daemon.get("/api/v1/operations").json["operations"]), 1)

    def test_what_fails_to_replay_fails_the_operation_and_not_the_leader(self):
        project, daemon = self.served()
        self.sql(project, "CREATE TABLE gone (x int)")
        project.revision("bbbb", "aaaa", "CREATE TABLE copy AS SELECT * FROM gone;", "DROP TABLE copy;")
        daemon.until("/api/v1/status", lambda answer: "bbbb" in str(answer.json.get("pending")))
        self.assertEqual(daemon.apply({})["state"], "succeeded")
        term = daemon.get("/api/v1/status").json["leader"]["term"]
        failed = self.compare(daemon)
        self.assertEqual(failed["state"], "failed", failed)
        self.assertIn("gone", str(failed["error"]))
        self.assertEqual(daemon.get("/api/v1/drift").status, 404, "a comparison that failed is no result")
        self.assertEqual(daemon.apply({})["state"], "nothing_to_do")
        self.assertEqual(daemon.get("/api/v1/status").json["leader"]["term"], term)

    def endless(self):
        """A daemon whose comparisons last, and the first one, that runs."""
        project, daemon = self.served()
        # Its replay takes as long as somebody sleeps; the migration itself went by before.
        project.revision("bbbb", "aaaa", "SELECT pg_sleep(60) WHERE NOT EXISTS"
                         " (SELECT FROM pg_class WHERE relname = 'at_home');", "SELECT 1;")
        self.sql(project, "CREATE TABLE at_home (x int)")
        daemon.until("/api/v1/status", lambda answer: "bbbb" in str(answer.json.get("pending")))
        self.assertEqual(daemon.apply({})["state"], "succeeded")
        operation = daemon.post("/api/v1/drift", {}).json
        daemon.until(f"/api/v1/operations/{operation['id']}/events?format=json",
                     lambda answer: "in a scratch database" in answer.body.decode())
        return daemon, operation

    def test_the_first_comparison_is_told_while_it_waits_or_runs(self):
        daemon, first = self.endless()

        def ask(status, code):
            answer = daemon.get("/api/v1/drift")
            Contract.of(daemon).check("GET", "/api/v1/drift", answer)
            self.assertEqual((answer.status, answer.json["code"]), (status, code), answer)
            return answer
        asked = ask(409, "http.comparing")
        self.assertIn(first["id"], asked.json["hint"])
        self.assertIn("retry-after", asked.headers)
        second = daemon.post("/api/v1/drift", {}).json
        for operation, then in ((first, (409, "http.comparing")), (second, (404, "http.never-compared"))):
            self.assertEqual(daemon.post(f"/api/v1/operations/{operation['id']}/cancel", {}).status, 202)
            self.assertEqual(daemon.await_operation(operation["id"])["state"], "cancelled")
            ask(*then)

    def test_a_comparison_can_be_cancelled(self):
        daemon, operation = self.endless()
        self.assertEqual(daemon.post(f"/api/v1/operations/{operation['id']}/cancel", {}).status, 202)
        self.assertEqual(daemon.await_operation(operation["id"])["state"], "cancelled")
        self.assertEqual(daemon.apply({})["state"], "nothing_to_do")


if __name__ == "__main__":
    unittest.main()
