"""The upgrade of many one-table revisions, one transaction each, by four programs.

Each side gets a database of its own for every run; making it is not timed, nor is removing it.
"""

import os

import bench

VERSION_ROW = "INSERT INTO public.alembic_version (version_num) VALUES ('{new}')"
NEXT_VERSION_ROW = "UPDATE public.alembic_version SET version_num = '{new}' WHERE version_num = '{old}'"
BOOKS = """INSERT INTO revisiond.revision (version_table, revision, parents, dependencies, checksum, downgrade_checksum) VALUES ('"public"."alembic_version"', '{new}', '{{{old}}}', '{{}}', '{checksum}', '{checksum}') ON CONFLICT (version_table, revision) DO UPDATE SET parents = EXCLUDED.parents, dependencies = EXCLUDED.dependencies, checksum = EXCLUDED.checksum, downgrade_checksum = EXCLUDED.downgrade_checksum, recorded_at = clock_timestamp();
INSERT INTO revisiond.history (version_table, operation, revision, direction, outcome, started_at, statements, checksum, actor, host, version, term) VALUES ('"public"."alembic_version"', 'b9f2f2f0-5c0b-4c5e-9a53-2f7a1d1a6d11', '{new}', 'upgrade', 'applied', now(), 1, '{checksum}', 'bench', 'bench', '0.1.0', 1);"""


def psql_script(graph, ensure_version):
    """The statements of all revisions with the rows that we write too, in the same transactions."""
    lines = [r"\set ON_ERROR_STOP on", ensure_version]
    old = ""
    for number, (new, _) in enumerate(graph):
        row = (NEXT_VERSION_ROW if old else VERSION_ROW).format(new=new, old=old)
        lines += ["BEGIN;", bench.table_sql(number) + ";", row + ";",
                  BOOKS.format(new=new, old=old, checksum="0123456789abcdef" * 4), "COMMIT;"]
        old = new
    return "\n".join(lines) + "\n"


def write_dbmate(directory, graph):
    """The same revisions as dbmate's files."""
    folder = directory / "migrations"
    folder.mkdir(parents=True)
    for number, _ in enumerate(graph):
        name = f"{bench.created(number):%Y%m%d%H%M%S}_create_table_{number}.sql"
        (folder / name).write_text(f"-- migrate:up\n{bench.table_sql(number)};\n\n"
                                   f"-- migrate:down\nDROP TABLE table_{number};\n")


class Upgrades:
    """The projects of all sides below one directory, and a function for each that runs it once."""

    def __init__(self, given, cluster, directory):
        self.given, self.cluster, self.directory = given, cluster, directory
        self.graph = bench.chain(given.revisions)
        self.socket = f"host={cluster.directory}&port={cluster.port}"

    def sides(self):
        """{name: function}, without the programs that are not here."""
        sides = {"revisiond upgrade": self.revisiond(), "psql -f": self.psql(),
                 "statements alone": self.statements_alone(), "alembic upgrade": self.alembic()}
        if bench.find_dbmate():
            sides["dbmate migrate"] = self.dbmate()
        return sides

    def revisiond(self, run=bench.run):
        """Ours; `run` may measure something else than time."""
        directory = self.directory / "ours"
        bench.write_revisiond(directory, self.graph)
        config = directory / "config.toml"

        def once(database):
            config.write_text(f'[databases.main]\nurl = "{self.cluster.url(database)}"\n')
            return run([self.given.binary, "upgrade", "heads"], directory)
        return self._fresh(once)

    def psql(self):
        """psql -f, our version, revision and history rows included."""
        directory = self.directory / "psql"
        directory.mkdir()
        config = directory / "config.toml"
        (directory / "migrations").mkdir()
        config.write_text('[databases.main]\nurl = "postgresql://postgres@/none"\n')
        bench.run([self.given.binary, "ensure_version", "--sql"], directory)
        (directory / "all.sql").write_text(
            psql_script(self.graph, (directory / "output").read_text()))
        return self._psql_file(directory)

    def _psql_file(self, directory):
        program = os.path.join(self.cluster.bin_dir, "psql")

        def once(database):
            return bench.run([program, "-X", "-q", "-d", self.cluster.url(database),
                              "-f", "all.sql"], directory)
        return self._fresh(once)

    def statements_alone(self):
        """psql -f of one transaction with the tables and nothing else: what the server needs."""
        directory = self.directory / "alone"
        directory.mkdir()
        tables = "".join(bench.table_sql(number) + ";\n" for number, _ in enumerate(self.graph))
        (directory / "all.sql").write_text(f"BEGIN;\n{tables}COMMIT;\n")
        return self._psql_file(directory)

    def alembic(self):
        """Debian's alembic, psycopg2, transaction_per_migration; byte code compiled in the round
        that warms up."""
        directory = self.directory / "alembic"
        bench.write_alembic(directory, self.graph)
        ini = directory / "alembic.ini"

        def once(database):
            ini.write_text("[alembic]\nscript_location = scripts\n"
                           f"sqlalchemy.url = {self.cluster.sqlalchemy_url(database)}\n")
            return bench.run([bench.ALEMBIC, "upgrade", "head"], directory)
        return self._fresh(once)

    def dbmate(self):
        """dbmate, without the dump of the schema that it would write at the end."""
        directory = self.directory / "dbmate"
        write_dbmate(directory, self.graph)

        def once(database):
            url = f"postgres://postgres@/{database}?socket={self.cluster.directory}&sslmode=disable"
            return bench.run([bench.find_dbmate(), "--url", url, "--migrations-dir", "migrations",
                              "--no-dump-schema", "migrate"], directory)
        return self._fresh(once)

    def _fresh(self, once):
        def run():
            database = self.cluster.create_database()
            self.cluster.psql("postgres", "CHECKPOINT")
            value = once(database)
            made = self.cluster.psql(
                database, "SELECT count(*) FROM pg_class WHERE relname LIKE 'table\\_%' AND relkind = 'r'")
            self.cluster.psql("postgres", f'DROP DATABASE "{database}"')
            if int(made) != len(self.graph):
                raise bench.SideFailed(f"{made} tables were made, not {len(self.graph)}")
            return value
        return run
