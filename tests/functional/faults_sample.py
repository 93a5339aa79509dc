"""A seeded sample of tests/faults/run: faults at some points of the sample project's run."""

import os
import random
import sys
import time
import unittest

from kill_points import CRASH, CUT, KILL, TERMINATE, Scenario
from pg import Cluster


class FaultsSample(unittest.TestCase):
    def test_the_next_run_finishes_what_a_fault_has_stopped(self):
        seed = int(os.environ.get("REVISIOND_SEED") or time.time_ns() % 1_000_000_000)
        wanted = os.environ.get("REVISIOND_CASES") or "24"
        cases = sys.maxsize if wanted == "all" else int(wanted)
        print(f"seed {seed}, {wanted} cases")
        chance = random.Random(seed)
        with Cluster() as cluster, Scenario(cluster) as scenario:
            points = scenario.points(KILL, CUT, TERMINATE)
            chosen = chance.sample(points, min(cases, len(points)))
            chosen += chance.sample(scenario.points(CRASH), 1)
            for point in chosen:
                with self.subTest(scenario.describe(point), seed=seed):
                    self.assertEqual(scenario.check(point), [])

    def test_an_interrupted_index_build_is_finished(self):
        with Cluster() as cluster, Scenario(cluster) as scenario:
            for fault, snapshot in ((KILL, False), (TERMINATE, True)):
                with self.subTest(fault, snapshot=snapshot):
                    self.assertEqual(scenario.check_inside_index_build(fault, snapshot), [])


if __name__ == "__main__":
    unittest.main()
