"""iccgraph publishes the Intercultural Cities good practices as linked data."""

__version__ = "0.1.0"
