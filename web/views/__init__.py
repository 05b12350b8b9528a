"""What the templates get."""
