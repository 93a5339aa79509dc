"""Tests of projects with a target: a database, a schema.sql beside config.toml, a cache of their own."""

import shutil
import tempfile

from pg import ClusterTest


class TargetTest(ClusterTest):
    """Each test has self.project on self.database; its revisiond keeps its cache in self.env."""

    def setUp(self):
        super().setUp()
        cache = tempfile.mkdtemp(prefix="revisiond-cache-")
        self.addCleanup(shutil.rmtree, cache)
        self.env = {"XDG_CACHE_HOME": cache}
        self.begin()

    def begin(self):
        """A new project on a new database."""
        self.project = self.new_project()
        self.database = self.project.database
        self.configure()

    def configure(self, *lines, user="postgres", target='target = "schema.sql"', scratch=None):
        """Writes config.toml; scratch databases are made on the tests' server unless told otherwise."""
        if scratch is None:
            scratch = f'scratch_url = "{self.cluster.url("postgres")}"'
        self.project.write_config("\n".join([
            "[databases.main]", f'url = "{self.cluster.url(self.database, user)}"', target, scratch,
            *lines]) + "\n")

    def target(self, text):
        """Writes schema.sql."""
        (self.project.directory / "schema.sql").write_text(text, encoding="utf-8")

    def run_(self, *arguments, check=True, **more):
        return self.project.run(*arguments, env=self.env, check=check, **more)

    def generate(self, *arguments, check=True):
        return self.run_("revision", "--autogenerate", "-m", "change", *arguments, check=check)

    def start_with(self, sql):
        """What the database is, made by a first revision."""
        self.project.revision("a1", None, sql, "SELECT 1;")
        self.run_("upgrade")

    def files(self):
        return sorted(path.name for path in self.project.migrations.iterdir())

    def scratch_databases(self):
        return self.cluster.psql("postgres", "SELECT datname FROM pg_database WHERE datname LIKE "
                                             "'revisiond_scratch_%'")
