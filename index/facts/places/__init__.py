"""Cities in a text: names, what they mean where they stand, and which one an article is about."""
