"""A campaign against the index and the server: kills, crashes, damage, hostile documents and requests. `make torture`; see `docs/trust.md`."""
