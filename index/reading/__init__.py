"""One document from file to facts: every step in its order."""
