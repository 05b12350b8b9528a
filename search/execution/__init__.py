"""What matches: a Whoosh query tree, executed over mapped arrays."""
