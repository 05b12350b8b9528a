"""Pages: characters and where they stand, put into the order in which they are read; scans recognised."""
