"""Two processes upgrade one fresh database at once: one of them does the work, the other waits."""

import unittest

from pg import ClusterTest, Project

RUNS = 50
SLOW_RUNS = range(0, RUNS, 10)  # in these the winner takes long enough for the loser to have to wait
IDS = ["aaaa", "bbbb", "cccc", "dddd", "eeee"]
WAITED = "Waiting for the lock, held by"


class ConcurrentUpgrades(ClusterTest):
    def write_project(self, project, slow):
        for number, (down, revision) in enumerate(zip([None, *IDS], IDS)):
            pause = "SELECT pg_sleep(1);" if slow and number == 0 else ""
            if number == 3:
                project.revision(revision, down, "INSERT INTO counted VALUES (3);\n"
                                 "CREATE INDEX CONCURRENTLY ON counted (n);", transaction=False)
            else:
                create = "CREATE TABLE counted (n int);" if number == 0 else ""
                project.revision(revision, down,
                                 f"{pause}\n{create}\nINSERT INTO counted VALUES ({number});")

    def race(self, slow):
        database = self.cluster.create_database()
        with Project(self.cluster, database) as project:
            self.write_project(project, slow)
            processes = [project.start("upgrade", "heads", "--lock-timeout", "60s")
                         for _ in range(2)]
            ends = [process.communicate(timeout=100) for process in processes]
        for process, (_, errors) in zip(processes, ends):
            self.assertEqual(process.returncode, 0, errors)
        applied = self.cluster.rows(
            database, "SELECT revision, count(*), count(DISTINCT operation) FROM revisiond.history"
                      " WHERE outcome = 'applied' GROUP BY 1 ORDER BY 1")
        self.assertEqual(applied, [(revision, "1", "1") for revision in IDS])
        self.assertEqual(self.cluster.psql(database, "SELECT count(*) FROM revisiond.history"), "5")
        self.assertEqual(self.cluster.rows(database, "SELECT n FROM counted ORDER BY n"),
                         [(str(number),) for number in range(5)])
        self.assertEqual(self.cluster.psql(database, "SELECT version_num FROM alembic_version"),
                         IDS[-1])
        waits = [errors for _, errors in ends if WAITED in errors]
        pids = [str(process.pid) for process in processes]
        self.cluster.psql("postgres", f'DROP DATABASE "{database}"')
        return waits, pids

    def test_every_revision_is_applied_once_fifty_times(self):
        for run in range(RUNS):
            slow = run in SLOW_RUNS
            with self.subTest(run=run, slow=slow):
                waits, pids = self.race(slow)
                self.assertLess(len(waits), 2)
                if slow:
                    self.assertEqual(len(waits), 1)
                for errors in waits:
                    self.assertRegex(errors, WAITED)
                    if slow:  # long enough for the holder to have said who it is
                        self.assertRegex(errors, rf"{WAITED}.*pid ({'|'.join(pids)})\).*upgrade heads")


if __name__ == "__main__":
    unittest.main()
