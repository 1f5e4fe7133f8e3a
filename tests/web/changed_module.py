"""A module of the package with a changed text, for tests that add one entry to a table of ours."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def import_changed(name: str, old: str, new: str) -> ModuleType:
    """Return a module whose text was changed in one place, and let all others import it.

    Nothing that imports the module may have been imported before.
    """
    assert name not in sys.modules
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    assert source.count(old) == 1
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    text = source.replace(old, new)
    exec(compile(text, spec.origin, "exec"), module.__dict__)  # our own text
    return module
