from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_aisec.journal import Journal, Log, read
from jupyter_aisec.lineage import as_data, build, downstream, find, of_session, upstream
from jupyter_aisec.model import (
    AisecError,
    AssetKind,
    Certainty,
    DocumentState,
    Graph,
    Hashed,
    Node,
    Session,
    Source,
    Use,
    Verb,
)

Write = Callable[..., Log]

A, B = "a" * 64, "b" * 64
DATA, MODEL = AssetKind.DATASET, AssetKind.MODEL


def use(verb: Verb, kind: AssetKind, key: str, *sources: str | Source, **more: object) -> Use:
    values: dict[str, Any] = {
        "id": key,
        "at": "2026-01-02T03:04:05+00:00",
        "name": key,
        "location": None,
        "call": "some.call",
        "cell": 1,
        "cell_id": "one",
        "line": 1,
    } | more
    known = tuple(each if isinstance(each, Source) else Source(each, Certainty.OBSERVED) for each in sources)
    return Use(verb=verb, kind=kind, key=key, sources=known, **values)


@pytest.fixture
def log(tmp_path: Path) -> Write:
    def write(*records: Use | Hashed, session: str = "s1", notebook: str | None = "nb.ipynb") -> Log:
        journal = Journal(tmp_path / f"{session}.jsonl")
        journal.write(Session(session, "2026-01-02T03:04:05+00:00", notebook, 1, "3.11"), *records)
        journal.close()
        found = read(journal.path)
        assert found is not None
        return found

    return write


def named(graph: Graph, name: str) -> Node:
    return next(node for node in graph.nodes if node.name == name)


def arrows(graph: Graph) -> set[tuple[str, str, str]]:
    names = {node.id: node.name for node in graph.nodes}
    return {(names[edge.source], names[edge.target], edge.verb.value) for edge in graph.edges}


def hashed(key: str, sha256: str | None, problem: str | None = None) -> Hashed:
    return Hashed(key, "", sha256, 3, problem)


def test_path_from_data_to_model(log: Write) -> None:
    graph = build(
        [
            log(
                use(Verb.READ, DATA, "a.csv", location="a.csv"),
                hashed("a.csv", A),
                use(Verb.FITTED, MODEL, "Forest", "a.csv"),
                use(Verb.SAVED, MODEL, "m.joblib", "Forest", location="m.joblib"),
            )
        ]
    )
    assert arrows(graph) == {
        ("a.csv", "nb.ipynb", "read"),
        ("a.csv", "Forest", "fitted"),
        ("Forest", "m.joblib", "saved"),
    }
    assert named(graph, "a.csv").sha256 == A


def test_same_bytes_at_the_same_place_join_two_notebooks(log: Write) -> None:
    first = log(
        use(Verb.READ, DATA, "raw.csv", location="raw.csv"),
        use(Verb.WROTE, DATA, "clean", "raw.csv", location="clean.csv", name="clean.csv"),
        hashed("clean", A),
    )
    second = log(
        use(Verb.READ, DATA, "x", location="clean.csv", name="clean.csv"),
        hashed("x", A),
        use(Verb.FITTED, MODEL, "Forest", "x"),
        session="s2",
        notebook="two.ipynb",
    )
    graph = build([first, second])
    closure = upstream(graph, [named(graph, "Forest").id])
    assert {node.name for node in closure.nodes} == {"Forest", "clean.csv", "raw.csv"}
    assert "Forest" in {node.name for node in downstream(graph, [named(graph, "raw.csv").id]).nodes}
    assert {node.id for node in build([second, first]).nodes} == {node.id for node in graph.nodes}


def test_other_bytes_at_the_same_place_are_another_node(log: Write) -> None:
    graph = build(
        [
            log(
                use(Verb.READ, DATA, "1", location="a.csv", name="a.csv"),
                hashed("1", A),
                use(Verb.READ, DATA, "2", location="a.csv", name="a.csv"),
                hashed("2", B),
            )
        ]
    )
    assert {node.sha256 for node in graph.nodes if node.kind is DATA} == {A, B}


def test_source_that_nobody_saw_is_unknown_one_per_target(log: Write) -> None:
    graph = build(
        [log(use(Verb.FITTED, MODEL, "one"), use(Verb.FITTED, MODEL, "two", "lost"), use(Verb.FITTED, MODEL, "one"))]
    )
    assert arrows(graph) == {("unknown source", "one", "fitted"), ("unknown source", "two", "fitted")}
    assert sum(node.kind is AssetKind.UNKNOWN for node in graph.nodes) == 2
    assert {edge.certainty for edge in graph.edges} == {Certainty.INFERRED}


def test_fits_of_one_model_unite_their_sources(log: Write) -> None:
    graph = build(
        [
            log(
                use(Verb.READ, DATA, "a", location="a"),
                use(Verb.READ, DATA, "b", location="b"),
                use(Verb.FITTED, MODEL, "m", "a"),
                use(Verb.FITTED, MODEL, "m", "b"),
            )
        ]
    )
    assert {(s, t) for s, t, verb in arrows(graph) if verb == "fitted"} == {("a", "m"), ("b", "m")}


def test_observed_outranks_inferred_and_repeats_are_one_edge(log: Write) -> None:
    read_it = use(Verb.READ, DATA, "a", location="a")
    fits = [
        use(Verb.FITTED, MODEL, "m", Source("a", certainty)) for certainty in (Certainty.INFERRED, Certainty.OBSERVED)
    ]
    graph = build([log(read_it, *fits, *fits)])
    assert [edge.certainty for edge in graph.edges if edge.verb is Verb.FITTED] == [Certainty.OBSERVED]


def test_logged_model_is_one_node_whatever_is_known_of_its_bytes(log: Write) -> None:
    logged = use(Verb.LOGGED, MODEL, "l", location="models:/m-1")
    again = use(Verb.LOADED, MODEL, "x", location="models:/credit/1", facts={"model_id": "m-1"})
    graph = build([log(logged, hashed("l", A)), log(again, session="s2", notebook="two.ipynb")])
    assert [node.sha256 for node in graph.nodes if node.kind is MODEL] == [A]


def test_problem_is_unsaid_by_a_later_digest_and_not_the_other_way(log: Write) -> None:
    graph = build(
        [
            log(
                use(Verb.READ, DATA, "a", location="a"),
                hashed("a", None, "busy"),
                hashed("a", A),
                hashed("a", None, "gone"),
            )
        ]
    )
    assert (named(graph, "a").sha256, named(graph, "a").problem) == (A, None)


def test_documentation_by_name_and_by_name_and_digest(log: Write) -> None:
    records = (use(Verb.READ, DATA, "a", location="a"), hashed("a", A), use(Verb.READ, DATA, "b", location="b"))
    by_name = build([log(*records)], {"a": DocumentState.DOCUMENTED})
    assert {node["name"]: node["documented"] for node in as_data(by_name)["nodes"]} == {
        "a": True,
        "b": False,
        "nb.ipynb": None,
    }

    def state(name: str, sha256: str | None) -> DocumentState:
        return DocumentState.STALE if (name, sha256) == ("a", A) else DocumentState.UNKNOWN

    asked = build([log(*records, session="s3")], state)
    assert named(asked, "a").documentation is DocumentState.STALE
    assert [node["documented"] for node in as_data(asked)["nodes"] if node["name"] == "b"] == [None]


@pytest.mark.parametrize("text", ["clean.csv", "data/clean.csv", A[:12], f"sha256:{A}", "models:/m-1"])
def test_find(log: Write, text: str) -> None:
    graph = build(
        [
            log(
                use(Verb.READ, DATA, "k", location="data/clean.csv", name="the data"),
                hashed("k", A),
                use(Verb.LOADED, MODEL, "l", location="models:/m-1"),
            )
        ]
    )
    assert len(find(graph, text)) == 1


def test_nearest_name_is_offered(log: Write) -> None:
    graph = build([log(use(Verb.READ, DATA, "applications.csv", location="x"))])
    with pytest.raises(AisecError, match=r"did you mean 'applications\.csv'\?"):
        find(graph, "aplications.csv")
    with pytest.raises(AisecError, match="no lineage is recorded"):
        find(Graph((), ()), "x")


keys = st.sampled_from([f"k{number}" for number in range(8)])
uses = st.builds(
    lambda verb, kind, key, sources, location: use(verb, kind, key, *sources, location=location),
    st.sampled_from(Verb),
    st.sampled_from([DATA, MODEL, AssetKind.SERVICE]),
    keys,
    st.lists(keys, max_size=3),
    st.sampled_from([None, "p", "q"]),
)


@given(st.lists(uses, max_size=15))
def test_every_edge_joins_two_nodes_and_no_use_is_lost(records: list[Use]) -> None:
    session = Session("s", "2026-01-02T03:04:05+00:00", "n.ipynb", 1, "3.11")
    whole = Log(Path("x"), session, (), tuple(records), (), 0, 0)
    graph = build([whole])
    ids = {node.id for node in graph.nodes}
    assert {end for edge in graph.edges for end in (edge.source, edge.target)} <= ids
    assert {record.verb for record in records} == {edge.verb for edge in graph.edges}
    assert build([whole, whole]) == graph


def test_a_session_shows_its_own_way_to_a_file_that_others_made_as_well(log: Write) -> None:
    def trained(session: str) -> Log:
        return log(
            use(Verb.READ, DATA, "made.csv", location="made.csv"),
            hashed("made.csv", A),
            use(Verb.FITTED, MODEL, "Forest", "made.csv"),
            use(Verb.SAVED, MODEL, "m.pkl", "Forest", location="m.pkl"),
            hashed("m.pkl", B),
            session=session,
        )

    prepared = log(
        use(Verb.READ, DATA, "raw.csv", location="raw.csv"),
        use(Verb.WROTE, DATA, "made.csv", "raw.csv", location="made.csv"),
        hashed("made.csv", A),
        session="before",
        notebook="prepare.ipynb",
    )
    first, second = trained("s1"), trained("s2")
    graph = build([prepared, first, second])
    assert len([node for node in graph.nodes if node.name == "Forest"]) == 2
    for own in (first, second):
        part = of_session(graph, own)
        assert len([node for node in part.nodes if node.name == "Forest"]) == 1
        assert {("raw.csv", "made.csv", "wrote"), ("made.csv", "Forest", "fitted"), ("Forest", "m.pkl", "saved")} <= (
            arrows(part)
        )
