"""The engine: what the code of a notebook means, and the findings that rules draw from it. Pure; runs nothing."""

from __future__ import annotations

from jupyter_aisec.analysis.analyser import Analyser, Report, analyse

__all__ = ["Analyser", "Report", "analyse"]
