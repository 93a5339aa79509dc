#!/usr/bin/python3
"""The lint: house rules, clang-format, clang-tidy, and the lint's own test.

    tests/lint/run.py [--build build/asan] [-j 2] [--only NAME]...

--build names a configured build directory, whose compile_commands.json clang-tidy reads; without it
clang-tidy is left out.
"""

import argparse
import concurrent.futures
import hashlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True

import rules  # noqa: E402


PRECOMPILED = re.compile(r" -Winvalid-pch| -include \S+cmake_pch\.hxx| -fpch-preprocess")


def rule(name, root=ROOT):
    """One of the house rules: its findings as lines."""
    return [f"{found.path.relative_to(root)}:{found.line or ''}: {found.message}"
            for found in getattr(rules, name)(root)]


def sources(root, *folders):
    return [path for path in rules.repository_files(root)
            if path.suffix in rules.SOURCES and path.relative_to(root).parts[0] in folders]


def clang_format(root=ROOT):
    """clang-format finds nothing to change."""
    files = [str(path) for path in sources(root, "daemon", "tests")]
    if not files:
        return []
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", "--ferror-limit=1", *files],
                          cwd=root, capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if "error:" in line]
    return lines if done.returncode == 0 or lines else [done.stderr]


def fingerprint(path, arguments):
    """What a file's verdict depends on: itself, our headers, the checks, the command."""
    digest = hashlib.sha256(json.dumps(arguments).encode())
    headers = sorted((ROOT / "daemon").rglob("*.hpp"))
    for used in [path, ROOT / ".clang-tidy", *headers]:
        digest.update(used.read_bytes())
    return digest.hexdigest()


def tidy_file(path, command, cache):
    stamp = cache / fingerprint(path, command)
    if stamp.exists():
        return []
    done = subprocess.run(["clang-tidy", "--quiet", "-p", str(cache),
                           "--extra-arg=-Wno-unknown-warning-option", str(path)],
                          cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if " error: " in line or " warning: " in line]
    if done.returncode != 0 and not lines:
        lines = [done.stderr.strip() or f"clang-tidy failed on {path}"]
    if not lines:
        stamp.touch()
    return lines


def clang_tidy(build, jobs):
    """clang-tidy finds nothing in daemon/. A file that has not changed since it passed is not read again."""
    commands = json.loads((build / "compile_commands.json").read_text())
    cache = build / "clang-tidy-passed"
    cache.mkdir(parents=True, exist_ok=True)
    wanted = {}
    for command in commands:
        # g++ has made it, and clang-tidy does not read it.
        command["command"] = PRECOMPILED.sub("", command["command"])
        path = Path(command["file"])
        if path.is_relative_to(ROOT / "daemon") and path.exists():
            wanted[path] = command["command"]
    if not wanted:
        return ["compile_commands.json names no file of daemon/"]
    (cache / "compile_commands.json").write_text(json.dumps(commands))
    with concurrent.futures.ThreadPoolExecutor(max(1, jobs)) as pool:
        tasks = [pool.submit(tidy_file, path, command, cache) for path, command in wanted.items()]
        found = [line for task in tasks for line in task.result()]
    return sorted(set(line.replace(f"{ROOT}/", "") for line in found))


def selftest():
    """The rules find what is planted."""
    done = subprocess.run([sys.executable, "-B", "-m", "unittest", "-q", "selftest"], cwd=HERE,
                          capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else done.stderr.splitlines()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, help="a configured build directory, for clang-tidy")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="clang-tidy processes (default 2)")
    parser.add_argument("--only", action="append", help="run only this check; may be given again")
    options = parser.parse_args()

    checks = {"selftest": selftest}
    checks.update({one.__name__: (lambda name=one.__name__: rule(name)) for one in rules.RULES})
    checks["clang-format"] = clang_format
    if options.build:
        build = options.build.resolve()
        checks["clang-tidy"] = lambda: clang_tidy(build, options.jobs)
    unknown = set(options.only or []) - set(checks)
    if unknown:
        parser.error(f"no check {', '.join(sorted(unknown))}; there are {', '.join(checks)}")

    wrong = 0
    for name, check in checks.items():
        if options.only and name not in options.only:
            continue
        started = time.monotonic()
        findings = check()
        wrong += len(findings)
        print(f"{'FAILED' if findings else 'ok':6} {name} ({time.monotonic() - started:.1f} s)", flush=True)
        for finding in findings:
            print(f"    {finding}", flush=True)
    print(f"lint: {wrong} findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
