"""The lineage as one HTML page that needs nothing else: no script, no font, no request; safe in a sandboxed frame."""

from __future__ import annotations

from jupyter_aisec.model import Edge, Graph, Node
from jupyter_aisec.report.drawing import STANDS_FOR, counted, drawing
from jupyter_aisec.report.svg import lineage_svg
from jupyter_aisec.report.words import digest_words, edge_words, escaped, kind_words, size_words, state_words, web_link

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

STYLE = """
:root{color-scheme:light dark;--jp-layout-color1:#fff;--jp-layout-color2:#f3f5f8;--jp-border-color1:#b8bec6;
--jp-ui-font-color1:#1f2328;--jp-ui-font-color2:#57606a;--jp-info-color1:#2458a8;--jp-error-color1:#b3261e;
--open:#a3261b;--link:#0b57c2}
@media (prefers-color-scheme:dark){:root{
--jp-layout-color1:#16191d;--jp-layout-color2:#22272e;--jp-border-color1:#444c56;
--jp-ui-font-color1:#e6e9ed;--jp-ui-font-color2:#a9b2bc;--jp-info-color1:#7fb0ff;
--jp-error-color1:#ff6f60;--open:#ff9d92;--link:#8ab8ff}}
*{box-sizing:border-box}
body{margin:0;padding:1.2rem;background:var(--jp-layout-color1);color:var(--jp-ui-font-color1);
font:14px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
h1{font-size:1.25rem;margin:0 0 .2rem}h2{font-size:1.05rem;margin:1.6rem 0 .5rem}p{margin:.2rem 0 .8rem}
.soft{color:var(--jp-ui-font-color2)}.open{color:var(--open);font-weight:600}a{color:var(--link)}
fieldset{border:0;min-width:0;padding:0;margin:.6rem 0 0}
legend{float:left;padding:0;margin-right:.8rem}label{margin-right:.9rem}
.stage{overflow:auto;max-height:75vh;margin-top:.5rem}.stage svg{display:block}
#fit:checked~.stage svg{min-width:0!important}
#half:checked~.stage svg{max-width:none!important;zoom:.5}
#whole:checked~.stage svg{max-width:none!important}
#double:checked~.stage svg{max-width:none!important;zoom:2}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;min-width:46rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--jp-border-color1)}
th{font-weight:600;white-space:nowrap}td{overflow-wrap:anywhere}td.name{min-width:11rem}td.short{white-space:nowrap;overflow-wrap:normal}
code{font:12px/1.4 ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}
"""


def lineage_page(graph: Graph, title: str = "Lineage") -> str:
    """The picture, with zoom by style alone, then every node and every edge as tables."""
    grouped = any(STANDS_FOR in node.facts for node in drawing(graph).nodes)
    note = " Nodes that are alike are drawn as one; the tables below name each." if grouped else ""
    names = {node.id: node.name for node in graph.nodes}
    nodes = "".join(_node_row(node) for node in graph.nodes)
    edges = "".join(_edge_row(edge, names) for edge in graph.edges)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{escaped(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escaped(title)}</h1><p>{escaped(counted(graph))}.<span class=soft>{note} Digests are SHA-256 over all "
        "bytes. What the recorder could not see is drawn as <em>not seen</em>.</span></p>"
        '<fieldset><legend class="soft">Picture:</legend>'
        '<input type="radio" name="zoom" id="readable" checked><label for="readable"> readable</label>'
        '<input type="radio" name="zoom" id="fit"><label for="fit"> whole</label>'
        '<input type="radio" name="zoom" id="half"><label for="half"> 50 %</label>'
        '<input type="radio" name="zoom" id="whole"><label for="whole"> 100 %</label>'
        '<input type="radio" name="zoom" id="double"><label for="double"> 200 %</label>'
        '<div class="stage" tabindex="0" role="region" aria-label="picture of the lineage">'
        f"{lineage_svg(graph, title)}</div></fieldset>"
        '<h2 id="assets">Assets</h2><div class="wide"><table aria-labelledby="assets"><thead><tr>'
        '<th scope="col">Kind</th><th scope="col">Name</th><th scope="col">Documentation</th>'
        '<th scope="col">SHA-256</th><th scope="col">Size</th><th scope="col">Location</th>'
        f"</tr></thead><tbody>{nodes}</tbody></table></div>"
        '<h2 id="flow">What went where</h2><div class="wide"><table aria-labelledby="flow"><thead><tr>'
        '<th scope="col">From</th><th scope="col">To</th><th scope="col">How</th><th scope="col">Call</th>'
        f'<th scope="col">Certainty</th><th scope="col">Cell id</th></tr></thead><tbody>{edges}</tbody></table></div>'
        "</body></html>"
    )


def _node_row(node: Node) -> str:
    digest = f"<code>{node.sha256}</code>" if _is_digest(node.sha256) else escaped(digest_words(node, 64))
    link = web_link(node.location)
    place = escaped(node.location or "")
    if link is not None:
        place = f'<a href="{escaped(link)}" rel="noopener noreferrer" target="_blank">{place}</a>'
    state = node.documentation
    word = state_words[state] if state else ""
    loud = "" if state is None or state.value == "documented" else ' class="open"'
    return (
        f'<tr><td class="short">{kind_words[node.kind]}</td><td class="name">{escaped(node.name)}</td>'
        f"<td{loud}>{word}</td>"
        f'<td>{digest}</td><td class="short">{_size(node.size)}</td><td>{place}</td></tr>'
    )


def _edge_row(edge: Edge, names: dict[str, str]) -> str:
    return (
        f"<tr><td>{escaped(names.get(edge.source, edge.source))}</td><td>{escaped(names.get(edge.target, edge.target))}"
        f'</td><td class="short">{edge_words(edge)}</td><td><code>{escaped(edge.call or "")}</code></td>'
        f'<td class="short">{edge.certainty.value}</td><td><code>{escaped(edge.cell_id or "")}</code></td></tr>'
    )


def _size(size: int | None) -> str:
    return "" if size is None else f'<span title="{size} bytes">{size_words(size)}</span>'


def _is_digest(sha256: str | None) -> bool:
    return sha256 is not None and sha256.isalnum() and sha256.isascii()
