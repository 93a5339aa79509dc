"""Checks answers against the daemon's own openapi.json."""

import json
import re

import jsonschema


class Contract:
    """The document of one daemon. check() raises unless an answer is what it says."""

    def __init__(self, document):
        self.document = document
        self.seen = set()  # (method, path template, status)
        for path, methods in document["paths"].items():
            assert path.startswith("/"), path
            for method, operation in methods.items():
                assert operation["responses"], (path, method)

    def template(self, path):
        path = path.split("?")[0]
        if path in self.document["paths"]:
            return path
        for template in self.document["paths"]:
            if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), path):
                return template
        return None

    def validate(self, value, schema):
        root = {**schema, "components": self.document["components"]}
        jsonschema.Draft202012Validator(root, format_checker=jsonschema.FormatChecker()).validate(value)

    def check(self, method, path, answer):
        template = self.template(path)
        operation = template and self.document["paths"][template].get(method.lower())
        problem = answer.headers.get("content-type") == "application/problem+json"
        if problem:
            self.validate(answer.json, {"$ref": "#/components/schemas/Problem"})
            assert answer.json["status"] == answer.status, answer
        if not operation:
            assert answer.status in (404, 405, 401, 403, 421), f"{method} {path} is in no contract: {answer}"
            return
        response = operation["responses"].get(str(answer.status), operation["responses"]["default"])
        self.seen.add((method, template, answer.status))
        for header in response.get("headers", {}):
            assert header.lower() in answer.headers, f"{method} {path} lacks {header}: {answer}"
        kind = answer.headers.get("content-type", "").split(";")[0]
        if "content" not in response:
            assert not answer.body, answer
            return
        assert kind in response["content"], f"{method} {path}: {kind} is none of {list(response['content'])}"
        if kind == "application/json":
            self.validate(answer.json, response["content"][kind]["schema"])
            # A member that the contract does not know is a contract that is not true.
            self.no_strangers(answer.json, response["content"][kind]["schema"], f"{method} {path}")

    def no_strangers(self, value, schema, where):
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].split("/")[-1]]
        if "anyOf" in schema:
            schema = next((s for s in schema["anyOf"] if s.get("type") != "null"), {})
            return self.no_strangers(value, schema, where) if value is not None else None
        properties = dict(schema.get("properties", {}))
        for part in schema.get("allOf", []):
            while "$ref" in part:
                part = self.document["components"]["schemas"][part["$ref"].split("/")[-1]]
            properties.update(part.get("properties", {}))
        if isinstance(value, dict) and properties:
            for name, member in value.items():
                assert name in properties, f"{where}: {name} is not in the contract"
                self.no_strangers(member, properties[name], f"{where} {name}")
        if isinstance(value, list):
            for member in value:
                self.no_strangers(member, schema.get("items", {}), where)
        return None

    @classmethod
    def of(cls, daemon):
        return cls(json.loads(daemon.get("/openapi.json", token=None).body))
