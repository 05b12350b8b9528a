"""What a source declares of itself: front matter, fields, and who publishes."""
