"""One thread at a time loads modules.

Two threads that load packages which import each other, in opposite orders, would wait for one another: Python ends that
with an error in one of them (importlib, `_DeadlockError`). Whoever loads modules when they are first used holds this.
"""

from __future__ import annotations

import threading

LOADING = threading.RLock()
"""Held while modules are loaded that not every user of this package needs."""
