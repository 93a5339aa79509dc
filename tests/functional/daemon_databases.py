"""A daemon and a database that stops, is full, cannot be written to, or is promoted."""

import json
import os
import tempfile
import time
import unittest

import psycopg2

from pg import Cluster, Project
from behind_pgbouncer import PGBOUNCER, PgBouncer
from served import Daemon, LeaderWatch, wait_until
from standby_refused import Standby


class Databases(unittest.TestCase):
    def setUp(self):
        self.cluster = self.enterContext(Cluster())
        self.database = self.cluster.create_database()
        self.project = self.enterContext(Project(self.cluster, self.database))
        self.project.revision("aaaa", None, "CREATE TABLE a (n int);")

    def daemon(self, **settings):
        return self.enterContext(Daemon(self.project, **settings))

    def test_a_server_that_stops_and_comes_back(self):
        daemon = self.daemon()
        wait_until("it leads", daemon.leads)
        self.cluster.stop("immediate")
        wait_until("it is not reachable", lambda: not daemon.database()["reachable"])
        wait_until("it leads no more", lambda: not daemon.leads())
        known = daemon.database()
        self.assertIsNotNone(known["as_of"])
        self.assertIsNotNone(known["error"])
        answer = daemon.post("/api/v1/apply")
        self.assertEqual(answer.status, 503, answer)
        self.cluster.start()
        wait_until("it leads again", daemon.leads)
        self.assertEqual(daemon.apply()["state"], "succeeded")
        self.assertTrue(daemon.await_log("database away, trying again", database="main")["error"])
        for message in ("leads no longer", "database back"):
            daemon.await_log(message, database="main")
        wait_until("the log says that it leads, twice",
                   lambda: [entry.get("message") for entry in daemon.log()].count("leads") == 2)

    def test_a_server_that_is_not_there_at_start(self):
        self.cluster.stop("immediate")
        daemon = self.daemon()
        wait_until("it says so", lambda: daemon.database()["error"])
        self.assertEqual(daemon.database()["state"], "unreachable")
        since = daemon.database()["error_since"]
        self.assertRegex(since, r"^\d{4}-\d\d-\d\dT")
        daemon.until("/metrics", lambda a: b'state="unreachable"} 1' in a.body, token=None)
        self.assertEqual(daemon.database()["error_since"], since)
        self.cluster.start()
        wait_until("it leads", daemon.leads)
        self.assertIsNone(daemon.database()["error_since"])

    def test_a_server_without_free_connections(self):
        held = []
        with self.assertRaises(psycopg2.OperationalError):
            while True:
                held.append(self.cluster.connect(self.database))
        daemon = self.daemon()
        wait_until("it says so", lambda: daemon.database()["error"])
        for connection in held:
            connection.close()
        wait_until("it leads", daemon.leads)
        # Full again while it leads: what it has is enough, for what there is to tell as well.
        daemon.request_apply({"dry_run": True})  # the connection that requests are accepted on
        held = []
        with self.assertRaises(psycopg2.OperationalError):
            while True:
                held.append(self.cluster.connect(self.database))
        operation = daemon.request_apply()["id"]
        self.assertEqual(daemon.await_operation(operation)["state"], "succeeded")
        for connection in held:
            connection.close()
        types = [event["type"] for event in
                 daemon.get(f"/api/v1/operations/{operation}/events?format=json").json["events"]]
        self.assertIn("statement_ends", types)
        self.assertEqual(types[-2:], ["step_ends", "finished"])

    def test_a_database_that_is_read_only_by_default(self):
        daemon = self.daemon()
        wait_until("it leads", daemon.leads)
        self.cluster.psql("postgres", f'ALTER DATABASE "{self.database}" SET'
                                      " default_transaction_read_only TO on")
        self.cluster.psql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                      f" WHERE datname = '{self.database}'")
        # A connection that was ended under a request answers 503: ask again.
        wait_until("it takes the request", lambda: daemon.post("/api/v1/apply").status == 202)
        wait_until("it is applied", lambda: self.cluster.psql(
            self.database, "SELECT to_regclass('a') IS NOT NULL") == "t")

    def test_another_server_behind_the_same_url(self):
        other = self.enterContext(Cluster())
        other.psql("postgres", f'CREATE DATABASE "{self.database}"')
        place = self.enterContext(tempfile.TemporaryDirectory(prefix="revisiond-swap-", dir="/tmp"))
        os.chmod(place, 0o755)
        link = os.path.join(place, "server")
        os.symlink(self.cluster.directory, link)
        self.assertEqual(self.cluster.port, other.port)
        url = self.cluster.url(self.database).replace(str(self.cluster.directory), link)
        daemon = self.daemon(url=url, database='mode = "auto"')
        wait_until("it is applied", lambda: daemon.database()["state"] == "up_to_date")
        self.cluster.stop("immediate")
        os.unlink(link)
        os.symlink(other.directory, link)
        wait_until("it says so", lambda: "another server" in str(daemon.database()["error"]))
        answer = daemon.post("/api/v1/apply")
        self.assertEqual((answer.status, answer.json["code"]), (503, "operations.other-server"), answer)
        self.assertIn("restart revisiond", answer.json["hint"])
        time.sleep(2)  # for what must not happen
        self.assertFalse(daemon.leads())
        self.assertEqual(other.psql(self.database, "SELECT to_regclass('a'), to_regnamespace('revisiond')"), "|")
        os.unlink(link)
        os.symlink(self.cluster.directory, link)
        self.cluster.start()
        wait_until("it leads again", daemon.leads)

    def test_a_standby_tells_what_its_primary_does(self):
        standby = self.enterContext(Standby(self.cluster))
        self.project.revision("bbbb", "aaaa", "SELECT pg_sleep(3);")
        daemon = self.daemon()
        operation = daemon.request_apply()["id"]
        other = self.enterContext(Project(self.cluster, self.database))
        other.revision("aaaa", None, "CREATE TABLE a (n int);")
        # Nobody can LISTEN there.
        reader = self.enterContext(Daemon(other, url=standby.url(self.database)))
        reader.until(f"/api/v1/operations/{operation}", lambda a: a.status == 200)
        with reader.stream(f"/api/v1/operations/{operation}/events") as stream:
            self.assertEqual([kind for _, kind, _ in stream][-1], "finished")

    def test_a_standby_follows_until_it_is_promoted(self):
        standby = self.enterContext(Standby(self.cluster))
        daemon = self.daemon(url=standby.url(self.database))
        # Who reads and who would lead have a connection each: neither waits for the other.
        wait_until("it says so", lambda: "standby" in str(daemon.database()["error"]))
        wait_until("it is read", lambda: daemon.database()["reachable"])
        self.assertEqual(daemon.post("/api/v1/apply").status, 503)
        self.cluster.stop("immediate")
        standby.psql("postgres", "SELECT pg_promote()")
        wait_until("it leads", daemon.leads)
        self.assertEqual(daemon.apply()["state"], "succeeded")

    @unittest.skipUnless(os.access(PGBOUNCER, os.X_OK), "the program pgbouncer is missing")
    def test_behind_a_pool_of_sessions(self):
        with PgBouncer(self.cluster, "session") as bouncer:
            for n in range(20):
                self.project.revision(f"rev{n:04}", f"rev{n - 1:04}" if n else "aaaa",
                                      f"CREATE TABLE t_{n} (n int); SELECT pg_sleep(0.05);")
            daemon = self.daemon(url=bouncer.url(self.database))
            wait_until("it leads", daemon.leads)
            with LeaderWatch(self.cluster, self.database, [daemon]) as watch:
                self.assertEqual(daemon.apply()["state"], "succeeded")
            self.assertGreater(watch.looks, 1)
            self.assertEqual((len(watch.holders), watch.most, watch.leaders), (1, 1, 1), "the lock stays where it is")
            # The number of the server's process, not the proxy's: who holds the lock has a name.
            holder = json.loads(self.project.run("lock", "--json").stdout)["holder"]
            self.assertTrue(holder["host"], holder)
            self.assertEqual(str(holder["term"]), self.cluster.psql(
                self.database, "SELECT i.term FROM revisiond.instance i JOIN pg_locks l ON l.pid = i.backend_pid"
                               " WHERE l.locktype = 'advisory'"))
            daemon.stop()

    @unittest.skipUnless(os.access(PGBOUNCER, os.X_OK), "the program pgbouncer is missing")
    def test_behind_a_pool_of_transactions(self):
        # Without the round robin its only client gets the same server process each time.
        for round_robin in (True, False):
            with self.subTest(round_robin=round_robin), \
                    PgBouncer(self.cluster, "transaction", round_robin) as bouncer:
                daemon = self.daemon(url=bouncer.url(self.database))
                wait_until("it says so", lambda daemon=daemon: "pools transactions" in str(daemon.database()["error"]))
                self.assertFalse(daemon.leads())
                answer = daemon.post("/api/v1/apply")
                self.assertEqual(answer.status, 503, answer)
                self.assertIn("pools transactions", answer.json["detail"])
                daemon.stop()
                self.assertEqual(self.cluster.psql(self.database, "SELECT to_regnamespace('revisiond')"), "")


if __name__ == "__main__":
    unittest.main()
