"""How well documents are read: a truth set of our own, and the figures."""
