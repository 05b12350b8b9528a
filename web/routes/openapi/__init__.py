"""The description of the HTTP interface: its paths, their parameters, and the shapes of the answers."""
