"""Secure ML development in the notebook, after the NCSC/CISA guidelines for secure AI system development."""
