"""What was typed: tokens, tree, and the plain reading of bad syntax."""
