"""What pods see: ready with busybox wget, long-polls, a ConfigMap that is swapped under load."""

import contextlib
import json
import re
import shutil
import socket
import subprocess
import threading
import time
import unittest

from pg import Cluster
from served import PATIENCE, TOKENS, DaemonTest, project_config, wait_until


class Pods(DaemonTest):
    def wget(self, daemon, path):
        """The pod's own command: exit code and output."""
        done = subprocess.run(["busybox", "wget", "-q", "-O", "-", daemon.url + path], text=True,
                              capture_output=True, check=False, timeout=PATIENCE)
        return done.returncode, done.stdout

    def test_a_pod_waits_for_its_revision(self):
        project = self.new_project()
        project.revision("aaaa", None, "CREATE TABLE a (x int);", "DROP TABLE a;")
        project.revision("bbbb", "aaaa", "CREATE TABLE b (x int);", "DROP TABLE b;")
        daemon = self.daemon(project)
        daemon.await_state("empty")
        self.assertEqual(self.wget(daemon, "/api/v1/ready?at_least=bbbb")[0], 1)
        self.assertEqual(daemon.get("/api/v1/ready?at_least=never", token=None).status, 503)
        answers = []
        pods = [threading.Thread(target=lambda: answers.append(
            self.wget(daemon, "/api/v1/ready?at_least=bbbb&wait=30s"))) for _ in range(5)]
        for pod in pods:
            pod.start()
        daemon.until("/metrics", lambda a: b"revisiond_http_waiting 5" in a.body)
        daemon.apply({})
        for pod in pods:
            pod.join(PATIENCE)
        self.assertEqual([code for code, _ in answers], [0] * 5)
        self.assertIn('"ready":true', answers[0][1])
        # Whatever came after: an older pod is content, by id, by its beginning, and as the heads.
        for query in ("?at_least=aaaa", "?at_least=aa", "", "?at_least=heads"):
            self.assertEqual(self.wget(daemon, "/api/v1/ready" + query)[0], 0, query)

    def test_a_failed_upgrade_is_told_at_once(self):
        project = self.new_project()
        project.revision("aaaa", None, "CREATE TABLE a (x int);", "DROP TABLE a;")
        project.revision("bbbb", "aaaa", "SELECT no_such_column;", "")
        daemon = self.daemon(project)
        daemon.await_state("empty")
        answers = []
        pod = threading.Thread(target=lambda: answers.append(
            daemon.get("/api/v1/ready?at_least=bbbb&wait=60s", token=None)))
        pod.start()
        daemon.until("/metrics", lambda a: b"revisiond_http_waiting 1" in a.body)
        self.assertEqual(daemon.apply({})["state"], "failed")
        pod.join(PATIENCE)
        self.assertEqual(answers[0].status, 409, answers[0])
        self.assertNotIn(b"no_such_column", answers[0].body, "the error is for who has a token")
        self.assertEqual(daemon.get("/api/v1/ready?at_least=aaaa", token=None).status, 200)
        # Whatever else is done, it stays failed until a person has looked; and the database says the same.
        self.assertEqual(daemon.apply({"dry_run": True})["state"], "failed")
        self.assertEqual(daemon.apply({"target": "aaaa"})["state"], "nothing_to_do")
        daemon.until("/api/v1/ready?at_least=bbbb", lambda a: a.status == 409, token=None)
        done = project.run("wait", "--at-least", "bbbb", "--timeout", "20s", check=1)
        self.assertIn("the upgrade to bbbb failed: see operation", done.stderr)
        stamp = daemon.post("/api/v1/stamp", {"targets": ["aaaa"]})
        daemon.await_operation(stamp.json["id"])
        daemon.until("/api/v1/ready?at_least=bbbb", lambda a: a.status == 503, token=None)
        project.run("wait", "--at-least", "bbbb", "--timeout", "1s", check=3)

    def test_what_is_half_done_and_goes_on_is_waited_for(self):
        project = self.new_project()
        project.revision("aaaa", None, "CREATE TABLE a (x int);\nSELECT pg_sleep(600);", "DROP TABLE a;",
                         transaction=False)
        daemon = self.daemon(project)
        daemon.request_apply()
        wait_until("the second statement runs", lambda: self.cluster.psql(
            project.database, "SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'") == "1")
        daemon.kill()
        wait_until("nobody is at it", lambda: json.loads(project.run("status", "--json", check=3).stdout)["state"]
                   == "half_done")
        project.run("wait", "--at-least", "aaaa", "--timeout", "1s", check=3)
        # Nobody goes on with what a person has taken back.
        with self.cluster.connect(project.database) as connection:
            connection.cursor().execute("UPDATE revisiond.operation SET state = 'cancelled'")
        project.run("wait", "--at-least", "aaaa", "--timeout", "1s", check=1)

    def test_a_trial_that_fails_says_nothing_of_the_schema(self):
        project = self.new_project()
        project.revision("aaaa", None, "SELECT no_such_column;", "")
        daemon = self.daemon(project)
        daemon.await_state("empty")
        self.assertEqual(daemon.apply({"dry_run": True})["state"], "failed")
        self.assertEqual(daemon.get("/api/v1/ready?at_least=aaaa", token=None).status, 503)

    def test_a_database_that_is_ahead(self):
        project = self.new_project()
        project.revision("aaaa", None, "CREATE TABLE a (x int);", "DROP TABLE a;")
        newer = project.revision("bbbb", "aaaa", "CREATE TABLE b (x int);", "DROP TABLE b;")
        newest = project.revision("cccc", "bbbb", "CREATE TABLE c (x int);", "DROP TABLE c;")
        daemon = self.daemon(project)
        daemon.apply({})
        newer.unlink()
        newest.unlink()
        daemon.await_state("ahead")
        # The record of the database knows what lies below a row that no file knows.
        for revision in ("aaaa", "bbbb", "cccc"):
            self.assertEqual(daemon.get("/api/v1/ready?at_least=" + revision, token=None).status, 200, revision)
        self.assertEqual(daemon.get("/api/v1/revisions").json["ahead"], [{"revision": "cccc"}])

    def test_pods_wait_and_probes_answer_while_every_worker_is_busy(self):
        project = self.new_project()
        project.revision("aaaa", None, "CREATE TABLE a (x int);", "DROP TABLE a;")
        daemon = self.daemon(project)
        daemon.apply({})
        project.revision("bbbb", "aaaa", "CREATE TABLE b (x int);", "DROP TABLE b;")
        tag = daemon.await_state("pending").headers["etag"]
        blocker = self.cluster.connect(project.database)
        self.addCleanup(blocker.close)
        blocker.autocommit = False
        blocker.cursor().execute("LOCK TABLE revisiond.history IN ACCESS EXCLUSIVE MODE")
        # More than there are workers and places in their queue.
        with contextlib.ExitStack() as held:
            for _ in range(300):
                wire = held.enter_context(socket.create_connection(("127.0.0.1", daemon.port)))
                wire.sendall(b"GET /api/v1/history HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                             b"Authorization: Bearer " + TOKENS["read"].encode() + b"\r\n\r\n")
            daemon.until("/metrics", lambda a: b"revisiond_http_queued 256" in a.body)
            self.assertEqual(daemon.get("/api/v1/history").json["code"], "http.busy")
            for path, status in (("/livez?verbose", 200), ("/readyz", 200), ("/api/v1/status?any=thing", 200),
                                 ("/api/v1/ready?at_least=aaaa&any=thing", 200), ("/api/v1/ready?at_least=bbbb", 503)):
                self.assertEqual(daemon.get(path).status, status, path)
            pods = [held.enter_context(socket.create_connection(("127.0.0.1", daemon.port))) for _ in range(501)]
            for pod in pods[1:]:
                pod.sendall(b"GET /api/v1/ready?at_least=bbbb&wait=60s HTTP/1.1\r\nHost: localhost\r\n\r\n")
            pods[0].sendall(b"GET /api/v1/status?wait=60s HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + tag.encode()
                            + b"\r\nAuthorization: Bearer " + TOKENS["read"].encode() + b"\r\n\r\n")
            daemon.until("/metrics", lambda a: re.search(rb"revisiond_http_waiting 50[01]\n", a.body))
            blocker.rollback()
            daemon.until("/metrics", lambda a: b"revisiond_http_queued 0" in a.body)
            daemon.apply({})
            for pod in pods:
                pod.settimeout(PATIENCE)
                self.assertEqual(pod.recv(12), b"HTTP/1.1 200")

    def test_an_old_reading_proves_nothing(self):
        project = self.new_project()
        project.revision("aaaa", None, "CREATE TABLE a (x int);", "DROP TABLE a;")
        cluster = Cluster()
        cluster.__enter__()
        self.addCleanup(cluster.__exit__)
        config = project_config(project).replace(self.cluster.url(project.database), cluster.url("postgres"))
        daemon = self.daemon(project, config=config)
        daemon.apply({})
        daemon.until("/api/v1/ready?at_least=aaaa", lambda a: a.status == 200, token=None)
        cluster.stop("immediate")
        status = daemon.until("/api/v1/status", lambda a: a.json["state"] == "unreachable").json
        self.assertEqual(status["current"], ["aaaa"], "what was known is still said")
        self.assertIsNotNone(status["as_of"])
        daemon.until("/api/v1/ready?at_least=aaaa", lambda a: a.status == 503, token=None)
        self.assertEqual(daemon.get("/readyz", token=None).status, 200)
        cluster.start()
        daemon.until("/api/v1/ready?at_least=aaaa", lambda a: a.status == 200, token=None)

    def test_configmap_swaps_under_load(self):
        """kubelet swaps ..data; no request ever sees files of two versions."""
        project = self.new_project()
        shutil.rmtree(project.migrations)
        mount = project.migrations
        mount.mkdir()

        def swap(version):
            """As kubelet's AtomicWriter does it."""
            folder = mount / f"..2026_{version:06}"
            folder.mkdir()
            for name in ("one", "two", "three"):
                (folder / f"{name}.sql").write_text(
                    f'-- revision = "{name}"\n'
                    + ('' if name == "one" else f'-- down_revision = "{"one" if name == "two" else "two"}"\n')
                    + f'-- message = "version {version}"\n\n-- [upgrade]\nSELECT {version};\n', encoding="utf-8")
            (mount / "..data_tmp").symlink_to(folder.name)
            (mount / "..data_tmp").rename(mount / "..data")
            for name in ("one", "two", "three"):
                link = mount / f"{name}.sql"
                if not link.is_symlink():
                    link.symlink_to(f"..data/{name}.sql")
            old = mount / f"..2026_{version - 1:06}"
            if old.exists():
                shutil.rmtree(old)

        swap(0)
        daemon = self.daemon(project)
        daemon.await_state("empty")
        seen, wrong, ending = set(), [], threading.Event()

        def look():
            while not ending.is_set():
                answer = daemon.get("/api/v1/revisions")
                if answer.status != 200:
                    wrong.append(answer)
                    continue
                messages = {revision["message"] for revision in answer.json["revisions"]}
                if len(answer.json["revisions"]) != 3 or len(messages) != 1:
                    wrong.append(answer.json)
                seen.update(messages)

        lookers = [threading.Thread(target=look) for _ in range(3)]
        for looker in lookers:
            looker.start()
        for version in range(1, 201):
            swap(version)
            time.sleep(0.01 if version % 20 else 0.4)
        daemon.until("/api/v1/revisions",
                     lambda a: {r["message"] for r in a.json["revisions"]} == {"version 200"})
        ending.set()
        for looker in lookers:
            looker.join(PATIENCE)
        self.assertEqual(wrong, [])
        self.assertGreater(len(seen), 2, "versions came through while they were swapped")


if __name__ == "__main__":
    unittest.main()
