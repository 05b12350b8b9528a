"""One module a format; `juanzong.index.corpus.formats.table` says which reads what."""
