"""Whether the web addresses in the tables still lead somewhere."""
