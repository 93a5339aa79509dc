"""A daemon's life: what it refuses at its start, reload, stop, restart, broken files."""

import contextlib
import datetime
import hashlib
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest
from pathlib import Path

from served import PATIENCE, TOKENS, Daemon, DaemonTest, project_config, token_sections, wait_until


class Life(DaemonTest):
    def refused(self, config, code=78):
        project = self.project()
        project.write_config(config(project))
        return project.run("serve", check=code).stderr

    @contextlib.contextmanager
    def supervisor(self, project):
        """systemd's end of the socket, and the environment of who is to speak to it."""
        path = str(project.directory / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
            supervisor.bind(path)
            supervisor.settimeout(PATIENCE)
            os.chmod(path, 0o777)
            yield supervisor, {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"}

    def test_it_is_not_exposed_by_accident(self):
        def listening(address, more=""):
            def config(project):
                text = project_config(project, more).replace("127.0.0.1:0", address)
                return text if more else text[:text.index("[[server.tokens]]")]
            return config

        for address in ("0.0.0.0:0", ":0", "[::]:0"):
            words = self.refused(listening(address))
            self.assertIn(f"server.listen: {address} can be reached from other machines", words)
            self.assertIn("server.allow_plaintext = true", words)
            self.assertIn("revisiond token new", words)
        self.assertIn("can be reached", self.refused(listening("0.0.0.0:0", 'hosts = "h"')))
        self.assertIn("server.listen", self.refused(listening("nonsense")))
        self.assertIn("trusted_proxies", self.refused(listening("127.0.0.1:0", 'trusted_proxies = "x"')))

    def test_exposed_on_purpose(self):
        project = self.project()
        config = project_config(project, "allow_plaintext = true")
        project.write_config(config.replace("127.0.0.1:0", "0.0.0.0:0"))
        daemon = Daemon(project, config=config.replace("127.0.0.1:0", "0.0.0.0:0"), wait=False)
        self.addCleanup(daemon.__exit__)
        daemon.port = int(daemon.await_log("serving")["addresses"].rsplit(":", 1)[1])
        self.assertEqual(daemon.get("/livez", token=None).status, 200)

    def test_a_taken_port_is_said(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            words = self.refused(lambda p: project_config(p).replace("127.0.0.1:0", address), code=1)
            self.assertIn(address, words)

    def test_tokens_are_made_once_and_let_in(self):
        project = self.project()
        made = project.run("token", "new", "--scope", "apply", "--name", "deploy", "--json").stdout
        token = json.loads(made)
        self.assertEqual(hashlib.sha256(token["token"].encode()).hexdigest(), token["sha256"])
        words = project.run("token", "new", "--scope", "apply", "--expires", "2036-01-31").stdout
        plain, section = words.split("\n", 1)[0], words[words.index("[[server.tokens]]"):]
        self.assertNotEqual(plain, token["token"])
        self.assertNotIn(plain, section)
        config = project_config(project)
        daemon = self.daemon(project, config=config[:config.index("[[server.tokens]]")] + section)
        daemon.await_log("serving")
        daemon.until("/api/v1/status", lambda a: a.status == 200, token=plain)
        self.assertEqual(daemon.get("/api/v1/status", token=token["token"]).status, 401)
        self.assertIn("--scope", project.run("token", "new", check=2).stderr)
        self.assertIn("root", project.run("token", "new", "--scope", "root", check=2).stderr)

    def test_it_answers_before_the_database_is_there(self):
        project = self.project()
        config = project_config(project).replace(self.cluster.url(project.database),
                                                 "postgresql://nobody@127.0.0.1:1/none")
        daemon = self.daemon(project, config=config)
        self.assertEqual(daemon.get("/livez", token=None).status, 200)
        self.assertEqual(daemon.get("/readyz", token=None).status, 503)
        status = daemon.until("/api/v1/status", lambda a: a.json["error"]).json
        self.assertEqual((status["state"], status["reachable"], status["as_of"]), ("unreachable", False, None))
        self.assertEqual(status["heads"], ["bbbb"])
        self.assertEqual(daemon.get("/api/v1/ready?at_least=aaaa", token=None).status, 503)
        self.assertEqual(daemon.post("/api/v1/apply", {}).status, 503)
        self.assertEqual(daemon.get("/api/v1/plan").status, 503)
        self.assertEqual(daemon.stop(), 0)

    def test_reload(self):
        project = self.project()
        daemon = self.daemon(project)
        daemon.await_state("empty")
        config = project_config(project)
        # A bad one changes nothing.
        project.write_config(config.replace("log_format", "log_farmat"))
        daemon.process.send_signal(signal.SIGHUP)
        entry = daemon.await_log("the configuration stays as it was: unknown key \"log_farmat\" in [server]")
        self.assertIn("config.toml", entry["file"])
        self.assertEqual(daemon.get("/api/v1/status").status, 200)
        # A new token, a token less, and a mode.
        project.write_config(config[:config.index("[[server.tokens]]")].replace(
            "[migrations]", 'mode = "auto"\n[migrations]') + token_sections({"admin": "fresh-token"}))
        daemon.process.send_signal(signal.SIGHUP)
        daemon.await_log("configuration reloaded")
        self.assertEqual(daemon.get("/api/v1/status").status, 401)
        daemon.until("/api/v1/status", lambda a: a.json and a.json.get("state") == "up_to_date",
                     token="fresh-token")
        operation = daemon.get("/api/v1/operations", token="fresh-token").json["operations"][0]
        self.assertEqual((operation["origin"], operation["state"]), ("auto", "succeeded"))

    def test_a_reload_does_not_open_the_door(self):
        project = self.project()
        config = project_config(project, "allow_plaintext = true").replace("127.0.0.1:0", "0.0.0.0:0")
        daemon = Daemon(project, config=config, wait=False)
        self.addCleanup(daemon.__exit__)
        daemon.port = int(daemon.await_log("serving")["addresses"].rsplit(":", 1)[1])
        # The socket stays open, whatever the file says of another one.
        closed = project_config(project)
        project.write_config(closed[:closed.index("[[server.tokens]]")])
        daemon.process.send_signal(signal.SIGHUP)
        entry = daemon.await_log("the configuration stays as it was: the socket that is open:"
                                 f" 0.0.0.0:{daemon.port} can be reached from other machines")
        self.assertIn("server.allow_plaintext", entry["hint"])
        self.assertEqual(daemon.get("/api/v1/status", token=None).status, 401)
        self.assertEqual(daemon.get("/api/v1/databases").status, 200)

    def test_who_is_let_in_no_longer_hears_nothing_more(self):
        project = self.project()
        daemon = self.daemon(project)
        daemon.await_state("empty")
        wait_until("it leads", daemon.leads)
        config = project_config(project)
        answers = []
        waits = threading.Thread(target=lambda: answers.append(
            daemon.get("/api/v1/status?wait=50s", token="read", headers={"If-None-Match": daemon.get(
                "/api/v1/status").headers["etag"]})))
        with daemon.stream("/api/v1/events") as stream:
            waits.start()
            daemon.until("/metrics", lambda a: b"revisiond_http_streams 1" in a.body
                         and b"revisiond_http_waiting 1" in a.body)
            project.write_config(config[:config.index("[[server.tokens]]")] + token_sections(
                {"admin": TOKENS["admin"]}))
            daemon.process.send_signal(signal.SIGHUP)
            for _ in stream:  # ends
                pass
        waits.join(PATIENCE)
        self.assertEqual((answers[0].status, answers[0].json["code"]), (401, "http.bad-token"))
        # One that expires while it is used.
        soon = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
        project.write_config(config[:config.index("[[server.tokens]]")] + token_sections(
            {"read": TOKENS["read"]}, soon) + token_sections({"admin": TOKENS["admin"]}))
        daemon.process.send_signal(signal.SIGHUP)
        daemon.until("/api/v1/status", lambda a: a.status == 200, token="read")
        with daemon.stream("/api/v1/events") as stream:
            daemon.until("/api/v1/status", lambda a: a.status == 401, token="read")
            self.assertEqual(daemon.apply({})["state"], "succeeded")
            self.assertNotIn("operation", [kind for _, kind, _ in stream])

    def test_a_reload_lets_a_step_finish(self):
        project = self.project(1, "SELECT pg_sleep(8); CREATE TABLE {0} (x int);")
        with self.supervisor(project) as (supervisor, env):
            daemon = self.daemon(project, server='shutdown_timeout = "1ms"', env=env)
            operation = daemon.request_apply()["id"]
            sleeping = "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'"
            wait_until("it runs", lambda: self.cluster.psql(project.database, sleeping) == "1")
            project.write_config(project_config(project, 'shutdown_timeout = "1ms"', "production = true"))
            daemon.process.send_signal(signal.SIGHUP)
            daemon.await_log("the new settings wait for the step that is under way", operation=operation)
            # For which settings would it be?
            answer = daemon.post("/api/v1/apply")
            self.assertEqual((answer.status, answer.json["code"]), (503, "daemon.settings-change"), answer)
            self.assertEqual(daemon.get(f"/api/v1/operations/{operation}").json["state"], "running")
            heard = [supervisor.recv(4096).decode() for _ in range(20)]
            self.assertEqual(heard[-1], "WATCHDOG=1")
            self.assertEqual(daemon.get(f"/api/v1/operations/{operation}").json["state"], "running")
            # A supervisor that reads no more would hold it up.
            supervisor.close()
            done = daemon.await_operation(operation)
            self.assertEqual((done["state"], done["attempts"]), ("succeeded", 1))
            wait_until("the new settings serve", lambda: daemon.database()["production"])
            # Not even while it waits does it hold up the end.
            project.revision("late", "aaaa", "SELECT pg_sleep(600);")
            daemon.until("/api/v1/status", lambda a: a.json["pending"])
            operation = daemon.request_apply()["id"]
            wait_until("it runs", lambda: self.cluster.psql(project.database, sleeping) == "1")
            project.write_config(project_config(project, 'shutdown_timeout = "1ms"'))
            daemon.process.send_signal(signal.SIGHUP)
            daemon.await_log("the new settings wait for the step that is under way", operation=operation)
            self.assertEqual(daemon.stop(), 0)

    def test_what_a_reload_cannot_change_is_named(self):
        project = self.project()
        daemon = self.daemon(project)
        daemon.await_state("empty")
        config = project_config(project)

        def reload(text, reloads):
            project.write_config(text)
            daemon.process.send_signal(signal.SIGHUP)
            wait_until("it has read the configuration", lambda: sum(
                line.get("message", "") == "configuration reloaded" for line in daemon.log()) == reloads)
            return [line.get("message", "") for line in daemon.log() if "with a restart only" in line.get("message", "")]

        told = ["of [server] this takes effect with a restart only: listen, head_timeout"]
        self.assertEqual(reload(config.replace("127.0.0.1:0", "127.0.0.1:1").replace(
            "[server]", '[server]\nhead_timeout = "7s"'), 1), told)
        # What it runs with takes effect at once.
        self.assertEqual(reload(config, 2), told)

    def test_another_database_after_a_reload(self):
        project = self.project()
        other = self.cluster.create_database()
        daemon = self.daemon(project)
        daemon.apply({})
        config = project_config(project).replace(self.cluster.url(project.database), self.cluster.url(other))
        project.write_config(config)
        daemon.process.send_signal(signal.SIGHUP)
        daemon.await_log("configuration reloaded")
        daemon.await_state("empty")
        daemon.apply({})
        self.assertEqual(self.cluster.rows(other, "SELECT version_num FROM alembic_version"), [("bbbb",)])

    def test_several_databases(self):
        project = self.project()
        other = self.cluster.create_database()
        config = project_config(project)
        extra = f'[databases.second]\nurl = "{self.cluster.url(other)}"\nproduction = true\n'
        daemon = self.daemon(project, config=config.replace("[migrations]", extra + "[migrations]"))
        daemon.await_state("empty", "?database=second")
        done = daemon.post("/api/v1/apply?database=second", {})
        operation = daemon.await_operation(done.json["id"])
        self.assertEqual((operation["database"], operation["state"]), ("second", "succeeded"))
        daemon.await_state("up_to_date", "?database=second")
        self.assertEqual(daemon.get("/api/v1/status").json["state"], "empty")
        self.assertEqual([d["name"] for d in daemon.get("/api/v1/databases").json["databases"]],
                         ["main", "second"])

    def test_it_ends_when_the_step_has_ended(self):
        project = self.project(upgrade="CREATE TABLE {0} (x int); SELECT pg_sleep(2);")
        daemon = self.daemon(project)
        daemon.await_state("empty")
        accepted = daemon.post("/api/v1/apply", {}).json
        daemon.until(f"/api/v1/operations/{accepted['id']}/events?format=json",
                     lambda a: any(e["type"] == "statement_begins" for e in a.json["events"]))
        self.assertEqual(daemon.stop(), 0)
        rows = self.cluster.psql(project.database, "SELECT version_num FROM alembic_version")
        self.assertEqual(rows, "aaaa")
        # The rest of the operation went back into the queue; who comes next goes on with it.
        again = self.daemon(project)
        operation = again.await_operation(accepted["id"])
        self.assertEqual((operation["state"], operation["applied"][-1]), ("succeeded", "bbbb"))
        again.await_state("up_to_date")
        again.await_log("operation finished", operation=accepted["id"])
        self.assertNotIn("operation accepted", [entry["message"] for entry in again.log()],
                         "what happened before it is no news")

    def test_a_step_that_takes_too_long_is_cancelled(self):
        project = self.project(upgrade="CREATE TABLE {0} (x int); SELECT pg_sleep(600);")
        daemon = self.daemon(project, server='shutdown_timeout = "200ms"')
        daemon.await_state("empty")
        accepted = daemon.post("/api/v1/apply", {}).json
        daemon.until(f"/api/v1/operations/{accepted['id']}/events?format=json",
                     lambda a: any(e["type"] == "statement_begins" for e in a.json["events"]))
        self.assertEqual(daemon.stop(), 0)
        left = self.cluster.psql(project.database, "SELECT to_regclass('aaaa') IS NULL")
        self.assertEqual(left, "t")

    def test_operations_outlive_the_daemon(self):
        project = self.project()
        daemon = self.daemon(project)
        daemon.await_state("empty")
        operation = daemon.apply({}, headers={"Idempotency-Key": "one"})
        events = daemon.get(f"/api/v1/operations/{operation['id']}/events?format=json").json
        self.assertEqual(daemon.stop(), 0)
        again = self.daemon(project)
        again.await_state("up_to_date")
        self.assertEqual(again.get("/api/v1/operations/" + operation["id"]).json, operation)
        self.assertEqual(again.get(f"/api/v1/operations/{operation['id']}/events?format=json").json, events)
        repeated = again.post("/api/v1/apply", {}, headers={"Idempotency-Key": "one"})
        self.assertEqual(repeated.json["id"], operation["id"])

    def test_a_request_sees_what_was_just_written(self):
        project = self.project()
        daemon = self.daemon(project)
        daemon.await_state("empty")
        before = "bbbb"
        for name in ("cccc", "dddd"):
            project.revision(name, before, f"CREATE TABLE {name} (x int);", f"DROP TABLE {name};")
            before = name
            self.assertIn(name, str(daemon.get("/api/v1/plan").json["steps"]))
        project.revision("eeee", before, "CREATE TABLE eeee (x int);", "DROP TABLE eeee;")
        accepted = daemon.post("/api/v1/apply", {}).json
        self.assertEqual(daemon.await_operation(accepted["id"])["applied"][-1], "eeee")

    def test_files_that_are_read_slowly_are_not_replaced_by_older_ones(self):
        project = self.project()
        daemon = self.daemon(project)
        daemon.await_state("empty")
        with daemon.paused_thread("directory"):
            project.revision("cccc", "bbbb", "CREATE TABLE cccc (x int);", "DROP TABLE cccc;")
            refused = daemon.post("/api/v1/apply", {})
            self.assertEqual((refused.status, refused.json["code"]), (503, "http.files-unread"))
            self.assertEqual(refused.headers["retry-after"], "1")
            daemon.await_log("request refused", kind="upgrade")
        self.assertEqual(daemon.apply({})["applied"], ["aaaa", "bbbb", "cccc"])

    def test_broken_files_leave_the_last_sound_ones(self):
        project = self.project()
        daemon = self.daemon(project)
        daemon.await_state("empty")
        broken = project.add("broken.sql", "-- revision = 7\n")
        status = daemon.until("/api/v1/status", lambda a: not a.json["files"]["ok"]).json
        self.assertIn("broken.sql", json.dumps(status["files"]["diagnostics"]))
        self.assertEqual(status["heads"], ["bbbb"])
        broken.unlink()
        daemon.until("/api/v1/status", lambda a: a.json["files"]["ok"])
        project.revision("cccc", "bbbb", "CREATE TABLE cccc (x int);")
        daemon.until("/api/v1/status", lambda a: a.json["heads"] == ["cccc"])
        self.assertEqual(daemon.apply({})["applied"], ["aaaa", "bbbb", "cccc"])

    def test_files_that_were_never_sound(self):
        project = self.project()
        broken = project.add("broken.sql", "-- revision = 7\n")
        daemon = self.daemon(project)
        status = daemon.until("/api/v1/status", lambda a: not a.json["files"]["ok"]).json
        self.assertEqual(status["state"], "unknown")
        self.assertEqual(daemon.post("/api/v1/apply", {}).status, 503)
        broken.unlink()
        daemon.await_state("empty")

    def test_auto_upgrades_when_the_directory_has_settled(self):
        def done(answer):  # the rows are there a moment before the operation is told to be
            return answer.json["operations"][0]["state"] != "running"

        project = self.project(1)
        config = project_config(project, database='mode = "auto"').replace('"100ms"', '"1s"')
        daemon = self.daemon(project, config=config)
        daemon.await_state("up_to_date")
        # A copy that takes its time, children first: between any two files there is no sound graph.
        chain = ["aaaa", "cccc", "dddd", "eeee", "ffff"]
        for down, name in reversed(list(zip(chain, chain[1:]))):
            project.revision(name, down, f"CREATE TABLE {name} (x int);")
            time.sleep(0.2)
        daemon.until("/api/v1/status", lambda a: a.json["current"] == ["ffff"])
        operations = daemon.until("/api/v1/operations", done).json["operations"]
        self.assertEqual([(one["origin"], one["state"], one["applied"]) for one in operations],
                         [("auto", "succeeded", chain[1:]), ("auto", "succeeded", ["aaaa"])])
        # What failed is not tried again and again, but with the next files.
        broken = project.revision("bad0", "ffff", "SELECT nonsense;")
        daemon.until("/api/v1/operations", lambda a: a.json["operations"][0]["state"] == "failed")
        broken.write_text(broken.read_text(encoding="utf-8").replace("nonsense", "1"), encoding="utf-8")
        daemon.until("/api/v1/status", lambda a: a.json["current"] == ["bad0"])
        states = [one["state"] for one in daemon.until("/api/v1/operations", done).json["operations"]]
        self.assertEqual(states, ["succeeded", "failed", "succeeded", "succeeded"])

    def test_systemd_hears_of_it(self):
        project = self.project()
        with self.supervisor(project) as (supervisor, env):
            daemon = self.daemon(project, env=env)
            heard = supervisor.recv(4096).decode()
            self.assertTrue(heard.startswith("READY=1"), heard)
            self.assertEqual(supervisor.recv(4096).decode(), "WATCHDOG=1")
            daemon.process.send_signal(signal.SIGHUP)

            def until(beginning):
                deadline = time.monotonic() + PATIENCE
                while time.monotonic() < deadline:
                    words = supervisor.recv(4096).decode()
                    if words.startswith(beginning):
                        return
                self.fail(f"systemd never heard {beginning}")

            until("RELOADING=1\nMONOTONIC_USEC=")
            until("READY=1")
            daemon.process.send_signal(signal.SIGTERM)
            until("STOPPING=1")
            until("EXTEND_TIMEOUT_USEC=")
            self.assertEqual(daemon.process.wait(PATIENCE), 0)

    def test_a_watchdog_hears_nothing_of_a_daemon_that_hangs(self):
        project = self.project()
        with self.supervisor(project) as (supervisor, env):
            daemon = self.daemon(project, env=env)

            def alive(seconds):
                supervisor.settimeout(seconds)
                try:
                    return bool(supervisor.recv(4096))
                except TimeoutError:
                    return False

            for thread in ("http", "http-hub"):
                with self.subTest(thread), daemon.paused_thread(thread):
                    wait_until(f"nothing is heard while {thread} hangs", lambda: not alive(3))
                wait_until("it is heard again", lambda: alive(1))
            daemon.kill()

    def test_it_takes_the_descriptors_it_may_have(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))  # what the daemon inherits
        try:
            daemon = self.daemon(self.project())
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        self.assertEqual(resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE), (hard, hard))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "the program systemd-analyze is missing")
    def test_the_unit_is_hardly_exposed(self):
        unit = Path(__file__).resolve().parents[2] / "systemd" / "revisiond.service"
        told = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=12", str(unit)],
                              capture_output=True, text=True, check=False, timeout=PATIENCE)
        self.assertEqual(told.returncode, 0, told.stdout[-300:] + told.stderr)
        self.assertIn("Overall exposure level", told.stdout)

    def test_socket_activation(self):
        project = self.project()
        project.write_config(project_config(project))
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen(16)
            port = listening.getsockname()[1]

            def hand_over():
                os.dup2(listening.fileno(), 3)
                os.set_inheritable(3, True)

            script = 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$0" serve'
            process = subprocess.Popen(["sh", "-c", script, project.binary], cwd=project.directory,
                                       pass_fds=(3,) if listening.fileno() == 3 else (),
                                       close_fds=False, preexec_fn=hand_over,
                                       stderr=subprocess.DEVNULL)
            self.addCleanup(process.wait, PATIENCE)
            self.addCleanup(process.kill)
        daemon = Daemon.__new__(Daemon)
        daemon.port, daemon.process = port, process
        daemon.log = lambda: []
        daemon.await_state("empty")

    def test_a_unix_socket(self):
        project = self.project()
        path = project.directory / "http.sock"
        daemon = Daemon(project, config=project_config(project).replace("127.0.0.1:0", f"unix:{path}"),
                        wait=False)
        self.addCleanup(daemon.__exit__)
        daemon.await_log("serving")
        said = subprocess.run(["curl", "-sS", "--unix-socket", str(path), "http://localhost/livez"],
                              text=True, capture_output=True, check=True).stdout
        self.assertEqual(said, "ok\n")
        token = {"REVISIOND_TOKEN": TOKENS["read"]}
        # Before the database was read there is no answer (1); then it is "no" (3).
        deadline = time.monotonic() + PATIENCE
        while True:
            done = project.run("status", "--server", f"unix:{path}", "--json", env=token, check=False)
            if done.returncode == 3 or time.monotonic() > deadline:
                break
            self.assertEqual(done.returncode, 1, done)
        self.assertEqual(json.loads(done.stdout)["state"], "empty")
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(path.exists())


if __name__ == "__main__":
    unittest.main()
