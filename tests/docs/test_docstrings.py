"""Every example in a docstring does what it shows."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import acr_identity
from docs.pages import EXAMPLES

MODULES = [
    found.name
    for found in pkgutil.walk_packages(acr_identity.__path__, f"{acr_identity.__name__}.")
    if not found.name.endswith("__main__")
]

SOURCE = Path(acr_identity.__file__).parent
FILLING = frozenset({"a", "an", "and", "as", "is", "it", "its", "of", "one", "return", "that", "the", "this", "to"})
"""Words that say nothing by themselves."""
Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def documented() -> Iterator[tuple[str, Documented, str]]:
    """Yield each function and class that has a docstring, with its place and that."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, Documented) and (text := ast.get_docstring(node)):
                yield f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}", node, text


def words(text: str) -> set[str]:
    """Return the beginnings of the words, without those that say nothing: `Deletes` and `delete` are the same."""
    apart = re.sub(r"([A-Z])", r" \1", text).lower()
    return {word.rstrip("s").rstrip("e")[:6] for word in re.findall("[a-z]+", apart) if word not in FILLING}


@pytest.mark.parametrize(
    ("line", "name", "repeats"),
    [
        ("Return the title of this.", "title", True),
        ("Deletes the one identity.", "DeleteIdentity", True),
        ("Return the title, in which control characters are visible.", "title", False),
    ],
)
def test_what_repeats_a_name_is_told_from_what_says_more(line: str, name: str, *, repeats: bool) -> None:
    assert (words(line) <= words(name)) is repeats


def test_no_docstring_only_repeats_the_name() -> None:
    assert [place for place, node, text in documented() if words(text) <= words(node.name)] == []


def test_the_docstring_of_a_function_begins_with_what_it_does() -> None:
    """Fixtures of pytest aside: what they are is what `pytest --fixtures` lists."""
    nouns = re.compile("(A|An|How|It|The|This|What|When|Where|Whether|Which|Who) ")
    functions = [(place, text) for place, node, text in documented() if not isinstance(node, ast.ClassDef)]
    assert [place for place, text in functions if nouns.match(text) and "testing/plugin" not in place] == []


def test_the_examples_in_docstrings_do_what_they_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns(".acr_identity"))
    monkeypatch.chdir(tmp_path)
    results = {name: doctest.testmod(importlib.import_module(name)) for name in MODULES}
    assert {name: result.failed for name, result in results.items() if result.failed} == {}
    assert sum(result.attempted for result in results.values()) > 0
