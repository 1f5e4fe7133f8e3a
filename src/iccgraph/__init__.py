"""iccgraph publishes the Intercultural Cities good practices as linked data."""

__version__ = "0.2.0"
