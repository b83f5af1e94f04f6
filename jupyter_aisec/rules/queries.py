"""Database queries, addresses and pages that are put together from words that are not the program's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.outside import worst
from jupyter_aisec.analysis.rule import Topics
from jupyter_aisec.analysis.subscriptions import LineMagic
from jupyter_aisec.analysis.values import HOLE, Built, Value
from jupyter_aisec.knowledge import Origin
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.executed import FAMILY

_READS = ("pandas.read_sql", "pandas.read_sql_query", "polars.read_database", "duckdb.sql", "duckdb.query")
_METHODS = frozenset({"execute", "executemany", "executescript", "read_sql", "read_sql_query", "sql"})
_SQL = re.compile(
    r"\s*(?:select|insert|update|delete|replace|merge|call|with|explain|create|drop|alter)\b", re.IGNORECASE
)
_OPERAND = re.compile(
    r"(?:[=<>,]|\b(?:like|ilike|between|and|or|where|having)\b|\b(?:in|values)\s*\()"
    rf"[\s('\"%]*{HOLE}",
    re.IGNORECASE,
)
"""Where a value stands: behind an operator, or among values."""
_VALUED = re.compile(r"\b(?:where|having|values|set|between|like|ilike|in\s*\()\b", re.IGNORECASE)


def _query(call: Call) -> Value | None:
    """The text of the query, by the names that libraries have for it."""
    for name in ("sql", "query", "sqlQuery", "operation", "statement"):
        value = call.value(name)
        if value is not None:
            return value
    return call.value("sql", 0)


@FAMILY.rule(
    Severity.MEDIUM, calls=_READS, named=_METHODS, cwe="CWE-89", atlas="AML.T0049", topics=Topics("", "LLM05", "LLM10")
)
def sql_string_built(seen: Call | LineMagic) -> Iterator[Hit]:
    """A database query is put together from text.

    A quote in the value ends the string of the query, and the rest of the value is a query of its own: it reads other
    tables or drops them. Even without an attacker, a name such as O'Neil breaks it. Pass values as parameters; names
    of tables and columns, which no parameter can be, are not reported unless they come from outside.

    Bad:
        import pandas as pd
        name = names[0]
        rows = pd.read_sql(f"SELECT * FROM people WHERE name = '{name}'", connection)

    Good:
        import pandas as pd
        name = names[0]
        rows = pd.read_sql("SELECT * FROM people WHERE name = %s", connection, params=(name,))
    """
    if isinstance(seen, LineMagic):
        if seen.name == "sql" and seen.text is None and "{" in seen.written and worst(Built(None, seen.parts)):
            yield seen.found("%sql puts a value from outside into the query; use a bind parameter such as :name")
        return
    value = _query(seen)
    if not isinstance(value, Built) or value.template is None or not _SQL.match(value.template):
        return
    who = worst(value)
    if who is not None and who.origin is Origin.MODEL:
        return
    if who is not None or _in_place_of_a_value(value.template):
        what = f"what {who.phrase}" if who else "a value"
        yield seen.found(f"{seen.called} gets a query with {what} written into it; pass it as a parameter")


def _in_place_of_a_value(template: str) -> bool:
    """Whether a hole stands where a parameter could: behind an operator, among values."""
    found = _VALUED.search(template)
    return found is not None and _OPERAND.search(template, max(found.start() - 1, 0)) is not None


_TOUCHERS = ("builtins.open", "shutil.rmtree", "os.remove", "os.unlink")
_FETCHERS = ("requests.get", "requests.post", "requests.put", "requests.delete", "httpx.get", "httpx.post")


@FAMILY.rule(
    Severity.HIGH,
    calls=(*_READS, *_TOUCHERS, *_FETCHERS, "urllib.request.urlopen"),
    named=_METHODS,
    cwe="CWE-89",
    atlas="AML.T0053",
)
def llm_output_to_sql_or_path(call: Call) -> Iterator[Hit]:
    """A language model decides which query runs, which file is touched or which address is called.

    Text in a document or a web page can tell the model what to write: a query that reads all customers, a path above
    the project, an address inside the network or one that carries data out. Let the model choose from a list, check
    the value against it, and give the connection no more rights than the question needs.

    Bad:
        from openai import OpenAI
        query = OpenAI().responses.create(model="gpt", input="SQL for: who bought most?").output_text
        ---
        cursor.execute(query)

    Good:
        from openai import OpenAI
        choice = OpenAI().responses.create(model="gpt", input="Which report: sales or stock?").output_text
        ---
        cursor.execute({"sales": "SELECT * FROM sales", "stock": "SELECT * FROM stock"}[choice.strip()])
    """
    if call.path in _TOUCHERS:
        value, does = call.value("file", 0) or call.value("path"), "touches a file"
    elif call.path in _FETCHERS or call.path == "urllib.request.urlopen":
        value, does = call.value("url", 0), "calls an address"
    else:
        value, does = _query(call), "runs a query"
    who = worst(value, Origin.MODEL)
    if who is not None and (call.path != "builtins.open" or _writes(call)):
        yield call.found(f"{call.called} {does} that {who.phrase} ({who.call}); allow only what a list names")


def _writes(call: Call) -> bool:
    mode = call.text("mode", 1) or "r"
    return any(letter in mode for letter in "wax+")


@FAMILY.rule(
    Severity.MEDIUM,
    calls=("IPython.display.HTML", "IPython.core.display.HTML", "IPython.display.Javascript", "gradio.HTML"),
    named=("markdown", "html"),
    cwe="CWE-79",
    atlas="AML.T0077",
    default=False,
)
def llm_output_to_html(call: Call) -> Iterator[Hit]:
    """What a language model wrote is shown as HTML.

    Markup in the reply becomes part of the page: an image whose address carries the conversation away, a script with
    the rights of the notebook, which can run cells. Print the reply, or show it as plain text or escaped.

    Bad:
        from IPython.display import HTML
        from openai import OpenAI
        reply = OpenAI().responses.create(model="gpt", input="Tell me about the data.")
        HTML(reply.output_text)

    Good:
        from openai import OpenAI
        reply = OpenAI().responses.create(model="gpt", input="Tell me about the data.")
        print(reply.output_text)
    """
    if call.name in {"markdown", "html"} and not call.path.startswith("streamlit."):
        return
    if call.path == "streamlit.markdown" and not call.is_constant(True, "unsafe_allow_html"):  # noqa: FBT003 - the constant that is looked for
        return
    who = worst(call.value("data" if "IPython" in call.path else "body", 0), Origin.MODEL)
    if who is not None:
        yield call.found(f"{call.called} shows what {who.phrase} as HTML; print it, or escape it with html.escape")
