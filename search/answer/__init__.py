"""What is shown: order, facets, marks, snippets, and why a paragraph is found."""
