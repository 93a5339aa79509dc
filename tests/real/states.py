"""What an application's schema was, version by version.

A version is what a database holds after one more step, as pg_dump writes it. Scripts are run as their
applications' installers run them, without a stop at errors: what is there afterwards is a schema that
somebody has, whatever its script is worth on this server.
"""

import hashlib
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import packages

HERE = Path(__file__).resolve().parent
PATIENCE = 60  # seconds for one migration; ends a hung one, measures nothing


@dataclass
class Step:
    """What leads to the next version: SQL, or a migration that node runs. `fresh`: on an empty database."""

    sql: str = ""
    file: Path | None = None
    fresh: bool = False


@dataclass
class History:
    """An application's versions as files that pg_dump has written, the roles that these name, and how
    many statements failed on the way."""

    versions: list
    roles: list
    errors: int


def _texts(application, roots, key):
    """The files that `key` names with their texts; with `order`, by the number behind those words in them."""
    texts = [(path, packages.read(path)) for path in packages.find(roots, application.get(key, []))]
    if "order" in application:
        rank = re.compile(re.escape(application["order"]) + r"\s*([0-9.]+)")
        texts.sort(key=lambda text: float(found[1]) if (found := rank.search(text[1])) else float("inf"))
    yield from texts


def _split(text, pattern):
    """A script that is a history itself: each part ends with a line that matches."""
    parts, lines = [], []
    for line in text.splitlines(keepends=True):
        lines.append(line)
        if re.search(pattern, line):
            parts.append("".join(lines))
            lines = []
    return parts + ["".join(lines)]


def _file_steps(application, roots):
    replace = application.get("replace", {})

    def prepare(text):
        for old, new in replace.items():
            text = text.replace(old, new)
        return text

    first = [prepare(text) for _, text in _texts(application, roots, "first")]
    if first:
        yield Step("\n".join(first), fresh=True)
    for _, text in _texts(application, roots, "each"):
        yield Step(prepare(text), fresh=True)
    then = list(_texts(application, roots, "then"))
    if "style" in application:
        for path, _ in then:
            yield Step(file=path)
    elif "split" in application:
        for _, text in then:
            for part in _split(text, application["split"]):
                yield Step(prepare(part))
    else:
        every = application.get("every", 1)
        for i in range(0, len(then), every):
            yield Step("\n".join(prepare(text) for _, text in then[i:i + every]))


def _longest_path(edges, version):
    """The updates that lead furthest from a version: (from, to) pairs."""
    best = []
    for target in edges.get(version, []):
        path = [(version, target)] + _longest_path(edges, target)
        if len(path) > len(best):
            best = path
    return best


def _extension_steps(name, roots):
    """An extension's scripts as if somebody had run them by hand: its objects are nobody's but the user's."""
    directory = packages.find(roots, [f"usr/share/postgresql/*/extension/{name}.control"])[0].parent
    control = dict(re.findall(r"^(\w+)\s*=\s*'?([^'\n#]*)", (directory / f"{name}.control").read_text(),
                              re.MULTILINE))
    module = control.get("module_pathname", "").rsplit("/", 1)[-1] or name
    library = [path for root in roots for path in root.glob(f"usr/lib/postgresql/*/lib/{module}.so")]
    schema = control.get("schema", "public")

    def prepare(*versions):
        text = packages.read(directory / f"{name}--{'--'.join(versions)}.sql")
        text = re.sub(r"^\\(echo|quit).*$", "", text, flags=re.MULTILINE)
        text = text.replace("@extschema@", schema).replace("@extowner@", "postgres")
        text = text.replace("MODULE_PATHNAME", str(library[0]).removesuffix(".so") if library else f"$libdir/{module}")
        return f"SET search_path = {schema}, public;\n{text}"

    bases, edges = [], {}
    for path in sorted(directory.glob(f"{name}--*.sql"), key=packages.natural_key):
        versions = path.stem.split("--")[1:]
        if len(versions) == 1:
            bases += versions
        elif len(versions) == 2 and packages.natural_key(versions[0]) < packages.natural_key(versions[1]):
            edges.setdefault(versions[0], []).append(versions[1])
    paths = {base: _longest_path(edges, base) for base in bases}
    start = max(bases, key=lambda base: len(paths[base]))
    begin = "" if schema == "public" else f"CREATE SCHEMA IF NOT EXISTS {schema};\n"
    yield Step(begin + prepare(start), fresh=True)
    for source, target in paths[start]:
        yield Step(prepare(source, target))
    for base in bases:
        if base != start:
            yield Step(begin + prepare(base), fresh=True)


def _steps(application):
    roots = [packages.debian_package(name) for name in application.get("debian", [])]
    roots += [packages.npm_package(name) for name in application.get("npm", [])]
    if "extension" in application:
        yield from _extension_steps(application["extension"], roots)
    elif application.get("series"):  # each package is a version
        for root in roots:
            yield from _file_steps(application, [root])
    else:
        yield from _file_steps(application, roots)


def _take(cluster, application, step, database):
    """Runs a step; the number of its errors."""
    if step.file:
        modules = packages.npm_modules("pg", "knex", "async")
        script = modules / "migrate.cjs"
        shutil.copyfile(HERE / "migrate.cjs", script)
        done = subprocess.run(["node", script, application["style"], cluster.url(database), step.file],
                              text=True, capture_output=True, check=False, timeout=PATIENCE)
    else:
        done = cluster.psql(database, step.sql, check=False, stop=False)
    return len(re.findall("ERROR:", done.stderr))


def _roles(cluster):
    return cluster.psql("postgres", "SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> "
                                    "'postgres' ORDER BY 1").split()


def _build(cluster, application, directory):
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    database, last, errors, versions = None, None, 0, []
    for step in _steps(application):
        if database is None or step.fresh:
            database = cluster.create_database()
            cluster.psql(database, application.get("setup", ""), check=False)
            last = last or cluster.pg_dump(database, (), data=False)
        errors += _take(cluster, application, step, database)
        dump = cluster.pg_dump(database, (), data=False)
        if dump != last:
            versions.append(directory / f"{len(versions):03}.sql")
            versions[-1].write_text(dump, encoding="utf-8")
            last = dump
    return History(versions, _roles(cluster), errors)


def history(cluster, application, fresh):
    """The application's versions, from the cache unless `fresh` or what makes them has changed."""
    entry = json.dumps(application, sort_keys=True).encode()
    makers = b"".join((HERE / name).read_bytes() for name in ("states.py", "migrate.cjs"))
    digest = hashlib.sha256(entry + makers).hexdigest()
    directory = packages.cache_directory() / "schemas" / application["name"]
    note = directory / "built.json"
    if not fresh and note.exists():
        built = json.loads(note.read_text())
        if built["digest"] == digest:
            return History(sorted(directory.glob("*.sql")), built["roles"], built["errors"])
    made = _build(cluster, application, directory)
    if made.versions:  # else something went wrong on the way, and is to be tried again
        note.write_text(
            json.dumps({"digest": digest, "roles": made.roles, "errors": made.errors}))
    return made
