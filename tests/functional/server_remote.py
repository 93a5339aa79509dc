"""The command line through a daemon: the same words, JSON and exit codes as without one."""

import contextlib
import fcntl
import json
import os
import pty
import re
import signal
import struct
import termios
import unittest

from pg import ClusterTest
from served import PATIENCE, TOKENS, Daemon


class Remote(ClusterTest):
    def setUp(self):
        self.project = self.new_project()
        self.project.revision("aaaa", None, "CREATE TABLE a (x int);\nDO $$BEGIN RAISE NOTICE 'hello'; END$$;",
                              "DROP TABLE a;", message="create a")
        self.project.revision("bbbb", "aaaa", "CREATE TABLE b (x int);", "DROP TABLE b;", verify="SELECT true;",
                              message="create b", branch_labels=["branch"])
        self.daemon = Daemon(self.project)
        self.addCleanup(self.daemon.__exit__)
        self.daemon.await_state("empty")

    def remote(self, *arguments, token="admin", check=True):
        return self.project.run(*arguments, "--server", self.daemon.url, check=check,
                                env={"REVISIOND_TOKEN": TOKENS[token]})

    def same(self, *arguments, check=True, ignore=()):
        """stdout of the command with and without --server, made equal where they must differ."""
        def clean(text):
            for pattern in ignore:
                text = re.sub(pattern, "…", text)
            return text
        local, remote = self.project.run(*arguments, check=check), self.remote(*arguments, check=check)
        self.assertEqual(clean(remote.stdout), clean(local.stdout), arguments)
        self.assertNotEqual(local.stdout, "")

    def test_questions_have_the_same_answers(self):
        # A reader's own connection, and who was seen at which moment.
        moment = (r'"lock":\{.*?\}', r"lock .*", r"\d{4}-\d\d-\d\dT[\d:.]+Z", r'"backend_pid":\d+')
        for stage in ("empty", "up_to_date"):
            if stage == "up_to_date":
                self.remote("upgrade")
                self.daemon.await_state(stage)
            with self.subTest(stage=stage):
                exit_code = 3 if stage == "empty" else 0
                self.same("status", check=exit_code, ignore=moment)
                self.same("status", "--json", check=exit_code, ignore=moment)
                self.same("history")
                self.same("history", "-v")
                self.same("history", "-r", "aaaa:bbbb", "--json")
                if stage == "up_to_date":
                    self.same("current")
                    self.same("history", "-i")
                    self.same("history", "--database", "--limit", "1")
                    self.same("history", "--database", "--json")
                    self.same("plan", "--downgrade", "-1")
                self.same("current", "--json")
                self.same("plan")
        self.assertEqual(self.remote("current", "--check-heads").returncode, 0)
        self.assertIn('"held":true', self.remote("lock", "--json").stdout)

    def test_a_plan_as_json_is_the_local_one(self):
        local = json.loads(self.project.run("plan", "--json").stdout)
        self.assertEqual(json.loads(self.remote("plan", "--json").stdout), local)

    def test_upgrade_shows_what_happens(self):
        done = self.remote("upgrade", "heads")
        self.assertIn("Running upgrade  -> aaaa, create a", done.stderr)
        self.assertIn("NOTICE: hello", done.stderr)
        self.assertIn("Running upgrade aaaa -> bbbb, create b", done.stderr)
        self.assertEqual(self.cluster.rows(self.project.database, "SELECT version_num FROM alembic_version"),
                         [("bbbb",)])
        again = self.remote("upgrade", "heads", "--json")
        self.assertEqual(json.loads(again.stdout)["outcome"], "nothing_to_do")
        down = self.remote("downgrade", "-1")
        self.assertIn("drops a table", down.stderr)
        self.assertIn("Running downgrade bbbb -> aaaa, create b", down.stderr)
        result = json.loads(self.remote("upgrade", "+1", "--json").stdout)
        self.assertEqual((result["outcome"], result["applied"]), ("done", ["bbbb"]))
        self.remote("stamp", "aaaa")
        self.assertEqual(self.cluster.rows(self.project.database, "SELECT version_num FROM alembic_version"),
                         [("aaaa",)])
        actor = self.cluster.rows(self.project.database, "SELECT DISTINCT actor FROM revisiond.history")
        self.assertEqual(actor, [("admin-client",)])

    def test_a_dry_run_reports_as_locally(self):
        self.project.revision("cccc", "bbbb", "CREATE INDEX CONCURRENTLY i ON b (id);",
                              "DROP INDEX i;", transaction=False)
        self.daemon.until("/api/v1/status", lambda a: a.json["heads"] == ["cccc"])
        self.assertEqual(json.loads(self.remote("upgrade", "--dry-run", "--json").stdout)["not_run"], ["cccc"])
        remote = self.remote("upgrade", "--dry-run").stdout
        self.daemon.stop()  # it holds the lock
        local = self.project.run("upgrade", "--dry-run").stdout
        self.assertEqual(re.sub(r" *[\d.]+ m?s", "", remote), re.sub(r" *[\d.]+ m?s", "", local))
        self.assertIn("cccc  not run: it cannot run in a transaction", remote)
        self.assertRegex(remote, r"line +\d+ .* rows  CREATE TABLE")

    def test_broken_files_are_told(self):
        self.project.add("broken.sql", "-- revision = 7\n")
        self.daemon.until("/api/v1/status", lambda a: not a.json["files"]["ok"])
        self.assertIn("broken.sql:1:", self.remote("status", check=3).stderr)

    def test_failures_have_their_exit_codes(self):
        self.project.revision("cccc", "bbbb", "SELECT no_such_column;", "")
        self.daemon.until("/api/v1/status", lambda a: a.json["heads"] == ["cccc"])
        failed = self.remote("upgrade", check=1)
        self.assertRegex(failed.stderr, r"cccc.sql:\d+:\d+: .*no_such_column.*\n +SELECT no_such_column.*\n +\^")
        self.assertIn("took effect before: aaaa, bbbb", failed.stderr)
        error = json.loads(self.remote("upgrade", "--json", check=1).stderr)
        self.assertEqual((error["error"]["kind"], error["error"]["sqlstate"]), ("sql", "42703"))
        self.assertIn("nope", self.remote("upgrade", "nope", check=1).stderr)
        self.assertIn("the plan is", self.remote("upgrade", "--plan", "v1:00", check=1).stderr)
        refused = self.remote("upgrade", token="plan", check=1).stderr
        self.assertIn("the scope apply is needed, this is plan", refused)
        self.assertIn("hint: `revisiond token new --scope apply` prints a token", refused)
        refused = self.remote("upgrade", "bbbb", token="plan", check=1).stderr
        self.assertNotIn("already", refused)
        for command, scope in ((["upgrade"], "apply"), (["downgrade", "base"], "admin")):
            refused = self.remote(*command, token="read", check=1).stderr
            self.assertIn("the scope plan is needed, this is read", refused)
            self.assertIn(f"hint: this command needs the scope {scope}: `revisiond token new", refused)
        self.assertIn("token", self.project.run("status", "--server", self.daemon.url, check=1,
                                                env={"REVISIOND_TOKEN": "no"}).stderr)
        for url, why in (("http://127.0.0.1:1", "127.0.0.1 port 1: Connection refused"),
                         ("http://no.such.invalid", "no.such.invalid: "),
                         ("unix:/nope", "No such file or directory"),
                         ("unix:" + "x" * 200, "File name too long")):
            for command in (["status"], ["upgrade"], ["wait", "--at-least", "bbbb", "--timeout", "0"]):
                with self.subTest(url=url, command=command):
                    said = self.project.run(*command, "--server", url, check=1).stderr
                    self.assertIn(f"cannot reach the daemon {url}: {why}", said)
        self.assertIn("no URL", self.project.run("status", "--server", "nonsense", check=2).stderr)
        self.assertIn("--sql", self.remote("upgrade", "--sql", check=2).stderr)
        token = self.project.directory / "token"
        token.write_text(TOKENS["read"] + "\n")
        self.project.run("lock", "--server", self.daemon.url, "--token-file", str(token))
        self.assertIn("--token-file", self.project.run("lock", "--server", self.daemon.url, "--token-file",
                                                       "/nowhere", check=2).stderr)

    def test_repair_accepts_what_has_changed(self):
        self.remote("upgrade")
        self.project.revision("aaaa", None, "CREATE TABLE a (x bigint);", "DROP TABLE a;", message="create a")
        self.daemon.until("/api/v1/status", lambda a: [one["revision"] for one in a.json["modified"]] == ["aaaa"])
        self.assertIn("nothing says what is to be repaired", self.remote("repair", check=2).stderr)
        self.assertIn("scope admin", self.remote("repair", "--all", token="apply", check=1).stderr)
        self.assertIn("excludes --lock-timeout", self.remote("repair", "--all", "--lock-timeout", "1s", check=2).stderr)
        done = json.loads(self.remote("repair", "--all", "--json").stdout)
        self.assertEqual((done["accepted"], done["settled"]), (["aaaa"], []))
        self.daemon.until("/api/v1/status", lambda a: a.json["modified"] == [])
        self.assertIn("Nothing to do", self.remote("repair", "aaaa").stderr)

    def endless(self):
        """Makes the last revision one that does not end by itself."""
        self.project.revision("cccc", "bbbb", "SELECT pg_sleep(600);", "")
        self.daemon.until("/api/v1/status", lambda a: a.json["heads"] == ["cccc"])

    def press(self, process):
        process.send_signal(signal.SIGINT)

    def test_ctrl_c_without_a_terminal_cancels(self):
        self.endless()
        process = self.project.start("upgrade", "--server", self.daemon.url,
                                     env={"REVISIOND_TOKEN": TOKENS["admin"]})
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        running = self.daemon.until("/api/v1/status", lambda a: a.json["running"] is not None
                                    and a.json["current"] == ["bbbb"]).json["running"]
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE), 1)
        self.assertEqual(self.daemon.await_operation(running["id"])["state"], "cancelled")

    def test_a_terminal_that_closes_cancels_nothing(self):
        self.project.revision("cccc", "bbbb", "SELECT pg_sleep(8);", "")
        self.daemon.until("/api/v1/status", lambda a: a.json["heads"] == ["cccc"])
        process = self.project.start("upgrade", "--server", self.daemon.url,
                                     env={"REVISIOND_TOKEN": TOKENS["admin"]})
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        running = self.daemon.until("/api/v1/status", lambda a: a.json["running"] is not None).json["running"]
        process.send_signal(signal.SIGHUP)
        self.assertEqual(process.wait(PATIENCE), -signal.SIGHUP)
        ended = self.daemon.await_operation(running["id"])
        self.assertEqual((ended["state"], ended["cancel_requested"]), ("succeeded", False))

    def on_terminal(self, columns, *arguments, answers=()):
        """What a terminal of so many columns shows, and the exit code. `answers`: (words, function) that
        are called one after the other, each with the process when its words are shown."""
        try:
            person, terminal = pty.openpty()
        except OSError as error:
            self.skipTest(f"this machine gives no terminal: {error}")
        self.addCleanup(os.close, person)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = self.project.start(*arguments, env={"REVISIOND_TOKEN": TOKENS["admin"]}, stdin=terminal,
                                     stdout=terminal, stderr=terminal)
        self.addCleanup(process.kill)
        os.close(terminal)
        shown, answers = b"", list(answers)
        while True:
            try:
                shown += os.read(person, 4096)
            except OSError:  # nobody has the other end any more
                break
            if answers and answers[0][0].encode() in shown:
                answers.pop(0)[1](process)
        self.assertEqual(answers, [], shown.decode())
        return shown.decode(), process.wait(PATIENCE)

    def test_the_line_of_a_terminal_fits_and_goes_before_anything_else_is_said(self):
        self.project.revision("cccc", "bbbb", "SELECT pg_sleep(2), 'a statement longer than that', 1 / (random() * 0)::int;", "")
        self.daemon.until("/api/v1/status", lambda a: a.json["heads"] == ["cccc"])
        for server in (("--server", self.daemon.url), ()):
            if not server:
                self.daemon.stop()
            with self.subTest(server=server):
                shown, code = self.on_terminal(30, "upgrade", *server)
                self.assertEqual(code, 1)
                drawn = [line.split("\n")[0] for line in shown.split("\r\x1b[K") if " … " in line]
                self.assertTrue(drawn, shown)
                for line in drawn:
                    self.assertLess(len(line.rstrip("\r")), 30)
                self.assertRegex(shown, r"\r\x1b\[K(\x1b\[\d*m)*error")

    def test_ctrl_c_on_a_terminal_offers_cancel_and_again_cancels(self):
        self.endless()
        running = []

        def look_and_press(process):
            # Events go on after the offer, so it is followed on.
            operation = self.daemon.get("/api/v1/status").json["running"]
            running.append(operation["id"])
            running.append(self.daemon.get(f"/api/v1/operations/{operation['id']}").json["cancel_requested"])
            self.press(process)
        shown, code = self.on_terminal(200, "upgrade", "--server", self.daemon.url, answers=[
            (" … ", self.press), ("cancels it)\r\n\r\x1b[K", look_and_press)])
        self.assertEqual((code, running[1]), (1, False), shown)
        self.assertRegex(shown, rf"\noperation {running[0]} goes on, on the server, and is followed on; Ctrl-C again cancels it")
        self.assertIn(f"(later: `revisiond status --server {self.daemon.url}` shows it, a POST to {self.daemon.url}"
                      f"/api/v1/operations/{running[0]}/cancel cancels it)", shown)
        self.assertRegex(shown, r"\nasking the daemon to cancel")
        self.assertRegex(shown, r"\[#{13}\.{7}\] 3/3 cccc")
        self.assertEqual(self.daemon.await_operation(running[0])["state"], "cancelled")

    def test_a_third_ctrl_c_on_a_terminal_leaves(self):
        self.endless()
        with contextlib.ExitStack() as silent:
            def press_unheard(process):
                silent.enter_context(self.daemon.paused_thread("http"))  # so the request to cancel waits
                self.press(process)
            shown, code = self.on_terminal(200, "upgrade", "--server", self.daemon.url, answers=[
                (" … ", self.press), ("cancels it)", press_unheard), ("asking the daemon to cancel", self.press)])
        self.assertEqual(code, 130, shown)

    def test_wait(self):
        for how in (["--server", self.daemon.url], []):
            with self.subTest(how=how):
                self.assertEqual(self.project.run("wait", "--at-least", "bbbb", "--timeout", "0", *how,
                                                  check=3).returncode, 3)
        waiting = [self.project.start("wait", "--at-least", "bbbb", "--timeout", "1min", *how)
                   for how in (["--server", self.daemon.url], [])]
        for process in waiting:
            self.addCleanup(process.communicate)
            self.addCleanup(process.kill)
        self.remote("upgrade")
        self.assertEqual([process.wait(PATIENCE) for process in waiting], [0, 0])
        self.project.run("wait", "--at-least", "aaaa", "--timeout", "0")
        self.project.run("wait", "--timeout", "0")
        told = self.project.run("wait", "--timeout", "1s", "--server", "http://127.0.0.1:1", check=1).stderr
        self.assertEqual(told.count("waiting: cannot reach the daemon http://127.0.0.1:1"), 1, told)
        told = self.remote("wait", "--at-least", "cccc", "--timeout", "1s", check=3).stderr
        self.assertEqual(told.count("waiting: "), 1, told)
        self.assertIn("cccc", told)
        self.project.run("wait", "--timeout", "soon", check=2)


if __name__ == "__main__":
    unittest.main()
