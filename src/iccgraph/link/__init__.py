"""Finds the Wikidata items of places, countries and topics."""
