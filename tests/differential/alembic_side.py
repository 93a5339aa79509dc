"""Asks Debian's alembic in-process about a graph: no files, no database."""
import types
import warnings

from alembic.runtime import migration
from alembic.script import base, revision
from alembic.util import CommandError

warnings.simplefilter("ignore")


class MemoryRevision(revision.Revision):
    """What alembic calls a Script, without its file."""

    module = types.SimpleNamespace(upgrade=lambda: None, downgrade=lambda: None)
    doc = ""


class MemoryHeads(migration.HeadMaintainer):
    """The version table as a set; a change that misses its row fails as it would on a database."""

    def __init__(self, rows):
        super().__init__(None, rows)

    def _insert_version(self, version):
        assert version not in self.heads
        self.heads.add(version)

    def _delete_version(self, version):
        self.heads.remove(version)

    def _update_version(self, from_, to_):
        assert to_ not in self.heads
        self.heads.remove(from_)
        self.heads.add(to_)


def scalar(items):
    return tuple(items) or None


# alembic's words for each of our codes
SENTENCES = (
    ("No such branch", "graph.unknown-branch"),
    ("No such revision", "graph.unknown-revision"),
    ("Multiple revisions start", "graph.ambiguous-revision"),
    ("is not a member of branch", "graph.not-on-branch"),
    ("Ambiguous walk", "graph.ambiguous-walk"),
    ("Ambiguous upgrade", "graph.ambiguous-current"),
    ("Relative revision", "graph.walked-too-far"),
    ("Walked too far", "graph.walked-too-far"),
    ("Not a valid downgrade target", "alembic.roots-filtered-away"),
    ("overlaps with", "alembic.overlap"),
)


def code_of(error, verb):
    """The code in our words for what alembic raised."""
    cause = error.__cause__ or error
    if isinstance(cause, revision.MultipleHeads):
        return "graph.multiple-heads"
    if isinstance(cause, revision.RangeNotAncestorError):
        return "graph.range-not-ancestor" if verb == "history" else "graph.not-applied"
    if isinstance(cause, AssertionError):
        return "alembic.assertion"
    if isinstance(cause, (revision.RevisionError, CommandError)):
        for sentence, code in SENTENCES:
            if sentence in str(cause):
                return code
    return "alembic." + type(cause).__name__


class Alembic:
    """One graph. Every answer is ("ok", value) or ("error", code)."""

    def __init__(self, revisions):
        self.map = revision.RevisionMap(lambda: [
            MemoryRevision(r.id, scalar(r.downs), scalar(r.depends), scalar(r.labels))
            for r in revisions])
        self.script = base.ScriptDirectory.__new__(base.ScriptDirectory)
        self.script.revision_map = self.map

    def built(self):
        try:
            self.map._revision_map
        except (revision.RevisionError, KeyError) as error:
            return "error", type(error).__name__
        labels = {r: set(self.map._revision_map[r].branch_labels) for r in self.map._revision_map
                  if r and self.map._revision_map[r].revision == r}
        return "ok", (set(self.map.heads), set(self.map._real_heads), set(self.map.bases), labels)

    def ask(self, verb, rows, target):
        try:
            return "ok", getattr(self, verb)(tuple(rows), target)
        except (CommandError, revision.RevisionError, AssertionError, KeyError, TypeError,
                AttributeError, ValueError) as error:
            return "error", code_of(error, verb)

    def journey(self, steps, rows):
        heads = MemoryHeads(rows)
        result = []
        for step in steps:
            sign = "+" if step.is_upgrade else "-"
            try:
                heads.update_to_step(step)
                after = frozenset(heads.heads)
            except (KeyError, AssertionError, IndexError):
                after = None
            result.append((sign + step.revision.revision, after))
            if after is None:
                break
        return result, [("+" if s.is_upgrade else "-") + s.revision.revision for s in steps]

    def upgrade(self, rows, target):
        return self.journey(self.script._upgrade_revs(target, rows), rows)

    def downgrade(self, rows, target):
        goal = None if target == "base" else target
        return self.journey(self.script._downgrade_revs(goal, rows), rows)

    def stamp(self, rows, target):
        heads = MemoryHeads(rows)
        for step in self.script._stamp_revs(tuple(target.split(",")), rows):
            heads.update_to_step(step)
        return frozenset(heads.heads)

    def history(self, rows, target):
        lower, upper = target.split(":")
        return frozenset(r.revision for r in
                         self.script.walk_revisions(lower or "base", upper or "heads"))

    def resolve(self, rows, target):
        return frozenset(r.revision for r in self.script.get_revisions(target) if r is not None)
