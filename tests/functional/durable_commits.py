"""Which commits of a run wait for the disk, and what a crash of the server in its middle leaves."""

import os
import signal
import time
import unittest

from pg import ClusterTest

SETTING = "SELECT current_setting('synchronous_commit') = '{}';"


class DurableCommits(ClusterTest):
    # The server's own writer would take a commit that did not wait to the disk 10 s later.
    cluster_options = {"fsync": True,
                       "settings": ["wal_writer_delay=10s", "wal_writer_flush_after=1GB"]}

    def setUp(self):
        self.project = self.new_project()
        self.database = self.project.database

    def test_only_the_last_commit_of_a_run_waits(self):
        self.project.revision("aaaa", None, verify=SETTING.format("off"))
        self.project.revision("bbbb", "aaaa", "SET synchronous_commit TO remote_write;",
                              verify=SETTING.format("remote_write"))
        self.project.revision("cccc", "bbbb", transaction=False,
                              upgrade="DO $$ BEGIN ASSERT current_setting('synchronous_commit') = 'on'; END $$;")
        self.project.revision("dddd", "cccc", verify=SETTING.format("off"))
        self.project.revision("eeee", "dddd", verify=SETTING.format("on"))
        self.project.run("upgrade", "heads")

    def test_with_one_transaction_its_commit_waits(self):
        self.project.write_config((self.project.directory / "config.toml").read_text()
                                  + '[apply]\ntransaction = "all"\n')
        self.project.revision("aaaa", None, verify=SETTING.format("on"))
        self.project.revision("bbbb", "aaaa", verify=SETTING.format("on"))
        self.project.run("upgrade", "heads")

    def stop_wal_writer(self):
        """The server's own writer would take a commit that did not wait to the disk a moment later."""
        pid = self.cluster.psql("postgres", "SELECT pid FROM pg_stat_activity"
                                            " WHERE backend_type = 'walwriter'")
        os.kill(int(pid), signal.SIGSTOP)

    def crash_while(self, process, application):
        """Crashes the server when the revision of that application_name sleeps, and starts it."""
        deadline = time.monotonic() + 60
        while not self.cluster.psql("postgres", "SELECT 1 FROM pg_stat_activity WHERE application_name"
                                    f" = '{application}' AND query LIKE '%pg_sleep%'"):
            self.assertIsNone(process.poll(), "the upgrade ended")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        self.cluster.stop("immediate")
        self.cluster.start()

    def test_a_crash_of_the_server_leaves_a_prefix_and_says_which(self):
        self.project.revision("aaaa", None, "CREATE TABLE counted (n int);")
        self.project.revision("bbbb", "aaaa", transaction=False, upgrade="INSERT INTO counted VALUES (1);")
        self.project.revision("cccc", "bbbb", "INSERT INTO counted VALUES (2);")
        self.project.revision("dddd", "cccc", "INSERT INTO counted VALUES (3);")
        sleeping = self.project.revision("eeee", "dddd", "SELECT pg_sleep(60);")
        self.stop_wal_writer()
        process = self.project.start("upgrade", "heads")
        self.crash_while(process, "revisiond eeee")
        output, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 1, output + errors)
        self.assertIn("came back without them: cccc and dddd", errors)
        self.assertEqual(self.cluster.psql(self.database, "SELECT version_num FROM alembic_version"),
                         "bbbb")
        sleeping.write_text(sleeping.read_text().replace("pg_sleep(60)", "pg_sleep(0)"))
        self.project.run("upgrade", "heads")
        self.assertEqual(self.cluster.rows(self.database, "SELECT n FROM counted ORDER BY n"),
                         [("1",), ("2",), ("3",)])
        self.assertEqual(
            self.cluster.rows(self.database, "SELECT revision, count(*) FROM revisiond.history"
                                             " WHERE outcome = 'applied' GROUP BY 1 ORDER BY 1"),
            [(revision, "1") for revision in ("aaaa", "bbbb", "cccc", "dddd", "eeee")])

    def test_what_a_failed_run_had_done_survives_a_crash_right_after_it(self):
        self.project.revision("aaaa", None, "CREATE TABLE a (n int);")
        self.project.revision("bbbb", "aaaa", "CREATE TABLE b (n int);")
        self.project.revision("cccc", "bbbb", "SELECT 1 / 0;")
        self.project.run("upgrade", "heads", check=1)
        self.cluster.stop("immediate")
        self.cluster.start()
        self.assertEqual(self.cluster.psql(self.database, "SELECT version_num FROM alembic_version"),
                         "bbbb")


if __name__ == "__main__":
    unittest.main()
