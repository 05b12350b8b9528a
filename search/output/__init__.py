"""What leaves the program: exports and citations."""
