"""Lines to articles and paragraphs."""
