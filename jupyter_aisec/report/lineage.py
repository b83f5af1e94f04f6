"""The lineage as text, for a terminal: each result with what went into it below it, down to the sources."""

from __future__ import annotations

from collections import defaultdict

from jupyter_aisec.model import AssetKind, Certainty, Edge, Graph, Node
from jupyter_aisec.report.drawing import counted, without_idle_notebooks
from jupyter_aisec.report.words import digest_words, edge_words, kind_words, shortened, size_words, state_words, visible

NAME_COLUMNS = 48
PROBLEM_COLUMNS = 60
MOST_LINES = 500
"""A terminal shows so many; ``--format json`` and ``html`` show all."""

shapes = {
    AssetKind.DATASET: "■",
    AssetKind.MODEL: "◆",
    AssetKind.PROMPT: "▶",
    AssetKind.NOTEBOOK: "▤",
    AssetKind.SERVICE: "●",
    AssetKind.UNKNOWN: "?",
}


def lineage_text(graph: Graph, title: str = "Lineage") -> str:
    """Lines of text without colour or control characters, ending in a newline.

    What was shown once is not unfolded again. A notebook is shown only where an asset that it read went nowhere else.
    """
    shown = without_idle_notebooks(graph)
    lines = [f"{visible(title)}: {counted(graph)}", ""]
    if not shown.nodes:
        return f"{visible(title)}: nothing recorded yet\n"
    lines += _tree(shown)
    if len(lines) > MOST_LINES:
        left = len(lines) - MOST_LINES
        lines = [*lines[:MOST_LINES], f"… and {left} more lines; --format json or html shows all"]
    return "\n".join(lines) + "\n"


def _tree(graph: Graph) -> list[str]:
    arriving: defaultdict[str, dict[str, list[Edge]]] = defaultdict(dict)
    for edge in graph.edges:
        if edge.source != edge.target:
            arriving[edge.target].setdefault(edge.source, []).append(edge)
    leading = {edge.source for edge in graph.edges if edge.source != edge.target}
    nodes = {node.id: node for node in graph.nodes}
    # Results first; then whatever a circle keeps from being a result.
    roots = [node.id for node in graph.nodes if node.id not in leading] + [node.id for node in graph.nodes]
    lines: list[str] = []
    unfolded: set[str] = set()
    for root in roots:
        if root in unfolded:
            continue
        stack: list[tuple[str, str, str, list[Edge]]] = [(root, "", "", [])]
        while stack:
            current, branch, below, edges = stack.pop()
            sources = arriving[current]
            again = current in unfolded and bool(sources)
            how = f"{', '.join(dict.fromkeys(_how(edge) for edge in edges))} ← " if edges else ""
            lines.append(f"{branch}{how}{_words(nodes[current])}{' (shown above)' if again else ''}")
            unfolded.add(current)
            if not again:
                children = list(sources.items())
                for index, (source, into) in reversed(list(enumerate(children))):
                    last = index == len(children) - 1
                    stack.append((source, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "), into))
        lines.append("")
    return lines[:-1]


def _how(edge: Edge) -> str:
    return edge_words(edge) + (" (inferred)" if edge.certainty is Certainty.INFERRED else "")


def _words(node: Node) -> str:
    parts = [
        f"{shapes[node.kind]} {kind_words[node.kind]} {shortened(node.name, NAME_COLUMNS)}",
        shortened(digest_words(node), PROBLEM_COLUMNS),
        size_words(node.size),
        state_words[node.documentation] if node.documentation else "",
        visible(str(node.facts.get("link", ""))),
    ]
    return "  ".join(part for part in parts if part)
