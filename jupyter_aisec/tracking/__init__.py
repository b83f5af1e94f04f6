"""MLflow, and nobody else's business: what it is asked, what it is given, and where each thing goes in it.

Nothing here imports MLflow before a function needs it.
"""
