"""The table of the guidelines as one HTML page: no script, nothing from elsewhere, readable in black and white."""

from __future__ import annotations

import re

from jupyter_aisec.claims import Coverage, Debt, Judged, Row, State, Step
from jupyter_aisec.knowledge.guidelines import guidelines
from jupyter_aisec.report.coverage import (
    BLIND,
    blind_words,
    counted,
    known_words,
    limits,
    marks,
    state_words,
    title,
)
from jupyter_aisec.report.page import POLICY
from jupyter_aisec.report.words import escaped

_STYLE = """
:root{color-scheme:light dark;--ink:#1f2328;--soft:#57606a;--line:#d0d5db;--paper:#fff;--shade:#f3f5f8;
--bad:#b3261e;--open:#8a5300;--good:#1a6b35}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--soft:#a9b2bc;--line:#3a424b;--paper:#16191d;--shade:#22272e;
--bad:#ff8a7d;--open:#e7b25f;--good:#7fd197}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:74rem;padding:1.2rem;background:var(--paper);color:var(--ink);
font:14px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
h1{font-size:1.3rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:1.8rem 0 .1rem}
p{margin:.2rem 0 .7rem}.soft{color:var(--soft)}a{color:inherit}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{text-align:left;vertical-align:top;padding:.35rem .8rem .35rem .3rem;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}
th{font-weight:600}thead th{background:var(--shade)}
.state,.marks{white-space:nowrap;overflow-wrap:normal}.marks span{margin-right:.35rem}
.state,.refused{font-weight:600}.fail,.refused{color:var(--bad)}.missing,.unknown,.stale{color:var(--open)}.verified,.stated{color:var(--good)}
code{font:12.5px/1.4 ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace}.option{white-space:nowrap}
.maps{min-width:64rem;table-layout:auto}.maps th,.maps td{font-size:12px;overflow-wrap:normal}
.w3{width:3.2rem}.w7{width:7.6rem}.w8{width:8.5rem}.w30{width:30%}.w26{width:26%}
@media screen and (max-width:46rem){body{padding:.6rem}.rows thead{position:absolute;clip-path:inset(50%)}
.rows,.rows tbody{display:block}
.rows tr{display:grid;grid-template-columns:auto minmax(0,1fr) auto;padding:.3rem 0;border-bottom:1px solid var(--line)}
.rows th,.rows td{border:0;padding:.1rem .2rem}
.rows .two{grid-column:span 2}.rows .all{grid-column:1/-1}.rows .all:empty{display:none}
.rows [data-head]::before{content:attr(data-head) ': ';color:var(--soft)}}
@media print{:root{--ink:#000;--soft:#000;--line:#888;--paper:#fff;--shade:#fff;--bad:#000;--open:#000;--good:#000}
body{font-size:9.5pt;max-width:none;padding:0}.wide{overflow:visible}table,.maps{min-width:0}
tr,h2{break-inside:avoid}h2{break-after:avoid}h2+p{break-after:avoid}a{text-decoration:none}
.w7{width:6.4rem}.lists{page:lists}.maps th,.maps td{font-size:7pt;padding:.15rem .2rem}}
@page lists{size:landscape}
"""
_NEXT = "The next step that costs least"
_QUOTED = re.compile("`([^`]+)`")
_OPTION, _UNBROKEN = re.compile(r"(?<!\S)--[a-z-]+"), r'<span class="option">\g<0></span>'


def page(coverage: Coverage, refused: str = "") -> str:
    """An overview, every claim, the debt, and the standards; ``refused`` says why it is not to be released yet."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title(coverage))}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escaped(title(coverage))}</h1><p>{escaped(counted(coverage))}. A row is its worst claim.</p>"
        f"{_refused(refused)}"
        f"{''.join(f'<p>{escaped(each)}</p>' for each in coverage.problems)}"
        f"{_overview(coverage)}{''.join(_section(row) for row in coverage.rows)}"
        f"{_debts(coverage.debts)}{_blind(coverage)}{_standards()}</main></body></html>"
    )


def _refused(why: str) -> str:
    return f'<p class="refused">{escaped(why)}</p>' if why else ""


def _overview(coverage: Coverage) -> str:
    rows = "".join(
        f'<tr role="row"><th scope="row" role="rowheader"><a href="#g{row.guideline.id}">{row.guideline.id}</a></th>'
        f"{_cell(escaped(row.guideline.title))}{_state(row.state)}"
        f"{_cell(''.join(_mark(each) for each in row.claims), 'marks all', 'Its claims')}"
        f"{_cell(_step(row.step), 'all', 'Next')}</tr>"
        for row in coverage.rows
    )
    head = _head(("Id", "w3"), ("Guideline", "w30"), ("State", "w8"), ("Its claims", "w7"), (_NEXT, ""))
    return _rows(head, rows)


def _rows(head: str, rows: str) -> str:
    """A table whose rows become blocks where there is little room; the roles say that they still are rows."""
    body = f'<tbody role="rowgroup">{rows}</tbody>'
    return f'<div class="wide"><table class="rows" role="table">{head}{body}</table></div>'


def _cell(content: str, places: str = "", head: str = "") -> str:
    """``head`` stands before it where the head of the table can't be seen."""
    named = f' data-head="{escaped(head)}"' if head and content else ""
    where = f' class="{places}"' if places else ""
    return f'<td role="cell"{where}{named}>{content}</td>'


def _head(*columns: tuple[str, str]) -> str:
    """Columns with their widths: those of all sections are the same, so that the eye finds them."""
    cells = "".join(
        f'<th scope="col" role="columnheader" class="{width}">{escaped(name)}</th>' for name, width in columns
    )
    return f'<thead role="rowgroup"><tr role="row">{cells}</tr></thead>'


def _section(row: Row) -> str:
    claims = "".join(_claim(each) for each in row.claims)
    head = _head(
        ("Claim", "w26"), ("State", "w8"), ("What is known", "w30"), ("What is missing, and the next step", "")
    )
    return (
        f'<section><h2 id="g{row.guideline.id}">{row.guideline.id} {escaped(row.guideline.title)}</h2>'
        f'<p class="soft">{escaped(row.guideline.area)}</p>'
        f"{_rows(head, claims)}</section>"
    )


def _claim(judged: Judged) -> str:
    known = "<br>".join(escaped(each) for each in known_words(judged)) or '<span class="soft">nothing</span>'
    said = f'{judged.claim.id} {escaped(judged.claim.text)} <span class="soft">({judged.claim.kind})</span>'
    step = f"<br>Next: {_step(judged.step)}" if judged.step else ""
    lacks = _cell(f"{escaped(judged.missing)}{step}", "all", "Missing" if judged.missing else "")
    return f'<tr role="row">{_cell(said, "two")}{_state(judged.state)}{_cell(known, "all", "Known")}{lacks}</tr>'


def _state(state: State) -> str:
    return f'<td role="cell" class="state {state.value}">{state_words(state)}</td>'


def _mark(judged: Judged) -> str:
    words = f"{judged.claim.id} {judged.state.value}"
    said = f'title="{words}" aria-label="{words}" role="img"'
    return f'<span class="{judged.state.value}" {said}>{marks[judged.state]}</span>'


def _step(step: Step | None) -> str:
    words = _QUOTED.split(step.marked if step else "")
    return "".join(_typed(each) if at % 2 else escaped(each) for at, each in enumerate(words))


def _typed(words: str) -> str:
    """What is to be typed; no option is broken behind its first hyphen."""
    return f"<code>{_OPTION.sub(_UNBROKEN, escaped(words))}</code>"


def _debts(debts: tuple[Debt, ...]) -> str:
    rows = "".join(
        f'<tr role="row">{_cell(escaped(each.kind), "all")}{_cell(escaped(each.place), "all", "Where")}'
        f"{_cell(escaped(each.said), 'all', 'What')}{_cell(str(each.since or 'not known'), 'all', 'Since')}</tr>"
        for each in debts
    )
    head = _head(("Kind", "w8"), ("Where", "w26"), ("What", ""), ("Since", "w8"))
    return f"<h2>Technical debt</h2>{_rows(head, rows)}" if debts else ""


def _blind(coverage: Coverage) -> str:
    rows = "".join(
        f'<tr><th scope="row" class="w30">{escaped(kind)}</th><td>{escaped(why)}</td></tr>'
        for kind, why in blind_words(coverage)
    )
    said = f'<p class="soft">{escaped(limits(coverage))}</p>'
    return (
        f'<h2>What can&#x27;t be judged</h2><p>{escaped(BLIND)}.</p><div class="wide"><table>{rows}</table></div>{said}'
    )


def _standards() -> str:
    """A column for each standard, its edition in the name."""
    found = guidelines()
    rows = "".join(
        f'<tr><th scope="row">{row.id}</th>'
        + "".join(f"<td>{escaped(row.maps_to.get(name, ''))}</td>" for name in found.standards)
        + "</tr>"
        for row in found.guidelines
    )
    head = _head(("Id", "w3"), *((name, "") for name in found.standards))
    return (
        '<div class="lists">'
        "<h2>Where the rows stand in other lists</h2><p>Each list is named with its edition; the mapping is ours.</p>"
        f'<div class="wide"><table class="maps">{head}'
        f'<tbody>{rows}</tbody></table></div><p class="soft">{escaped(found.source)}</p></div>'
    )
