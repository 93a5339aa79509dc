"""The API says what its OpenAPI document says, to whoever may hear it."""

import hashlib
import itertools
import unittest

from served import TOKENS, DaemonTest, project_config
from openapi import Contract

UNKNOWN = "00000000-0000-0000-0000-000000000000"

# Every endpoint, and the least scope that it needs (None: no token).
ENDPOINTS = [
    ("GET", "/livez", None),
    ("GET", "/readyz", None),
    ("GET", "/metrics", None),
    ("GET", "/openapi.json", None),
    ("GET", "/api/v1/ready", None),
    ("GET", "/api/v1/databases", "read"),
    ("GET", "/api/v1/status", "read"),
    ("GET", "/api/v1/lock", "read"),
    ("GET", "/api/v1/revisions", "read"),
    ("GET", "/api/v1/revisions/aaaa", "read"),
    ("GET", "/api/v1/current", "read"),
    ("GET", "/api/v1/history", "read"),
    ("GET", "/api/v1/operations", "read"),
    ("GET", f"/api/v1/operations/{UNKNOWN}", "read"),
    ("GET", f"/api/v1/operations/{UNKNOWN}/events", "read"),
    ("HEAD", "/api/v1/events", "read"),  # the GET of it does not end
    ("GET", "/api/v1/drift", "read"),
    ("GET", "/api/v1/plan", "plan"),
    ("POST", "/api/v1/drift", "plan"),
    ("POST", "/api/v1/apply", "apply"),
    ("POST", f"/api/v1/operations/{UNKNOWN}/cancel", "apply"),
    ("POST", "/api/v1/stamp", "admin"),
    ("POST", "/api/v1/repair", "admin"),
]
# Probes and pods call the pod by whatever name they have.
ANY_HOST = {"/livez", "/readyz", "/metrics", "/api/v1/ready"}
SCOPES = ["read", "plan", "apply", "admin"]
# Bodies that are refused behind the door, so that nothing is done.
HARMLESS = {"nothing": "like this"}


class ContractHolds(DaemonTest):
    def test_every_answer_is_what_openapi_says(self):
        project = self.project(3)
        daemon = self.daemon(project, server='public_url = "https://m.example.org"')
        contract = Contract.of(daemon)

        def ask(method, path, status, body=None, **options):
            answer = daemon.ask(method, path, body, **options)
            self.assertEqual(answer.status, status, f"{method} {path}: {answer}")
            contract.check(method, path, answer)
            return answer

        daemon.await_state("empty")
        plan = ask("GET", "/api/v1/plan", 200).json
        ask("GET", "/api/v1/plan?direction=downgrade&target=base", 200)
        ask("GET", "/api/v1/plan?direction=downgrade", 400)
        ask("GET", "/api/v1/plan?direction=sideways", 400)
        ask("GET", "/api/v1/plan?target=nope", 422)
        ask("GET", "/api/v1/ready?at_least=bbbb", 503)
        ask("GET", "/api/v1/ready?wait=soon", 400)
        changed = ask("POST", "/api/v1/apply", 409, {"plan": "v1:00"}).json
        self.assertEqual(changed["plan"]["digest"], plan["digest"])
        other = dict(plan["database"], oid=1)
        ask("POST", "/api/v1/apply", 409, {"database_id": other})
        ask("POST", "/api/v1/apply", 400, HARMLESS)
        ask("POST", "/api/v1/apply", 400, "{")
        ask("POST", "/api/v1/apply", 400, "[" * 100000)
        ask("POST", "/api/v1/apply", 422, {"target": "nope"})
        accepted = ask("POST", "/api/v1/apply", 202,
                       {"plan": plan["digest"], "database_id": plan["database"]})
        self.assertEqual(accepted.headers["location"], "/api/v1/operations/" + accepted.json["id"])
        operation = daemon.await_operation(accepted.json["id"])
        self.assertEqual(operation["state"], "succeeded", operation)
        self.assertEqual(operation["applied"], ["aaaa", "bbbb", "cccc"])
        self.assertEqual((operation["actor"], operation["address"]), ("admin-client", "127.0.0.1"))
        daemon.await_state("up_to_date")
        ask("GET", "/api/v1/ready?at_least=bbbb", 200)
        ask("GET", "/api/v1/operations/" + operation["id"], 200)
        events = ask("GET", f"/api/v1/operations/{operation['id']}/events?format=json", 200).json["events"]
        self.assertEqual([event["id"] for event in events], list(range(1, len(events) + 1)))
        self.assertEqual((events[0]["type"], events[-1]["type"]), ("accepted", "finished"))
        for event in events:
            contract.validate(event, {"$ref": "#/components/schemas/Event"})
        ask("GET", f"/api/v1/operations/{operation['id']}/events?format=json&after=3", 200)
        hazards = ask("POST", "/api/v1/apply", 409, {"direction": "downgrade", "target": "-1"}).json
        self.assertEqual([hazard["code"] for hazard in hazards["plan"]["hazards"]], ["drops_table"])
        down = ask("POST", "/api/v1/apply", 202,
                   {"direction": "downgrade", "target": "-1", "acknowledge": ["drops_table"]})
        daemon.await_log("request accepted", actor="admin-client", address="127.0.0.1", operation=down.json["id"])
        self.assertEqual(daemon.await_operation(down.json["id"])["state"], "succeeded")
        stamp = ask("POST", "/api/v1/stamp", 202, {"targets": ["cccc"]})
        self.assertEqual(daemon.await_operation(stamp.json["id"])["state"], "succeeded")
        ask("POST", "/api/v1/stamp", 400, {})
        repair = ask("POST", "/api/v1/repair", 202, {"accept": "all"})
        daemon.await_operation(repair.json["id"])
        ask("POST", "/api/v1/repair", 400, {"settle": [{"revision": "aaaa"}]})
        ask("POST", "/api/v1/repair", 400, {})
        ask("POST", f"/api/v1/operations/{repair.json['id']}/cancel", 202, {})
        ask("GET", "/api/v1/drift", 404)
        ask("POST", "/api/v1/drift", 400, HARMLESS)
        drift = ask("POST", "/api/v1/drift", 202)
        self.assertEqual(daemon.await_operation(drift.json["id"])["state"], "succeeded")
        page = ask("GET", "/api/v1/operations?limit=2", 200).json
        self.assertEqual(len(page["operations"]), 2)
        rest = ask("GET", f"/api/v1/operations?limit=2&before={page['next']}", 200).json
        self.assertEqual({o["id"] for o in page["operations"]} & {o["id"] for o in rest["operations"]}, set())
        history = ask("GET", "/api/v1/history?limit=2", 200).json
        self.assertEqual(len(history["history"]), 2)
        self.assertEqual((history["history"][0]["actor"], history["history"][0]["address"]), ("admin-client", "127.0.0.1"))
        ask("GET", f"/api/v1/history?before={history['next']}", 200)
        ask("GET", "/api/v1/history?limit=many", 400)
        one = ask("GET", "/api/v1/revisions/aa", 200).json
        self.assertIn("CREATE TABLE aaaa", one["sections"]["upgrade"]["sql"])
        self.assertEqual(one["history"][-1]["revision"], "aaaa")
        ask("GET", "/api/v1/revisions/zzzz", 404)
        ask("GET", "/api/v1/revisions?range=aaaa:bbbb", 200)
        ask("GET", "/api/v1/status?database=other", 404)
        for method, path, _ in ENDPOINTS:
            if method == "GET" and UNKNOWN not in path:
                answer = ask(method, path, 200)
                if "etag" in answer.headers:
                    ask(method, path, 304, headers={"If-None-Match": answer.headers["etag"]})
        ask("GET", "/nothing", 404)
        ask("DELETE", "/api/v1/status", 405)
        documented = {(method.upper(), path) for path, methods in contract.document["paths"].items()
                      for method in methods}
        seen = {(method, path) for method, path, _ in contract.seen}
        streams = {("GET", "/api/v1/events")}
        self.assertEqual(documented - streams, seen, "every documented endpoint was asked")

    def test_every_event_of_a_stream_is_what_openapi_says(self):
        daemon = self.daemon(self.project())
        contract = Contract.of(daemon)
        daemon.await_state("empty")

        def check(path, event):
            _, kind, data = event
            schema = contract.document["paths"][path]["get"]["responses"]["200"]["content"]["text/event-stream"]["x-event-data"]
            schema = schema.get(kind, schema if "$ref" in schema else None)
            self.assertIsNotNone(schema, f"{path}: no word of {kind}")
            contract.validate(data, schema)
            contract.no_strangers(data, schema, f"{path}: {kind}")
            return event

        path, known = "/api/v1/events", []
        with daemon.stream(path) as events:
            operation = daemon.apply({})
            for number, kind, data in (check(path, event) for event in events):
                if kind == "operation":
                    self.assertEqual(number, data["id"])
                    known.append((number, data["data"]["operation"]["state"]))
                elif data["data"]["database"]["state"] == "up_to_date" and known and known[-1][1] == "succeeded":
                    break
        self.assertEqual(known, sorted(known))
        with daemon.stream(path, after=known[0][0]) as events:
            number, kind, data = check(path, next(events))
            self.assertEqual((number, kind, data["operation"]), (known[-1][0], "operation", operation["id"]))
        with daemon.stream(path, after=known[-1][0] + 1000) as events:
            self.assertEqual(check(path, next(events))[1:], ("reset", {}))
        path = "/api/v1/operations/{id}/events"
        with daemon.stream(path.format(id=operation["id"])) as events:
            told = [check(path, event) for event in events]  # it ends by itself
        self.assertEqual([number for number, _, _ in told], list(range(1, len(told) + 1)))
        for number, kind, data in told:
            self.assertEqual((data["id"], data["type"], data["operation"]), (number, kind, operation["id"]))

    def test_events_without_a_database_are_those_of_all(self):
        project, other = self.project(), self.cluster.create_database()
        second = f'[databases.second]\nurl = "{self.cluster.url(other)}"\n'
        daemon = self.daemon(project, config=second + project_config(project))
        contract, names = Contract.of(daemon), ["main", "second"]
        for name in names:
            daemon.await_state("empty", f"?database={name}")
        schemas = contract.document["paths"]["/api/v1/events"]["get"]["responses"]["200"]["content"][
            "text/event-stream"]["x-event-data"]
        with daemon.stream("/api/v1/events") as events:
            for name in names:
                self.assertEqual(daemon.post(f"/api/v1/apply?database={name}", {}).status, 202)
            states = {}
            for number, kind, data in events:
                contract.validate(data, schemas[kind])
                self.assertIsNone(number, "one database's number says nothing of another's")
                if kind == "operation":
                    states[data["data"]["operation"]["database"]] = data["data"]["operation"]["state"]
                if states == dict.fromkeys(names, "succeeded"):
                    break
        with daemon.stream("/api/v1/events", after=1) as events:
            self.assertEqual(next(events), (None, "reset", {}))
        for name in names:
            with daemon.stream(f"/api/v1/events?database={name}", after=0) as events:
                number, kind, data = next(events)
                self.assertEqual((number, kind, data["data"]["operation"]["database"]), (data["id"], "operation", name))
        self.assertEqual(daemon.get("/api/v1/events?database=third").status, 404)

    def test_the_same_key_answers_the_same_operation(self):
        daemon = self.daemon(self.project())
        daemon.await_state("empty")
        key = {"Idempotency-Key": "deploy-17"}
        first = daemon.post("/api/v1/apply", {}, headers=key)
        self.assertEqual(first.status, 202, first)
        daemon.await_operation(first.json["id"])
        again = daemon.post("/api/v1/apply", {}, headers=key)
        self.assertEqual((again.status, again.json["id"]), (202, first.json["id"]))
        other = daemon.post("/api/v1/apply", {"target": "aaaa"}, headers=key)
        self.assertEqual(other.status, 422, other)
        self.assertEqual(daemon.apply({})["state"], "nothing_to_do")
        self.assertEqual(daemon.post("/api/v1/apply", {}, headers={"Idempotency-Key": "x" * 256}).status, 400)


class Authorisation(DaemonTest):
    # No token, one of each scope, one that nobody knows and one that was good once.
    VISITORS = [None, *SCOPES, "wrong", "expired"]
    DOORS = {"ours": {}, "wrong host": {"Host": "evil.example.org"}, "foreign page": {"Origin": "https://evil.example.org"},
             "cross-site": {"Sec-Fetch-Site": "cross-site"}}

    def expected(self, method, path, needed, visitor, door):
        """(status, code) of the refusal; None: it is let in."""
        if door == "wrong host" and path not in ANY_HOST:
            return (421, "http.unknown-host")
        if needed and visitor is None:
            return (401, "http.no-token")
        if needed and visitor not in SCOPES:
            return (401, "http.bad-token")
        if needed and SCOPES.index(visitor) < SCOPES.index(needed):
            return (403, "http.scope")
        if method == "POST" and door in ("foreign page", "cross-site"):
            return (403, "http.foreign-origin")
        return None

    def test_every_endpoint_for_every_visitor_through_every_door(self):
        project = self.project()
        digest = hashlib.sha256(b"expired").hexdigest()
        expired = (f'[[server.tokens]]\nname = "old"\nsha256 = "{digest}"\nscope = "admin"\n'
                   'expires = "2020-01-01"\n')
        daemon = self.daemon(project, config=project_config(project, server='trusted_proxies = ["127.0.0.1"]') + expired)
        daemon.await_state("empty")
        everything = itertools.product(ENDPOINTS, self.VISITORS, self.DOORS)
        for number, ((method, path, needed), visitor, door) in enumerate(everything):
            with self.subTest(method=method, path=path, visitor=visitor, door=door):
                # Whoever fails is slowed, by address: each comes from its own.
                headers = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250}", **self.DOORS[door]}
                answer = daemon.ask(method, path, HARMLESS if method == "POST" else None, token=visitor, headers=headers)
                expected = self.expected(method, path, needed, visitor, door)
                if expected is None:
                    self.assertNotIn(answer.status, (401, 403, 421), answer)
                    # A foreign page may ask, as an image's address could, but nothing lets its script read.
                    self.assertEqual([name for name in answer.headers if name.startswith("access-control")], [])
                    continue
                self.assertEqual(answer.status, expected[0], answer)
                if method != "HEAD":
                    self.assertEqual(answer.json["code"], expected[1], answer)
                if expected[0] == 401:
                    self.assertTrue(answer.headers["www-authenticate"].startswith("Bearer"))
        self.assertEqual(daemon.get("/api/v1/operations").json["operations"], [], "nothing was done")

    def test_the_endpoints_above_are_those_of_openapi(self):
        contract = Contract.of(self.daemon(self.project()))
        documented = {(method.upper(), path): next(iter(one["token"] for one in operation["security"]), [None])[0]
                      for path, methods in contract.document["paths"].items() for method, operation in methods.items()}
        tested = {(method.replace("HEAD", "GET"), contract.template(path)): needed for method, path, needed in ENDPOINTS}
        self.assertEqual(tested, documented)

    def test_a_downgrade_needs_admin(self):
        daemon = self.daemon(self.project())
        daemon.await_state("empty")
        daemon.apply({})
        body = {"direction": "downgrade", "target": "base", "acknowledge": ["drops_table"]}
        self.assertEqual(daemon.post("/api/v1/apply", body, token="apply").status, 403)
        self.assertEqual(daemon.post("/api/v1/apply", body, token="admin").status, 202)

    def test_who_is_turned_away_is_in_the_log(self):
        daemon = self.daemon(self.project())
        daemon.get("/api/v1/status?secret=hidden", token="no-such-token-at-all")
        daemon.post("/api/v1/stamp", {"targets": ["heads"]}, token="read")
        daemon.await_log("request denied", path="/api/v1/status", code="http.bad-token", status="401",
                              method="GET", address="127.0.0.1")
        daemon.await_log("request denied", path="/api/v1/stamp", code="http.scope", status="403",
                              actor="read-client")
        for body in ({"direction": "downgrade", "target": "base"}, {"taget": "heads"}):
            daemon.post("/api/v1/apply", body, token="apply")
        daemon.await_log("request refused", kind="apply", actor="apply-client",
                              error="a downgrade needs the scope admin")
        daemon.await_log("request refused", kind="apply", actor="apply-client",
                              error="the body has an unknown member \"taget\"")
        log = daemon.log_path.read_text(encoding="utf-8")
        self.assertNotIn("no-such-token", log)
        self.assertNotIn("hidden", log)
        # A flood of them fills no disk: one look at the log in a while tells how many more there were.
        for _ in range(200):
            daemon.get("/api/v1/status", token=None)
        daemon.await_log("more requests denied")

    def test_wrong_hosts_and_foreign_pages(self):
        daemon = self.daemon(self.project(), server='hosts = ["m.example.org"]')
        daemon.await_state("empty")
        for host, status in (("m.example.org", 200), ("m.example.org:7433", 200), ("10.1.2.3", 200),
                             ("localhost", 200), ("evil.example.org", 421)):
            self.assertEqual(daemon.get("/api/v1/status", headers={"Host": host}).status, status, host)
        preflight = daemon.ask("OPTIONS", "/api/v1/status", token=None, headers={
            "Origin": "https://evil.example.org", "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "authorization"})
        self.assertEqual((preflight.status, preflight.headers.get("access-control-allow-origin")), (405, None))
        own = {"Origin": daemon.url, "Sec-Fetch-Site": "same-origin"}
        self.assertEqual(daemon.post("/api/v1/apply", HARMLESS, headers=own).status, 400)
        plain = daemon.post("/api/v1/apply", "{}", headers={"Content-Type": "text/plain"})
        self.assertEqual(plain.status, 415)

    def test_doors_that_may_be_closed(self):
        daemon = self.daemon(self.project(), server="anonymous_ready = false\nanonymous_metrics = false")
        for path in ("/api/v1/ready", "/metrics"):
            self.assertEqual(daemon.get(path, token=None).status, 401, path)
            self.assertNotEqual(daemon.get(path, token="read").status, 401, path)

    def test_without_tokens_loopback_reads_and_nobody_writes(self):
        project = self.project()
        config = project_config(project)
        daemon = self.daemon(project, config=config[:config.index("[[server.tokens]]")])
        daemon.until("/api/v1/status", lambda a: a.status == 200, token=None)
        refused = daemon.post("/api/v1/apply", {}, token=None)
        self.assertIn(refused.status, (401, 403), refused)

    def test_no_secret_leaves(self):
        project = self.project()
        project.revision("dddd", "bbbb", "CREATE ROLE keeper PASSWORD 'hunter2secret';\nSELECT nothing_here;",
                         "DROP ROLE keeper;")
        url = self.cluster.url(project.database).replace("postgres@", "postgres:sesame-open@")
        config = project_config(project)
        daemon = self.daemon(project, config=config.replace(self.cluster.url(project.database), url))
        daemon.await_state("empty")
        failed = daemon.apply({})
        self.assertEqual(failed["state"], "failed", failed)
        texts = [daemon.log_path.read_text()]
        for path in ("/api/v1/status", "/api/v1/databases", "/api/v1/plan", "/api/v1/revisions/dddd",
                     "/api/v1/history", "/api/v1/operations", "/api/v1/lock", "/metrics",
                     f"/api/v1/operations/{failed['id']}/events?format=json"):
            texts.append(daemon.get(path).body.decode())
        for text in texts:
            for secret in ("hunter2secret", "sesame-open", *TOKENS.values()):
                self.assertNotIn(secret, text)


if __name__ == "__main__":
    unittest.main()
