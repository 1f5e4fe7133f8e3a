"""Answers SPARQL: the port, the embedded engine in killable processes, and the lexer."""
