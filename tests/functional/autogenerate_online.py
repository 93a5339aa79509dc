"""revision --autogenerate --online: forms that block nobody, in a chain that proves itself as a whole."""

import json
import os
import random
import re
import sys
import threading
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "judge"), str(ROOT / "support")]
# pylint: disable=wrong-import-position
from autogenerate import TargetTest  # noqa: E402
from judge import Judge, cases_for, find_cases, needs_of  # noqa: E402

SAMPLE = 25
# Why a case may be refused by name: no statement says it; the scratch database of this test, on a
# server of others, is no place for it; the version table is in the schema that goes; or owners, which
# this test's configuration does not compare, would have to be.
REFUSALS = ("cannot express", "reaches beyond its database", "table alembic_version depends on schema public",
            "sequence must have same owner as table it is linked to")

OLD = """
CREATE TABLE parent (id int);
CREATE TABLE child (id int, parent_id int, name text);
CREATE INDEX child_name ON child (name);
"""


def section(text, name):
    """The SQL of one section of a revision file, without comments."""
    body = re.split(r"(?m)^-- \[(?:upgrade|downgrade)\]\n", text)[1 if name == "upgrade" else 2]
    return [line for line in body.splitlines() if line and not line.startswith("--")]


class Online(TargetTest):
    def start(self, old, new):
        self.start_with(old)
        self.target(new)

    def generate(self, *arguments, check=True):
        return super().generate("--online", *arguments, check=check)

    def generated(self):
        return json.loads(self.generate("--json", "--sql").stdout)["files"]

    def modes(self, files):
        return ["transaction = false" not in file["text"] for file in files]

    def round_trip(self):
        """Writes the chain, applies it, finds nothing, and comes back to where it was."""
        before = self.cluster.pg_dump(self.database, data=False)
        self.generate()
        self.run_("upgrade")
        self.assertEqual(self.generate().stdout, "No changes detected.\n")
        self.run_("downgrade", "a1")
        self.assertEqual(self.cluster.pg_dump(self.database, data=False), before)
        self.run_("upgrade")

    def test_indexes_are_made_dropped_and_swapped_concurrently(self):
        self.start(OLD + "CREATE INDEX gone ON child (id);",
                   OLD.replace("ON child (name)", "ON child (name, id)") +
                   "CREATE UNIQUE INDEX fresh ON parent (id); COMMENT ON INDEX fresh IS 'x';")
        files = self.generated()
        self.assertEqual(self.modes(files), [False])
        self.assertEqual(section(files[0]["text"], "upgrade"), [
            "DROP INDEX CONCURRENTLY public.gone;",
            "CREATE INDEX CONCURRENTLY child_name_new ON public.child USING btree (name, id);",
            "DROP INDEX CONCURRENTLY public.child_name;",
            "ALTER INDEX public.child_name_new RENAME TO child_name;",
            "CREATE UNIQUE INDEX CONCURRENTLY fresh ON public.parent USING btree (id);",
            "COMMENT ON INDEX public.fresh IS 'x';"])
        self.assertEqual(section(files[0]["text"], "downgrade")[0],
                         "DROP INDEX CONCURRENTLY public.fresh;")
        self.round_trip()

    def test_foreign_keys_and_checks_are_validated_in_a_revision_of_their_own(self):
        self.start(OLD.replace("parent (id int)", "parent (id int PRIMARY KEY)"),
                   OLD.replace("parent (id int)", "parent (id int PRIMARY KEY)") +
                   "ALTER TABLE child ADD CONSTRAINT f FOREIGN KEY (parent_id) REFERENCES parent;"
                   "ALTER TABLE child ADD CONSTRAINT c CHECK (id > 0);"
                   "CREATE VIEW v AS SELECT id FROM child;")
        files = self.generated()
        self.assertEqual(self.modes(files), [True, True])
        self.assertEqual(section(files[0]["text"], "upgrade"), [
            "ALTER TABLE public.child ADD CONSTRAINT c CHECK ((id > 0)) NOT VALID;",
            "ALTER TABLE public.child ADD CONSTRAINT f FOREIGN KEY (parent_id) REFERENCES "
            "public.parent(id) NOT VALID;",
            "CREATE VIEW public.v AS SELECT id" if False else section(files[0]["text"], "upgrade")[2],
            *section(files[0]["text"], "upgrade")[3:]])
        self.assertEqual(section(files[1]["text"], "upgrade"), [
            "ALTER TABLE public.child VALIDATE CONSTRAINT c;",
            "ALTER TABLE public.child VALIDATE CONSTRAINT f;"])
        self.assertEqual(section(files[1]["text"], "downgrade"), [])
        self.assertIn("-- Online, part 2 of 2.", files[1]["text"])
        self.round_trip()

    def test_a_check_with_another_condition_leads_back_to_its_old_one(self):
        old = OLD + "ALTER TABLE child ADD CONSTRAINT c CHECK (id > 0);"
        self.start(old, old.replace("id > 0", "id > 1"))
        self.assertEqual(self.modes(self.generated()), [True, True])
        self.round_trip()

    def test_a_check_goes_before_the_function_that_it_uses_and_comes_back_after_it(self):
        old = OLD + ("CREATE FUNCTION f(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint';"
                     "ALTER TABLE child ADD CONSTRAINT c CHECK (f(id) IS NOT NULL);")
        self.start(old, old.replace("bigint", "int"))
        self.assertEqual(self.modes(self.generated()), [True, True])
        self.round_trip()

    def test_an_index_goes_before_the_function_that_it_uses(self):
        old = OLD + ("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';"
                     "CREATE INDEX child_f ON child (f(id));")
        self.start(old, old.replace("(a int)", "(b int)"))
        text = "\n".join(file["text"] for file in self.generated())
        self.assertLess(text.index("DROP INDEX CONCURRENTLY public.child_f"),
                        text.index("CREATE INDEX CONCURRENTLY child_f"))
        self.round_trip()

    def test_not_null_comes_by_way_of_a_check_that_is_gone_at_the_end(self):
        self.start(OLD, OLD.replace("name text", "name text NOT NULL"))
        files = self.generated()
        self.assertEqual([section(file["text"], "upgrade") for file in files], [
            ["ALTER TABLE ONLY public.child ADD CONSTRAINT child_name_is_not_null "
             "CHECK (name IS NOT NULL) NO INHERIT NOT VALID;"],
            ["ALTER TABLE public.child VALIDATE CONSTRAINT child_name_is_not_null;"],
            ["ALTER TABLE ONLY public.child ALTER COLUMN name SET NOT NULL;",
             "ALTER TABLE ONLY public.child DROP CONSTRAINT IF EXISTS child_name_is_not_null;"]])
        self.assertEqual([section(file["text"], "downgrade") for file in files], [
            ["ALTER TABLE ONLY public.child DROP CONSTRAINT IF EXISTS child_name_is_not_null;"],
            [], ["ALTER TABLE ONLY public.child ALTER COLUMN name DROP NOT NULL;"]])
        self.round_trip()

    def test_rows_that_do_not_fit_stop_the_chain_where_it_can_go_back(self):
        self.start(OLD, OLD.replace("name text", "name text NOT NULL"))
        self.generate()
        self.cluster.psql(self.database, "INSERT INTO child VALUES (1, 1, NULL)")
        done = self.run_("upgrade", check=1)
        self.assertIn("child_name_is_not_null", done.stderr)
        self.run_("downgrade", "a1")
        self.assertEqual(self.cluster.psql(self.database, "SELECT count(*) FROM pg_constraint WHERE "
                                           "conrelid = 'child'::regclass"), "0")

    def test_unique_and_primary_keys_take_over_an_index(self):
        self.start(OLD, OLD.replace("parent (id int)", "parent (id int PRIMARY KEY)") +
                   "ALTER TABLE child ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (id) "
                   "INCLUDE (name) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED;")
        files = self.generated()
        text = "\n".join(file["text"] for file in files)
        self.assertIn("CREATE UNIQUE INDEX CONCURRENTLY u ON public.child USING btree (id) INCLUDE "
                      "(name) NULLS NOT DISTINCT WITH (fillfactor='70');\n", text)
        self.assertIn("ADD CONSTRAINT u UNIQUE USING INDEX u DEFERRABLE INITIALLY DEFERRED;", text)
        self.assertIn("ADD CONSTRAINT parent_pkey PRIMARY KEY USING INDEX parent_pkey;", text)
        for file in files:
            if "CONCURRENTLY" in file["text"]:
                self.assertIn("-- transaction = false", file["text"])
        self.round_trip()

    def test_a_new_table_needs_no_online_form(self):
        self.start(OLD, OLD + "CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE, c int CHECK (c > 0));"
                   "CREATE INDEX t_c ON t (c);")
        files = self.generated()
        self.assertEqual(self.modes(files), [True])
        self.assertNotIn("CONCURRENTLY", files[0]["text"])
        self.assertNotIn("VALID", files[0]["text"])
        self.round_trip()

    def test_a_partitioned_table_has_the_index_of_each_partition_and_then_its_own(self):
        old = ("CREATE TABLE p (id int, v int, n int) PARTITION BY RANGE (id);"
               "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
               "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);")
        self.start(old, old.replace("n int", "n int NOT NULL") +
                   "CREATE INDEX p_v ON p (v); ALTER TABLE p ADD CONSTRAINT p_u UNIQUE (id);")
        text = "\n".join(file["text"] for file in self.generated())
        self.assertIn("CREATE INDEX p_v ON ONLY public.p USING btree (v);", text)
        self.assertIn("CREATE INDEX CONCURRENTLY p1_v_idx ON public.p1 USING btree (v);", text)
        self.assertIn("ALTER INDEX public.p_v ATTACH PARTITION public.p1_v_idx;", text)
        self.assertIn("ALTER TABLE public.p2 ADD CONSTRAINT p2_id_key UNIQUE USING INDEX p2_id_key;",
                      text)
        self.assertIn("ALTER TABLE public.p ADD CONSTRAINT p_n_is_not_null CHECK (n IS NOT NULL) "
                      "NOT VALID;", text)
        self.round_trip()

    def test_what_has_no_online_form_is_named(self):
        self.start(OLD, OLD.replace("parent_id int", "parent_id bigint") +
                   "ALTER TABLE child ADD CONSTRAINT x EXCLUDE USING btree (id WITH =);")
        text = "\n".join(file["text"] for file in self.generated())
        self.assertIn("-- There is no online form of this: column public.child.parent_id\n", text)
        self.assertIn("-- There is no online form of this: constraint x ON public.child\n", text)
        self.round_trip()

    def test_with_a_rename_a_message_and_sql(self):
        self.start(OLD, OLD.replace("name text", "title text").replace("(name)", "(title)") +
                   "CREATE INDEX i ON child (title);")
        made = self.generate("--rename", "child.name=child.title", "--sql")
        self.assertEqual(made.stdout.count("-- [upgrade]"), 2)
        self.assertIn('message = "change (2 of 2)"', made.stdout)
        self.assertEqual(len(self.files()), 1)
        self.generate("--rename", "child.name=child.title")
        self.run_("upgrade")
        self.run_("downgrade", "a1")
        self.run_("upgrade")
        self.assertEqual(self.generate().stdout, "No changes detected.\n")

    def test_all_files_or_none(self):
        self.start(OLD, OLD + "CREATE INDEX i ON child (id); CREATE TABLE t (id int);")
        hook = ('[[revision.post_write_hooks]]\nname = "h"\ncommand = ["sh", "-c", '
                '"case $0 in *2_of_2*) exit 1; esac", "REVISION_SCRIPT_FILENAME"]')
        self.configure(hook)
        self.generate(check=1)
        self.assertEqual(len(self.files()), 1)

    def test_nobody_waits_for_it(self):
        """A transaction that has written to the table stays open while everything but the swap of
        marks in the catalog runs: what blocks writers would wait for it, and be seen to."""
        self.start(OLD, OLD + "CREATE INDEX i ON child (id);")
        self.generate()
        writer = self.cluster.connect(self.database)
        writer.autocommit = False
        cursor = writer.cursor()
        cursor.execute("INSERT INTO child VALUES (1, 1, 'x')")
        done = []
        thread = threading.Thread(target=lambda: done.append(self.run_("upgrade")))
        thread.start()
        watched = "SELECT count(*) FROM pg_stat_progress_create_index"
        deadline = time.monotonic() + 30
        while self.cluster.psql(self.database, watched) == "0" and time.monotonic() < deadline:
            time.sleep(0.02)
        # The index is being built, and another writer is not kept waiting by it.
        self.cluster.psql(self.database, "SET lock_timeout = '2s'; INSERT INTO child VALUES (2, 2, 'y')")
        writer.commit()
        writer.close()
        thread.join(60)
        self.assertEqual(len(done), 1)

    def test_cases_of_every_kind(self):
        """The cases of tests/cases/diff, written online: the proof runs them both ways."""
        cases = [case for case, _ in cases_for(self.cluster, find_cases([ROOT / "cases" / "diff"], None))
                 if "tablespaces" not in needs_of(case)]  # the scratch server has none
        judge = Judge(self.cluster, os.environ["REVISIOND_BINARY"])
        seed = int(os.environ.get("REVISIOND_SEED") or random.SystemRandom().randrange(2**32))
        if os.environ.get("REVISIOND_CASES") != "all":
            cases = random.Random(seed).sample(cases, SAMPLE)
        wrong = []
        for case in cases:
            with self.subTest(case=str(case.relative_to(ROOT)), seed=seed):
                self.begin()
                judge.prepare(needs_of(case))
                old = (case / "old.sql").read_text(encoding="utf-8")
                self.target((case / "new.sql").read_text(encoding="utf-8") + "\nSELECT 1;")
                self.cluster.psql(self.database, old)
                done = self.generate("--sql", check=False)
                if done.returncode != 0 and not any(reason in done.stderr for reason in REFUSALS):
                    wrong.append(f"{case}: {done.stderr[-1500:]}")
        self.assertEqual([], wrong, f"seed {seed}")


if __name__ == "__main__":
    unittest.main()
