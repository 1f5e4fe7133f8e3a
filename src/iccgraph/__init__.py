"""iccgraph publishes the Intercultural Cities good practices as linked data.

`iccgraph.open` gives a release as pandas frames and networkx graphs; it and what it needs are
loaded when they are asked for, so that the import of any other part stays light.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from iccgraph.research import Dataset, open

__all__ = ["Dataset", "__version__", "open"]
__version__ = "0.2.0"

_LAZY: Final = ("Dataset", "open")
"""What is loaded with pandas and networkx, on first use."""

if not TYPE_CHECKING:  # a type checker that saw it would take any name for one of ours

    def __getattr__(name: str) -> object:
        """Load the research side when one of its names is asked for.

        Raises: ExtraMissing if its packages are not installed.
        Source: PEP 562.
        """
        if name not in _LAZY:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            from iccgraph import research
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] == __name__:
                raise
            from iccgraph.errors import ExtraMissing

            raise ExtraMissing(
                f"iccgraph.{name} needs the package {error.name}, which is not installed; install "
                "what it needs with: pip install 'iccgraph[research]'"
            ) from error
        return getattr(research, name)
