"""The image of the Dockerfile: what it installs is what the program needs."""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# In every Debian image; the sanitizers are of test builds.
BASE = {"libc6", "libgcc-s1", "libstdc++6", "libasan8", "libubsan1", "libtsan2"}


class Image(unittest.TestCase):
    @unittest.skipUnless(shutil.which("dpkg-query"), "no Debian")
    def test_it_has_every_library_that_the_program_needs(self):
        stage = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("FROM ")[2]
        installed = set(re.search(r"--no-install-recommends \\\n(.*?)&&", stage, re.DOTALL)[1].split()) - {"\\"}
        lines = subprocess.run(["ldd", os.environ["REVISIOND_BINARY"]], text=True, capture_output=True,
                               check=True).stdout
        paths = dict(re.findall(r"^\s*(\S+) => (\S+)", lines, re.MULTILINE))
        headers = subprocess.run(["readelf", "-d", os.environ["REVISIOND_BINARY"]], text=True,
                                 capture_output=True, check=True).stdout
        needed = re.findall(r"\(NEEDED\).*\[(.*?)\]", headers)
        self.assertGreater(len(needed), 5)
        packages = {self.package_of(paths[name]) for name in needed if name in paths}
        self.assertLessEqual(packages - BASE, installed)
        self.assertEqual(installed - packages, {"ca-certificates"}, "nothing else is installed")

    @staticmethod
    def package_of(path):
        # The database of packages knows files below /usr or /, whichever they were packed with.
        for name in (os.path.realpath(path), os.path.realpath(path).removeprefix("/usr")):
            done = subprocess.run(["dpkg-query", "-S", name], text=True, capture_output=True, check=False)
            if done.returncode == 0:
                return done.stdout.partition(":")[0]
        raise AssertionError(f"{path} is of no package")


if __name__ == "__main__":
    unittest.main()
