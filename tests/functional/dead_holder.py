"""kill -9 of revisiond in the middle of a statement: the server notices, and the lock is free; a crash of the server."""

import time
import unittest

from pg import Cluster, Project

SLEEP = 60  # seconds that the dead client's statement would have gone on
BOUND = 15  # seconds until the lock must be free; it takes one or two


class DeadHolder(unittest.TestCase):
    def test_a_second_upgrade_proceeds(self):
        with Cluster() as cluster:
            database = cluster.create_database()
            with Project(cluster, database) as project:
                process = self.start_upgrade(cluster, project)
                process.kill()
                process.communicate()
                killed = time.monotonic()
                self.wait_until(cluster, "SELECT NOT EXISTS (SELECT FROM pg_locks"
                                         " WHERE locktype = 'advisory')")
                self.assertLess(time.monotonic() - killed, BOUND)

                project.revision("aaaa", None, "CREATE TABLE a (n int);")
                again = project.run("upgrade")
                self.assertIn("ended without a word", again.stderr)
                self.assertEqual(cluster.rows(
                    database, "SELECT outcome FROM revisiond.history ORDER BY id"),
                    [("interrupted",), ("applied",)])

    def test_every_revision_runs_in_a_session_that_looks_after_its_client(self):
        setting = "current_setting('client_connection_check_interval', true)"
        with Cluster() as cluster:
            database = cluster.create_database()
            if int(cluster.psql(database, "SHOW server_version_num")) < 140000:
                self.skipTest("servers before 14 have no client_connection_check_interval")
            with Project(cluster, database) as project:
                project.revision("aaaa", None, f"CREATE TABLE seen AS SELECT {setting} AS value;\n"
                                               "SET client_connection_check_interval TO 0;")
                project.revision("bbbb", "aaaa", f"INSERT INTO seen SELECT {setting};")
                project.run("upgrade")
                self.assertEqual(cluster.rows(database, "SELECT value FROM seen"),
                                 [("500ms",), ("500ms",)])

    def test_a_crash_of_a_server_whose_commits_do_not_wait_gives_no_term_twice(self):
        with Cluster(settings=["synchronous_commit=off", "wal_writer_delay=10s"]) as cluster:
            database = cluster.create_database()
            with Project(cluster, database) as project:
                process = self.start_upgrade(cluster, project)
                ((drawn,),) = cluster.rows(database, "SELECT last_value FROM revisiond.term")
                cluster.stop("immediate")
                process.kill()
                process.communicate()
                cluster.start()
                project.revision("aaaa", None, "CREATE TABLE a (n int);")
                project.run("upgrade")
                ((again,),) = cluster.rows(database, "SELECT max(term) FROM revisiond.history")
                self.assertGreater(again, drawn)

    def start_upgrade(self, cluster, project):
        """The process, in the middle of a statement that takes long."""
        project.revision("aaaa", None, f"CREATE TABLE a (n int); SELECT pg_sleep({SLEEP});")
        process = project.start("upgrade")
        self.wait_until(cluster, "SELECT count(*) = 1 FROM pg_stat_activity"
                                 " WHERE wait_event = 'PgSleep'")
        return process

    def wait_until(self, cluster, question):
        end = time.monotonic() + SLEEP / 2
        while cluster.psql("postgres", question) != "t":
            self.assertLess(time.monotonic(), end, question)
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
