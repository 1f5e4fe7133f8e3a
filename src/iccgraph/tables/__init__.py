"""The tables that people write: columns, rows, cells, years, and edits of a file."""
