"""A random schema over all kinds, from a small pool of names so that two of them differ in what the names mean.

`Schema(seed).sql()` loads into an empty database of PostgreSQL 15 or newer whose server has ROLES.
Here is what a schema is made of and its relations; random_kinds.py has the kinds around them.
"""

import random

import random_kinds

ROLES = ("reader", "writer")

TYPES = {"int": ("0", "7"), "bigint": ("0", "1"), "text": ("''", "'x'"), "numeric(8,2)": ("0", "1.5"),
         "varchar(20)": ("'a'", "'b'"), "timestamptz": ("now()",), "boolean": ("true", "false"),
         "jsonb": ("'{}'::jsonb",), "int[]": ("'{}'::int[]",), "date": ("CURRENT_DATE",),
         "int4range": ("'[1,2)'::int4range",), "uuid": ("gen_random_uuid()",)}
INDEXED = ("int", "bigint", "text", "date", "mood", "state")
ACTIONS = ("", " ON DELETE CASCADE", " ON UPDATE SET NULL", " DEFERRABLE INITIALLY DEFERRED",
           " NOT VALID", " MATCH FULL", " ON DELETE SET NULL (id)", " DEFERRABLE")


class Schema:
    """One schema's statements, in an order that loads."""

    def __init__(self, seed):
        self.pick = random.Random(seed)
        self.statements = []
        self.types = dict(TYPES)  # name: defaults
        self.collations = ['"C"']
        self.functions = {}  # name(argument types): one int argument and what it is, "int" or "bigint"
        self.tables = {}  # plain tables, name: {column: type}
        self.unlogged = set()
        self.keyed = set()  # tables whose id is a key
        self.views = {}  # name: columns
        self.commented = []  # as COMMENT ON names them
        self.owned = []  # as ALTER … OWNER TO names them
        self.granted = []  # (as GRANT names them, privileges)
        for part in (*random_kinds.BEFORE, Schema.make_tables, Schema.partitions, Schema.inheritance,
                     Schema.constraints, Schema.indexes, Schema.make_views, *random_kinds.AFTER):
            part(self)

    def sql(self):
        return ";\n".join(self.statements) + ";\n"

    def add(self, *statements):
        self.statements.extend(statements)

    def chance(self, share=0.5):
        return self.pick.random() < share

    def one(self, *choices):
        return self.pick.choice(choices)

    def some(self, names, share=0.6):
        return [name for name in names if self.chance(share)]

    def known(self, words, name, privileges=()):
        """An object that may have a comment, an owner and privileges: known("TYPE", "mood", ("USAGE",))."""
        self.commented.append(f"{words} {name}")
        self.owned.append(f"{words} {name}")
        if privileges:
            kind = "TABLE" if words in ("VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE") else words
            self.granted.append((f"{'TYPE' if kind == 'DOMAIN' else kind} {name}", privileges))

    def column(self, name, kind):
        text = f"{name} {kind}"
        defaults = self.types[kind]
        if kind == "text" and self.chance(0.2):
            text += f" COLLATE {self.pick.choice(self.collations)}"
        if kind in ("int", "bigint") and self.chance(0.15):
            options = self.one("", " (START 5)", " (INCREMENT 3 CACHE 4)")
            return f"{text} GENERATED {self.one('ALWAYS', 'BY DEFAULT')} AS IDENTITY{options}"
        if kind == "int" and self.chance(0.2):
            value = self.one("id * 2", "id * 3", *self.immutable("int", "id"))
            return f"{text} GENERATED ALWAYS AS ({value}) STORED"
        if kind in ("int", "bigint") and self.chance(0.15):
            defaults = (*defaults, *(f"nextval('{name}')" for name in self.sequences), *self.called(kind, "4"))
        if defaults and self.chance(0.4):
            text += f" DEFAULT {self.pick.choice(defaults)}"
        return text + (" NOT NULL" if self.chance(0.3) else "")

    def called(self, kind, argument):
        """Calls of the functions that are from this type to itself."""
        return [f"{name}({argument})" for name, (own, _) in self.functions.items() if own == kind]

    def immutable(self, kind, argument):
        return [f"{name}({argument})" for name, (own, fixed) in self.functions.items() if own == kind and fixed]

    def make_tables(self):
        names = self.some(("users", "posts", "votes", "tags", "logs", *(["app.items", "app.parts"] if self.has_app else ())),
                          0.7)
        for name in names:
            columns = {column: self.pick.choice(sorted(self.types))
                       for column in self.some(("a", "b", "c", "d", "e"), 0.7)}
            parts = ["id int NOT NULL"] + [self.column(*pair) for pair in columns.items()]
            unlogged = "UNLOGGED " if self.chance(0.1) else ""
            options = self.one("", "", "", " WITH (fillfactor = 70)", " WITH (toast.autovacuum_enabled = false)",
                               " WITH (autovacuum_enabled = false, fillfactor = 90)")
            method = f" USING {self.access_method}" if self.access_method and self.chance(0.2) else ""
            self.add(f"CREATE {unlogged}TABLE {name} ({', '.join(parts)}){method}{options}")
            self.table(name, {"id": "int", **columns}, unlogged)
        if self.has_spot and self.chance(0.6):
            self.add(f"CREATE TABLE places OF spot{self.one('', ' (x NOT NULL)', ' (x DEFAULT 1)')}")
            self.known("TABLE", "places", ("SELECT",))

    def table(self, name, columns, unlogged=""):
        self.tables[name] = columns
        self.known("TABLE", name, ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"))
        self.commented += [f"COLUMN {name}.{column}" for column in columns]
        if unlogged:
            self.unlogged.add(name)
        for column, kind in columns.items():
            if self.chance(0.07):
                self.add(f"ALTER TABLE {name} ALTER {column} SET {self.one('STATISTICS 50', '(n_distinct = 5)')}")
            if kind == "text" and self.chance(0.1):
                self.add(f"ALTER TABLE {name} ALTER {column} SET {self.one('STORAGE EXTERNAL', 'COMPRESSION pglz')}")
        for sequence in self.some(self.sequences, 0 if "." in name else 0.2):
            self.add(f"ALTER SEQUENCE {sequence} OWNED BY {name}.{self.pick.choice(list(columns))}")
            if f"SEQUENCE {sequence}" in self.owned:
                self.owned.remove(f"SEQUENCE {sequence}")  # the table's owner is its owner

    def partitions(self):
        if self.chance(0.3):
            return
        key = self.one("RANGE (id)", "RANGE (at)", "LIST (id)", "HASH (id)")
        self.add("CREATE TABLE events (id int NOT NULL, at date NOT NULL, note text) PARTITION BY " + key)
        self.known("TABLE", "events", ("SELECT", "INSERT"))
        bounds = {"RANGE (id)": "FROM (0) TO (10)", "RANGE (at)": "FROM ('2020-01-01') TO ('2021-01-01')",
                  "LIST (id)": self.one("IN (1, 2)", "IN (1, NULL)"),
                  "HASH (id)": "WITH (modulus 2, remainder 0)"}[key]
        where = self.one("", "attached", "detached", "sub", "more")
        if where == "detached":
            self.add("CREATE TABLE events_old (id int NOT NULL, at date NOT NULL, note text)")
        elif where == "attached":
            self.add("CREATE TABLE events_old (note text DEFAULT 'old', at date NOT NULL, id int NOT NULL)",
                     f"ALTER TABLE events ATTACH PARTITION events_old FOR VALUES {bounds}")
        elif where == "sub":
            self.add(f"CREATE TABLE events_old PARTITION OF events FOR VALUES {bounds} PARTITION BY LIST (at)",
                     "CREATE TABLE events_old_x PARTITION OF events_old FOR VALUES IN ('2020-02-02')")
        elif where:
            self.add(f"CREATE TABLE events_old PARTITION OF events ({self.one('note NOT NULL', 'CHECK (id > 1)')}) "
                     f"FOR VALUES {bounds}")
        if self.chance() and "HASH" not in key:
            self.add("CREATE TABLE events_rest PARTITION OF events DEFAULT")
            if self.chance(0.3):
                self.add("CREATE INDEX events_rest_note ON events_rest (note)")
        if self.chance():
            self.add(f"CREATE INDEX events_note ON events {self.one('(note)', '(note DESC)', '(lower(note))')}")
        if self.chance(0.4):
            self.add("ALTER TABLE events ADD CONSTRAINT events_key PRIMARY KEY (id, at)")
        if self.chance(0.4):
            self.add("ALTER TABLE events ADD CONSTRAINT events_note CHECK (note <> '')")

    def inheritance(self):
        if self.chance(0.6):
            self.add("CREATE TABLE base (id int, kind text DEFAULT 'x')",
                     f"CREATE TABLE derived (more {self.one('int', 'text')}) INHERITS (base)")
            if self.chance(0.4):
                self.add("CREATE TABLE side (kind text DEFAULT 'x', side int)",
                         "CREATE TABLE joint (id int NOT NULL) INHERITS (base, side)")
            elif self.chance(0.4):
                self.add("ALTER TABLE base ADD CONSTRAINT base_id CHECK (id > 0)")

    def constraints(self):
        for name, columns in self.tables.items():
            plain = name.split(".")[-1]
            if self.chance(0.7):
                kind = self.one("PRIMARY KEY", "UNIQUE", "UNIQUE NULLS NOT DISTINCT")
                more = self.one("", "", "", " INCLUDE (id)", " WITH (fillfactor = 80)", " DEFERRABLE")
                self.add(f"ALTER TABLE {name} ADD CONSTRAINT {plain}_key {kind} (id){more}")
                self.commented.append(f"CONSTRAINT {plain}_key ON {name}")
                if more != " DEFERRABLE" and name not in self.unlogged:
                    self.keyed.add(name)
                if self.chance(0.1):
                    self.add(f"ALTER TABLE {name} CLUSTER ON {plain}_key")
                if self.chance(0.1):
                    self.add(f"ALTER TABLE {name} REPLICA IDENTITY {self.one('FULL', 'NOTHING')}")
            for column in self.some([c for c, kind in columns.items() if kind == "varchar(20)"]):
                values = self.some(("'a'", "'b'", "'c'")) or ["'a'"]
                self.add(f"ALTER TABLE {name} ADD CONSTRAINT {plain}_{column}_check CHECK "
                         f"({column} IN ({', '.join(values)}))")
            if self.chance(0.3):
                value = self.one("id", *self.immutable("int", "id"))
                self.add(f"ALTER TABLE {name} ADD CONSTRAINT {plain}_id CHECK ({value} > "
                         f"{self.one(0, 1)}){self.one('', ' NOT VALID', ' NO INHERIT')}")
            for column in self.some([c for c, kind in columns.items() if kind == "int4range"]):
                self.add(f"ALTER TABLE {name} ADD CONSTRAINT {plain}_{column}_excl EXCLUDE USING gist "
                         f"({column} WITH {self.one('&&', '=')}){self.one('', ' WHERE (id > 2)', ' DEFERRABLE')}")
        for name in self.some(self.tables, 0.5):
            targets = sorted(self.keyed)
            if targets and name not in self.unlogged:
                self.add(f"ALTER TABLE {name} ADD CONSTRAINT {name.split('.')[-1]}_fk FOREIGN KEY (id) REFERENCES "
                         f"{self.pick.choice(targets)} (id){self.pick.choice(ACTIONS)}")

    def indexes(self):
        for name, columns in self.tables.items():
            plain = name.split(".")[-1]
            for column in self.some([c for c, kind in columns.items() if kind in INDEXED], 0.4):
                kind = columns[column]
                forms = [f"({column})", f"({column} DESC NULLS LAST)", f"USING hash ({column})",
                         f"({column}) WHERE id > 3", f"({column}) INCLUDE (id)", f"({column}) WITH (fillfactor = 60)"]
                if kind == "text":
                    forms += [f"({column} text_pattern_ops)", f'({column} COLLATE "C")', f"(lower({column}))"]
                    forms += [f"USING gin (to_tsvector('public.{config}', {column}))" for config in self.configurations]
                if kind == "int":
                    forms += [f"USING brin ({column}) WITH (pages_per_range = 8)", f"((id + {column}))"]
                    forms += [f"({call})" for call in self.immutable("int", column)]
                    forms += [f"({column} backwards)"] * self.has_operator_class
                form = self.pick.choice(forms)
                unique = self.one("", "", "UNIQUE ") if "USING" not in form else ""
                self.add(f"CREATE {unique}INDEX {plain}_{column} ON {name} {form}")
                schema = name.rpartition(".")[0]
                self.commented.append(f"INDEX {schema + '.' if schema else ''}{plain}_{column}")
            if self.chance(0.15):
                kinds = self.one("", " (ndistinct)", " (mcv, dependencies)")
                expressions = "id, a" if "a" in columns and columns["a"] in INDEXED else "id, (id % 7)"
                self.add(f"CREATE STATISTICS {plain}_stats{kinds} ON {expressions} FROM {name}")
                if self.chance(0.3):
                    self.add(f"ALTER STATISTICS {plain}_stats SET STATISTICS 40")
                self.known("STATISTICS", f"{plain}_stats")

    def make_views(self):
        for name in self.some(self.tables, 0.5):
            plain = name.split(".")[-1]
            columns = self.some(self.tables[name], 0.6) or ["id"]
            where = self.one("", " WHERE id > 5", *(f" WHERE {call} > 5" for call in self.called("int", "id")))
            option = self.one("", " WITH (security_barrier = true)", " WITH (security_invoker = true)")
            check = self.one("", "", " WITH LOCAL CHECK OPTION") if where else ""
            self.add(f"CREATE VIEW {plain}_view{option} AS SELECT {', '.join(columns)} FROM {name}{where}{check}")
            self.views[f"{plain}_view"] = columns
            self.known("VIEW", f"{plain}_view", ("SELECT", "UPDATE"))
            self.commented += [f"COLUMN {plain}_view.{column}" for column in columns]
            if "id" in columns and self.chance(0.15):
                self.add(f"ALTER VIEW {plain}_view ALTER id SET DEFAULT {self.one(3, 4)}")
            if self.chance(0.4):
                self.add(f"CREATE VIEW {plain}_more AS SELECT count(*) AS n FROM {plain}_view")
                self.known("VIEW", f"{plain}_more", ("SELECT",))
            if self.chance(0.1):
                self.add(f"CREATE RECURSIVE VIEW {plain}_tree (n) AS SELECT id FROM {name} UNION ALL "
                         f"SELECT n + {self.one(1, 2)} FROM {plain}_tree WHERE n < 9")
            if self.chance(0.3):
                source = self.one(name, f"{plain}_view") if "id" in columns else name
                if source != name:
                    self.owned.remove(f"VIEW {source}")  # another owner might not read the table for it
                self.add(f"CREATE MATERIALIZED VIEW {plain}_kept AS SELECT id{self.one('', ', id * 2 AS twice')} FROM "
                         f"{source}{self.one('', ' WITH NO DATA')}")
                self.add(f"CREATE {self.one('', 'UNIQUE ')}INDEX {plain}_kept_id ON {plain}_kept (id)")
                self.known("MATERIALIZED VIEW", f"{plain}_kept", ("SELECT",))
