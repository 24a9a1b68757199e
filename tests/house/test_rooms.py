"""The tests of a part are where the part is."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_folder_of_tests_of_the_emulator_is_named_after_its_part() -> None:
    tests, source = ROOT / "tests" / "emulator", ROOT / "src" / "acr_identity" / "emulator"
    folders = {test.parent.name for test in tests.glob("*/test_*.py")}
    assert folders - {package.parent.name for package in source.glob("*/__init__.py")} == set()
