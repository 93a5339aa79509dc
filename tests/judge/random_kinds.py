"""The kinds around a random schema's relations: each function adds some of one kind to a Schema."""


# Before the tables, which use them.

def schemas(s):
    s.has_app = s.chance(0.7)
    if s.has_app:
        s.add("CREATE SCHEMA app")
        s.known("SCHEMA", "app", ("USAGE", "CREATE"))


def extensions(s):
    if s.chance(0.3):
        s.add("CREATE EXTENSION hstore" + (s.one("", " SCHEMA app") if s.has_app else ""))
        s.types["app.hstore" if "app" in s.statements[-1] else "hstore"] = ()
    if s.chance(0.2):
        s.add("CREATE EXTENSION pg_trgm")


def access_methods(s):
    s.access_method = "stack" if s.chance(0.2) else ""
    if s.access_method:
        s.add("CREATE ACCESS METHOD stack TYPE TABLE HANDLER heap_tableam_handler")
        s.commented.append("ACCESS METHOD stack")


def collations(s):
    for name in s.some(("folded", "sorted"), 0.4):
        locale = s.one('locale = "C"', "provider = icu, locale = und", "provider = icu, locale = de")
        s.add(f"CREATE COLLATION {name} ({locale})")
        s.collations.append(name)
        s.known("COLLATION", name)


def types(s):
    s.enums = s.some(("mood", "state"))
    for name in s.enums:
        labels = s.some(("new", "open", "held", "done")) or ["new"]
        s.pick.shuffle(labels)
        s.add(f"CREATE TYPE {name} AS ENUM ({', '.join(repr(label) for label in labels)})")
        s.types[name] = tuple(f"'{label}'::{name}" for label in labels)
        s.known("TYPE", name, ("USAGE",))
    for name in s.some(("email", "amount")):
        base = s.one("text", "varchar(40)", *(f"text COLLATE {collation}" for collation in s.collations))
        check = s.one("", " CHECK (VALUE <> '')", " CHECK (length(VALUE::text) > 2)",
                      " CONSTRAINT one CHECK (VALUE <> 'x') CONSTRAINT two CHECK (VALUE <> 'y')")
        null = " NOT NULL" if s.chance(0.3) else ""
        default = " DEFAULT 'none'" if s.chance(0.3) else ""
        s.add(f"CREATE DOMAIN {name} AS {base}{default}{null}{check}")
        if s.chance(0.15):
            s.add(f"ALTER DOMAIN {name} ADD CONSTRAINT late CHECK (VALUE <> 'z') NOT VALID")
        s.types[name] = ("'some'",)
        s.known("DOMAIN", name, ("USAGE",))
    s.has_spot = s.chance(0.4)
    if s.has_spot:  # of a typed table: attributes that come and go at its end
        s.add(f"CREATE TYPE spot AS (x int{s.one('', ', y int', ', y int, z text')})")
        s.known("TYPE", "spot", ("USAGE",))
    s.has_address = s.chance(0.6)
    if s.has_address:
        fields = s.some(("street text", "zip int", "city varchar(9)", *(f"feel {kind}" for kind in s.enums[:1]))) or ["street text"]
        s.add(f"CREATE TYPE address AS ({', '.join(fields)})")
        s.types["address"] = ()
        s.known("TYPE", "address", ("USAGE",))
    for name in s.some(("span",)):
        subtype = s.one("subtype = float8, subtype_diff = float8mi", "subtype = float8", "subtype = text, collation = \"C\"",
                        "subtype = numeric, multirange_type_name = spans")
        s.add(f"CREATE TYPE {name} AS RANGE ({subtype})")
        s.types[name] = ()
        s.known("TYPE", name, ("USAGE",))


def sequences(s):
    s.sequences = s.some(("numbers", "tickets"))
    for name in s.sequences:
        limits = s.one("", " MINVALUE 1 MAXVALUE 900", " MAXVALUE 50")
        s.add(f"CREATE SEQUENCE {name} AS {s.one('int', 'bigint')} INCREMENT "
              f"{s.one(1, 5)} START {s.one(1, 10)}{limits}"
              f"{' CYCLE' if s.chance(0.3) else ''} CACHE {s.one(1, 20)}")
        s.known("SEQUENCE", name, ("USAGE", "SELECT"))


def functions(s):
    for name in s.some(("twice", "label")):
        kind = s.one("int", "bigint")
        mark = s.one("IMMUTABLE", "STABLE", "IMMUTABLE STRICT", "IMMUTABLE PARALLEL SAFE", "IMMUTABLE COST 7 LEAKPROOF",
                     "VOLATILE SECURITY DEFINER SET work_mem TO '8MB'")
        body = s.one(*(f"AS 'SELECT n * {factor}'" for factor in (2, 3)), "RETURN n + 4", "BEGIN ATOMIC SELECT n + 1; END")
        s.add(f"CREATE FUNCTION {name}({s.one('n ' + kind, 'n ' + kind + ' DEFAULT 3')}) RETURNS {kind} "
              f"LANGUAGE sql {mark} {body}")
        s.functions[name] = (kind, "IMMUTABLE" in mark)
        s.known("FUNCTION", f"{name}({kind})", ("EXECUTE",))
    if s.chance():
        result = s.one("SETOF int", "TABLE (v int)", "int[]")
        body = {"int[]": "SELECT v"}.get(result, "SELECT unnest(v)")
        s.add(f"CREATE FUNCTION listed(VARIADIC v int[]) RETURNS {result} LANGUAGE sql AS '{body}'")
        s.known("FUNCTION", "listed(int[])", ("EXECUTE",))
    s.add(f"CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN /* {s.one('a', 'b')} */ RETURN NEW; END'")
    for name in s.some(("settle",)):
        arguments = s.one("a int", "INOUT a int", "a int, b text DEFAULT ''x''".replace("''", "'"))
        s.add(f"CREATE PROCEDURE {name}({arguments}) LANGUAGE plpgsql AS 'BEGIN a := {s.one('1', '2')}; END'")
        s.known("PROCEDURE", name, ("EXECUTE",))


def aggregates(s):
    for name in s.some(("total",), 0.4):
        kind = s.one("int", "bigint")
        step = "int4pl" if kind == "int" else "int8pl"
        more = s.one("", ", INITCOND = '0'", f", COMBINEFUNC = {step}, PARALLEL = SAFE", ", SORTOP = >")
        s.add(f"CREATE AGGREGATE {name}({kind}) (SFUNC = {step}, STYPE = {kind}{more})")
        s.known("AGGREGATE", f"{name}({kind})", ())


def operators(s):
    if s.chance(0.4):
        s.add("CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2'",
              f"CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same"
              f"{s.one('', ', COMMUTATOR = ===', ', RESTRICT = eqsel, JOIN = eqjoinsel', ', HASHES, MERGES, COMMUTATOR = ===')})")
        s.known("OPERATOR", "===(int, int)")
    s.has_operator_class = s.chance(0.4)
    if s.has_operator_class:
        s.add("CREATE FUNCTION descending(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($2, $1)'",
              "CREATE OPERATOR CLASS backwards FOR TYPE int USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, "
              f"OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 descending(int, int){s.one('', ', FUNCTION 4 btequalimage(oid)')}")
        s.known("OPERATOR CLASS", "backwards USING btree")
    if s.chance(0.3):
        s.add("CREATE OPERATOR FAMILY loose USING hash")
        s.known("OPERATOR FAMILY", "loose USING hash")
    for kind in s.some(s.enums, 0.4):
        s.add(f"CREATE FUNCTION rank_of({kind}) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT {s.one(1, 2)}'",
              f"CREATE CAST ({kind} AS int) WITH FUNCTION rank_of({kind}){s.one('', ' AS ASSIGNMENT', ' AS IMPLICIT')}")
        s.commented.append(f"CAST ({kind} AS int)")
    if s.has_address and s.chance(0.4):
        s.add(f"CREATE CAST (address AS jsonb) WITH INOUT{s.one('', ' AS ASSIGNMENT')}")
    if s.chance(0.15):
        s.add(f"CREATE {s.one('', 'DEFAULT ')}CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8")
        s.known("CONVERSION", "latin")


def text_search(s):
    s.configurations = s.some(("words",), 0.4)
    if s.chance(0.4):
        s.add(f"CREATE TEXT SEARCH DICTIONARY short (TEMPLATE = simple{s.one('', ', ACCEPT = false', ', STOPWORDS = english')})")
        s.known("TEXT SEARCH DICTIONARY", "short")
    for name in s.configurations:
        s.add(f"CREATE TEXT SEARCH CONFIGURATION {name} ({s.one('COPY = simple', 'COPY = english', 'PARSER = default')})")
        if "short" in "".join(s.statements):
            s.add(f"ALTER TEXT SEARCH CONFIGURATION {name} {s.one('ADD', 'ADD') if 'PARSER' in s.statements[-1] else 'ALTER'} "
                  f"MAPPING FOR asciiword WITH {s.one('short', 'short, simple')}")
        s.known("TEXT SEARCH CONFIGURATION", name)


# After the tables and views.

def rules(s):
    for name in s.some(s.tables, 0.12):
        plain = name.split(".")[-1]
        event = s.one("INSERT", "UPDATE", "DELETE")
        s.add(f"CREATE RULE {plain}_rule AS ON {event} TO {name} WHERE {s.one('OLD' if event != 'INSERT' else 'NEW')}.id > "
              f"{s.one(3, 4)} DO {s.one('ALSO NOTHING', 'INSTEAD NOTHING', 'ALSO DELETE FROM ' + name)}")
        s.commented.append(f"RULE {plain}_rule ON {name}")
        if s.chance(0.2):
            s.add(f"ALTER TABLE {name} {s.one('DISABLE', 'ENABLE ALWAYS', 'ENABLE REPLICA')} RULE {plain}_rule")
    for name in s.some(s.views, 0.12):
        s.add(f"CREATE RULE kept AS ON DELETE TO {name} DO INSTEAD {s.one('NOTHING', 'NOTIFY told')}")


def triggers(s):
    for name in s.some(s.tables, 0.4):
        plain = name.split(".")[-1]
        columns = list(s.tables[name])
        form = s.pick.randrange(4)
        if form == 0:
            when = s.one("", "DEFERRABLE INITIALLY DEFERRED ")
            s.add(f"CREATE CONSTRAINT TRIGGER {plain}_touch AFTER {s.one('INSERT', 'UPDATE')} ON {name} {when}"
                  "FOR EACH ROW EXECUTE FUNCTION touch()")
        elif form == 1:
            s.add(f"CREATE TRIGGER {plain}_touch AFTER UPDATE ON {name} REFERENCING NEW TABLE AS fresh"
                  f"{s.one('', ' OLD TABLE AS gone')} FOR EACH STATEMENT EXECUTE FUNCTION touch({s.one('', repr('x'))})")
        else:
            column = s.pick.choice(columns)
            s.add(f"CREATE TRIGGER {plain}_touch {s.one('BEFORE', 'AFTER')} "
                  f"{s.one('INSERT', f'UPDATE OF {column}', 'INSERT OR UPDATE')} ON {name} FOR EACH "
                  f"ROW {s.one('', 'WHEN (NEW.id > 0) ')}EXECUTE FUNCTION touch()")
        s.commented.append(f"TRIGGER {plain}_touch ON {name}")
        if s.chance(0.2):
            s.add(f"ALTER TABLE {name} {s.one('DISABLE', 'ENABLE ALWAYS', 'ENABLE REPLICA')} TRIGGER {plain}_touch")
    for name in s.some(s.views, 0.15):
        s.add(f"CREATE TRIGGER {name}_instead INSTEAD OF {s.one('INSERT', 'DELETE')} ON {name} FOR EACH ROW EXECUTE FUNCTION touch()")
    if s.chance(0.2):
        tags = s.one("", " WHEN TAG IN ('CREATE TABLE', 'DROP TABLE')")
        s.add("CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
              f"CREATE EVENT TRIGGER watching ON {s.one('ddl_command_start', 'ddl_command_end')}{tags} EXECUTE FUNCTION watch()")
        s.commented.append("EVENT TRIGGER watching")
        if s.chance(0.3):
            s.add(f"ALTER EVENT TRIGGER watching {s.one('DISABLE', 'ENABLE REPLICA')}")


def policies(s):
    for name in s.some(s.tables, 0.3):
        kind = s.one("ALL", "SELECT", "UPDATE")
        check = f" WITH CHECK (id > {s.one(3, 4)})" if kind != "SELECT" and s.chance(0.3) else ""
        value = s.one("id", *s.called("int", "id"))
        s.add(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
              f"CREATE POLICY own ON {name}{s.one('', ' AS RESTRICTIVE')} FOR {kind}"
              f"{s.one('', ' TO reader', ' TO reader, writer')} USING ({value} > {s.one(1, 2)}){check}")
        s.commented.append(f"POLICY own ON {name}")
        if s.chance(0.2):
            s.add(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")


def foreign(s):
    if s.chance(0.7):
        return
    s.add(f"CREATE FOREIGN DATA WRAPPER far{s.one('', ' OPTIONS (debug ' + repr('1') + ')')}",
          f"CREATE SERVER moon{s.one('', ' TYPE ' + repr('gas'), ' VERSION ' + repr('2'))} FOREIGN DATA WRAPPER far"
          f"{s.one('', ' OPTIONS (host ' + repr('h') + ')', ' OPTIONS (host ' + repr('i') + ', port ' + repr('1') + ')')}")
    s.known("FOREIGN DATA WRAPPER", "far", ("USAGE",))
    s.known("SERVER", "moon", ())
    s.granted.append(("FOREIGN SERVER moon", ("USAGE",)))
    s.owned.remove("FOREIGN DATA WRAPPER far")  # for superusers
    if s.chance():
        s.add(f"CREATE USER MAPPING FOR {s.one('PUBLIC', 'reader')} SERVER moon OPTIONS (account {s.one(repr('a'), repr('b'))})")
    for name in s.some(("rocks", "craters")):
        kinds = {column: s.pick.choice(("int", "text", *s.enums)) for column in s.some(("a", "b", "c"))}
        parts = [f"{column} {kind}{s.one('', ' NOT NULL', ' OPTIONS (column ' + repr('x') + ')')}"
                 for column, kind in kinds.items()]
        options = s.one("", " OPTIONS (path '1')", " OPTIONS (path '2', size '3')")
        s.add(f"CREATE FOREIGN TABLE {name} ({', '.join(parts)}) SERVER moon{options}")
        s.known("FOREIGN TABLE", name, ("SELECT", "INSERT"))
        s.commented += [f"COLUMN {name}.{column}" for column in kinds]


def publications(s):
    logged = [name for name in s.tables if name not in s.unlogged]
    for name in s.some(("news", "feed"), 0.3):
        table = s.pick.choice(logged) if logged else None
        what = [" FOR ALL TABLES", "", *([" FOR TABLES IN SCHEMA app"] if s.has_app else ())]
        if table:
            what += [f" FOR TABLE {table}", f" FOR TABLE {table} (id)", f" FOR TABLE {table} WHERE (id > {s.one(1, 2)})",
                     f" FOR TABLE {', '.join(logged)}"]
        options = s.one("", " WITH (publish = 'insert')", " WITH (publish_via_partition_root = true)")
        s.add(f"CREATE PUBLICATION {name}{s.pick.choice(what)}{options}")
        s.commented.append(f"PUBLICATION {name}")


def comments(s):
    for name in s.commented:
        if s.chance(0.12):
            s.add(f"COMMENT ON {name} IS {s.one(repr('x'), repr('y'), '$$it' + chr(39) + 's$$')}")


def owners(s):
    for name in s.owned:
        if s.chance(0.06):
            s.add(f"ALTER {name} OWNER TO {s.one('reader', 'writer')}")


def privileges(s):
    for name, kinds in s.granted:
        if s.chance(0.2):
            chosen = ", ".join(s.some(kinds) or ["ALL"])
            s.add(f"GRANT {chosen} ON {name} TO {s.one('PUBLIC', 'reader', 'reader, writer', 'writer WITH GRANT OPTION')}")
        if s.chance(0.05):
            s.add(f"REVOKE ALL ON {name} FROM {s.one('PUBLIC', 'postgres')}")
    for name, columns in s.tables.items():
        for column in s.some(columns, 0.05):
            s.add(f"GRANT {s.one('SELECT', 'UPDATE')} ({column}) ON {name} TO {s.one('PUBLIC', 'reader')}")


def default_privileges(s):
    for kind, privilege in s.some((("TABLES", "SELECT"), ("SEQUENCES", "USAGE"), ("FUNCTIONS", "EXECUTE"),
                                   ("TYPES", "USAGE")), 0.1):
        role = s.one("", " FOR ROLE writer")
        place = s.one("", " IN SCHEMA public", *([" IN SCHEMA app"] if s.has_app else ()))
        what = s.one(f"GRANT {privilege} ON {kind} TO reader", f"GRANT ALL ON {kind} TO reader WITH GRANT OPTION",
                     f"REVOKE {privilege} ON {kind} FROM PUBLIC")
        s.add(f"ALTER DEFAULT PRIVILEGES{role}{place} {what}")


BEFORE = (schemas, extensions, access_methods, collations, types, sequences, functions, aggregates, operators, text_search)
AFTER = (rules, triggers, policies, foreign, publications, comments, owners, privileges, default_privileges)
