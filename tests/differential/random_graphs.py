"""Random graphs, rows and targets, and the few facts about them that the comparison needs."""
import dataclasses


@dataclasses.dataclass
class Rev:
    id: str
    downs: list
    depends: list  # ids or labels
    labels: list


class Graph:
    """Revisions in the order of their creation, parents before children unless broken on purpose."""

    def __init__(self, revisions):
        self.revisions = revisions
        self.by_id = {r.id: r for r in revisions}
        self.by_name = dict(self.by_id)
        for r in revisions:
            self.by_name.update({label: r for label in r.labels})
        self.names = {n: r.id for n, r in self.by_name.items()}

    def parents(self, id_):
        rev = self.by_id[id_]
        return list(dict.fromkeys(rev.downs + [self.names[d] for d in rev.depends]))

    def closure(self, ids, edges):
        seen, todo = set(), list(ids)
        while todo:
            id_ = todo.pop()
            if id_ not in seen:
                seen.add(id_)
                todo += edges(id_)
        return seen

    def below(self, ids):
        return self.closure(ids, self.parents)

    def below_down(self, ids):
        return self.closure(ids, lambda i: self.by_id[i].downs)

    def above(self, ids):
        return {r.id for r in self.revisions if self.below([r.id]) & set(ids)}

    def above_down(self, ids):
        return {r.id for r in self.revisions if self.below_down([r.id]) & set(ids)}

    def lineage(self, id_):
        return self.below_down([id_]) | self.above_down([id_])

    def related(self, id_):
        return self.below([id_]) | self.above([id_])

    def children(self, id_):
        return {r.id for r in self.revisions if id_ in r.downs}

    def maximal(self, applied):
        """The law, by its words: those that no other applied revision stands on."""
        return frozenset(i for i in applied
                         if not any(i != o and i in self.below([o]) for o in applied))

    def has_redundant(self):
        for r in self.revisions:
            if len(r.downs + r.depends) != len(set(self.parents(r.id))):
                return True
            for p in self.parents(r.id):
                if any(p != o and p in self.below([o]) for o in self.parents(r.id)):
                    return True
        return False

    def find(self, text):
        """The id that a name or unique prefix means, or None."""
        if text in self.names:
            return self.names[text]
        found = {i for n, i in self.names.items() if n.startswith(text)}
        return found.pop() if len(found) == 1 else None


LABELS = ("accounts", "billing", "catalog", "abcdefg", "bcadefg")


def random_id(rng, taken):
    while True:
        length = rng.choice((3, 4, 4, 4, 5, 5, 6, 6, 8, 8))
        id_ = "".join(rng.choice("abc1") for _ in range(length))
        if id_ not in taken and id_ not in LABELS:
            return id_


def random_parents(rng, graph, ids, count, redundant):
    picked = []
    for _ in range(count):
        near = ids[-4:] if rng.random() < 0.6 else ids
        id_ = rng.choice(near)
        if redundant or not any(id_ in graph.below([p]) or p in graph.below([id_]) for p in picked):
            picked.append(id_)
    return picked


def random_graph(rng):
    redundant = rng.random() < 0.1
    revisions = []
    labels = list(LABELS)
    rng.shuffle(labels)
    with_dependencies = rng.random() < 0.6
    for _ in range(rng.randint(1, 14)):
        graph = Graph(revisions)
        ids = list(graph.by_id)
        rev = Rev(random_id(rng, ids), [], [], [])
        if ids and rng.random() < 0.85:
            rev.downs = list(dict.fromkeys(
                random_parents(rng, graph, ids, rng.choice((1, 1, 1, 2, 2, 3)), redundant)))
        if ids and with_dependencies and rng.random() < 0.35:
            for dep in random_parents(rng, graph, ids, rng.choice((1, 1, 2)), redundant):
                clash = any(dep in graph.below([p]) or p in graph.below([dep])
                            for p in rev.downs + rev.depends)
                if dep not in rev.downs + rev.depends and (redundant or not clash):
                    rev.depends.append(dep)
        if labels and rng.random() < 0.2:
            rev.labels = [labels.pop()]
        revisions.append(rev)
        graph = Graph(revisions)
        rev.depends = [rng.choice([d] + graph.by_id[d].labels) for d in rev.depends]
    return Graph(revisions)


def break_graph(rng, graph):
    """Spoils the graph in one way; returns our code for it."""
    early, late = sorted(rng.choices(range(len(graph.revisions)), k=2))
    first, last = graph.revisions[early], graph.revisions[late]
    kind = rng.choice(("missing-parent", "missing-dependency", "self-loop", "dependency-self-loop",
                       "cycle", "dependency-cycle", "duplicate-label", "label-is-id"))
    if kind == "missing-parent":
        last.downs = last.downs + ["zzzz"]
    elif kind == "missing-dependency":
        last.depends = last.depends + ["zzzz"]
    elif kind == "self-loop":
        last.downs = last.downs + [last.id]
    elif kind == "dependency-self-loop":
        last.depends = last.depends + [last.id]
    elif kind in ("cycle", "dependency-cycle"):
        above = sorted(graph.above_down([first.id]) - {first.id})
        if not above:
            return None
        if kind == "cycle":
            first.downs = first.downs + [rng.choice(above)]
        else:
            first.depends = first.depends + [rng.choice(above)]
    elif kind == "duplicate-label":
        if first is last:
            return None
        first.labels, last.labels = first.labels + ["twice"], last.labels + ["twice"]
    else:
        last.labels = last.labels + [first.id]
    return "graph." + kind


def random_rows(rng, graph):
    ids = list(graph.by_id)
    if rng.random() < 0.15:
        return frozenset()
    return graph.maximal(graph.below(rng.sample(ids, min(len(ids), rng.choice((1, 1, 2, 3))))))


def random_name(rng, graph):
    name = rng.choice(list(graph.names))
    if rng.random() < 0.2:
        name = name[:rng.randint(1, len(name))]
    return "zzzz" if rng.random() < 0.02 else name


def random_target(rng, graph, relative):
    branch = ""
    if rng.random() < 0.35:
        labels = [n for n, i in graph.names.items() if n != i]
        pool = labels if labels and rng.random() < 0.7 else list(graph.by_id)
        branch = rng.choice(pool) + "@"
    draw = rng.random()
    if relative and draw < 0.4:
        anchor = random_name(rng, graph) if rng.random() < 0.4 else ""
        return f"{branch}{anchor}{rng.choice('+-')}{rng.choice((1, 1, 1, 2, 2, 3, 5))}"
    if draw < 0.55:
        return branch + rng.choice(("head", "heads", "base"))
    return branch + random_name(rng, graph)
