"""Random schemas over all kinds: a few seeded pairs judged from outside, and a chain by the command itself.

The seed is REVISIOND_SEED or always the same; tests/judge/random_schemas.py looks for new ones.
"""

import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "judge"))
from random_schemas import judge_chains, judge_pairs  # noqa: E402  pylint: disable=wrong-import-position

PAIRS = 12
CHAINS = 1
SEED = 20000


class RandomSchemas(unittest.TestCase):
    def expect_equal(self, judged, count):
        seed = int(os.environ.get("REVISIOND_SEED") or SEED)
        verdicts = judged(os.environ["REVISIOND_BINARY"], seed, count)
        self.assertEqual(count, len(verdicts))
        wrong = [f"{verdict.name}: {'; '.join(verdict.reasons)}\n" + "\n".join(verdict.detail)
                 for verdict in verdicts if verdict.reasons]
        self.assertEqual([], wrong, f"REVISIOND_SEED={seed}")

    def test_pairs_of_them(self):
        self.expect_equal(judge_pairs, PAIRS)

    def test_a_chain_of_them(self):
        self.expect_equal(judge_chains, CHAINS)


if __name__ == "__main__":
    unittest.main()
