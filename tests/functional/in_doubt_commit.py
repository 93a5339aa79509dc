"""A connection that is lost around a COMMIT: revisiond finds out what became of it."""

import unittest

from pg import Cluster, Project
from proxy import AFTER, BEFORE, Proxy
from standby_refused import Standby

# The message that carries our rows and the COMMIT of revision bbbb.
COMMIT_OF_B = r"(?s)INTO \S*history.*'bbbb'.*COMMIT"
# The message that commits a statement of bbbb together with its journal row.
COMMIT_OF_STATEMENT = r"(?s)UPDATE \S*journal SET state = 'done'.*'bbbb'.*COMMIT"

NEWEST = "SELECT datname FROM pg_database ORDER BY oid DESC LIMIT 1"


class InDoubtCommit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster()
        cls.cluster.__enter__()
        cls.addClassCleanup(cls.cluster.__exit__)
        cls.proxy = Proxy(cls.cluster)
        cls.proxy.__enter__()
        cls.addClassCleanup(cls.proxy.__exit__)

    def upgrade(self, transaction, pattern, moment, cut=Proxy.cut):
        """An upgrade whose connection is cut there: (the database, the project, what it ended with)."""
        database = self.cluster.create_database()
        url = self.proxy.url(database)
        project = Project(config=f'[databases.main]\nurl = "{url}"\n')
        self.addCleanup(project.__exit__)
        project.revision("aaaa", None, "CREATE TABLE counted (n int);")
        project.revision("bbbb", "aaaa", "INSERT INTO counted VALUES (1);",
                         transaction=None if transaction else False)
        project.revision("cccc", "bbbb", "INSERT INTO counted VALUES (2);")
        self.proxy.disturb(pattern, moment, cut)
        done = project.run("upgrade", "heads", check=False)
        self.assertTrue(self.proxy.happened.is_set(), "the COMMIT was not seen")
        return database, project, done

    def check_finished(self, database):
        self.assertEqual(self.cluster.rows(database, "SELECT n FROM counted ORDER BY 1"),
                         [("1",), ("2",)])
        self.assertEqual(
            self.cluster.rows(database, "SELECT revision, count(*) FROM revisiond.history"
                                        " WHERE outcome = 'applied' GROUP BY 1 ORDER BY 1"),
            [("aaaa", "1"), ("bbbb", "1"), ("cccc", "1")])
        self.assertEqual(self.cluster.psql(database, "SELECT version_num FROM alembic_version"),
                         "cccc")
        self.assertEqual(self.cluster.rows(database, "SELECT * FROM revisiond.journal"), [])
        self.assertEqual(self.cluster.rows(
            database, "SELECT * FROM revisiond.operation WHERE state = 'running'"), [])

    def test_a_commit_that_was_done_is_found_and_the_run_goes_on(self):
        for transaction in (True, False):
            with self.subTest(transaction=transaction):
                database, _, done = self.upgrade(transaction, COMMIT_OF_B, AFTER)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("it had been committed", done.stderr)
                self.check_finished(database)

    def test_a_commit_that_never_arrived_is_told_and_the_next_run_finishes(self):
        for transaction in (True, False):
            with self.subTest(transaction=transaction):
                database, project, done = self.upgrade(transaction, COMMIT_OF_B, BEFORE)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn("bbbb", done.stderr)
                self.assertNotIn("it had been committed", done.stderr)
                self.assertEqual(
                    self.cluster.psql(database, "SELECT version_num FROM alembic_version"), "aaaa")
                self.assertEqual(self.cluster.rows(
                    database, "SELECT revision, outcome FROM revisiond.history ORDER BY id DESC"
                              " LIMIT 1"), [("bbbb", "failed")])
                self.assertEqual(self.cluster.rows(database, "SELECT n FROM counted"),
                                 [] if transaction else [("1",)])
                project.run("upgrade", "heads")
                self.check_finished(database)

    def test_a_statement_outside_a_transaction_is_found_in_the_journal(self):
        for moment in (BEFORE, AFTER):
            with self.subTest(moment):
                database, project, done = self.upgrade(False, COMMIT_OF_STATEMENT, moment)
                self.assertIn(done.returncode, (0, 1), done.stderr)
                self.assertEqual(self.cluster.rows(database, "SELECT n FROM counted WHERE n = 1"),
                                 [("1",)] if moment == AFTER or done.returncode == 0 else [])
                project.run("upgrade", "heads")
                self.check_finished(database)

    def test_another_server_behind_the_same_address_is_not_taken_for_this_one(self):
        with Cluster() as other:
            def fail_over(connection):
                other.psql("postgres", f'CREATE DATABASE "{self.cluster.rows("postgres", NEWEST)[0][0]}"')
                self.proxy.cluster = other
                return Proxy.cut(connection)

            self.addCleanup(setattr, self.proxy, "cluster", self.cluster)
            database, _, done = self.upgrade(True, COMMIT_OF_B, AFTER, fail_over)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("another server or timeline answers now", done.stderr)
            self.assertIn("whether this revision was committed is not known", done.stderr)
            self.assertEqual(other.psql(database, "SELECT count(*) FROM pg_class WHERE relname = 'counted'"),
                             "0")

    def test_a_promoted_standby_is_not_taken_for_the_primary_it_followed(self):
        with Standby(self.cluster) as standby:
            def fail_over(connection):
                standby.catch_up()
                standby.psql("postgres", "SELECT pg_promote()")
                self.proxy.cluster = standby
                return Proxy.cut(connection)

            self.addCleanup(setattr, self.proxy, "cluster", self.cluster)
            database, _, done = self.upgrade(True, COMMIT_OF_B, BEFORE, fail_over)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("another server or timeline answers now", done.stderr)
            # Nothing more of the run was done there, nor was its end recorded.
            self.assertEqual(standby.psql(database, "SELECT version_num FROM alembic_version"), "aaaa")
            self.assertEqual(standby.psql(database, "SELECT count(*) FROM revisiond.history"
                                                    " WHERE outcome = 'failed'"), "0")


if __name__ == "__main__":
    unittest.main()
