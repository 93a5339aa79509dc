"""Private PostgreSQL servers and throw-away projects for the tests.

    with Cluster() as cluster:
        database = cluster.create_database()
        with Project(cluster, database) as project:
            project.revision("a1", None, "CREATE TABLE t (id int);")
            project.run("upgrade", "heads")
            cluster.psql(database, "SELECT version_num FROM alembic_version")

Nothing here touches a shared server. A cluster is started in a new directory on a Unix socket, as
the user `postgres` when the tests run as root, and is gone when the block ends or the process dies.
"""

import ctypes
import glob
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

PR_SET_PDEATHSIG = 1


def find_bin_dir():
    """The newest server's programs, or $REVISIOND_PG_BIN."""
    given = os.environ.get("REVISIOND_PG_BIN")
    if given:
        return given
    found = glob.glob("/usr/lib/postgresql/*/bin/postgres") + glob.glob("/usr/pgsql-*/bin/postgres")
    if not found:
        raise RuntimeError("no PostgreSQL server programs found; set REVISIOND_PG_BIN")
    newest = max(found, key=lambda path: int(re.search(r"(\d+)/bin", path).group(1)))
    return os.path.dirname(newest)


def clean_environment(extra=None):
    """Our environment without what would steer PostgreSQL's programs or revisiond."""
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PG", "DATABASE_"))
        and key not in ("REVISIOND_CONFIG", "REVISIOND_PG_BIN")
    }
    environment.update(extra or {})
    return environment


class Cluster:
    """A private server; a context manager. `settings` are "name=value" strings.

    stop() and start() bring a server back on the same data.
    """

    def __init__(self, bin_dir=None, settings=(), fsync=False, environment=None):
        self.environment = {"LC_ALL": "C", **(environment or {})}
        self.bin_dir = bin_dir or find_bin_dir()
        self.settings = list(settings)
        self.fsync = fsync
        self.port = 5432
        self.directory = None
        self._server = None
        self._numbers = itertools.count(1)

    # Life

    def __enter__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="revisiond-test-", dir="/tmp"))
        try:
            if os.geteuid() == 0:
                user = pwd.getpwnam("postgres")
                os.chown(self.directory, user.pw_uid, user.pw_gid)
            self._check([self._program("initdb"), "-D", str(self.data), "-U", "postgres",
                         "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"])
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop("immediate")
        shutil.rmtree(self.directory, ignore_errors=True)

    def start(self):
        """Starts the server on the cluster's data and waits until it accepts connections."""
        settings = ["listen_addresses=", f"unix_socket_directories={self.directory}",
                    f"port={self.port}", "max_connections=60", *self.settings]
        if not self.fsync:
            settings += ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]
        command = [self._program("postgres"), "-D", str(self.data)]
        for setting in settings:
            command += ["-c", setting]
        with open(self.directory / "log", "a", encoding="utf-8") as log:
            self._server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory,
                env=clean_environment(self.environment), preexec_fn=self._become)
        for _ in range(6000):
            if self._server.poll() is not None:
                raise RuntimeError(f"the server ended at once:\n{self.log()}")
            if self._ready():
                return
            time.sleep(0.01)
        raise RuntimeError(f"the server did not become ready:\n{self.log()}")

    def stop(self, mode="fast"):
        """Stops the server: "fast" or "immediate"."""
        if self._server is None:
            return
        self._server.send_signal(signal.SIGINT if mode == "fast" else signal.SIGQUIT)
        try:
            self._server.wait(30)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._server = None

    @property
    def data(self):
        return self.directory / "data"

    def log(self):
        """What the server has printed so far."""
        return (self.directory / "log").read_text(encoding="utf-8", errors="replace")

    def _ready(self):
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(self._server.pid) and lines[7].strip() == "ready"

    @staticmethod
    def _become():
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.setgroups([user.pw_gid])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        # Dies with us, also after kill -9. After setuid, which clears it.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

    def _program(self, name):
        return os.path.join(self.bin_dir, name)

    def _check(self, command):
        done = subprocess.run(command, cwd=self.directory, env=clean_environment({"LC_ALL": "C"}),
                              preexec_fn=self._become, text=True, capture_output=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    # Use

    def url(self, database="postgres", user="postgres"):
        return f"postgresql://{user}@/{database}?host={self.directory}&port={self.port}"

    def sqlalchemy_url(self, database="postgres"):
        """For Alembic with psycopg2."""
        return f"postgresql+psycopg2://postgres@/{database}?host={self.directory}&port={self.port}"

    def create_database(self, name=None, template="template0", strategy=None):
        """Makes a database, empty or a copy of another, and answers its name."""
        name = name or f"db{next(self._numbers)}_{os.getpid()}"
        how = f" STRATEGY {strategy}" if strategy else ""
        self.psql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}"{how}')
        return name

    def psql(self, database, sql, check=True, stop=True, user="postgres"):
        """Runs SQL by psql; its output, unaligned and without headers.

        With check=False the answer is the CompletedProcess. stop=False is psql without ON_ERROR_STOP.
        """
        command = [self._program("psql"), "-X", "-q", "-A", "-t", "-d", self.url(database, user)]
        if stop:
            command += ["-v", "ON_ERROR_STOP=1"]
        done = subprocess.run(command, input=sql, text=True, capture_output=True, check=False,
                              env=clean_environment())
        if not check:
            return done
        if done.returncode != 0:
            raise AssertionError(f"psql failed ({done.returncode}): {done.stderr}\n{sql}")
        return done.stdout.rstrip("\n")

    def rows(self, database, sql):
        """The rows of a query, each a tuple of text; NULL is the empty text."""
        output = self.psql(database, sql)
        return [tuple(line.split("|")) for line in output.splitlines()]

    def connect(self, database="postgres", user="postgres"):
        """A psycopg2 connection in autocommit mode."""
        import psycopg2  # pylint: disable=import-outside-toplevel
        connection = psycopg2.connect(self.url(database, user))
        connection.autocommit = True
        return connection

    def pg_dump(self, database, exclude_schemas=("revisiond",), data=True):
        """The database as pg_dump writes it, without what differs from run to run."""
        command = [self._program("pg_dump"), "-d", self.url(database), "--no-owner"]
        command += [f"--exclude-schema={schema}" for schema in exclude_schemas]
        if not data:
            command.append("--schema-only")
        done = subprocess.run(command, text=True, capture_output=True, check=False,
                              env=clean_environment())
        if done.returncode != 0:
            raise AssertionError(f"pg_dump failed: {done.stderr}")
        kept = [line for line in done.stdout.splitlines()
                if not line.startswith(("\\restrict", "\\unrestrict", "-- Dumped"))]
        return "\n".join(kept)


class ClusterTest(unittest.TestCase):
    """Tests that share one server, self.cluster; `cluster_options` go to Cluster()."""

    maxDiff = None
    cluster_options = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster = cls.enterClassContext(Cluster(**cls.cluster_options))

    def new_project(self, settings="", config=None):
        """A project on a new database, gone when the test ends.

        `settings` stand behind the url in its config.toml; `config` is all of the file.
        """
        database = self.cluster.create_database()
        if config is None:
            config = f'[databases.main]\nurl = "{self.cluster.url(database)}"\n{settings}'
        return self.enterContext(Project(self.cluster, database, config=config))


class Project:
    """A temporary directory with migrations/ and config.toml for one database."""

    def __init__(self, cluster=None, database=None, config=None, binary=None):
        self.cluster = cluster
        self.database = database
        self.binary = binary or os.environ.get("REVISIOND_BINARY")
        if not self.binary:
            raise RuntimeError("set REVISIOND_BINARY to the revisiond to test")
        self.directory = Path(tempfile.mkdtemp(prefix="revisiond-project-"))
        self.migrations = self.directory / "migrations"
        self.migrations.mkdir()
        self.write_config(config)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory, ignore_errors=True)

    def write_config(self, text=None):
        """Writes config.toml: `text`, or one database "main" and the default settings."""
        if text is None:
            url = self.cluster.url(self.database) if self.cluster else "postgresql:///none"
            text = f'[databases.main]\nurl = "{url}"\n'
        (self.directory / "config.toml").write_text(text, encoding="utf-8")

    def add(self, name, text):
        """Writes migrations/<name> as it is."""
        path = self.migrations / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def revision(self, revision, down, upgrade="", downgrade="", verify=None, **header):
        """Writes a revision file. `down` is None, an id or a list of ids; header keys as in the file.

        downgrade=None leaves the section out: the revision is irreversible.
        """
        keys = {"revision": revision, "down_revision": down, "message": header.pop("message", revision),
                **header}
        lines = [f"-- {key} = {_toml(value)}" for key, value in keys.items() if value is not None]
        text = "\n".join(lines) + f"\n\n-- [upgrade]\n{upgrade}\n"
        if downgrade is not None:
            text += f"\n-- [downgrade]\n{downgrade}\n"
        if verify is not None:
            text += f"\n-- [verify]\n{verify}\n"
        return self.add(f"{revision}_{re.sub(r'[^a-z0-9]+', '_', keys['message'].lower())}.sql", text)

    def run(self, *arguments, env=None, check=True, input=None, timeout=120):  # pylint: disable=redefined-builtin
        """Runs revisiond in the project's directory; the CompletedProcess with text output.

        check=True raises when it fails; check=N expects exit code N; check=False takes any.
        """
        done = subprocess.run([self.binary, *arguments], cwd=self.directory, text=True,
                              input=input, capture_output=True, check=False, timeout=timeout,
                              env=clean_environment(env))
        expected = 0 if check is True else check
        if check is not False and done.returncode != expected:
            raise AssertionError(f"revisiond {' '.join(arguments)} exited with {done.returncode}, "
                                 f"not {expected}\n{done.stdout}{done.stderr}")
        return done

    def start(self, *arguments, env=None, **options):
        """Starts revisiond and answers the Popen, with text pipes unless told otherwise."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE, "text": True, **options}
        return subprocess.Popen([self.binary, *arguments], cwd=self.directory,
                                env=clean_environment(env), **options)


def _toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(element) for element in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
