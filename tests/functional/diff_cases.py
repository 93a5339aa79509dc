"""The cases of tests/cases/diff, judged from outside: a seeded sample of them, all with REVISIOND_CASES=all."""

import os
import random
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "judge"), str(ROOT / "support")]
# pylint: disable=wrong-import-position
from judge import find_cases, judge_all  # noqa: E402
from pg import ClusterTest, clean_environment  # noqa: E402

SAMPLE = 60


class DiffCases(unittest.TestCase):
    """old.sql becomes new.sql, and new.sql old.sql, as pg_dump sees it."""

    def test_both_directions(self):
        cases = list(find_cases([ROOT / "cases" / "diff"], None))
        seed = int(os.environ.get("REVISIOND_SEED") or random.SystemRandom().randrange(2**32))
        if os.environ.get("REVISIOND_CASES") != "all":
            cases = random.Random(seed).sample(cases, SAMPLE)
        verdicts = judge_all(cases, os.environ["REVISIOND_BINARY"], jobs=2)
        wrong = [f"{verdict.name}: {'; '.join(verdict.reasons)}\n" + "\n".join(verdict.detail)
                 for verdict in verdicts if verdict.reasons]
        self.assertEqual([], wrong, f"seed {seed}")


class WhatARoleMayNotRead(ClusterTest):
    """Connections of subscriptions and options of user mappings: who may not see them is told so."""

    cluster_options = {"settings": ("wal_level=logical",)}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.psql("postgres", "CREATE ROLE reader LOGIN")

    def diff(self, source, target, *flags):
        source_url = self.cluster.url(source).replace("postgres@", "reader@")
        return subprocess.run([os.environ["REVISIOND_BINARY"], "diff", "--from", source_url, "--to",
                               self.cluster.url(target), "--sql", *flags], text=True,
                              capture_output=True, check=False, timeout=60,
                              env=clean_environment())

    def test_named_and_excludable(self):
        source, target = self.cluster.create_database(), self.cluster.create_database()
        self.cluster.psql(source, "CREATE SUBSCRIPTION news CONNECTION 'host=nowhere'"
                                  " PUBLICATION p WITH (connect = false)")
        refused = self.diff(source, target)
        self.assertEqual(1, refused.returncode, refused.stdout)
        self.assertIn("subscription news cannot be read by reader", refused.stderr)
        excluded = self.diff(source, target, "--exclude", "subscription:news")
        self.assertEqual((0, ""), (excluded.returncode, excluded.stdout.strip()), excluded.stderr)
        self.cluster.psql(source, "ALTER SUBSCRIPTION news SET (slot_name = NONE); "
                                  "DROP SUBSCRIPTION news")

    def test_options_of_a_user_mapping_that_are_not_shown_are_not_none(self):
        source, target = self.cluster.create_database(), self.cluster.create_database()
        made = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; "
        self.cluster.psql(source, made + "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (pw 'one')")
        self.cluster.psql(target, made + "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (pw 'two')")
        refused = self.diff(source, target)
        self.assertEqual(1, refused.returncode, refused.stdout)
        self.assertIn("cannot be read by reader", refused.stderr)
        self.cluster.psql(source, "GRANT postgres TO reader")
        self.assertIn("SET \"pw\" 'two'", self.diff(source, target).stdout)
        self.cluster.psql(source, "REVOKE postgres FROM reader")


if __name__ == "__main__":
    unittest.main()
