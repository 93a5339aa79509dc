"""The commands that read and change a database."""

import json
import signal
import time
import unittest

from pg import ClusterTest


class Database(ClusterTest):
    def setUp(self):
        self.project = self.new_project()
        self.database = self.project.database
        self.project.revision("aaaa", None, "CREATE TABLE a (id int);", "DROP TABLE a;",
                              message="create a")
        self.project.revision("bbbb", "aaaa",
                              "CREATE TABLE b (id int);\nINSERT INTO b VALUES (1), (2);",
                              "DROP TABLE b;", message="create b")

    def rows(self):
        return [row for row, in self.cluster.rows(
            self.database, "SELECT version_num FROM alembic_version ORDER BY 1")]

    def tables(self):
        return [row for row, in self.cluster.rows(
            self.database, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                           " AND relkind = 'r' AND relname <> 'alembic_version' ORDER BY 1")]

    def run_cli(self, *arguments, **options):
        return self.project.run(*arguments, **options)

    def test_upgrade_and_downgrade_log_as_alembic_does(self):
        up = self.run_cli("upgrade")
        self.assertEqual(up.stdout, "")
        self.assertIn("INFO  Running upgrade  -> aaaa, create a\n"
                      "INFO  Running upgrade aaaa -> bbbb, create b\n", up.stderr)
        self.assertEqual(self.rows(), ["bbbb"])
        self.assertEqual(self.run_cli("current").stdout, "bbbb (head)\n")
        down = self.run_cli("downgrade", "-1")
        self.assertIn("INFO  Running downgrade bbbb -> aaaa, create b\n", down.stderr)
        self.assertEqual(self.tables(), ["a"])
        self.assertEqual(self.run_cli("-q", "upgrade", "+1").stderr, "")
        self.assertEqual(self.tables(), ["a", "b"])
        self.run_cli("downgrade", "base")
        self.assertEqual(self.tables(), [])

    def test_a_publication_for_all_tables_is_not_in_the_way(self):
        self.cluster.psql(self.database, "CREATE PUBLICATION everything FOR ALL TABLES")
        self.run_cli("upgrade")
        self.assertEqual(self.rows(), ["bbbb"])
        self.run_cli("downgrade", "base")
        self.assertEqual(self.tables(), [])

    def test_nothing_to_do_says_so(self):
        self.run_cli("upgrade")
        self.assertNotEqual(self.run_cli("upgrade").stderr, "")
        outcome = json.loads(self.run_cli("upgrade", "--json").stdout)
        self.assertEqual(outcome["outcome"], "nothing_to_do")

    def test_questions_are_answered_with_the_exit_code(self):
        self.run_cli("check", check=3)
        self.run_cli("status", check=3)
        self.run_cli("current", "--check-heads", check=3)
        self.assertEqual(self.cluster.rows(
            self.database, "SELECT to_regclass('alembic_version') IS NULL"), [("t",)])
        self.run_cli("upgrade")
        self.run_cli("check")
        self.run_cli("status")
        self.run_cli("current", "-v", "-c")

    def test_status_tells_it_all(self):
        self.run_cli("upgrade", "aaaa")
        text = self.run_cli("status", check=3).stdout
        for part in ("main", "PostgreSQL", "pending", "1 of 2", "bbbb  create b", "nobody",
                     "applied", "upgrade"):
            self.assertIn(part, text)
        status = json.loads(self.run_cli("status", "--json", check=3).stdout)
        self.assertEqual(status["current"], ["aaaa"])
        self.assertEqual(status["state"], "pending")

    def test_history_of_the_database(self):
        self.run_cli("upgrade")
        self.run_cli("downgrade", "aaaa")
        text = self.run_cli("history", "--database").stdout
        self.assertEqual([line.split()[1:4] for line in text.splitlines()],
                         [["reverted", "downgrade", "bbbb"], ["applied", "upgrade", "bbbb"],
                          ["applied", "upgrade", "aaaa"]])
        newest = json.loads(self.run_cli("history", "--database", "--limit", "1", "--json").stdout)
        self.assertEqual(len(newest), 1)
        self.run_cli("history", "--database", "-i", check=2)
        self.assertIn("--limit with --database only", self.run_cli("history", "--limit", "1", check=2).stderr)
        self.run_cli("stamp", "base")
        newest = self.run_cli("history", "--database", "--limit", "1").stdout
        self.assertEqual(newest.split()[1:4], ["stamped", "stamp", "base"])

    def test_a_warning_is_told_once(self):
        self.project.revision("cccc", ["aaaa", "bbbb"], message="redundant")
        for command in (("current",), ("upgrade",), ("plan", "--downgrade", "base"), ("stamp", "heads")):
            told = self.run_cli(*command).stderr
            self.assertEqual(told.count("warning: "), 1, told)

    def test_a_warning_is_a_line_of_json_where_results_are_json(self):
        path = self.project.revision("cccc", ["aaaa", "bbbb"], message="redundant")
        for command in (("heads",), ("history",), ("plan", "--from", "base"), ("status",), ("upgrade",)):
            done = self.run_cli(*command, "--json", check=False)
            json.loads(done.stdout)
            warning, = [json.loads(line)["warning"] for line in done.stderr.splitlines()]
            self.assertIn("redundant", warning["code"])
            self.assertIn(path.name, warning["file"])
            self.assertEqual(self.run_cli(*command, "--json", "-q", check=False).stderr, "")
        self.project.revision("dddd", "cccc", "SELECT nothing;")
        lines = self.run_cli("upgrade", "--json", check=1).stderr.splitlines()
        self.assertEqual([list(json.loads(line))[0] for line in lines], ["warning", "error"])

    def test_libpqs_own_variables_and_service_files_are_honoured(self):
        self.run_cli("upgrade")
        where = {"PGHOST": str(self.cluster.directory), "PGPORT": str(self.cluster.port),
                 "PGUSER": "postgres", "PGDATABASE": self.database}
        self.project.write_config('[databases.main]\nmigrations = "migrations"\n')
        self.assertEqual(self.run_cli("current", env=where).stdout, "bbbb (head)\n")
        service = self.project.directory / "services"
        service.write_text("[mine]\n" + "".join(
            f"{name[2:].lower().replace('database', 'dbname')}={value}\n" for name, value in where.items()))
        for text in ('service = "mine"', 'url = "postgresql:///?service=mine"'):
            self.project.write_config(f"[databases.main]\n{text}\n")
            done = self.run_cli("current", env={"PGSERVICEFILE": str(service)})
            self.assertEqual(done.stdout, "bbbb (head)\n")

    def test_a_dry_run_reports_and_changes_nothing(self):
        done = self.run_cli("upgrade", "--dry-run")
        self.assertIn("CREATE TABLE a", done.stdout)
        self.assertRegex(done.stdout, r"2 rows +INSERT INTO b")
        self.assertIn("Rolled back: 3 statements", done.stdout)
        self.assertEqual(self.tables(), [])
        self.assertEqual(len(json.loads(self.run_cli("upgrade", "--dry-run", "--json").stdout)
                             ["statements"]), 3)

    def test_a_plan_is_applied_only_while_it_is_that_plan(self):
        digest = json.loads(self.run_cli("plan", "--json").stdout)["digest"]
        self.run_cli("upgrade", "--plan", "v1:" + 64 * "0", check=1)
        self.assertEqual(self.tables(), [])
        self.run_cli("upgrade", "heads", "--plan", digest)
        self.assertEqual(self.tables(), ["a", "b"])

    def test_a_failure_names_the_line_and_every_field_with_raiseerr(self):
        path = self.project.revision("cccc", "bbbb", "CREATE TABLE c (id int);\n"
                                     "INSERT INTO c VALUES ('x');", message="fails")
        done = self.run_cli("upgrade", check=1)
        self.assertIn(f"{path.name}:7", done.stderr)
        self.assertIn("invalid input syntax", done.stderr)
        self.assertNotIn("source_function", done.stderr)
        self.assertEqual(self.tables(), ["a", "b"])
        self.assertIn("22P02", self.run_cli("upgrade", "--raiseerr", check=1).stderr)
        error = json.loads(self.run_cli("upgrade", "-q", "--json", check=1).stderr)["error"]
        self.assertEqual(error["sqlstate"], "22P02")
        self.assertEqual(error["line"], 7)
        self.assertEqual(error["text"], "INSERT INTO c VALUES ('x');")
        # The history keeps all of it for later.
        newest = self.run_cli("history", "--database", "--limit", "1").stdout
        self.assertIn(f"{path.name}:7:23: ", newest)
        self.assertIn("        INSERT INTO c VALUES ('x');\n" + 8 * " " + 22 * " " + "^", newest)

    def test_a_held_lock_is_exit_4_and_names_the_holder(self):
        self.project.revision("cccc", "bbbb", "SELECT pg_sleep(60);", message="sleeps")
        holder = self.project.start("upgrade")
        self.addCleanup(holder.communicate)
        self.addCleanup(holder.kill)
        self.wait_for("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' "
                      "AND pid <> pg_backend_pid() AND state = 'active'", "1")
        self.assertIn(f"pid {holder.pid}", self.run_cli("lock").stdout)
        done = self.run_cli("upgrade", "--lock-timeout", "10ms", check=4)
        self.assertIn(f"pid {holder.pid}", done.stderr)
        self.assertTrue(json.loads(self.run_cli("lock", "--json").stdout)["held"])

    def test_interrupts_roll_back_and_say_so(self):
        self.project.revision("cccc", "bbbb", "CREATE TABLE c (id int);\nSELECT pg_sleep(60);")
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.project.start("upgrade")
            self.wait_for("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' "
                          "AND pid <> pg_backend_pid() AND state = 'active'", "1")
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 1, errors)
            self.assertIn("stopping", errors)
            self.assertIn("error: ", errors)
            self.assertEqual(self.tables(), ["a", "b"])
        self.assertEqual(self.run_cli("lock").stdout, "nobody\n")

    def test_stamp_repair_and_ensure_version(self):
        self.run_cli("ensure_version")
        self.assertEqual(self.rows(), [])
        self.run_cli("stamp", "heads")
        self.assertEqual(self.rows(), ["bbbb"])
        self.cluster.psql(self.database, "UPDATE alembic_version SET version_num = 'gone'")
        self.run_cli("stamp", "--purge", "aaaa")
        self.assertEqual(self.rows(), ["aaaa"])
        self.project.revision("aaaa", None, "CREATE TABLE a (id bigint);", "DROP TABLE a;",
                              message="create a")
        self.run_cli("upgrade", check=1)
        self.assertIn("aaaa", self.run_cli("repair").stdout)
        self.assertEqual(self.run_cli("repair", "aaaa").stdout, "accepted aaaa\n")
        self.run_cli("upgrade")
        self.assertEqual(self.tables(), ["b"])

    def test_ensure_version_sql_works_by_hand(self):
        self.cluster.psql(self.database, self.run_cli("ensure_version", "--sql").stdout)
        self.run_cli("upgrade")

    def test_a_search_path_that_leads_nowhere_is_refused(self):
        self.cluster.psql(self.database, f'ALTER DATABASE "{self.database}" SET search_path TO nowhere')
        refused = self.run_cli("upgrade", check=1)
        self.assertIn("no schema of the search_path exists", refused.stderr)
        self.assertIn("version_table", refused.stderr)
        self.assertEqual(self.tables(), [])

    def test_notices_are_shown(self):
        path = self.project.revision("cccc", "bbbb", "SELECT 1;\nDO $$ BEGIN RAISE NOTICE 'hello there'"
                                     " USING DETAIL = 'of here'; END $$;")
        self.assertIn(f"INFO  migrations/{path.name}:7: NOTICE: hello there; of here\n",
                      self.run_cli("upgrade").stderr)

    def test_each_retry_of_a_stamp_is_told_with_who_blocks_it(self):
        self.run_cli("upgrade", "aaaa")
        writer = self.cluster.connect(self.database)
        self.addCleanup(writer.close)
        writer.autocommit = False
        writer.cursor().execute("SET application_name TO 'slow writer'; UPDATE alembic_version"
                                " SET version_num = version_num")
        stamp = self.project.start("stamp", "bbbb")
        self.addCleanup(stamp.kill)
        told = ""
        while "slow writer" not in told:
            line = stamp.stderr.readline()
            self.assertTrue(line, told)
            told += line
        self.assertRegex(told, r"WARN  canceling statement due to lock timeout \(SQLSTATE 55P03\) while "
                               r"recording the stamp of public.alembic_version; trying again in \d+ ms")
        self.assertIn("held by server process", told)
        writer.rollback()
        stamp.communicate(timeout=60)
        self.assertEqual(self.rows(), ["bbbb"])

    def test_our_own_statements_travel_together(self):
        self.run_cli("upgrade", "aaaa")
        self.cluster.psql(self.database, f'ALTER DATABASE "{self.database}" SET log_statement TO "all"')
        seen = len(self.cluster.log())
        self.run_cli("upgrade", "bbbb")
        messages = self.cluster.log()[seen:].split("LOG:  ")
        begins, = [one for one in messages if "LOCK TABLE" in one]
        for part in ("BEGIN", "pg_try_advisory_xact_lock", "SELECT version_num"):
            self.assertIn(part, begins)
        ends, = [one for one in messages if "UPDATE" in one and "version_num = 'bbbb'" in one]
        for part in (".history", "COMMIT"):
            self.assertIn(part, ends)
        # Whether the lock is ours is asked in three transactions.
        asked = [one for one in messages if one.startswith("statement: BEGIN; SELECT EXISTS (SELECT FROM"
                                                           " pg_catalog.pg_locks")]
        self.assertEqual([one.count("COMMIT") for one in asked], [1, 1, 1])

    def test_a_server_that_is_not_there_is_exit_1_without_the_password(self):
        self.project.write_config('[databases.main]\nurl = "postgresql://u:sesame@127.0.0.1:1/d"\n')
        done = self.run_cli("current", check=1)
        self.assertIn("127.0.0.1", done.stderr)
        self.assertNotIn("sesame", done.stderr)

    def wait_for(self, query, answer):
        deadline = time.monotonic() + 60
        while self.cluster.psql(self.database, query) != answer:
            self.assertLess(time.monotonic(), deadline, query)
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
