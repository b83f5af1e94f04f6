from __future__ import annotations

import os
import re
import time
from html.parser import HTMLParser
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from jupyter_aisec.model import AssetKind, Certainty, DocumentState, Edge, Graph, Node, Verb
from jupyter_aisec.report.drawing import counted, drawing
from jupyter_aisec.report.layout import Spacing, layout
from jupyter_aisec.report.lineage import lineage_text
from jupyter_aisec.report.page import lineage_page
from jupyter_aisec.report.svg import lineage_svg
from jupyter_aisec.report.words import markdown, shortened, visible, web_link, width

HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)>\"'`|\u202egnp.exe\x1b[31m\n\x00"
SPACING = Spacing(200, 100, 20, 20)


def node(name: str, kind: AssetKind = AssetKind.DATASET, **more: object) -> Node:
    values: dict[str, object] = {"location": name, "sha256": None} | more
    return Node(id=name, kind=kind, name=name, **values)  # type: ignore[arg-type]


def edge(source: str, target: str, verb: Verb = Verb.FITTED, certainty: Certainty = Certainty.OBSERVED) -> Edge:
    return Edge(source, target, verb, "cell-id", certainty, 3, "pandas.read_csv")


def small() -> Graph:
    return Graph(
        (
            node("a.csv", sha256="ab" * 32, size=1234, documentation=DocumentState.DOCUMENTED),
            node("b.csv", documentation=DocumentState.MISSING, problem="too large"),
            node("Forest", AssetKind.MODEL, location=None),
            node("?", AssetKind.UNKNOWN, location=None),
            node("n.ipynb", AssetKind.NOTEBOOK),
        ),
        (
            edge("a.csv", "Forest"),
            edge("b.csv", "Forest", certainty=Certainty.INFERRED),
            edge("?", "Forest"),
            edge("a.csv", "n.ipynb", Verb.READ),
        ),
    )


def crowd(count: int) -> Graph:
    data = [node(f"part-{number}.csv", sha256=f"{number:064x}") for number in range(count)]
    return Graph((*data, node("Forest", AssetKind.MODEL)), tuple(edge(each.id, "Forest") for each in data))


def texts(svg: str) -> list[str]:
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_svg_says_kind_state_name_digest_verb_and_cell() -> None:
    found = texts(lineage_svg(small()))
    assert "dataset · documented" in found
    assert "dataset · document missing" in found
    assert "sha256 abababababab" in found
    assert "no digest: too large" in found
    assert "not seen" in found
    assert any(each.endswith("fitted [3]") for each in found)
    assert "inferred, not observed" in found
    assert "notebook" not in found  # all that it read flows somewhere else


def test_text_is_a_tree_down_to_the_sources() -> None:
    lines = lineage_text(small()).splitlines()
    start = lines.index("◆ model Forest  in memory only")
    assert lines[start + 1] == "├─ fitted · cell 3 ← ■ dataset a.csv  sha256 abababababab  1.2 kB  documented"
    assert lines[start + 2].startswith("├─ fitted · cell 3 (inferred) ← ■ dataset b.csv")
    assert lines[start + 3] == "└─ fitted · cell 3 ← ? not seen ?"


def test_text_of_a_chain_of_a_thousand() -> None:
    nodes = tuple(node(f"{number}") for number in range(1000))
    text = lineage_text(Graph(nodes, tuple(edge(f"{number}", f"{number + 1}") for number in range(999))))
    assert "more lines" in text


def test_circle_is_drawn_and_told() -> None:
    graph = Graph((node("a"), node("b")), (edge("a", "b"), edge("b", "a"), edge("a", "a")))
    assert sum(each.endswith("fitted [3]") for each in texts(lineage_svg(graph))) == 2
    assert "(shown above)" in lineage_text(graph)


def test_crowd_is_grouped_in_the_picture_and_whole_in_the_tables() -> None:
    graph = crowd(300)
    assert "and 297 more like these" in texts(lineage_svg(graph))
    assert "part-299.csv" in lineage_page(graph)
    assert len(drawing(crowd(20)).nodes) == 21


def test_logged_model_is_never_grouped_away() -> None:
    fits = crowd(60)
    models = tuple(node(f"m{number}", AssetKind.MODEL) for number in range(60))
    edges = tuple(edge("Forest", each.id, Verb.LOGGED if each.id == "m59" else Verb.SAVED) for each in models)
    found = texts(lineage_svg(Graph(fits.nodes + models, fits.edges + edges)))
    assert "m59" in found
    assert any(each.startswith("and ") for each in found)


def test_three_hundred_nodes_are_quick_even_ungrouped() -> None:
    graph = Graph(
        tuple(node(f"{number}") for number in range(300)),
        tuple(edge(f"{number}", f"{(number * 7 + step) % 300}") for number in range(300) for step in (1, 2, 3)),
    )
    started = time.process_time()
    layout({each.id: 60.0 for each in graph.nodes}, [(each.source, each.target) for each in graph.edges], SPACING)
    lineage_page(graph)
    assert time.process_time() - started < 2


def test_empty_graph_is_said() -> None:
    assert "nothing recorded" in lineage_text(Graph((), ()))
    assert "nothing recorded" in lineage_svg(Graph((), ()))
    assert counted(Graph((), ())) == "nothing recorded"


class Page(HTMLParser):
    """Collects what a browser would obey."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


names = st.one_of(st.just(HOSTILE), st.text(max_size=80))


@settings(deadline=None)
@given(names, names, st.one_of(st.none(), names))
def test_no_text_becomes_markup(name: str, location: str, problem: str | None) -> None:
    one = Node("1", AssetKind.DATASET, name, location, None, problem=problem)
    graph = Graph((one, node("2")), (Edge("1", "2", Verb.WROTE, name, Certainty.OBSERVED, 1, name),))
    ET.fromstring(lineage_svg(graph, name))
    page = Page()
    html = lineage_page(graph, name)
    page.feed(html)
    assert not page.tags & {"script", "img", "iframe", "object", "link", "form"}
    assert not [key for key, _ in page.attributes if key.startswith("on")]
    assert not [value for key, value in page.attributes if key == "href" and not (value or "").startswith("http")]
    for text in (html, lineage_svg(graph, name), lineage_text(graph, name)):
        assert "\u202e" not in text
        assert "\x1b" not in text


@given(st.text(max_size=200), st.integers(min_value=2, max_value=60))
def test_shortened_fits_and_keeps_both_ends(text: str, columns: int) -> None:
    short = shortened(text, columns)
    assert width(short) <= columns
    assert short == visible(text) or "…" in short


@pytest.mark.parametrize(
    "location", ["javascript:alert(1)", "data:text/html,x", "//host/x", "http:x", "https://a\u202eb/", "http://[", None]
)
def test_only_web_addresses_are_links(location: str | None) -> None:
    assert web_link(location) is None


def test_markdown_of_a_hostile_name_holds_no_markup() -> None:
    assert not re.search(r"[|<>`\[\]()*_]", markdown(HOSTILE).replace("&#", ""))


@given(
    st.integers(min_value=1, max_value=25).flatmap(
        lambda count: st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=60).map(
            lambda pairs: (count, pairs)
        )
    )
)
def test_no_two_nodes_overlap(made: tuple[int, list[tuple[int, int]]]) -> None:
    count, pairs = made
    heights = {str(number): 40.0 + number for number in range(count)}
    placed = layout(heights, [(str(one), str(other)) for one, other in pairs], SPACING)
    for (one, height), (other, other_height) in combinations(heights.items(), 2):
        if placed.left[one] == placed.left[other]:
            assert abs(placed.middle[one] - placed.middle[other]) >= (height + other_height) / 2 - 1e-6
    for one, other in {(str(a), str(b)) for a, b in pairs if a != b} - placed.backward:
        assert placed.left[one] < placed.left[other]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_in_a_sandboxed_frame_draws_zooms_and_stays_silent(scheme: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(color_scheme=scheme, viewport={"width": 900, "height": 700})  # type: ignore[arg-type]
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: said.append(request.url))
        page.set_content("<iframe sandbox=allow-scripts width=880 height=650></iframe>")
        page.locator("iframe").evaluate("(frame, html) => { frame.srcdoc = html }", lineage_page(small(), HOSTILE))
        frame = page.frame_locator("iframe")
        svg = frame.locator(".stage svg")
        svg.wait_for()
        fitting = svg.bounding_box()
        frame.get_by_label("200 %").check()
        zoomed = svg.bounding_box()
        assert fitting is not None
        assert zoomed is not None
        assert zoomed["width"] > fitting["width"] * 1.5
        assert frame.get_by_role("table", name="Assets").get_by_text("ab" * 32).is_visible()
        browser.close()
    assert [each for each in said if not each.startswith("about:")] == []
