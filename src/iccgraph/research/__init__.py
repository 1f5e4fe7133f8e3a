"""A release for researchers: pandas frames and networkx graphs, from a site or from a folder."""

from __future__ import annotations

from iccgraph.research.opening import Dataset, open

__all__ = ["Dataset", "open"]
