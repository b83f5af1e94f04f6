from __future__ import annotations

import re
from html.parser import HTMLParser

from jupyter_aisec.model import Confidence, Finding, Place, Severity
from jupyter_aisec.report.findings import SHOWN, cell_text, html


def finding(message: str, severity: Severity = Severity.HIGH, line: int = 1) -> Finding:
    return Finding("some-rule", severity, Confidence.HIGH, message, Place(0, None, line, 1, line, 2))


def test_html_is_escaped_and_brings_nothing_along() -> None:
    shown = html([finding('<script>alert(1)</script> \u202eevil & \x1b[31m; do "this"')])
    assert "<script" not in shown
    assert "\u202e" not in shown
    assert "\x1b" not in shown
    assert "&lt;script&gt;" in shown
    assert not re.search(r"(?:src|href|on\w+|url)\s*[=(]", shown)
    for colour in re.findall(r"var\([^)]*\)", shown):
        assert "," in colour

    class Balanced(HTMLParser):
        depth = 0

        def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
            self.depth += tag != "br"

        def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser's signature
            self.depth -= 1

    parser = Balanced()
    parser.feed(shown)
    assert parser.depth == 0


def test_severity_is_a_word_and_a_shape() -> None:
    for severity in Severity:
        assert severity.value in html([finding("a; b", severity)])
    shapes = {re.search(r"[◆▲■●○]", html([finding("a; b", severity)])) for severity in Severity}
    assert len({match[0] for match in shapes if match}) == len(Severity)


def test_many_are_counted_and_the_worst_stands_first() -> None:
    many = [finding(f"why {line}; what", Severity.LOW, line) for line in range(1, SHOWN + 37)]
    shown = [*many, finding("worst; stop", Severity.CRITICAL, 99)]
    assert "and 37 more" in html(shown)
    assert "and 37 more" in cell_text(shown)
    assert cell_text(shown).splitlines()[0].startswith("◆ critical")
    assert html([]) == ""


def test_findings_that_say_the_same_are_one_line() -> None:
    alike = [finding("why; what", Severity.LOW, line) for line in range(3, 63)]
    for text in (cell_text(alike), html(alike)):
        assert text.count("why") == 1
        assert "lines 3 to 62, 60 times" in text
        assert "more" not in text
    assert "line 7, 2 times" in cell_text([finding("why; what", Severity.LOW, 7)] * 2)
