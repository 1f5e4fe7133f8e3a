# A city that is told by a page of another kind.
INSERT DATA { <id/city/barcelona> schema:sameAs <https://www.example.org/barcelona> }
