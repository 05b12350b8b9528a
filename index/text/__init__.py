"""Characters to tokens: folding, spans, names at once, words and character pairs."""
