#!/usr/bin/python3
"""Runs the functional tests: every tests/functional/<area>_<behaviour>.py, two files at a time.

    REVISIOND_BINARY=build/asan/revisiond tests/functional/run.py [-j 2] [part of a name]...

Each file is a plain unittest module in a process of its own. The last line counts tests:
"N passed, N skipped, N failed". No test at all is a failure too.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATIENCE = 900  # seconds for one file; ends a hung run, measures nothing
# What takes longest, longest first, begins first, so that no processor waits for it at the end.
LONGEST = ["diff_cases", "autogenerate_online", "offline_sql", "autogenerate_commands", "secrets_hidden",
           "faults_sample", "random_schemas_sample", "service_states"]


def chosen_files(names):
    """The files whose names contain one of `names`, in the order in which they begin."""
    files = {path.stem: path for path in sorted(HERE.glob("*_*.py"))}
    gone = [name for name in LONGEST if name not in files]
    if gone:
        sys.exit(f"{__file__}: LONGEST names files that are not there: {', '.join(gone)}")
    order = {name: place for place, name in enumerate(LONGEST)}
    return [files[name] for name in sorted(files, key=lambda name: order.get(name, len(order)))
            if not names or any(part in name for part in names)]


def count_tests(output, code):
    """(passed, skipped, failed) of what unittest has said."""
    summary = ([""] + re.findall(r"^(?:OK|FAILED|NO TESTS RAN) \((.*)\)$", output, re.MULTILINE))[-1]

    def told(words):
        return sum(int(number) for number in re.findall(rf"\b(?:{words})=(\d+)", summary))
    ran = re.search(r"^Ran (\d+) test", output, re.MULTILINE)
    count = int(ran.group(1)) if ran else 0
    skipped, failed = told("skipped"), told("failures|errors|unexpected successes")
    if (count == 0 and skipped == 0) or (code != 0 and failed == 0):
        failed = max(failed, 1)  # it did not load, died, or holds no test
    return max(count - skipped - failed, 0), skipped, failed


def run_file(path):
    """Runs one file: (path, (passed, skipped, failed), seconds, output)."""
    environment = dict(os.environ)
    environment["PYTHONPATH"] = str(HERE.parent / "support")
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    started = time.monotonic()
    try:
        done = subprocess.run([sys.executable, "-m", "unittest", path.stem], cwd=HERE, text=True,
                              env=environment, capture_output=True, timeout=PATIENCE, check=False)
        output, code = done.stdout + done.stderr, done.returncode
    except subprocess.TimeoutExpired as error:
        output, code = f"no end after {PATIENCE} s\n{error.stderr or ''}", 1
    seconds = time.monotonic() - started
    return path, count_tests(output, code), seconds, output


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-j", "--jobs", type=int, default=2, help="files at a time (default 2)")
    parser.add_argument("--counts", type=Path, help="write the numbers of passed, failed and skipped tests here")
    parser.add_argument("names", nargs="*", help="run only files whose names contain one of these")
    options = parser.parse_args()
    binary = os.environ.get("REVISIOND_BINARY")
    if not binary or not os.access(binary, os.X_OK):
        sys.exit("set REVISIOND_BINARY to the revisiond to test")
    os.environ["REVISIOND_BINARY"] = os.path.abspath(binary)

    passed = skipped = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        tasks = [pool.submit(run_file, path) for path in chosen_files(options.names)]
        for task in concurrent.futures.as_completed(tasks):
            path, counts, seconds, output = task.result()
            passed, skipped, failed = (sum(pair) for pair in zip((passed, skipped, failed), counts))
            wrong = counts[2]
            without = f", {counts[1]} of them skipped" if counts[1] else ""
            print(f"{'FAILED' if wrong else 'ok':6} {path.name}: {sum(counts)} tests{without}, {seconds:.1f} s", flush=True)
            if wrong:
                print("    " + output.strip().replace("\n", "\n    "), flush=True)
    print(f"{passed} passed, {skipped} skipped, {failed} failed")
    if options.counts:
        options.counts.write_text(f"{passed} {failed} {skipped}\n", encoding="utf-8")
    return 0 if passed > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
