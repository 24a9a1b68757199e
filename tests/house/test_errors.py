"""The tree of errors is what its page says, and each exit code has a meaning."""

from __future__ import annotations

import inspect
import re

import pytest

from acr_identity import errors
from acr_identity.errors import AcrIdentityError, ExitCode, PlacedMistake, SpecError


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    told = set(re.findall(r"\b([A-Z]\w+Error)\b", inspect.getdoc(errors) or ""))
    made = {name for name, one in vars(errors).items() if inspect.isclass(one) and issubclass(one, AcrIdentityError)}
    assert told == made


@pytest.mark.parametrize("code", ExitCode, ids=lambda code: code.name)
def test_each_exit_code_has_a_meaning(code: ExitCode) -> None:
    assert code.meaning


def test_a_spec_error_names_every_problem_and_its_place() -> None:
    problems = [
        PlacedMistake("the name is too short.", "Use 5 characters.", "spec.yaml", 3, 5),
        PlacedMistake("it is missing.", path=("tasks", "hello", "pull", 0)),
    ]
    assert str(SpecError(problems)) == (
        "spec.yaml:3:5: the name is too short. Use 5 characters.\ntasks.hello.pull.0: it is missing."
    )
