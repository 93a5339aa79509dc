#!/usr/bin/python3
"""Random schemas: pairs of them judged from outside, chains of them by the command itself.

    tests/judge/random_schemas.py [--binary FILE] [-j 2] [--pairs 2000] [--chains 0] [--seed N]

A pair is judged as tests/judge/judge.py does, both ways. A chain of LENGTH schemas is a project: for each
`revision --autogenerate` (so both ways are proven) and `upgrade`, then `downgrade base`; after each
step the database must be what its schema is. The seed of each that fails is printed.
"""

import argparse
import concurrent.futures
import itertools
import json
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
# pylint: disable=wrong-import-position
from judge import SERVER_SETTINGS, Judge, Verdict, judge_all  # noqa: E402
from pg import Cluster, Project  # noqa: E402
from random_schema import ROLES, Schema  # noqa: E402

LENGTH = 4
OURS = ("--exclude-schema=revisiond", "--exclude-table=alembic_version")


def write_pairs(directory, seed, count):
    """Cases as the judge takes them: each schema is the new side of one and the old of the next."""
    for number in range(count):
        case = Path(directory) / str(seed + number)
        case.mkdir()
        for side, offset in (("old", 0), ("new", 1)):
            (case / f"{side}.sql").write_text(Schema(seed + number + offset).sql(), encoding="utf-8")
        (case / "needs.json").write_text(json.dumps({"roles": ROLES}), encoding="utf-8")
        yield case, f"pair, seed {seed + number}"


def judge_pairs(binary, seed, count, jobs=2, report=None):
    """The verdicts of `count` pairs that begin with the schema of this seed."""
    with tempfile.TemporaryDirectory(prefix="revisiond-random-") as directory:
        return judge_all(list(write_pairs(directory, seed, count)), binary, jobs, report=report)


class Chain:
    """One project on one database, led from schema to schema and back to nothing."""

    def __init__(self, cluster, binary, seed):
        self.cluster = cluster
        self.judge = Judge(cluster, binary)
        self.seed = seed
        self.verdict = Verdict(f"chain, seed {seed}")
        self.databases = []
        self.cache = tempfile.mkdtemp(prefix="revisiond-cache-")

    def run(self):
        database = self.database("")
        config = "\n".join(["[databases.main]", f'url = "{self.cluster.url(database)}"', 'target = "schema.sql"',
                            f'scratch_url = "{self.cluster.url()}"', "privileges = true", "owners = true"])
        try:
            with Project(self.cluster, database, config=config, binary=self.judge.binary) as project:
                self.lead(project)
        except (RuntimeError, AssertionError) as error:
            self.verdict.fail("broken", str(error))
        finally:
            self.judge.drop(self.databases)
            shutil.rmtree(self.cache)
        return self.verdict

    def lead(self, project):
        for number in range(LENGTH):
            text = Schema(self.seed + number).sql()
            (project.directory / "schema.sql").write_text(text, encoding="utf-8")
            self.revisiond(project, "revision", "--autogenerate", "-m", f"schema {number}")
            self.revisiond(project, "upgrade", "head")
            self.compare(f"schema {number}", project.database, self.database(text))
        self.revisiond(project, "downgrade", "base")
        self.compare("nothing", project.database, self.database(""))

    def revisiond(self, project, *arguments):
        done = project.run(*arguments, env={"XDG_CACHE_HOME": self.cache}, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")

    def database(self, text):
        self.databases.append(self.cluster.create_database())
        self.cluster.psql(self.databases[-1], text)
        return self.databases[-1]

    def compare(self, what, database, wanted):
        got, wanted = self.judge.dump(database, OURS), self.judge.dump(wanted)
        if got != wanted:
            raise RuntimeError(f"{what} differs\n" + "\n".join(
                [f"- {text}" for text in wanted - got] + [f"+ {text}" for text in got - wanted]))


def judge_chains(binary, seed, count, jobs=2, report=None):
    """The verdicts of `count` chains that begin with the schema of this seed."""
    with Cluster(settings=SERVER_SETTINGS) as cluster:
        Judge(cluster, binary).prepare({"roles": ROLES})
        seeds = itertools.islice(itertools.count(seed, LENGTH), count)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            verdicts = []
            for verdict in pool.map(lambda first: Chain(cluster, binary, first).run(), seeds):
                verdicts.append(verdict)
                if report:
                    report(verdict)
            return verdicts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=os.environ.get("REVISIOND_BINARY", "build/dev/revisiond"))
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--chains", type=int, default=0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)

    def report(verdict):
        if verdict.reasons:
            print(f"{verdict.name}: {'; '.join(verdict.reasons)}\n" + "\n".join(verdict.detail), flush=True)

    binary = os.path.abspath(given.binary)
    failed = 0
    for what, judged, count in (("pairs", judge_pairs, given.pairs), ("chains", judge_chains, given.chains)):
        if count:
            verdicts = judged(binary, given.seed, count, given.jobs, report)
            failed += sum(bool(verdict.reasons) for verdict in verdicts)
            print(f"{sum(not verdict.reasons for verdict in verdicts)} of {count} {what} equal in both directions", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
