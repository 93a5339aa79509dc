"""A catalog that is large enough for two sessions: read as one, also while it changes, also by one session alone."""

import threading
import unittest

import psycopg2

from pg import ClusterTest

TABLES = """DO $$ BEGIN FOR i IN 1..400 LOOP
    EXECUTE format('CREATE TABLE t%s (id bigint PRIMARY KEY, name text)', i);
    EXECUTE format('CREATE INDEX t%s_name ON t%s (name)', i, i);
END LOOP; END $$"""
# What the first queries find (the type) and what the last ones find (the comment). The server prints
# neither with a function that looks beyond the snapshot.
APPEARS = "CREATE TYPE flip AS ENUM ('a', 'b'); COMMENT ON TYPE flip IS 'here'"


class LargeCatalog(ClusterTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.cluster.create_database()
        cls.cluster.psql(cls.before, TABLES)
        cls.cluster.psql("postgres", "CREATE ROLE single LOGIN CONNECTION LIMIT 1")

    def setUp(self):
        self.database = self.cluster.create_database(template=self.before)
        self.project = self.new_project()

    def diff(self, user="postgres"):
        return self.project.run("diff", "--from", self.cluster.url(self.before),
                                "--to", self.cluster.url(self.database, user=user), check=True).stdout

    def test_two_sessions_read_it(self):
        self.cluster.psql("postgres", f"ALTER DATABASE {self.database} SET log_statement TO 'all'")
        self.assertEqual(self.diff(), "")
        self.assertIn("SET TRANSACTION SNAPSHOT", self.cluster.log())

    def test_one_that_may_not_have_a_second_reads_it_alone(self):
        self.cluster.psql(self.database, APPEARS)
        self.assertEqual(self.diff(user="single"), self.diff())
        self.assertIn("flip", self.diff(user="single"))

    def test_it_is_of_one_moment(self):
        self.cluster.psql(self.database, APPEARS)
        there = self.diff()
        self.cluster.psql(self.database, "DROP TYPE flip")
        ended = threading.Event()
        flips = []

        def flip():
            connection = psycopg2.connect(self.cluster.url(self.database))
            connection.autocommit = True
            with connection.cursor() as cursor:
                while not ended.is_set():
                    cursor.execute(APPEARS)
                    cursor.execute("DROP TYPE flip")
                    flips.append(1)
            connection.close()

        flipping = threading.Thread(target=flip)
        flipping.start()
        try:
            seen = {self.diff() for _ in range(6)}
        finally:
            ended.set()
            flipping.join()
        self.assertGreater(len(flips), 6)
        self.assertLessEqual(seen, {"", there})


if __name__ == "__main__":
    unittest.main()
