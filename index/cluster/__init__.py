"""The index on an OpenSearch cluster: where it is, what lies in it, how a corpus gets there and becomes what is searched."""
