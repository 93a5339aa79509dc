"""The house rules that a compiler does not know. Each rule takes the repository's root and yields
Finding values; run.py prints them, selftest.py plants what each must find."""

import re
import subprocess
from collections import namedtuple
from pathlib import Path

Finding = namedtuple("Finding", "path line message")

SOURCES = {".cpp", ".hpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# Outside library: how its headers begin, and the rooms that may include them ("tests" may include all).
LIBRARIES = {
    "OpenSSL": (("openssl/",), {"base"}),
    "libpg_query": (("pg_query",), set()),
    "toml++": (("toml++/", "toml.hpp"), {"config", "script"}),
    "libpqxx": (("pqxx/", "pqxx"), {"database"}),
    "libpq": (("libpq-fe.h", "libpq/", "postgresql/", "libpq-events.h"), {"database"}),
    "nlohmann_json": (("nlohmann/",), {"wire"}),
    "cpp-httplib": (("httplib.h",), {"http", "remote"}),
    "CLI11": (("CLI/",), {"cli"}),
    "spdlog": (("spdlog/",), {"cli", "runtime"}),
}
LIGHT_HEADERS = {"nlohmann/json_fwd.hpp"}  # forward declarations only

PURE_ROOMS = ("graph", "sql", "script", "catalog", "diff", "plan")
IMPURE_HEADERS = {
    "fstream", "iostream", "filesystem", "thread", "mutex", "shared_mutex", "condition_variable",
    "future", "atomic", "random", "cstdio", "stdio.h", "ctime", "time.h", "unistd.h", "fcntl.h",
    "csignal", "signal.h", "dirent.h",
}
IMPURE_WORDS = re.compile(
    r"\b(system_clock|steady_clock|high_resolution_clock|getenv|fopen|std::rand|random_device|"
    r"thread_local|std::cout|std::cerr|gmtime|localtime)\b")
MUTABLE_STATIC = re.compile(r"^\s*(inline\s+)?static\s+(?!const\b|constexpr\b|constinit\s+const\b|inline\s+const)[^()]*(=|;|\{)")

# In pieces, so that this file does not break its own rules.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me/[a-z]+"]) + r")/")
REGISTRIES = re.compile("|".join(["npmjs" + r"\.(org|com)", "python" + "hosted", r"pypi\." + "org",
                                  r"pkg\." + "dev", r"crates\." + "io", r"deb\." + r"debian\.org",
                                  r"snapshot\." + "debian"]))
# A precompiled header brings <algorithm> to every file of a debug build; a release build has none.
ALGORITHM = re.compile(
    r"\bstd::(?:ranges::(?!begin\b|end\b|size\b|empty\b|data\b|views\b|swap\b|subrange\b|less\b|greater\b|"
    r"equal_to\b|\w*_range\b|range_\w+\b|iterator_t\b|distance\b|next\b|prev\b|advance\b)\w+|"
    r"(?:any_of|all_of|none_of|find|find_if|sort|stable_sort|count|count_if|copy|transform|reverse|unique|"
    r"remove|remove_if|lower_bound|upper_bound|binary_search|max|min|max_element|min_element|clamp))\s*\(")
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
LONGEST_FILE = 400

# The dashboard: of all that is in web/, since all of it goes into the binary and to every browser.
WEB_BUDGET = 60 * 1024
WEB_RULES = (
    (re.compile(r"\b(inner" + r"HTML|outer" + r"HTML|insertAdjacent" + r"HTML|createContextualFragment|document\.write)\b"),
     "markup from a string"),
    (re.compile(r"\b(eval|new Function)\s*\("), "code from a string"),
    (re.compile(r"\blocalStorage\b|\bdocument\.cookie\b"), "a token outlives the tab there"),
    (re.compile(r"https?://(?!www\.w3\.org/)"), "an address outside of the server"),
)
WEB_INLINE = re.compile(r"<(?:style\b|script(?![^>]*\bsrc=))|\s(?:style|on\w+)=")
# A view draws into an element and answers what ends it, each of them.
WEB_EXPORT = re.compile(r"^export (?!\*|(?:const|function) view\b)")


def repository_files(root):
    """The files that are or would be committed."""
    if (root / ".git").exists():
        listed = subprocess.run(["git", "-c", f"safe.directory={root}", "ls-files", "-z", "-co",
                                 "--exclude-standard"], cwd=root, capture_output=True, check=True)
        names = listed.stdout.decode().split("\0")
        return [root / name for name in sorted(set(names)) if name and (root / name).is_file()]
    return sorted(path for path in root.rglob("*") if path.is_file())


def room_files(root, *rooms):
    """The C++ files of the named rooms, of all rooms when none is named."""
    folders = [root / "daemon" / room for room in rooms] if rooms else [root / "daemon"]
    return sorted(path for folder in folders for path in folder.rglob("*")
                  if path.suffix in SOURCES)


def lines_of(path):
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def includes(path):
    """(line, is_system, header) of each include."""
    for number, line in enumerate(lines_of(path), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) == "<", match.group(2)


def room_of(root, path):
    parts = path.relative_to(root / "daemon").parts
    return parts[0] if len(parts) > 1 else None  # main.cpp and its like stand above the rooms


def read_rooms(root):
    """Room → the rooms it may include, in the order of daemon/rooms.txt."""
    rooms = {}
    for line in lines_of(root / "daemon" / "rooms.txt"):
        if line.strip() and not line.startswith("#"):
            name, _, allowed = line.partition(":")
            rooms[name.strip()] = allowed.split()
    return rooms


def arrows(root):
    """Includes between rooms go along daemon/rooms.txt, which has no arrow to a later room."""
    rooms = read_rooms(root)
    table = root / "daemon" / "rooms.txt"
    order = list(rooms)
    for room, allowed in rooms.items():
        for other in allowed:
            if other not in rooms:
                yield Finding(table, 0, f"{room} may include {other}, which is no room")
            elif order.index(other) >= order.index(room):
                yield Finding(table, 0, f"{room} may include {other}, which comes later")
    for path in room_files(root):
        room = room_of(root, path)
        if room is None:
            continue
        if room not in rooms:
            yield Finding(path, 0, f"{room} is missing from daemon/rooms.txt")
            continue
        for number, is_system, header in includes(path):
            other = header.split("/")[0]
            if is_system or "/" not in header:
                if not is_system:
                    yield Finding(path, number, f'"{header}" is not written as "room/file.hpp"')
                continue
            if other != room and other not in rooms[room]:
                yield Finding(path, number, f"{room} may not include {other} (daemon/rooms.txt)")


def library_of(header):
    if header in LIGHT_HEADERS:
        return None
    for name, (beginnings, _) in LIBRARIES.items():
        for beginning in beginnings:
            if header == beginning or (beginning.endswith(("/", "query")) and header.startswith(beginning)):
                return name
    return None


def libraries(root):
    """An outside library belongs to its rooms, and its headers reach no other room."""
    heavy = {}  # header of ours → the library that it drags in
    for path in room_files(root):
        room = room_of(root, path)
        for number, _, header in includes(path):
            name = library_of(header)
            if name is None:
                continue
            if room not in LIBRARIES[name][1]:
                yield Finding(path, number, f"{name} may not be used in {room or 'daemon/'}")
            if path.suffix == ".hpp":
                heavy[str(path.relative_to(root / "daemon"))] = name
    headers = [path for path in room_files(root) if path.suffix == ".hpp"]
    grown = True
    while grown:
        grown = False
        for path in headers:
            name = str(path.relative_to(root / "daemon"))
            for _, _, header in includes(path):
                if header in heavy and name not in heavy:
                    heavy[name] = heavy[header]
                    grown = True
    for path in room_files(root):
        for number, _, header in includes(path):
            if header in heavy and header.split("/")[0] != room_of(root, path):
                yield Finding(path, number, f'"{header}" drags {heavy[header]} out of its room')


def purity(root):
    """Pure rooms do no I/O, read no clock, start no thread, log nothing, own no mutable state."""
    for path in room_files(root, *PURE_ROOMS):
        for number, is_system, header in includes(path):
            if is_system and (header in IMPURE_HEADERS or header.startswith(("spdlog/", "sys/"))):
                yield Finding(path, number, f"<{header}> in a pure room")
        for number, line in enumerate(lines_of(path), 1):
            code = re.sub(r'"(\\.|[^"\\])*"', '""', line).split("//")[0]
            match = IMPURE_WORDS.search(code)
            if match:
                yield Finding(path, number, f"{match.group(0)} in a pure room")
            if MUTABLE_STATIC.match(code):
                yield Finding(path, number, "mutable static state in a pure room")


def algorithms(root):
    """Who calls an algorithm includes <algorithm>, in the file or in its own header."""
    for path in room_files(root):
        own = path.with_suffix(".hpp")
        read = {path, own} if own.exists() else {path}
        if any(header == "algorithm" for one in read for _, _, header in includes(one)):
            continue
        for number, line in enumerate(lines_of(path), 1):
            match = ALGORITHM.search(line.split("//")[0])
            if match:
                yield Finding(path, number, f"{match.group(0).rstrip('(')} without <algorithm>")
                break


def hygiene(root):
    """Nothing of one machine, nothing unfinished, no file that outgrew its reader."""
    rules = ((MACHINE_PATHS, "a path of one machine"), (REGISTRIES, "a registry's host"),
             (UNFINISHED, "unfinished work"))
    for path in repository_files(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path.is_relative_to(root / "daemon") and path.suffix in SOURCES:
            count = text.count("\n")
            if count > LONGEST_FILE:
                yield Finding(path, 0, f"{count} lines, more than {LONGEST_FILE}")
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, what in rules:
                match = pattern.search(line)
                if match:
                    yield Finding(path, number, f"{what}: {match.group(0)}")


def dashboard(root):
    """web/ stays small, never makes markup or code from text, and says what its exports are for."""
    files = [path for path in repository_files(root) if path.is_relative_to(root / "web")]
    size = sum(path.stat().st_size for path in files)
    if size > WEB_BUDGET:
        largest = max(files, key=lambda path: path.stat().st_size)
        yield Finding(largest, 0, f"web/ has {size} bytes, more than {WEB_BUDGET}; this file has most")
    for path in files:
        lines = lines_of(path)
        rules = WEB_RULES + (((WEB_INLINE, "inline style or script"),) if path.suffix == ".html" else ())
        for number, line in enumerate(lines, 1):
            for pattern, what in rules:
                match = pattern.search(line)
                if match:
                    yield Finding(path, number, f"{what}: {match.group(0).strip()}")
            if path.suffix == ".js" and WEB_EXPORT.match(line) and not (number > 1 and lines[number - 2].endswith("*/")):
                yield Finding(path, number, "an export without JSDoc")


RULES = (arrows, libraries, purity, algorithms, hygiene, dashboard)
