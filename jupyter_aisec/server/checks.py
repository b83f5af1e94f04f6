"""Routes about findings."""

from __future__ import annotations

import hashlib
from importlib.metadata import version

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado.web import authenticated

from jupyter_aisec.model import Cell, CellKind, Notebook
from jupyter_aisec.rules import analyser, default_rules
from jupyter_aisec.server import wire


class StatusHandler(APIHandler):
    auth_resource = "aisec"

    @authenticated
    @authorized
    def get(self) -> None:
        self.finish(msgspec.json.encode(wire.Status(version("jupyter-aisec"), len(default_rules()))))


def _position(lines, line, column):
    text = lines[line - 1][: column - 1] if line <= len(lines) else ""
    return wire.Position(line - 1, len(text.encode("utf-16-le")) // 2)


def _range(lines, place):
    return wire.Range(_position(lines, place.line, place.column), _position(lines, place.end_line, place.end_column))


_known: dict[str, dict] = {}


class CheckHandler(APIHandler):
    """A stand-in that analyses everything anew."""

    auth_resource = "aisec"

    @authenticated
    @authorized
    def post(self) -> None:
        asked = msgspec.json.decode(self.request.body, type=wire.CheckRequest)
        state = _known.setdefault(asked.document, {"revision": 0, "cells": {}, "order": []})
        if asked.base not in (0, state["revision"]):
            self.finish(msgspec.json.encode(wire.CheckReply(asked.revision, True, [], 0, None)))
            return
        if asked.base == 0:
            state["cells"] = {}
        state["cells"] |= {cell.key: cell.source for cell in asked.cells}
        if asked.order is not None:
            state["order"] = asked.order
        state["revision"] = asked.revision
        cells = tuple(
            Cell(index, CellKind.CODE, state["cells"][key], key) for index, key in enumerate(state["order"])
        )
        made = analyser({})
        report = made.analyse(Notebook(asked.path, cells, asked.language, asked.kind == "file"))
        problems = {each.cell_index: each.reason for each in report.not_analysed}
        out = []
        for cell in cells:
            lines = cell.source.split("\n")
            findings = []
            for number, each in enumerate(f for f in report.findings if f.place.cell_index == cell.index):
                fix = None
                if each.fix and each.fix.edits:
                    fix = wire.Fix(
                        each.fix.description,
                        each.fix.safe,
                        [wire.TextEdit(_range(lines, edit.place), edit.text) for edit in each.fix.edits],
                    )
                where = _range(lines, each.place)
                end = wire.Position(where.end.line, len(lines[where.end.line].encode("utf-16-le")) // 2)
                ignore = wire.TextEdit(wire.Range(end, end), f"  # aisec: ignore[{each.rule}] ")
                findings.append(
                    wire.Finding(
                        f"{each.rule}-{number}", each.rule, each.severity.value, each.confidence.value,
                        each.message, where, fix, ignore,
                    )
                )
            sha = hashlib.sha256(cell.source.encode("utf-8", "surrogatepass")).hexdigest()
            out.append(wire.CheckedCell(cell.id, findings, problems.get(cell.index), sha))
        self.finish(msgspec.json.encode(wire.CheckReply(asked.revision, False, out, len(report.rules), None)))
