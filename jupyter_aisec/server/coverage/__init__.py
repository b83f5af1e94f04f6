"""What evidence there is for the guidelines: found anew for each question, in a process of its own."""
