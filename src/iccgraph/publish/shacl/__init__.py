"""Validates the graph against the shapes."""
