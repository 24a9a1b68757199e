"""Type checkers read every Python example of the documentation; `nox -s types` lets them."""

from __future__ import annotations

from docs.pages import PAGES
from docs.typed import modules

_MODULES = modules()


def test_every_line_of_python_on_a_page_stands_in_a_module_at_its_own_line() -> None:
    lines = [
        (fence.line + number, line)
        for page in PAGES
        for fence in page.fences
        if fence.language == "python"
        for number, line in enumerate(fence.content.splitlines())
    ]
    told = {place for source in _MODULES.values() for place in enumerate(source.splitlines())}
    assert [place for place in lines if place not in told] == []
    assert len(lines) > 0


def test_examples_in_docstrings_are_modules_with_what_they_use() -> None:
    assert _MODULES["FromEnvironment_docstring.py"] == (
        "from acr_identity.spec.sources import FromEnvironment\n\n"
        'print(\nFromEnvironment(env="DOCKER_PASSWORD").filled({"DOCKER_PASSWORD": "s3cret"})\n)\n'
    )
