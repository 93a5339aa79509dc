"""./quickstart and tests/run where there is no apt-get: they install nothing and list what is missing."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHELL_TOOLS = ("bash", "sed", "awk", "dirname", "cat", "grep", "nproc", "mkdir")


def wanted(kind):
    """Upstream name → how a system shows that it has it, for "run" or "test"."""
    found = {}
    for line in (ROOT / "packaging/packages.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            _, needed_for, sign, name = (part.strip() for part in line.split("|"))
            if needed_for == "run" or kind == "test":
                found[name] = sign
    return found


class OtherSystems(unittest.TestCase):
    def setUp(self):
        self.path = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="revisiond-path-")))
        for tool in SHELL_TOOLS:
            (self.path / tool).symlink_to(shutil.which(tool))

    def add(self, *programs):
        for program in programs:
            (self.path / program).symlink_to(shutil.which("true"))

    def missing(self, *command):
        """What the command lists, after it has failed."""
        done = subprocess.run([ROOT / command[0], *command[1:]], env={"PATH": str(self.path)}, text=True,
                              capture_output=True, check=False, timeout=60, cwd=self.path)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done)
        first, *rest = done.stderr.splitlines()
        self.assertEqual(first, "This system is not Debian 12, so nothing is installed here. Missing:")
        return [line.strip() for line in rest]

    def test_every_program_is_named_at_once(self):
        for kind, command in (("run", ["quickstart"]), ("test", ["tests/run", "--only", "lint"])):
            with self.subTest(command):
                programs = [name for name, sign in wanted(kind).items() if sign.startswith(("program:", "pkg-config:"))]
                self.assertGreater(len(programs), 10)
                found = self.missing(*command)
                self.assertEqual([name for name in found if name in programs], programs)

    def test_what_is_there_is_not_named(self):
        before = self.missing("quickstart")
        self.add("cmake", "ninja", "pkg-config")  # this pkg-config finds everything
        signs = wanted("run")
        expected = [name for name in before if not signs[name].startswith("pkg-config:")
                    and signs[name] not in ("program:cmake", "program:ninja", "program:pkg-config")]
        self.assertEqual(self.missing("quickstart"), expected)
        self.assertIn("GCC's C++ compiler, 12 or newer", expected)


if __name__ == "__main__":
    unittest.main()
