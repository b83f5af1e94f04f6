"""What is recorded and said: lineage and documents, read on one thread and remembered."""
