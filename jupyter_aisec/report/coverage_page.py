"""The table of the guidelines as one HTML page: no script, nothing from elsewhere, readable in black and white."""

from __future__ import annotations

from jupyter_aisec.claims import Coverage, Debt, Judged, Row, State
from jupyter_aisec.knowledge.guidelines import guidelines
from jupyter_aisec.report.coverage import (
    BLIND,
    blind_words,
    counted,
    known_words,
    limits,
    state_words,
    step_words,
    title,
)
from jupyter_aisec.report.page import POLICY
from jupyter_aisec.report.words import escaped

_STYLE = """
:root{color-scheme:light dark;--ink:#1f2328;--soft:#57606a;--line:#b8bec6;--paper:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--soft:#a9b2bc;--line:#444c56;--paper:#16191d}}
body{margin:0 auto;max-width:70rem;padding:1.2rem;background:var(--paper);color:var(--ink);
font:14px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
h1{font-size:1.3rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:1.6rem 0 .4rem}h3{font-size:1rem;margin:0}
p{margin:.2rem 0 .7rem}.soft{color:var(--soft)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}
th{font-weight:600}td.state,th.state{white-space:nowrap;overflow-wrap:normal}
.fail,.missing{font-weight:700}.stated,.stale,.unknown{font-style:italic}
section{border-top:2px solid var(--ink);margin-top:1.2rem;padding-top:.5rem}
.maps th,.maps td{font-size:12px}
@media print{:root{--ink:#000;--soft:#000;--line:#000;--paper:#fff}body{font-size:10pt;max-width:none;padding:0}
.wide{overflow:visible}tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}a{color:#000}}
"""


def page(coverage: Coverage) -> str:
    """An overview, every claim, the debt, and the standards that each row maps to."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title(coverage))}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escaped(title(coverage))}</h1><p>{escaped(counted(coverage))}. A row is its worst claim.</p>"
        f"{''.join(f'<p>{escaped(each)}</p>' for each in coverage.problems)}"
        f"{_overview(coverage)}{''.join(_section(row) for row in coverage.rows)}"
        f"{_debts(coverage.debts)}{_blind(coverage)}{_standards()}"
        f'<p class="soft">{escaped(limits(coverage))}</p><p class="soft">{escaped(guidelines().source)}</p>'
        "</main></body></html>"
    )


def _overview(coverage: Coverage) -> str:
    rows = "".join(
        f'<tr><th scope="row">{row.guideline.id}</th><td>{escaped(row.guideline.title)}</td>{_state(row.state)}'
        f"<td>{escaped(step_words(row.step))}</td></tr>"
        for row in coverage.rows
    )
    head = '<th scope="col">Id</th><th scope="col">Guideline</th><th scope="col">State</th>'
    head += '<th scope="col">The next step that costs least</th>'
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _section(row: Row) -> str:
    claims = "".join(_claim(each) for each in row.claims)
    head = "".join(f'<th scope="col">{each}</th>' for each in ("Claim", "State", "What is known", "What is missing"))
    return (
        f"<section><h3>{row.guideline.id} {escaped(row.guideline.title)}</h3>"
        f'<p class="soft">{escaped(row.guideline.area)}</p>'
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{claims}</tbody></table></div></section>'
    )


def _claim(judged: Judged) -> str:
    known = "<br>".join(escaped(each) for each in known_words(judged))
    said = f"{judged.claim.id} {judged.claim.text} ({judged.claim.kind})"
    step = f"<br>Next: {escaped(judged.step.text)}" if judged.step else ""
    lacks = f"<td>{escaped(judged.missing)}{step}</td>"
    return f"<tr><td>{escaped(said)}</td>{_state(judged.state)}<td>{known}</td>{lacks}</tr>"


def _state(state: State) -> str:
    return f'<td class="state {state.value}">{state_words(state)}</td>'


def _debts(debts: tuple[Debt, ...]) -> str:
    rows = "".join(
        f"<tr><td>{escaped(each.kind)}</td><td>{escaped(each.place)}</td><td>{escaped(each.said)}</td>"
        f"<td>{each.since or 'not known'}</td></tr>"
        for each in debts
    )
    head = "".join(f'<th scope="col">{each}</th>' for each in ("Kind", "Where", "What", "Since"))
    table = f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    return f"<h2>Technical debt</h2>{table}" if debts else ""


def _blind(coverage: Coverage) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escaped(kind)}</th><td>{escaped(why)}</td></tr>' for kind, why in blind_words(coverage)
    )
    return f'<h2>What can&#x27;t be judged</h2><p>{escaped(BLIND)}.</p><div class="wide"><table>{rows}</table></div>'


def _standards() -> str:
    """A column for each standard, its edition in the name."""
    found = guidelines()
    rows = "".join(
        f'<tr><th scope="row">{row.id}</th>'
        + "".join(f"<td>{escaped(row.maps_to.get(name, ''))}</td>" for name in found.standards)
        + "</tr>"
        for row in found.guidelines
    )
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in found.standards)
    return (
        "<h2>Where the rows stand in other lists</h2><p>Each list is named with its edition; the mapping is ours.</p>"
        f'<div class="wide"><table class="maps"><thead><tr><th scope="col">Id</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
