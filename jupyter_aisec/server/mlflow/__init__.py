"""MLflow's own pages, shown through the Jupyter server to its user alone."""
