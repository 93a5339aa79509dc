#!/usr/bin/python3
"""Runs the functional tests: every tests/functional/<area>_<behaviour>.py, two files at a time.

    REVISIOND_BINARY=build/asan/revisiond tests/functional/run.py [-j 2] [part of a name]...

Each file is a plain unittest module in a process of its own. The last line counts tests:
"N passed, N failed". No test at all is a failure too.
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


def run_file(path):
    """Runs one file: (path, tests run, tests failed, seconds, output)."""
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
    ran = re.search(r"^Ran (\d+) test", output, re.MULTILINE)
    count = int(ran.group(1)) if ran else 0
    failed = sum(int(number) for number in re.findall(r"(?:failures|errors)=(\d+)", output))
    if count == 0 or (code != 0 and failed == 0):
        failed = max(failed, 1)  # it did not load, died, or holds no test
    return path, count, failed, seconds, output


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-j", "--jobs", type=int, default=2, help="files at a time (default 2)")
    parser.add_argument("--counts", type=Path, help="write the numbers of passed and failed tests here")
    parser.add_argument("names", nargs="*", help="run only files whose names contain one of these")
    options = parser.parse_args()
    binary = os.environ.get("REVISIOND_BINARY")
    if not binary or not os.access(binary, os.X_OK):
        sys.exit("set REVISIOND_BINARY to the revisiond to test")
    os.environ["REVISIOND_BINARY"] = os.path.abspath(binary)

    files = [path for path in sorted(HERE.glob("*_*.py"))
             if not options.names or any(name in path.stem for name in options.names)]
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        for task in concurrent.futures.as_completed([pool.submit(run_file, path) for path in files]):
            path, count, wrong, seconds, output = task.result()
            passed += max(count - wrong, 0)
            failed += wrong
            verdict = "FAILED" if wrong else "ok"
            print(f"{verdict:6} {path.name}: {count} tests, {seconds:.1f} s", flush=True)
            if wrong:
                print("    " + output.strip().replace("\n", "\n    "), flush=True)
    print(f"{passed} passed, {failed} failed")
    if options.counts:
        options.counts.write_text(f"{passed} {failed}\n", encoding="utf-8")
    return 0 if passed > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
