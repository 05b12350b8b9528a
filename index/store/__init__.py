"""A generation on disk: arrays, postings, facets, texts; written, merged and read."""
