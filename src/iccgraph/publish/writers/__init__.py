"""Writes each file of a release."""
