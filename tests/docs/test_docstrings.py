"""Every example in a docstring does what it shows."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import shutil
from pathlib import Path

import pytest

import acr_identity
from docs.pages import EXAMPLES

MODULES = [
    found.name
    for found in pkgutil.walk_packages(acr_identity.__path__, f"{acr_identity.__name__}.")
    if not found.name.endswith("__main__")
]


def test_the_examples_in_docstrings_do_what_they_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns(".acr_identity"))
    monkeypatch.chdir(tmp_path)
    results = {name: doctest.testmod(importlib.import_module(name)) for name in MODULES}
    assert {name: result.failed for name, result in results.items() if result.failed} == {}
    assert sum(result.attempted for result in results.values()) > 0
