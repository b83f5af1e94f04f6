"""Findings while typing: the documents that editors have open, judged in a process of its own."""
