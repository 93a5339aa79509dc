"""A standby answers questions and takes no revisions."""

import json
import shutil
import unittest

from pg import Cluster, Project
from served import wait_until


class Standby(Cluster):
    """A streaming standby of another cluster."""

    def __init__(self, primary):
        super().__init__(bin_dir=primary.bin_dir)
        self.primary = primary

    def __enter__(self):
        super().__enter__()
        self.stop("immediate")
        shutil.rmtree(self.data)
        self._check([self._program("pg_basebackup"), "-D", str(self.data), "-R", "--no-sync",
                     "-c", "fast", "-d", self.primary.url()])
        self.start()
        return self

    def catch_up(self):
        """Waits until it has replayed what the primary has written."""
        position = self.primary.psql("postgres", "SELECT pg_current_wal_insert_lsn()")
        for _ in range(600):
            done = self.psql("postgres", f"SELECT pg_sleep(0.05), pg_last_wal_replay_lsn() >= '{position}'")
            if done.endswith("t"):
                return
        raise AssertionError("the standby did not catch up")


class StandbyRefused(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.primary = cls.enterClassContext(Cluster())
        cls.standby = cls.enterClassContext(Standby(cls.primary))

    def setUp(self):
        self.database = self.primary.create_database()
        self.project = Project(self.primary, self.database)
        self.addCleanup(self.project.__exit__)
        self.project.revision("aaaa", None, "CREATE TABLE a (n int);", "DROP TABLE a;")
        self.project.revision("bbbb", "aaaa", "CREATE TABLE b (n int);", "DROP TABLE b;")
        self.project.run("upgrade", "aaaa")
        self.standby.catch_up()
        url = self.standby.url(self.database)
        self.project.write_config(f'[databases.main]\nurl = "{url}"\n')

    def test_writing_is_refused_with_the_reason(self):
        for command in (("upgrade", "heads"), ("downgrade", "base"), ("stamp", "bbbb"),
                        ("upgrade", "heads", "--dry-run")):
            with self.subTest(command):
                done = self.project.run(*command, check=1)
                self.assertIn("is served by a standby", done.stderr)
                self.assertIn("connect to the primary", done.stderr)
        self.assertEqual(self.primary.psql(self.database, "SELECT version_num FROM alembic_version"),
                         "aaaa")

    def test_reading_works(self):
        self.assertEqual(self.project.run("current").stdout, "aaaa\n")
        status = json.loads(self.project.run("status", "--json", check=3).stdout)
        self.assertEqual((status["current"], status["state"]), (["aaaa"], "pending"))
        self.project.run("plan", "heads")
        done = self.project.run("lock", check=1)
        self.assertIn("a standby, which does not know who holds locks", done.stderr)

    def test_what_runs_on_the_primary_has_not_died(self):
        self.project.revision("cccc", "bbbb", "SELECT pg_sleep(600);", "")
        self.project.write_config(f'[databases.main]\nurl = "{self.primary.url(self.database)}"\n')
        upgrade = self.project.start("upgrade")
        self.addCleanup(upgrade.communicate)
        self.addCleanup(upgrade.kill)
        wait_until("it runs", lambda: self.primary.psql(self.database, "SELECT count(*) FROM pg_stat_activity"
                                                        " WHERE query = 'SELECT pg_sleep(600)'") == "1")
        self.standby.catch_up()
        self.project.write_config(f'[databases.main]\nurl = "{self.standby.url(self.database)}"\n')
        status = json.loads(self.project.run("status", "--json", check=3).stdout)
        self.assertEqual((status["interrupted"], status["running"]["revisions"]), ([], ["bbbb", "cccc"]))


if __name__ == "__main__":
    unittest.main()
