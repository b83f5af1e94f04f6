"""Shows what the other workshops found: text for terminals, SVG and HTML for notebooks and MLflow. Pure functions."""
