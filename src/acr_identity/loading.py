"""One thread at a time loads modules.

Two threads that load packages which import each other, in opposite orders, would wait for one another: Python ends that
with an error in one of them (importlib, `_DeadlockError`). Whoever loads modules when they are first used holds this.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Mapping

LOADING = threading.RLock()
"""Held while modules are loaded that not every user of this package needs."""


def on_demand(package: str, homes: Mapping[str, tuple[str, ...]]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package whose names are loaded from their homes when they are first used."""
    home_of = {name: f"{package}.{home}" for home, names in homes.items() for name in names}

    def load(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        with LOADING:
            return getattr(importlib.import_module(home_of[name]), name)

    return load
