"""Plants a violation of every rule in a small tree and sees that it is found, and only it."""

import tempfile
import unittest
from pathlib import Path

import rules

CLEAN = {
    "daemon/rooms.txt": "# rooms\nbase:\ngraph: base\nscript: base graph\nwire: base graph\n",
    "daemon/base/digest.hpp": "#pragma once\n#include <string>\n",
    "daemon/base/digest.cpp": '#include "base/digest.hpp"\n#include <openssl/evp.h>\n',
    "daemon/graph/map.hpp": '#pragma once\n#include "base/digest.hpp"\nstatic const int x = 1;\n',
    "daemon/script/toml_parts.hpp": "#include <toml++/toml.h>\n",
    "daemon/script/script.cpp": '#include "script/toml_parts.hpp"\n#include "graph/map.hpp"\n'
                                "static int helper(int value);\nstatic constexpr int y = 2;\n",
    "daemon/wire/json.hpp": "#include <nlohmann/json_fwd.hpp>\n",
    "daemon/main.cpp": '#include "wire/json.hpp"\n',
    "README": "A path like /usr/lib/x is fine, and so is a/root/b.\n",
}

# (rule, file, its content, the words of the finding)
PLANTED = [
    ("arrows", "daemon/base/up.cpp", '#include "graph/map.hpp"\n', "base may not include graph"),
    ("arrows", "daemon/graph/side.cpp", '#include "map.hpp"\n', 'not written as "room/file.hpp"'),
    ("arrows", "daemon/attic/x.cpp", "int x;\n", "attic is missing"),
    ("arrows", "daemon/rooms.txt", "base: graph\ngraph: base\nscript: base graph\nwire: base graph\n",
     "base may include graph, which comes later"),
    ("arrows", "daemon/rooms.txt", "base:\ngraph: base bse\nscript: base graph\nwire: base graph\n",
     "bse, which is no room"),
    ("libraries", "daemon/graph/map.cpp", "#include <openssl/sha.h>\n", "OpenSSL may not be used in graph"),
    ("libraries", "daemon/main.cpp", "#include <spdlog/spdlog.h>\n", "spdlog may not be used in daemon/"),
    ("libraries", "daemon/graph/q.cpp", "#include <pg_query.h>\n", "libpg_query may not be used"),
    ("libraries", "daemon/wire/script.cpp", '#include "script/toml_parts.hpp"\n', "drags toml++ out"),
    ("libraries", "daemon/script/wide.hpp", '#include "script/toml_parts.hpp"\n', None),
    ("purity", "daemon/graph/io.cpp", "#include <fstream>\n", "<fstream> in a pure room"),
    ("purity", "daemon/graph/io.cpp", "#include <sys/stat.h>\n", "<sys/stat.h> in a pure room"),
    ("purity", "daemon/script/now.cpp", "auto t = std::chrono::system_clock::now();\n", "system_clock"),
    ("purity", "daemon/graph/state.cpp", "static int counter = 0;\n", "mutable static state"),
    ("purity", "daemon/graph/state.cpp", "    static std::map<int, int> seen;\n", "mutable static state"),
    ("algorithms", "daemon/graph/any.cpp", "bool x = std::ranges::any_of(y, z);\n", "any_of without <algorithm>"),
    ("algorithms", "daemon/graph/any.cpp", "#include <algorithm>\nint x = std::max(1, 2);\n", None),
    ("algorithms", "daemon/graph/any.cpp", "auto x = std::ranges::begin(y);  // std::max(1, 2)\n", None),
    ("hygiene", "docs/a.md", "see /" + "work/main/x\n", "a path of one machine"),
    ("hygiene", "docs/a.md", "see /" + "root/x\n", "a path of one machine"),
    ("hygiene", "docs/a.md", "https://registry." + "npm" + "js.org/x\n", "a registry's host"),
    ("hygiene", "tests/a.py", "# TO" + "DO: later\n", "unfinished work"),
    ("hygiene", "daemon/graph/long.cpp", "\n" * 401, "401 lines"),
    ("dashboard", "web/scripts/large.js", "// " + "x" * 60 * 1024, "bytes, more than 61440; this file"),
    ("dashboard", "web/scripts/a.js", "node.inner" + "HTML = text\n", "markup from a string"),
    ("dashboard", "web/scripts/a.js", "eval(text)\n", "code from a string"),
    ("dashboard", "web/scripts/a.js", "localStorage.setItem('token', value)\n", "outlives the tab"),
    ("dashboard", "web/scripts/a.js", "fetch('https://example.net/x')\n", "an address outside"),
    ("dashboard", "web/scripts/a.js", "const svg = 'http://www.w3.org/2000/svg'\n", None),
    ("dashboard", "web/scripts/a.js", "\nexport const two = 2\n", "without JSDoc"),
    ("dashboard", "web/scripts/a.js", "/** @returns {number} */\nexport const two = () => 2\n", None),
    ("dashboard", "web/index.html", "<p style='color: red'>\n", "inline style"),
    ("dashboard", "web/index.html", "<script>go()</script>\n", "inline style or script"),
    ("dashboard", "web/index.html", '<script type="module" src="scripts/main.js"></script>\n', None),
]


class Selftest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name, text in CLEAN.items():
            self.plant(name, text)

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def test_clean_tree_is_silent(self):
        for rule in rules.RULES:
            self.assertEqual(list(rule(self.root)), [], rule.__name__)

    def test_planted_violations_are_found(self):
        for rule, name, text, words in PLANTED:
            with self.subTest(rule=rule, name=name, words=words):
                self.setUp()
                self.plant(name, text)
                found = list(getattr(rules, rule)(self.root))
                if words is None:
                    self.assertEqual(found, [])
                    continue
                self.assertEqual(len(found), 1, found)
                self.assertEqual(found[0].path, self.root / name)
                self.assertIn(words, found[0].message)

    def test_heavy_header_spreads_through_headers(self):
        self.plant("daemon/script/wide.hpp", '#include "script/toml_parts.hpp"\n')
        self.plant("daemon/wire/wide.cpp", '#include "script/wide.hpp"\n')
        found = list(rules.libraries(self.root))
        self.assertEqual([finding.line for finding in found], [1])


if __name__ == "__main__":
    unittest.main()
