"""Advice names only what there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import click
import pytest

from acr_identity.cli.command_line import command_line
from acr_identity.errors import MissingResourceError
from acr_identity.plan import make_plan
from acr_identity.sdk import advice
from plan.worlds import bare, spec_of, task_of


def deleted_vault() -> str:
    """Return what is said of a vault that is not there."""
    with pytest.raises(MissingResourceError) as caught:
        make_plan(spec_of(task_of()), replace(bare(), vaults={}))
    return caught.value.advice


def texts() -> tuple[str, ...]:
    """Return all advice on what Azure says."""
    constants = (advice.SIGN_IN, advice.NO_ANSWER, advice.NO_TRUST, advice.READ_AGAIN, advice.AZURE_FAULT)
    return (*(row.advice for row in advice.TABLE), *constants, deleted_vault())


def commands() -> tuple[str, ...]:
    """Return the commands in it, such as `az login --tenant TENANT`, each once."""
    found = (command for text in texts() for command in re.findall(r"`([^`]+)`", text))
    return tuple(sorted(set(found)))


def options(group: click.Group) -> Iterator[str]:
    for command in group.commands.values():
        yield from (name for parameter in command.params for name in parameter.opts)
        if isinstance(command, click.Group):
            yield from options(command)


def test_a_vault_that_is_not_there_may_be_one_that_was_deleted() -> None:
    assert deleted_vault() == (
        "Check the names, resource_group and subscription in the spec, or create them first. A deleted vault keeps its "
        "name: `az keyvault list-deleted` shows it, `az keyvault recover` helps."
    )


def test_only_vaults_are_said_to_have_been_deleted() -> None:
    with pytest.raises(MissingResourceError) as caught:
        make_plan(spec_of(task_of()), replace(bare(), registries={}))
    assert "az keyvault" not in caught.value.advice


def test_each_command_is_one_of_the_azure_cli() -> None:
    assert commands()
    assert [command for command in commands() if not command.startswith("az ")] == []


def test_each_option_of_ours_is_one_of_the_command_line() -> None:
    without_commands = (re.sub(r"`[^`]+`", "", text) for text in texts())
    named = {option for text in without_commands for option in re.findall(r"--[a-z-]+", text)}
    assert named
    assert named <= set(options(command_line))
