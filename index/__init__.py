"""Documents to articles to paragraphs to a Whoosh index generation."""
