"""How fast and how well: this engine and its peers on the same paragraphs, in one run."""
