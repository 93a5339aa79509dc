#!/usr/bin/python3
"""The outside judge of the schema comparison.

    tests/judge/judge.py [--binary FILE] [-j 2] [--only TEXT] [--list FILE] DIRECTORY...

A case is a directory with old.sql and new.sql, and perhaps setup.sql (run before either), rows.sql
(run on either before its change and once more after it: what it inserts must survive, and must not
meet numbers that were given out) and needs.json ({"roles": […], "extensions": […],
"tablespaces": […], "server": MAJOR}: where tablespaces are named they are compared, and on an older
server the case is left out). Both are loaded into databases of a private server.
`revisiond diff --from old --to new --sql` is run on old by psql, which then must be what new is;
then the other way round. What a schema is, pg_dump --schema-only says: its entries are compared as
a multiset, the lines of a table without their order. A second diff must find nothing.
The last line says how many cases are equal in both directions. Exit 0: all of them.
"""

import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from pg import Cluster, clean_environment  # noqa: E402  pylint: disable=wrong-import-position

SERVER_SETTINGS = ("max_locks_per_transaction=512", "autovacuum=off", "jit=off",
                   "wal_level=logical", "allow_in_place_tablespaces=on")
HEADER = re.compile(r"^-- (?:Data for )?Name: (.*); Type: (.*); Schema: (.*); Owner: (.*)$")
UNORDERED = {"TABLE", "FOREIGN TABLE", "ACL", "DEFAULT ACL"}
PATIENCE = 120  # seconds for one program; ends a hung run, measures nothing


def entries(dump):
    """pg_dump's entries as a multiset of normalised texts."""
    found = Counter()
    title, kind, lines = "", "", []

    def keep():
        body = [line.rstrip() for line in lines if line.strip() and not line.startswith("--")]
        if kind in UNORDERED:
            body = sorted(line.strip().rstrip(",") for line in body)
        if body:
            found[title + "\n" + "\n".join(body)] += 1

    for line in dump.splitlines():
        header = HEADER.match(line)
        if header:
            keep()
            kind = header.group(2)
            title, lines = f"{kind}: {header.group(1)} ({header.group(3)})", []
            title += "".join(header.group(4).partition("; Tablespace: ")[1:])
        elif title and not re.match(r"^(SET |SELECT pg_catalog\.set_config|\\(un)?restrict)", line):
            lines.append(line)
    keep()
    return found


def needs_of(case):
    file = case / "needs.json"
    return json.loads(file.read_text()) if file.exists() else {}


class Verdict:
    """What became of one case: an empty reason is a success."""

    def __init__(self, name):
        self.name = name
        self.reasons = []
        self.detail = []

    def fail(self, reason, detail=""):
        self.reasons.append(reason)
        if detail:
            self.detail.append(detail)


class Judge:
    """Judges cases on one server."""

    def __init__(self, cluster, binary, flags=()):
        self.cluster = cluster
        self.binary = binary
        self.flags = list(flags)
        self.made = set()
        self.lock = threading.Lock()

    def run(self, command, text=None):
        return subprocess.run(command, input=text, text=True, capture_output=True, check=False,
                              timeout=PATIENCE, env=clean_environment())

    def make(self, statement, name):
        quoted = '"' + name.replace('"', '""') + '"'
        text = statement.format(quoted)
        if text not in self.made:
            self.made.add(text)
            self.cluster.psql("postgres", text, check=False)

    def prepare(self, needs):
        """Makes what all databases of the server share."""
        with self.lock:
            for role in needs.get("roles", []):
                if role.upper() != "PUBLIC":
                    self.make("CREATE ROLE {}", role)
            for space in needs.get("tablespaces", []):
                self.make("CREATE TABLESPACE {} LOCATION ''", space)

    def load(self, case, side, needs):
        database = self.cluster.create_database()
        extensions = "".join(f'CREATE EXTENSION IF NOT EXISTS "{name}";\n'
                             for name in needs.get("extensions", []))
        setup = case / "setup.sql"
        text = (setup.read_text() if setup.exists() else "") + "\n"
        text += (case / f"{side}.sql").read_text()
        done = self.cluster.psql(database, text, check=False)
        if done.returncode != 0 and extensions:  # it does not make them itself
            self.drop([database])
            database = self.cluster.create_database()
            done = self.cluster.psql(database, extensions + text, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{side}.sql does not load: {done.stderr.strip()}")
        return database

    def dump(self, database, flags=()):
        done = self.run([self.cluster._program("pg_dump"), "--schema-only", "-d",
                         self.cluster.url(database), *flags])
        if done.returncode != 0:
            raise RuntimeError(f"pg_dump failed: {done.stderr.strip()}")
        return entries(done.stdout)

    def diff(self, source, target, needs):
        tablespaces = ["--tablespaces"] if "tablespaces" in needs else []
        return self.run([self.binary, "diff", "--from", self.cluster.url(source), "--to",
                         self.cluster.url(target), "--sql", *tablespaces, *self.flags])

    def insert(self, case, database):
        rows = case / "rows.sql"
        done = rows.exists() and self.cluster.psql(database, rows.read_text(), check=False)
        return done.stderr.strip() if done and done.returncode != 0 else ""

    def direction(self, verdict, word, script, source, wanted, other, case):
        if script.returncode != 0:
            verdict.fail(f"{word}: refused", script.stderr.strip())
            return
        if refused := self.insert(case, source):
            raise RuntimeError(f"rows.sql does not load before: {refused}")
        applied = self.cluster.psql(source, script.stdout, check=False)
        if applied.returncode != 0:
            verdict.fail(f"{word}: does not apply", applied.stderr.strip() + "\n" + script.stdout)
            return
        if refused := self.insert(case, source):
            verdict.fail(f"{word}: no rows afterwards", f"{refused}\n== script\n{script.stdout}")
            return
        got = self.dump(source)
        if got != wanted:
            missing = "\n".join("- " + text for text in wanted - got)
            extra = "\n".join("+ " + text for text in got - wanted)
            verdict.fail(f"{word}: differs", f"{missing}\n{extra}\n== script\n{script.stdout}")
            return
        again = self.diff(source, other, needs_of(case))
        if again.returncode != 0 or again.stdout.strip():
            verdict.fail(f"{word}: a second diff finds more", again.stdout + again.stderr)

    def judge(self, case, name):
        verdict = Verdict(name)
        databases = []
        try:
            needs = needs_of(case)
            self.prepare(needs)
            old = self.load(case, "old", needs)
            databases.append(old)
            new = self.load(case, "new", needs)
            databases.append(new)
            kept = self.load(case, "old", needs)
            databases.append(kept)
            old_dump, new_dump = self.dump(old), self.dump(new)
            up, down = self.diff(old, new, needs), self.diff(new, old, needs)
            self.direction(verdict, "up", up, old, new_dump, new, case)
            self.direction(verdict, "down", down, new, old_dump, kept, case)
        except (RuntimeError, subprocess.TimeoutExpired, OSError) as error:
            verdict.fail(f"broken: {type(error).__name__}", str(error))
        finally:
            self.drop(databases)
        return verdict

    def drop(self, databases):
        clean = "SELECT 'ALTER SUBSCRIPTION ' || quote_ident(subname) || ' DISABLE; ALTER " \
                "SUBSCRIPTION ' || quote_ident(subname) || ' SET (slot_name = NONE); DROP " \
                "SUBSCRIPTION ' || quote_ident(subname) || ';' FROM pg_subscription WHERE subdbid " \
                "= (SELECT oid FROM pg_database WHERE datname = current_database())"
        for database in databases:
            if self.cluster.psql("postgres", f"SELECT count(*) FROM pg_subscription s JOIN "
                                 f"pg_database d ON d.oid = s.subdbid WHERE d.datname = '{database}'",
                                 check=False).stdout.strip() not in ("0", ""):
                statements = self.cluster.psql(database, clean, check=False).stdout
                self.cluster.psql(database, statements, check=False)
            self.cluster.psql("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)',
                              check=False)


def find_cases(directories, only):
    """(directory, name) of every case below the directories."""
    for directory in directories:
        for old in sorted(Path(directory).rglob("old.sql")):
            case = old.parent
            name = str(case.relative_to(directory))
            if (case / "new.sql").exists() and (not only or only in name):
                yield case, name


def cases_for(cluster, cases):
    """Those that do not need a newer server."""
    major = int(cluster.psql("postgres", "SHOW server_version_num")) // 10000
    return [case for case in cases if needs_of(case[0]).get("server", 0) <= major]


def judge_all(cases, binary, jobs, flags=(), report=None):
    """The verdicts of all cases, in their order."""
    with Cluster(settings=SERVER_SETTINGS) as cluster:
        judge = Judge(cluster, binary, flags)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            tasks = [pool.submit(judge.judge, *case) for case in cases_for(cluster, cases)]
            verdicts = []
            for task in tasks:
                verdicts.append(task.result())
                if report:
                    report(verdicts[-1])
            return verdicts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=os.environ.get("REVISIOND_BINARY", "build/dev/revisiond"))
    parser.add_argument("-j", "--jobs", type=int, default=2, help="cases at a time (default 2)")
    parser.add_argument("--only", help="only cases whose names contain this")
    parser.add_argument("--flag", action="append", default=[], help="one more argument of diff")
    parser.add_argument("--verbose", action="store_true", help="print what differs")
    parser.add_argument("directories", nargs="+", metavar="DIRECTORY")
    options = parser.parse_args()
    cases = list(find_cases(options.directories, options.only))

    def report(verdict):
        if verdict.reasons:
            print(f"{verdict.name}: {'; '.join(verdict.reasons)}", flush=True)
            if options.verbose:
                print("    " + "\n".join(verdict.detail).replace("\n", "\n    "), flush=True)

    verdicts = judge_all(cases, os.path.abspath(options.binary), options.jobs, options.flag, report)
    equal = sum(not verdict.reasons for verdict in verdicts)
    print(f"{equal} of {len(verdicts)} equal in both directions")
    return 0 if verdicts and equal == len(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
