"""Which task of a spec is meant, and which values it is run with."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
from pydantic import SecretStr

from acr_identity.errors import SettingsError

if TYPE_CHECKING:
    from acr_identity.spec import Spec


def choose_task(spec: Spec, named: str | None) -> str:
    """Return the name of the task that is meant: the one that is named, or the only one.

    Raises:
        SpecError: there is no such task in the spec.
        SettingsError: none is named, and the spec does not have exactly one.
    """
    if named is not None:
        spec.only([named])
        return named
    if len(spec.tasks) == 1:
        return next(iter(spec.tasks))
    known = ", ".join(spec.tasks) or "none"
    raise SettingsError(f"the spec has {len(spec.tasks)} tasks: {known}", advice="Name one behind the spec.")


def run_values(given: Sequence[str], secret: Sequence[str]) -> dict[str, str | SecretStr]:
    """Return the values for a run: `NAME=VALUE` as given, and secret ones from the environment.

    Raises:
        click.UsageError: a value is not `NAME=VALUE`.
        SettingsError: the environment does not have a secret value.
    """
    return {**dict(map(_pair, given)), **{name: _secret(name) for name in secret}}


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not name or not equals:
        raise click.UsageError("--set takes NAME=VALUE.")
    return name, value


def _secret(name: str) -> SecretStr:
    value = os.environ.get(name)
    if not value:
        state = "is not set" if value is None else "is empty"
        raise SettingsError(f"the environment variable {name} {state}", advice=f"Export {name}: it holds the value.")
    return SecretStr(value)
