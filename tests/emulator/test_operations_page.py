"""The list of operations in the documentation is the one in the code."""

from __future__ import annotations

import re
from pathlib import Path

from acr_identity.emulator.dispatch.routes import TABLE
from acr_identity.emulator.not_emulated import NOT_EMULATED
from acr_identity.emulator.operations_page import operations_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "emulator-operations.md"


def test_the_page_in_the_documentation_is_made_from_the_code() -> None:
    command = "python -m acr_identity.emulator.operations_page > docs/reference/emulator-operations.md"
    assert PAGE.read_text(encoding="utf-8") == operations_page(), f"run `{command}`"


def test_the_page_has_each_route_once_with_its_source() -> None:
    shown = re.findall(r"^\| ([A-Z]+) \| `([^`]+)` \| .* \| ([a-z ]+) \|$", operations_page(), re.MULTILINE)
    assert sorted(shown) == sorted((route.method, route.path, route.source) for route in TABLE.routes)


def test_the_page_tells_what_is_left_out() -> None:
    assert all(f"| {area} | {what} |" in operations_page() for area, what in NOT_EMULATED)
