"""Where we differ from alembic on purpose. Each rule looks at the question and both answers, and
speaks only for exactly what it describes; docs/graph.md tells the same to people."""
import re

# alembic's exception for a broken graph, and what we may say instead
BUILD_ERRORS = {
    "KeyError": {"graph.missing-parent", "graph.missing-dependency"},
    "LoopDetected": {"graph.self-loop"},
    "DependencyLoopDetected": {"graph.dependency-self-loop"},
    "CycleDetected": {"graph.cycle"},
    "DependencyCycleDetected": {"graph.dependency-cycle", "graph.cycle"},
    "RevisionError": {"graph.duplicate-label", "graph.label-is-id"},
}


def hidden_cycle(code, ours):
    """every cycle is found; alembic overlooks one that lies between a base and a head"""
    return code in ("graph.cycle", "graph.dependency-cycle") and ours == {code}


class Question:
    """One target taken apart."""

    def __init__(self, graph, verb, rows, target, theirs, ours):
        self.graph, self.verb, self.rows, self.target = graph, verb, rows, target
        self.theirs, self.ours = theirs, ours
        branch, at, rest = target.rpartition("@")
        self.branch = graph.find(branch) if at else None
        match = re.fullmatch(r"(\w*)([+-]\d+)", rest)
        self.anchor = match.group(1) if match else None
        self.count = int(match.group(2)) if match else None
        self.name = rest if match is None else self.anchor
        self.applied = graph.below(rows)

    def we_say(self, *codes):
        return self.ours[0] == "error" and self.ours[1] in {"graph." + c for c in codes}

    def they_say(self, *codes):
        return self.theirs[0] == "error" and self.theirs[1] in {"alembic." + c for c in codes}

    def partial_names(self):
        """What stands in the target for a prefix: neither a name nor a word nor a number."""
        words = [w for w in re.split(r"[@:,]|[+-]\d+", self.target) if w]
        known = {"head", "heads", "base"} | set(self.graph.names)
        return [w for w in words if w not in known]

    def destinations(self):
        """The ids that a stamp asks for, and those of branches it takes to base; None when unsure."""
        graph, ids, emptied = self.graph, set(), set()
        for part in self.target.split(","):
            branch, at, name = part.rpartition("@")
            if at and graph.find(branch) is None:
                return None
            near = graph.lineage(graph.find(branch)) if at else set(graph.by_id)
            heads = {r.id for r in graph.revisions if not graph.children(r.id)} & near
            if name == "base":
                emptied |= graph.related(graph.find(branch)) if at else set(graph.by_id)
            elif name in ("head", "heads"):
                ids |= graph.maximal(heads if at else set(graph.by_id))
            elif graph.find(name) in near:
                ids.add(graph.find(name))
            else:
                return None
        return ids, emptied

    def member(self, name):
        """Whether `name` lies on the branch, when one is given."""
        return self.branch is None or self.graph.find(name) in self.graph.lineage(self.branch)


def upgrade_to_base(q):
    """upgrade to base is refused with a pointer to downgrade; alembic does nothing or asserts"""
    leads_to_base = q.name == "base" or (q.count or 0) < 0
    return q.verb == "upgrade" and q.we_say("upgrade-to-base") and leads_to_base


def ambiguous_minus(q):
    """-N over several rows is an error that lists the choices; alembic takes the first row it reads"""
    return (q.verb == "downgrade" and q.anchor == "" and q.count < 0 and q.branch is None and
            len(q.rows) > 1 and q.we_say("ambiguous-current"))


def branch_not_applied(q):
    """a branch that is not applied has nothing to undo; alembic undoes what it stands on"""
    return (q.verb == "downgrade" and q.branch is not None and q.branch not in q.applied and
            (q.anchor == "" or q.name == "base" or (q.count or 0) < 0) and
            q.we_say("branch-not-applied"))


def one_top(q):
    """label@-N counts from the branch's one applied top; alembic asserts when a dependency leads there"""
    if q.verb != "downgrade" or q.anchor != "" or q.branch is None or not q.they_say("assertion"):
        return False
    tops = q.graph.maximal(q.applied & q.graph.lineage(q.branch))
    if len(tops) != 1 or q.ours[0] != "ok":
        return len(tops) == 1 and q.we_say("ambiguous-walk")
    bottom = min(tops)
    for _ in range(-q.count - 1):
        bottom = next(iter(q.graph.by_id[bottom].downs), bottom)
    return {step for step, _ in q.ours[1]} == {"-" + i for i in q.graph.above([bottom]) & q.applied}


def past_own_base(q):
    """id-N past the base of id empties that lineage; alembic empties every branch"""
    if q.verb not in ("downgrade", "stamp") or "@" in q.target or not q.anchor or q.count > 0:
        return False
    bottom = q.graph.find(q.anchor)
    for _ in range(-q.count - 1):
        bottom = next(iter(q.graph.by_id[bottom].downs), None) if bottom else None
    if bottom is None or q.graph.by_id[bottom].downs:
        return False
    if q.verb == "stamp":
        return q.ours == ("ok", q.rows - q.graph.related(bottom))
    if bottom not in q.applied:
        return q.we_say("branch-not-applied")
    undone = {"-" + i for i in q.graph.above([bottom]) & q.applied}
    return q.ours[0] == "ok" and {step for step, _ in q.ours[1]} == undone


def not_a_member(q):
    """in label@id and label@id+N the id must lie on the branch; alembic looks at the id only"""
    relative_up = q.verb == "upgrade" and (q.count or 0) > 0
    return ((q.verb == "downgrade" or relative_up) and q.branch is not None and q.name and
            q.we_say("not-on-branch") and not q.member(q.name))


def short_names(q):
    """a unique prefix is unique among all names; alembic forgets names of up to three letters"""
    names = q.graph.names
    return any(n.startswith(p) and len(n) < 4 for p in q.partial_names() for n in names)


def same_revision(q):
    """a prefix of an id and of its own label means one revision; alembic calls it ambiguous"""
    near = q.graph.lineage(q.branch) if q.branch else set(q.graph.by_id)
    found = [[i for n, i in q.graph.names.items() if n.startswith(p) and i in near]
             for p in q.partial_names()]
    return (q.theirs == ("error", "graph.ambiguous-revision") and
            any(len(ids) > 1 and len(set(ids)) == 1 for ids in found))


def typed_error(q):
    """an uncaught AssertionError or TypeError of alembic is a sentence"""
    return (q.verb in ("upgrade", "downgrade") and
            q.they_say("assertion", "AttributeError", "TypeError") and
            q.we_say("walked-too-far", "ambiguous-current", "not-on-branch", "multiple-heads",
                     "upgrade-to-base", "branch-not-applied"))


def prefix_on_branch(q):
    """in label@prefix the prefix is sought on the branch; alembic does so for absolute upgrades only"""
    if q.verb == "resolve" or (q.verb == "upgrade" and q.count is None):
        return False
    return any("@" in part and re.split("[+-]", part.partition("@")[2])[0] in q.partial_names()
               for part in re.split("[:,]", q.target))


def head_of_branch(q):
    """downgrade to label@head looks at the branch's heads; alembic at all heads"""
    return q.verb == "downgrade" and q.branch is not None and q.name in ("head", "heads")


def nothing_above(q):
    """downgrade to an applied revision with nothing above it does nothing; alembic refuses non-rows"""
    id_ = q.graph.find(q.name or "")
    return (q.verb == "downgrade" and q.theirs == ("error", "graph.not-applied") and
            q.ours == ("ok", []) and (q.count is not None or id_ in q.applied))


def roots_on_branch(q):
    """downgrade label@id undoes all children on the branch; alembic only those below the label"""
    return q.verb == "downgrade" and q.they_say("roots-filtered-away")


def history_asserts(q):
    """a range is any two ends; alembic asserts on label@ without one label, and across dependencies"""
    return q.verb == "history" and q.they_say("assertion")


def history_lineage(q):
    """label@base:id shows id when it is above or below the label; alembic when it shows the label"""
    lower, _, upper = q.target.partition(":")
    return (q.verb == "history" and "@" in lower and q.ours[0] == "ok" and upper != "" and
            any(q.ours[1] == q.ours[1] & q.graph.below([i]) and i in q.graph.lineage(b)
                for i in [q.graph.find(upper.rpartition("@")[2])] if i
                for b in [q.graph.find(lower.partition("@")[0])]))


def overlapping_heads(q):
    """label@heads may name a head that another depends on: both get applied; alembic refuses"""
    return (q.verb in ("upgrade", "history") and "@heads" in q.target and
            q.they_say("overlap"))


def history_to_effective_head(q):
    """label@x: goes up to the branch's heads; alembic forgets those that others depend on"""
    lower, _, upper = q.target.partition(":")
    if q.verb != "history" or "@" not in lower or upper != "" or q.ours[0] != "ok":
        return False
    branch = q.graph.find(lower.partition("@")[0])
    near = q.graph.lineage(branch) if branch else set()
    return any(q.graph.above([i]) != {i} and not q.graph.children(i) for i in near)


def history_of_id(q):
    """id@base: shows the branch of the id; alembic shows that of a label the id is under"""
    branch = q.target.partition("@")[0]
    return q.verb == "history" and branch in q.graph.by_id and "@" in q.target.partition(":")[0]


def stamp_overlap(q):
    """stamp refuses an ancestor with its descendant, alembic writes both or loses rows"""
    wished = q.destinations()
    if q.verb != "stamp" or not q.we_say("stamp-overlap") or wished is None:
        return False
    ids, emptied = wished
    overlap = q.graph.maximal(set(ids)) != frozenset(ids)
    return overlap or bool(ids & emptied)


def stamp_related(q):
    """stamp moves rows above or below a destination only; alembic's move depends on the other rows"""
    wished = q.destinations()
    if q.verb != "stamp" or q.ours[0] != "ok" or wished is None:
        return False
    if "," not in q.target and "@" not in q.target and q.target != "heads":
        return False
    ids, emptied = wished
    gone = emptied.union(*(q.graph.related(i) for i in ids))
    return q.ours[1] == (q.rows - gone) | ids


def first_error(q):
    """of several wrong targets or range ends the first is reported, alembic picks another"""
    several = (q.verb == "stamp" and "," in q.target) or q.verb == "history"
    return (several and q.theirs[0] == q.ours[0] == "error" and
            q.theirs[1].startswith("graph."))


RULES = (upgrade_to_base, ambiguous_minus, branch_not_applied, one_top, past_own_base, not_a_member,
         short_names, same_revision, typed_error, prefix_on_branch, head_of_branch, nothing_above,
         roots_on_branch, history_asserts, history_lineage, overlapping_heads,
         history_to_effective_head, history_of_id, stamp_overlap, stamp_related, first_error)


def reason(graph, verb, rows, target, theirs, ours):
    """Why this difference is meant, or None."""
    question = Question(graph, verb, rows, target, theirs, ours)
    for rule in RULES:
        if rule(question):
            return rule.__doc__
    return None
