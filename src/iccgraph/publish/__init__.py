"""The write side: tables become records, records a graph, a valid graph a release."""
