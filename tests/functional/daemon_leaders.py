"""Several daemons, one database: who executes, who takes over, and that nothing runs twice."""

import concurrent.futures
import signal
import time
import unittest

from pg import Project
from served import DaemonTest, LeaderWatch, wait_until


class Leaders(DaemonTest):
    cluster_options = {"settings": ["max_connections=100"]}

    def setUp(self):
        self.files = self.new_project()
        self.database = self.files.database

    def sql(self, text):
        return self.cluster.psql(self.database, text)

    def another_project(self):
        """Another directory of files for the same database."""
        return self.enterContext(Project(self.cluster, self.database))

    def chain(self, size, sql="CREATE TABLE t_{n} (n int);"):
        for n in range(size):
            self.files.revision(f"rev{n:04}", f"rev{n - 1:04}" if n else None, sql.format(n=n))

    def history(self):
        return self.sql("SELECT revision FROM revisiond.history WHERE outcome = 'applied'"
                        " ORDER BY id").splitlines()

    def test_two_hundred_applies_at_once(self):
        self.chain(5)
        daemons = [self.daemon(self.files) for _ in range(3)]

        def apply(number):
            key = "one key" if number % 2 == 0 else None
            return key, daemons[number % 3].request_apply(key=key)["id"]

        wait_until("one leads", lambda: any(daemon.leads() for daemon in daemons))
        with LeaderWatch(self.cluster, self.database, daemons) as watch:
            with concurrent.futures.ThreadPoolExecutor(32) as pool:
                answers = list(pool.map(apply, range(200)))
            for _, operation in answers:
                daemons[0].await_operation(operation)
        self.assertGreater(watch.looks, 1)
        self.assertEqual((watch.most, watch.leaders), (1, 1), "one leader at every moment")
        self.assertEqual(len({operation for key, operation in answers if key}), 1)
        without = {operation for key, operation in answers if not key}
        self.assertEqual(len(without), 100)
        states = [daemons[0].await_operation(operation)["state"] for _, operation in answers]
        self.assertEqual(set(states), {"succeeded", "nothing_to_do"})
        self.assertEqual(self.sql("SELECT count(*) FROM revisiond.operation WHERE state ="
                                  " 'succeeded'"), "1")
        self.assertEqual(self.history(), [f"rev{n:04}" for n in range(5)])
        self.assertEqual(sum(daemon.leads() for daemon in daemons), 1)
        # A leader's operations are one after the other, never two at a time.
        self.assertEqual(self.sql(
            "SELECT count(*) FROM revisiond.operation a JOIN revisiond.operation b ON a.id < b.id"
            " WHERE a.started_at < b.finished_at AND b.started_at < a.finished_at"), "0")

    def test_a_follower_goes_on_when_the_leader_is_killed(self):
        self.chain(40, "CREATE TABLE t_{n} (n int); SELECT pg_sleep(0.05);")
        leader = self.daemon(self.files)
        wait_until("it leads", leader.leads)
        follower = self.daemon(self.files)
        operation = leader.request_apply()["id"]
        wait_until("some revisions are applied", lambda: len(self.history()) >= 5)
        leader.kill()
        done = follower.await_operation(operation)
        self.assertEqual((done["state"], done["attempts"]), ("succeeded", 2))
        self.assertEqual(self.history(), [f"rev{n:04}" for n in range(40)])
        types = [event["type"] for event in follower.events(operation)]
        self.assertEqual((types.count("started"), types.count("settled"), types[-1]),
                         (2, 1, "finished"))
        # Who is woken in the night reads the same in the logs.
        leader.await_log("leads", database="main", term="1")
        follower.await_log("leads", database="main", term="2")
        self.assertIn("goes on from there", follower.await_log("operation settled", operation=operation)["reason"])
        follower.await_log("operation finished", operation=operation, state="succeeded")
        follower.await_log("revision done", operation=operation, revision="rev0039")

    def test_a_leader_that_was_stopped_writes_nothing_after_another_term_has_begun(self):
        self.files.revision("aaaa", None, "CREATE TABLE a (n int);")
        self.files.revision("bbbb", "aaaa", "CREATE TABLE b (n int); SELECT pg_sleep(2);"
                                              " INSERT INTO b VALUES (1);")
        leader = self.daemon(self.files)
        wait_until("it leads", leader.leads)
        follower = self.daemon(self.files)
        operation = leader.request_apply()["id"]
        wait_until("bbbb runs", lambda: any(event["data"].get("revision") == "bbbb"
                                            for event in follower.events(operation)))
        leader.process.send_signal(signal.SIGSTOP)
        a_minute_later = time.monotonic() + 60
        done = follower.await_operation(operation)  # after it was found to be idle for too long
        self.assertEqual((done["state"], done["attempts"]), ("succeeded", 2))
        wait_until("the follower leads", follower.leads)
        seen = [event["type"] for event in follower.events(operation)]
        time.sleep(max(0, a_minute_later - time.monotonic()))
        leader.process.send_signal(signal.SIGCONT)
        wait_until("the old leader knows", lambda: not leader.leads())
        self.assertEqual([event["type"] for event in follower.events(operation)], seen)
        self.assertEqual(follower.await_operation(operation), done)
        self.assertEqual(self.sql("SELECT count(*) FROM b"), "1")
        self.assertEqual(self.history(), ["aaaa", "bbbb"])

    def test_sigterm_gives_the_work_to_a_follower(self):
        self.chain(20, "CREATE TABLE t_{n} (n int); SELECT pg_sleep(0.1);")
        leader = self.daemon(self.files)
        wait_until("it leads", leader.leads)
        follower = self.daemon(self.files)
        operation = leader.request_apply()["id"]
        wait_until("some revisions are applied", lambda: len(self.history()) >= 3)
        self.assertEqual(leader.stop(), 0)
        self.assertEqual(follower.await_operation(operation)["state"], "succeeded")
        self.assertEqual(self.history(), [f"rev{n:04}" for n in range(20)])
        self.assertEqual(self.sql("SELECT count(*) FROM revisiond.history WHERE outcome <>"
                                  " 'applied'"), "0")

    def test_an_operation_needs_the_newer_image(self):
        self.files.revision("aaaa", None, "CREATE TABLE a (n int);")
        older = self.daemon(self.files)
        wait_until("the older image leads", older.leads)
        newer_files = self.another_project()
        newer_files.revision("aaaa", None, "CREATE TABLE a (n int);")
        newer_files.revision("bbbb", "aaaa", "CREATE TABLE b (n int);")
        newer = self.daemon(newer_files)
        operation = newer.request_apply()["id"]
        self.assertEqual(newer.await_operation(operation)["state"], "succeeded")
        wait_until("the newer image leads", newer.leads)
        # The deploy is rolled back: pods of both images come and go.
        newer.stop()
        wait_until("the older image leads again", older.leads)
        wait_until("it is ahead", lambda: older.database()["state"] == "ahead")
        self.assertEqual(older.apply()["state"], "nothing_to_do")
        newer.start()
        self.assertEqual(newer.apply()["state"], "nothing_to_do")
        # A pod of the older image restarts, beside the newer one and without it: it is ready for what is below its row.
        for alone in (False, True):
            if alone:
                newer.stop()
            older.stop()
            older.start()
            wait_until("it is ahead", lambda: older.database()["state"] == "ahead")
            for revision, status in (("aaaa", 200), ("bbbb", 200), ("cccc", 503)):
                self.assertEqual(older.get(f"/api/v1/ready?at_least={revision}").status, status, (alone, revision))
            self.assertEqual(older.apply()["state"], "nothing_to_do")
        self.assertEqual(self.history(), ["aaaa", "bbbb"])

    def test_what_a_follower_accepts_is_what_its_own_files_say(self):
        self.files.revision("aaaa", None, "CREATE TABLE a (n int);")
        newer_files = self.another_project()
        newer_files.revision("aaaa", None, "CREATE TABLE a (n int);")
        newer_files.revision("bbbb", "aaaa", "CREATE TABLE b (n int);")
        newer = self.daemon(newer_files)
        wait_until("the newer image leads", newer.leads)
        older = self.daemon(self.files)
        older.await_files()
        self.assertEqual(older.post("/api/v1/apply", {"target": "bbbb"}).status, 422)
        # Its heads, not those of the leader, which runs it.
        done = older.apply()
        self.assertEqual((done["state"], done["revisions"], done["term"]), ("succeeded", ["aaaa"], 1))
        self.assertTrue(newer.leads())
        self.assertEqual(self.history(), ["aaaa"])
        self.assertEqual(newer.apply()["applied"], ["bbbb"])
        self.assertEqual(older.apply()["state"], "nothing_to_do")

    def test_a_comparison_needs_the_newer_image(self):
        self.files.revision("aaaa", None, "CREATE TABLE a (n int);")
        newer_files = self.another_project()
        newer_files.revision("aaaa", None, "CREATE TABLE a (n int);")
        newer_files.revision("bbbb", "aaaa", "CREATE TABLE b (n int);")
        newer = self.daemon(newer_files)
        self.assertEqual(newer.apply()["state"], "succeeded")
        newer.stop()
        older = self.daemon(self.files)
        wait_until("the older image leads", older.leads)
        wait_until("it is ahead", lambda: older.database()["state"] == "ahead")
        refused = older.post("/api/v1/drift")
        self.assertEqual(refused.status, 409, refused)
        newer.start()
        newer.await_files()
        accepted = newer.post("/api/v1/drift")
        self.assertEqual(accepted.status, 202, accepted)
        done = newer.await_operation(accepted.json["id"])
        self.assertEqual((done["state"], done["result"]["drift"], done["result"]["rows"]), ("succeeded", False, ["bbbb"]))
        wait_until("who has all that is applied has compared", newer.leads)

    def test_two_services_in_one_database(self):
        self.files.revision("aaaa", None, "CREATE TABLE IF NOT EXISTS a (n int);")
        one = self.daemon(self.files, database='version_table = "public.one"')
        two = self.daemon(self.another_project(), database='version_table = "public.two"')
        operation = one.request_apply()["id"]
        self.assertEqual(one.await_operation(operation)["state"], "succeeded")
        self.assertEqual(two.get(f"/api/v1/operations/{operation}").status, 404)
        self.assertEqual(two.get("/api/v1/operations").json["operations"], [])
        wait_until("both lead", lambda: one.leads() and two.leads())
        self.assertEqual(two.database()["state"], "empty")

    def test_what_fails_by_itself_fails_once_whoever_leads(self):
        self.chain(1)
        daemons = [self.daemon(self.files, database='mode = "auto"') for _ in range(3)]
        for daemon in daemons:
            daemon.await_state("up_to_date")
        # All of them run by now: a start would be another try.
        self.files.revision("bad0", "rev0000", "SELECT nonsense;")
        wait_until("it has failed", lambda: self.sql("SELECT to_regclass('revisiond.operation') IS NOT NULL") == "t"
                   and self.sql("SELECT count(*) FROM revisiond.operation WHERE state = 'failed'") != "0")
        # Each of them has been asked to lead by now, and knows.
        time.sleep(5)
        self.assertEqual(self.sql("SELECT count(*) FROM revisiond.operation WHERE state = 'failed'"), "1")
        for daemon in daemons:
            self.assertEqual(daemon.database()["state"], "pending")
        # The next files are tried.
        self.files.revision("next", "rev0000", "SELECT 1;")
        wait_until("they are tried", lambda: self.sql(
            "SELECT count(*) FROM revisiond.operation WHERE state = 'failed'") == "2")

    def test_a_command_meets_the_leader(self):
        self.files.revision("aaaa", None, "CREATE TABLE a (n int);")
        leader = self.daemon(self.files, server='public_url = "https://migrations.example.org"')
        wait_until("it leads", leader.leads)
        done = self.files.run("upgrade", "--lock-timeout", "200ms", check=4)
        self.assertIn("a daemon keeps the lock for as long as it lives: ask it, with --server"
                      " https://migrations.example.org", done.stderr)


if __name__ == "__main__":
    unittest.main()
