"""Answer requests: the Flask application, SPARQL, operations."""
