"""Aliases: which version has them, what replaces what."""

from __future__ import annotations

import pytest

from acr_identity.emulator.runner.aliases import Aliases, separated, substituted, version_of, with_images
from emulator.runner.fake_surroundings import FakeSurroundings
from emulator.runner.outcome_text import failure, run_text, texts

ANY = Aliases({"a": "[A]", "b": "[B]"})


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("$a/$b\n", "[A]/[B]\n"),
        ("$a$b", "[A][B]"),
        ("$$a", "$a"),
        ("$ab $HOME ${a} $", "$ab $HOME ${a} $"),
        ("$HOME$a\n", "$HOME$a\n"),
        ("$a", "[A]"),
    ],
)
def test_a_name_is_the_longest_run_of_letters_and_digits(text: str, filled: str) -> None:
    assert substituted(text, ANY) == filled


def test_an_own_directive_leaves_dollars_alone() -> None:
    assert substituted("^a $a ^^", Aliases({"a": "x"}, "^")) == "x $a ^"


def test_only_the_first_word_of_a_command_is_an_image() -> None:
    image = "mcr.microsoft.com/acr/azure-cli:2ff604c"
    commands = [" az group list -o az", "azure az", "az"]
    assert list(with_images(commands, Aliases())) == [f"{image} group list -o az", "azure az", image]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("version: v1.1.0", "v1.1.0"),
        ("\n  \nversion : v1.0.0 ", "v1.0.0"),
        ("steps: []\nversion: v1.1.0", ""),
        ("versions: v1.1.0", ""),
        ('version: "v1.1.0"', '"v1.1.0"'),
    ],
)
def test_the_version_is_what_the_first_line_says(text: str, version: str) -> None:
    assert version_of(text) == version


def test_the_alias_block_ends_at_the_next_key_of_the_top_level() -> None:
    text = "version: v1.1.0\nalias:\n  values:\n    x: y\nsteps:\n  - cmd: $x\n"
    assert separated(text) == ("alias:\n  values:\n    x: y\n", "version: v1.1.0\nsteps:\n  - cmd: $x\n")


def test_own_aliases_go_before_built_in_ones_and_are_templates() -> None:
    content = (
        "version: v1.1.0\nalias:\n  values:\n    bash: 'my/bash:{{.Run.ID}}'\n    repo: $Registry/x\n"
        "steps:\n  - cmd: bash $repo\n  - cmd: $Registry/y\n"
    )
    cloud = FakeSurroundings(images={"docker.io/my/bash:cb1"})
    lines = texts(run_text(content, cloud))
    assert "Unable to find image 'my/bash:cb1' locally" in lines
    assert "Unable to find image 'myregistry.azurecr.io/y:latest' locally" in lines


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ("values: {a-b: c}", "alias key names only support alphanumeric characters"),
        ("directive: ab", "$ directive can only be overwritten by a single character"),
        ("directive: x", "overwritten directives may not be alphanumeric characters"),
        ("src: [a.yaml]", "open a.yaml: no such file or directory (this emulator fetches no alias sources)"),
    ],
)
def test_a_broken_alias_block_fails_the_run(block: str, problem: str) -> None:
    content = f"version: v1.1.0\nalias:\n  {block}\nsteps: []"
    assert failure(content) == f"unable to search/replace aliases in task: {problem}"


def test_comment_lines_are_gone_before_anything_else() -> None:
    content = "# {{ broken\n   # {{ too\nversion: v1.1.0\nsteps: []"
    assert run_text(content).status == "Succeeded"


def test_the_variable_of_an_unknown_alias_is_empty_in_the_shell() -> None:
    lines = texts(run_text("version: V1.1.0\nsteps: [{cmd: $Registry/img}]"))
    assert "docker: invalid reference format." in lines
