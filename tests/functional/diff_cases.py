"""The cases of tests/cases/diff, judged from outside: a seeded sample of them, all with REVISIOND_CASES=all."""

import os
import random
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "judge"))
from judge import find_cases, judge_all  # noqa: E402  pylint: disable=wrong-import-position

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


if __name__ == "__main__":
    unittest.main()
