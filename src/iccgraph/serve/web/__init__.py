"""The HTTP contract, one module a noun of it."""
