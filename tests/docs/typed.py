"""The Python examples of the documentation as modules, so that type checkers read them.

`python -m docs.typed FOLDER` writes them. Every line has the number that it has in its page.
"""

from __future__ import annotations

import ast
import doctest
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

from docs.pages import PAGES, ROOT, Fence, Page
from docs.reader import file_name

_HOMES = ("acr_identity", "acr_identity.emulator", "acr_identity.spec")
"""Whose public names are looked at."""
_SDK = "# pyright: reportUnknownMemberType=false"
"""In a line that is empty: the SDK says `IO` in a signature, without of what."""


def modules() -> dict[str, str]:
    """Return the source of each module by its file's name: one for a page, for a file on it, or for a docstring."""
    written = (*_of_pages(), *_of_docstrings())
    found = dict(written)
    assert len(found) == len(written)
    return found


def _of_pages() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        fences = [fence for fence in page.fences if fence.language == "python"]
        files = [fence for fence in fences if file_name(fence.content)]
        yield from ((str(file_name(fence.content)), _at_its_lines([fence])) for fence in files)
        if told := [fence for fence in fences if fence not in files]:
            yield f"{_module(page)}.py", _at_its_lines(told)


def _module(page: Page) -> str:
    return page.name.removesuffix(".md").replace("/", "_").replace("-", "_")


def _at_its_lines(fences: list[Fence]) -> str:
    lines: list[str] = []
    for fence in fences:
        lines += [""] * (fence.line - len(lines)) + fence.content.splitlines()
    source = "\n".join([*lines, ""])
    return f"{_SDK}{source}" if "azure.mgmt.authorization" in source else source


def _of_docstrings() -> Iterator[tuple[str, str]]:
    for value, home, recurse in _documented():
        for test in doctest.DocTestFinder(exclude_empty=True, recurse=recurse).find(value):
            if test.examples:
                yield f"{test.name.replace('.', '_')}_docstring.py", _of_docstring(home, test)


def _documented() -> Iterator[tuple[object, str, bool]]:
    """Return the packages themselves and their public names, each once, with the module in which they stand."""
    homes = [importlib.import_module(home) for home in _HOMES]
    yield from ((home, home.__name__, False) for home in homes)
    public = {name: getattr(home, name) for home in homes for name in home.__all__}
    yield from ((value, value.__module__, True) for value in public.values() if isinstance(value, type | FunctionType))


def _of_docstring(home: str, test: doctest.DocTest) -> str:
    # Its names are those of the module in which it stands; what it shows is printed.
    lines = [f"print(\n{one.source})\n" if _is_value(one) else one.source for one in test.examples]
    body = "".join(lines)
    nodes = list(ast.walk(ast.parse(body)))
    made = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    imported = {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    used = {node.id for node in nodes if isinstance(node, ast.Name)} - made - imported
    given = sorted(used & vars(importlib.import_module(home)).keys())
    return f"from {home} import {', '.join(given)}\n\n{body}" if given else body


def _is_value(example: doctest.Example) -> bool:
    return bool(example.want) and isinstance(ast.parse(example.source).body[-1], ast.Expr)


def main(folder: Path) -> None:
    """Write the modules into a folder, and beside them the settings of pyright."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.py"):
        old.unlink()
    for name, source in modules().items():
        (folder / name).write_text(source, encoding="utf-8")
    config = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "extraPaths": [str(ROOT / "src")],
        # A page is one module, and each of its examples imports what a reader needs for it.
        "reportDuplicateImport": False,
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(config), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
