"""Passwords of the connection and inside SQL never come out: not on success, and not in any failure.

Not called secrets.py: that would hide Python's own module from everything that runs beside it.
"""

import unittest

from pg import ClusterTest

PASSWORD = "Gr/ün@Sentinel#q7301x9042z"  # of the connection; needs escaping in a URL
LITERAL = "LiteralSentinelk4410w8817y"  # in the SQL of revisions
# What of PASSWORD would give it away, escaped or not.
MARKS = ("Sentinel", "7301x9042", "4410w8817")

FROM_ENV = """\
env_file = ".env"
[databases.main]
url = "postgresql://${{DATABASE_USERNAME}}:${{DATABASE_PASSWORD}}@/{database}?host={host}&port={port}"
"""
HOOK = """
[[revision.post_write_hooks]]
name = "look"
command = ["sh", "-c", "cat /proc/$$/cmdline /proc/$PPID/cmdline /proc/$$/environ > seen"]
"""


class SecretsHidden(ClusterTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.psql("postgres", f"CREATE ROLE keeper SUPERUSER LOGIN PASSWORD '{PASSWORD}'")
        hba = cls.cluster.data / "pg_hba.conf"
        hba.write_text("local all keeper scram-sha-256\n" + hba.read_text())
        cls.cluster.psql("postgres", "SELECT pg_reload_conf()")

    def setUp(self):
        self.project = self.new_project()
        self.database = self.project.database
        self.configure(PASSWORD)

    def configure(self, password, host=None, extra=""):
        (self.project.directory / ".env").write_text(
            f"DATABASE_USERNAME=keeper\nDATABASE_PASSWORD='{password}'\n")
        self.project.write_config(FROM_ENV.format(
            database=self.database, host=host or self.cluster.directory, port=self.cluster.port)
            + extra)

    def check_hidden(self, text, where):
        for mark in MARKS:
            self.assertNotIn(mark, text, where)

    def run_all_ways(self, *arguments, check):
        """The command, plainly, with --raiseerr and with --json: all that it prints."""
        said = ""
        for options in ((), ("--raiseerr",), ("--json",), ("--json", "--raiseerr")):
            done = self.project.run(*options, *arguments, check=check)
            self.check_hidden(done.stdout + done.stderr, (options, arguments))
            said += done.stdout + done.stderr
        return said

    def check_database(self):
        """Nothing that is kept or shown by the server gives it away either."""
        tables = ("history", "operation", "journal", "instance")
        for table in tables:
            self.check_hidden(self.cluster.psql(
                self.database, f"SELECT t::text FROM revisiond.{table} t"), table)
        self.check_hidden(self.cluster.psql(
            "postgres", "SELECT application_name FROM pg_stat_activity"), "application_name")

    def test_success(self):
        self.project.revision("aaaa", None, f"CREATE ROLE r1 PASSWORD '{LITERAL}';",
                              "DROP ROLE r1;")
        self.project.revision("bbbb", "aaaa", f"ALTER ROLE r1 PASSWORD '{LITERAL}';\nVACUUM;", "",
                              transaction=False)
        # A notice puts SQL between double quotes, as a context does.
        self.project.revision("cccc", "bbbb", "DO $$ BEGIN RAISE NOTICE"
                              f" 'ran \"ALTER ROLE r1 PASSWORD ''{LITERAL}''\"'; END $$;", "")
        self.assertIn("NOTICE: ran", self.run_all_ways("upgrade", "--dry-run", check=0))
        self.run_all_ways("upgrade", check=0)
        for command in ("status", "current -v", "history", "heads", "check", "lock"):
            self.run_all_ways(*command.split(), check=0)
        self.run_all_ways("downgrade", "base", check=0)
        self.check_database()

    def test_hooks_see_no_password(self):
        self.configure(PASSWORD, extra=HOOK)
        self.run_all_ways("revision", "-m", "x", "--head", "base", check=False)
        self.check_hidden((self.project.directory / "seen").read_text(), "hook")

    def test_the_command_line_of_a_running_upgrade(self):
        self.project.revision("aaaa", None, "SELECT pg_sleep(30);")
        process = self.project.start("upgrade")
        try:
            waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
            while self.cluster.psql("postgres", waiting) != "1":
                self.assertIsNone(process.poll())
            with open(f"/proc/{process.pid}/cmdline", encoding="utf-8") as words:
                self.check_hidden(words.read(), "cmdline")
            self.check_database()
        finally:
            process.kill()
            process.communicate()

    def test_a_wrong_password(self):
        self.configure("Wrong" + PASSWORD)
        self.project.revision("aaaa", None)
        for command in ("upgrade", "status", "current"):
            self.assertIn("password authentication failed", self.run_all_ways(command, check=1))

    def test_a_host_that_is_not_there(self):
        self.configure(PASSWORD, host="127.0.0.1")
        self.project.revision("aaaa", None)
        self.assertIn("127.0.0.1", self.run_all_ways("upgrade", check=1))

    def test_urls_that_cannot_be_read(self):
        self.project.revision("aaaa", None)
        for url in (f"postgresql://keeper:{LITERAL}@[::1/x", f"postgresql://keeper:{LITERAL}@h:port/x",
                    f"nonsense://keeper:{LITERAL}@h/x", f"host=h password={LITERAL} nonsense"):
            self.project.write_config(f'[databases.main]\nurl = "{url}"\n')
            self.run_all_ways("status", check=False)

    def test_sql_that_fails_with_a_password_in_it(self):
        failing = (f"CREATE ROLE r2 PASSWORD '{LITERAL}' NONSENSE;",
                   f"ALTER ROLE nobody_there PASSWORD '{LITERAL}';",
                   f"ALTER ROLE nobody_there ENCRYPTED PASSWORD $x${LITERAL}$x$;",
                   f"ALTER ROLE nobody_there PASSWORD E'{LITERAL}';",
                   f"CREATE USER MAPPING FOR nobody_there SERVER s OPTIONS (password '{LITERAL}');",
                   f"CREATE SUBSCRIPTION s CONNECTION 'host=none password={LITERAL}' PUBLICATION p;",
                   f"ALTER ROLE nobody_there PASSWORD '{LITERAL}'; COMMIT;",
                   f"ALTER ROLE nobody_there PASSWORD '{LITERAL}; -- never closed")
        for transaction in (None, False):
            for sql in failing:
                with self.subTest(sql, transaction=transaction):
                    self.project.revision("aaaa", None, sql, transaction=transaction)
                    self.run_all_ways("upgrade", check=1)
                    self.run_all_ways("status", check=False)
                    self.check_database()


if __name__ == "__main__":
    unittest.main()
