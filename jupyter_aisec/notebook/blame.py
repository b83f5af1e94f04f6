"""What a text that is no Python seems to be instead, in a few plain words."""

from __future__ import annotations

import re
import sys

_SHELL = (
    "sudo|git|export|echo|curl|wget|apt|apt-get|brew|pip3?|conda|mamba|uv|npm|npx|yarn|docker|kubectl|python3?|bash|sh|"
    "source|cd|ls|mkdir|rm|cp|mv|cat|tar|unzip|chmod|chown|ssh|scp|aws|gcloud|az|gsutil|huggingface-cli|hf|jupyter|make|"
    "cmake|ollama|streamlit|uvicorn|torchrun|accelerate|nvidia-smi|helm|terraform|systemctl|pytest|poetry"
)
_ANYWHERE = (
    (re.compile(r"\s*(?:print\s+[\"'\w]|exec\s+[\"'\w]|raise\s+\w+\s*,|except\s+[\w.]+\s*,\s*\w+\s*:)"), "Python 2"),
    (re.compile(r"[^\n]*<[^\W\d_][^<>\n=()]{0,100}>"), "a placeholder in angle brackets"),
)
"""What a statement can be that begins as Python does."""
_SEEMS = (
    (re.compile(r"\s*(?:`{3,}|~{3,}|-{3,}\s*$|\*\*\w)"), "Markdown, not Python"),
    (re.compile(r"\s*<(?:!--|!DOCTYPE|/?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>)"), "HTML, not Python"),
    (re.compile(r"\s*(?:https?|s3|gs|ftp)://\S"), "a link, not code"),
    (re.compile(r"\s*(?:[$%] [a-z]|(?:" + _SHELL + r")[ \t]+[^\s=(.,:])"), "a shell command without !"),
    (
        re.compile(
            r"\s*(?:select\s+[\w*\"`]|insert\s+into\s|create\s+(?:or\s|table\s|view\s|database\s|index\s|schema\s)"
            r"|(?:drop|alter)\s+(?:table|view|database)\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\()",
            re.IGNORECASE,
        ),
        "SQL, not Python",
    ),
    (re.compile(r"\s*(?:[\w.]+\s*<-\s*\S|library\s*\(\w+\)\s)"), "R, not Python"),
    (
        re.compile(r"\s*(?:const|let|var|(?:async\s+)?function|import)\s+[\w{*][^\n]*(?:[;{=]|\sfrom\s)"),
        "JavaScript, not Python",
    ),
    (re.compile(r"\s*(?:\"[^\"\n]+\"|'[^'\n]+')\s*:\s"), "a piece of JSON"),
    (re.compile(r"\s*(?:Traceback \(most recent|[A-Z]\w*(?:Error|Exception|Warning):\s)"), "output, not code"),
    (re.compile(r"\s*[A-Z]\w+ \{\s"), "output, not code"),
    (re.compile(r"\s*[-*\u2022]?\s*(?:[^\W\d_][\w'\u2019-]*[,.:;!?]?[ \t]+){3,}[^\W\d_]"), "text, not code"),
    (re.compile(r"\s*(?:\d+[.)] +[A-Z]|[A-Z][\w ]{0,30}:\s*$)"), "text, not code"),
    (re.compile(r"\s*[A-Z][\w ]{0,30}: +[^\W\d_][\w',]*[ \t]+[^\W\d_]"), "text, not code"),
)
"""The first that fits; what looks at less of the text stands further down. Each looks at bounded text."""
_LOOKED_AT = 400
_KEYWORD = re.compile(
    r"\s*(?:def|class|if|elif|else|for|while|with|try|except|finally|from|return|yield|raise|assert|del|global|async|"
    r"await|lambda|not|pass|match|case)\b"
)
_FOUND_AT = re.compile(r" \(detected at line \d+\)")


def reason(text: str, error: SyntaxError) -> str:
    """Why a statement was not read: what it seems to be, else what the parser says."""
    begin = text[:_LOOKED_AT]
    for looks, words in _ANYWHERE if _KEYWORD.match(begin) else (*_SEEMS, *_ANYWHERE):
        if looks.match(begin):
            return words
    return message(error)


def message(error: SyntaxError) -> str:
    """The parser's own words, without what only an interpreter's prompt needs."""
    found = _FOUND_AT.sub("", error.msg or "invalid syntax")
    if "unicodeescape" in found:
        return 'a backslash in a string begins a broken escape: double it, or write r"..."'
    if found.startswith("f-string") and sys.version_info < (3, 12):
        return f"{found}; perhaps it needs Python 3.12"
    return found.replace("invalid syntax. Perhaps you forgot a comma?", "invalid syntax, perhaps a comma is missing")
