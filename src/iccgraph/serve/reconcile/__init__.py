"""Matching of other people's names to our things, as the Reconciliation API has it; no HTTP."""
