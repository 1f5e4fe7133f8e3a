"""Identities in Wikidata: asking its API, weighing what comes back, and keeping the decisions."""
