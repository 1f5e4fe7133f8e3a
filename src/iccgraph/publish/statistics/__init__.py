"""Numbers of a release: which links of cities and topics differ from chance, and where they lie."""
