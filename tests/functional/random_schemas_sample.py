"""Random schemas over all kinds, judged from outside in both directions: a seeded chain of a few."""

import os
import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "judge"))
from random_schemas import judge_pairs  # noqa: E402  pylint: disable=wrong-import-position

PAIRS = 12


class RandomSchemas(unittest.TestCase):
    def test_a_chain_of_them(self):
        seed = int(os.environ.get("REVISIOND_SEED") or random.SystemRandom().randrange(2**31))
        verdicts = judge_pairs(os.environ["REVISIOND_BINARY"], seed, PAIRS)
        wrong = [f"{verdict.name}: {'; '.join(verdict.reasons)}\n" + "\n".join(verdict.detail)
                 for verdict in verdicts if verdict.reasons]
        self.assertEqual([], wrong, f"REVISIOND_SEED={seed}")


if __name__ == "__main__":
    unittest.main()
