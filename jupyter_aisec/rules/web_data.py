"""Pages from the web that end in a store which a model reads, or in training data."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.outside import worst
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.knowledge import Origin
from jupyter_aisec.model import Severity

FAMILY = Family(
    "data protection and provenance",
    cwe="CWE-349",
    atlas="AML.T0070",
    topics=Topics("ML02", "LLM08", "LLM09"),
    guidelines=("2.1", "2.3", "4.2"),
)

_STORES = frozenset({"from_documents", "afrom_documents", "from_texts", "add_documents", "aadd_documents", "add_texts"})


@FAMILY.rule(
    Severity.INFO,
    named=_STORES,
    default=False,
)
def train_on_unreviewed_web_data(call: Call) -> Iterator[Hit]:
    """Pages from the web go into a store that a model answers from, and nobody has read them.

    Whoever can edit a page that is fetched writes a part of your model's answers: a wrong fact, a link, an order to
    the model. Keep a list of the pages with the date and a digest, look at what is new, and store where each part is
    from beside its text.

    Bad:
        from langchain_community.document_loaders import WebBaseLoader
        from langchain_community.vectorstores import FAISS
        pages = WebBaseLoader("https://example.org/wiki").load()
        store = FAISS.from_documents(pages, embedding)

    Good:
        from langchain_community.document_loaders import TextLoader
        from langchain_community.vectorstores import FAISS
        pages = TextLoader("reviewed/wiki.txt").load()
        store = FAISS.from_documents(pages, embedding)
    """
    who = worst(call.value("documents", 0) or call.value("texts", 0), Origin.NETWORK)
    if who is not None:
        yield call.found(f"{call.called} takes what {who.phrase}; note where each part is from, and look at it")
