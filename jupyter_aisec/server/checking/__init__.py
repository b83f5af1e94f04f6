"""Findings while typing: the routes, and the process that analyses."""
