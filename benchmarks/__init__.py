"""Measurements, run by hand, each beside a peer in the same run."""
