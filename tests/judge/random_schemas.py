#!/usr/bin/python3
"""Random schemas, from a small pool of names so that two of them differ in what the names mean.

    tests/judge/random_schemas.py [--binary FILE] [-j 2] [--pairs 2000] [--seed N]

judges so many pairs as tests/judge/judge.py does, both ways, and prints the seed of each that fails.
"""

import argparse
import os
import random
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
from judge import judge_all  # noqa: E402  pylint: disable=wrong-import-position

TYPES = {"int": ("0", "7"), "bigint": ("0", "1"), "text": ("''", "'x'"), "numeric(8,2)": ("0", "1.5"),
         "varchar(20)": ("'a'", "'b'"), "timestamptz": ("now()",), "boolean": ("true", "false"),
         "jsonb": ("'{}'::jsonb",), "int[]": ("'{}'::int[]",), "date": ("CURRENT_DATE",)}


class Schema:
    """One schema's statements, in an order that loads."""

    def __init__(self, seed):
        self.pick = random.Random(seed)
        self.statements = []
        self.types = dict(TYPES)
        self.tables = {}  # name: {column: type}
        for part in (self.named_types, self.sequences, self.functions, self.make_tables,
                     self.partitions, self.inheritance, self.constraints, self.indexes, self.views,
                     self.triggers, self.policies, self.comments, self.privileges):
            part()

    def sql(self):
        return ";\n".join(self.statements) + ";\n"

    def add(self, *statements):
        self.statements.extend(statements)

    def chance(self, share=0.5):
        return self.pick.random() < share

    def some(self, names, share=0.6):
        return [name for name in names if self.chance(share)]

    def named_types(self):
        for name in self.some(("mood", "state")):
            labels = self.some(("new", "open", "held", "done")) or ["new"]
            self.add(f"CREATE TYPE {name} AS ENUM ({', '.join(repr(label) for label in labels)})")
            self.types[name] = tuple(f"'{label}'::{name}" for label in labels)
        for name in self.some(("email", "amount")):
            base = self.pick.choice(("text", "varchar(40)"))
            check = self.pick.choice(("", " CHECK (VALUE <> '')", " CHECK (length(VALUE::text) > 2)"))
            null = " NOT NULL" if self.chance(0.3) else ""
            default = " DEFAULT 'none'" if self.chance(0.3) else ""
            self.add(f"CREATE DOMAIN {name} AS {base}{default}{null}{check}")
            self.types[name] = ("'some'",)
        for name in self.some(("address",)):
            fields = self.some(("street text", "zip int", "city varchar(9)")) or ["street text"]
            self.add(f"CREATE TYPE {name} AS ({', '.join(fields)})")
            self.types[name] = ()

    def sequences(self):
        for name in self.some(("numbers", "tickets")):
            self.add(f"CREATE SEQUENCE {name} AS {self.pick.choice(('int', 'bigint'))} INCREMENT "
                     f"{self.pick.choice((1, 5))} START {self.pick.choice((1, 10))}"
                     f"{' CYCLE' if self.chance(0.3) else ''} CACHE {self.pick.choice((1, 20))}")

    def functions(self):
        for name in self.some(("twice", "label")):
            kind = self.pick.choice(("int", "bigint"))
            mark = self.pick.choice(("IMMUTABLE", "STABLE", "IMMUTABLE STRICT"))
            self.add(f"CREATE FUNCTION {name}(n {kind}) RETURNS {kind} LANGUAGE sql {mark} AS "
                     f"'SELECT n * {self.pick.choice((2, 3))}'")
        self.add("CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS "
                 f"'BEGIN /* {self.pick.choice('ab')} */ RETURN NEW; END'")

    def column(self, name, kind):
        text = f"{name} {kind}"
        defaults = self.types[kind]
        if kind in ("int", "bigint") and self.chance(0.15):
            return text + f" GENERATED {self.pick.choice(('ALWAYS', 'BY DEFAULT'))} AS IDENTITY"
        if kind == "int" and self.chance(0.15):
            return text + f" GENERATED ALWAYS AS (id * {self.pick.choice((2, 3))}) STORED"
        if kind == "text" and self.chance(0.2):
            text += ' COLLATE "C"'
        if defaults and self.chance(0.4):
            text += f" DEFAULT {self.pick.choice(defaults)}"
        return text + (" NOT NULL" if self.chance(0.3) else "")

    def make_tables(self):
        for name in self.some(("users", "posts", "votes", "tags", "logs"), 0.75):
            columns = {column: self.pick.choice(sorted(self.types))
                       for column in self.some(("a", "b", "c", "d", "e"), 0.7)}
            parts = ["id int NOT NULL"] + [self.column(*pair) for pair in columns.items()]
            unlogged = "UNLOGGED " if self.chance(0.1) else ""
            options = " WITH (fillfactor = 70)" if self.chance(0.2) else ""
            self.add(f"CREATE {unlogged}TABLE {name} ({', '.join(parts)}){options}")
            self.tables[name] = {"id": "int", **columns}
            for column in self.some(columns, 0.1):
                self.add(f"ALTER TABLE {name} ALTER {column} SET STATISTICS 50")

    def partitions(self):
        if self.chance(0.4):
            return
        self.add("CREATE TABLE events (id int NOT NULL, at date NOT NULL, note text) PARTITION BY "
                 f"RANGE ({self.pick.choice(('id', 'at'))})")
        bounds = "(0) TO (10)" if "(id)" in self.statements[-1] else "('2020-01-01') TO ('2021-01-01')"
        if self.chance():
            self.add(f"CREATE TABLE events_old PARTITION OF events FOR VALUES FROM {bounds}")
        if self.chance():
            self.add("CREATE TABLE events_rest PARTITION OF events DEFAULT")
        if self.chance():
            self.add("CREATE INDEX events_note ON events (note)")

    def inheritance(self):
        if self.chance(0.4):
            self.add("CREATE TABLE base (id int, kind text DEFAULT 'x')",
                     f"CREATE TABLE derived (more {self.pick.choice(('int', 'text'))}) INHERITS (base)")

    def constraints(self):
        keyed = []
        for name, columns in self.tables.items():
            if self.chance(0.7):
                kind = self.pick.choice(("PRIMARY KEY", "UNIQUE"))
                later = " DEFERRABLE" if kind == "UNIQUE" and self.chance(0.2) else ""
                self.add(f"ALTER TABLE {name} ADD CONSTRAINT {name}_key {kind} (id){later}")
                if not later and "UNLOGGED TABLE " + name not in "".join(self.statements):
                    keyed.append(name)
            for column in self.some([c for c, kind in columns.items() if kind == "varchar(20)"]):
                values = self.some(("'a'", "'b'", "'c'")) or ["'a'"]
                self.add(f"ALTER TABLE {name} ADD CONSTRAINT {name}_{column}_check CHECK "
                         f"({column} IN ({', '.join(values)}))")
            if self.chance(0.3):
                self.add(f"ALTER TABLE {name} ADD CONSTRAINT {name}_id CHECK (id > "
                         f"{self.pick.choice((0, 1))}){self.pick.choice(('', ' NOT VALID', ' NO INHERIT'))}")
        for name in self.some(self.tables, 0.5):
            if not keyed or f"UNLOGGED TABLE {name}" in "".join(self.statements):
                continue
            action = self.pick.choice(("", " ON DELETE CASCADE", " ON UPDATE SET NULL",
                                       " DEFERRABLE INITIALLY DEFERRED", " NOT VALID"))
            self.add(f"ALTER TABLE {name} ADD CONSTRAINT {name}_fk FOREIGN KEY (id) REFERENCES "
                     f"{self.pick.choice(keyed)} (id){action}")

    def indexes(self):
        for name, columns in self.tables.items():
            for column in self.some([c for c, kind in columns.items() if kind in
                                     ("int", "bigint", "text", "date", "mood", "state")], 0.4):
                form = self.pick.choice((f"({column})", f"({column} DESC)", f"USING hash ({column})",
                                         f"({column}) WHERE id > 3", f"({column}) INCLUDE (id)"))
                self.add(f"CREATE INDEX {name}_{column} ON {name} {form}")
            if self.chance(0.15):
                self.add(f"CREATE STATISTICS {name}_stats ON id, (id % 7) FROM {name}")

    def views(self):
        for name in self.some(self.tables, 0.5):
            columns = self.some(self.tables[name], 0.6) or ["id"]
            where = self.pick.choice(("", " WHERE id > 5"))
            option = self.pick.choice(("", " WITH (security_barrier = true)"))
            self.add(f"CREATE VIEW {name}_view{option} AS SELECT {', '.join(columns)} FROM {name}{where}")
            if self.chance(0.4):
                self.add(f"CREATE VIEW {name}_more AS SELECT count(*) AS n FROM {name}_view")
            if self.chance(0.3):
                self.add(f"CREATE MATERIALIZED VIEW {name}_kept AS SELECT id FROM {name}",
                         f"CREATE INDEX {name}_kept_id ON {name}_kept (id)")

    def triggers(self):
        for name in self.some(self.tables, 0.4):
            self.add(f"CREATE TRIGGER {name}_touch {self.pick.choice(('BEFORE', 'AFTER'))} "
                     f"{self.pick.choice(('INSERT', 'UPDATE', 'INSERT OR UPDATE'))} ON {name} FOR EACH "
                     f"ROW {self.pick.choice(('', 'WHEN (NEW.id > 0) '))}EXECUTE FUNCTION touch()")
            if self.chance(0.2):
                self.add(f"ALTER TABLE {name} DISABLE TRIGGER {name}_touch")

    def policies(self):
        for name in self.some(self.tables, 0.3):
            self.add(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
                     f"CREATE POLICY own ON {name} FOR {self.pick.choice(('ALL', 'SELECT', 'UPDATE'))} "
                     f"USING (id > {self.pick.choice((1, 2))})")

    def comments(self):
        for name, columns in self.tables.items():
            if self.chance(0.3):
                self.add(f"COMMENT ON TABLE {name} IS '{self.pick.choice('xy')}'")
            for column in self.some(columns, 0.15):
                self.add(f"COMMENT ON COLUMN {name}.{column} IS 'it''s {self.pick.choice('xy')}'")

    def privileges(self):
        for name, columns in self.tables.items():
            if self.chance(0.3):
                self.add(f"GRANT {self.pick.choice(('SELECT', 'INSERT, UPDATE', 'ALL'))} ON {name} TO PUBLIC")
            for column in self.some(columns, 0.1):
                self.add(f"GRANT SELECT ({column}) ON {name} TO PUBLIC")


def write_pairs(directory, seed, count):
    """Cases as the judge takes them: each schema is the new side of one and the old of the next."""
    for number in range(count):
        case = Path(directory) / str(seed + number)
        case.mkdir()
        for side, offset in (("old", 0), ("new", 1)):
            (case / f"{side}.sql").write_text(Schema(seed + number + offset).sql(), encoding="utf-8")
        yield case, f"seed {seed + number}"


def judge_pairs(binary, seed, count, jobs=2, report=None):
    """The verdicts of a chain of `count` pairs that begins with the schema of this seed."""
    with tempfile.TemporaryDirectory(prefix="revisiond-random-") as directory:
        return judge_all(list(write_pairs(directory, seed, count)), binary, jobs, report=report)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=os.environ.get("REVISIOND_BINARY", "build/dev/revisiond"))
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)

    def report(verdict):
        if verdict.reasons:
            print(f"{verdict.name}: {'; '.join(verdict.reasons)}\n" + "\n".join(verdict.detail), flush=True)

    verdicts = judge_pairs(given.binary, given.seed, given.pairs, given.jobs, report)
    equal = sum(not verdict.reasons for verdict in verdicts)
    print(f"{equal} of {len(verdicts)} equal in both directions")
    sys.exit(0 if equal == len(verdicts) else 1)


if __name__ == "__main__":
    main()
