"""An emulated run ends where the real one would go on for long, and says so."""

from __future__ import annotations

import pytest

from acr_identity.emulator.runner.aliases import Aliases, separated, substituted, with_images
from acr_identity.emulator.runner.dockerfile import pulls, scan
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.shell import pipelines
from acr_identity.emulator.runner.taskfile import prepared, read_task_file
from acr_identity.emulator.runner.template import render
from emulator.runner.fake_surroundings import FakeSurroundings
from emulator.runner.outcome_text import run_text, texts, unstamped

_TOO_LONG = "the text is too long for this emulator"
_LONG = Aliases({"a": "b" * 30_000})


def test_aliases_that_make_a_long_text_are_stopped() -> None:
    with pytest.raises(RunError, match=_TOO_LONG):
        substituted("$a" * 1000, _LONG)
    with pytest.raises(RunError, match=_TOO_LONG):
        list(with_images(["a"] * 1000, _LONG))


@pytest.mark.parametrize(
    "action",
    [
        '"' + "a" * 3000 + '" | replace "a" "' + "b" * 3000 + '"',
        '"' + "a" * 3000 + '" | replace "" "' + "b" * 3000 + '"',
        '"' + "a" * 3000 + '"' + ' | replace "a" "b"' * 2000,
        "print" + " .long" * 200,
    ],
)
def test_a_template_that_makes_long_texts_is_stopped(action: str) -> None:
    with pytest.raises(RunError, match=_TOO_LONG):
        render("t.yaml", f"{{{{{action}}}}}", {"long": "a" * 30_000})


def test_many_outputs_of_a_template_are_stopped() -> None:
    with pytest.raises(RunError, match=_TOO_LONG):
        render("t.yaml", "{{.long}}" * 200, {"long": "a" * 30_000})


@pytest.mark.parametrize("number", ["9223372036854775808", "0x8000000000000000", "0x" + "f" * 5000, "9" * 5000])
def test_a_number_of_a_template_has_64_bits(number: str) -> None:
    assert render("t.yaml", "{{9223372036854775807}} {{-9223372036854775807}}", {}) == (
        "9223372036854775807 -9223372036854775807"
    )
    with pytest.raises(RunError, match="bad number syntax"):
        render("t.yaml", f"{{{{{number}}}}}", {})


@pytest.mark.parametrize(
    "text",
    [
        f"x: &a {{env: [{'a=b,' * 1000}]}}\nsteps: [{'*a,' * 1000}]",
        "b: &b0 {x: 1}\n" + "".join(f"b{n}: &b{n + 1} {{<<: [{f'*b{n},' * 10}]}}\n" for n in range(9)) + "<<: *b9\n",
        f"x: &a {{{','.join(f'k{n}: v' for n in range(1000))}}}\nsteps:\n" + " - {<<: *a}\n" * 1000,
    ],
)
def test_aliases_of_yaml_that_make_a_great_document_are_refused(text: str) -> None:
    with pytest.raises(RunError) as caught:
        read_task_file(text)
    assert caught.value.text == "yaml: document contains excessive aliasing"


def test_a_deep_document_is_refused() -> None:
    with pytest.raises(RunError) as caught:
        read_task_file("a: " + "[" * 60_000)
    assert caught.value.text == "yaml: exceeded max depth of 10000"


@pytest.mark.parametrize(
    "text",
    [
        "ARG a=" + "x" * 3000 + "\nFROM " + "$a" * 3000,
        "ARG a0=xxxxxxxxxx\n" + "".join(f"ARG a{n + 1}={f'$a{n}' * 10}\n" for n in range(9)) + "FROM $a9",
    ],
)
def test_variables_of_a_dockerfile_that_make_a_long_text_are_stopped(text: str) -> None:
    with pytest.raises(RunError, match=_TOO_LONG):
        pulls(text, (), "", buildkit=False)
    with pytest.raises(RunError, match=_TOO_LONG):
        scan("ARG a=" + "x" * 3000 + "\nFROM " + "$a" * 3000, (), "")


def test_no_step_is_tried_again_after_the_longest_time_of_a_run() -> None:
    steps = "{cmd: nope, ignoreErrors: true, retries: 99999999, timeout: 99999999, retryDelay: 9999}"
    outcome = run_text(f"version: v1.1.0\nsteps: [{', '.join([steps] * 20)}]", FakeSurroundings())
    assert outcome.status == "Succeeded"
    assert len([line for line in unstamped(outcome) if line.startswith("Launching container")]) == 3 + 19
    assert "timed out" in " ".join(texts(outcome))


@pytest.mark.parametrize(
    ("shared", "own", "env"),
    [
        ("A=1", "B=2", ("B=2",)),
        ("A=1,DOCKER_BUILDKIT=1", "B=2", ("B=2", "DOCKER_BUILDKIT=1")),
        ("DOCKER_BUILDKIT=1", "DOCKER_BUILDKIT=0", ("DOCKER_BUILDKIT=0",)),
        ("DOCKER_BUILDKIT=0", "B=2", ("B=2",)),
    ],
)
def test_of_the_shared_variables_each_step_gets_the_one_that_counts(
    shared: str, own: str, env: tuple[str, ...]
) -> None:
    task = prepared(read_task_file(f"version: v1.1.0\nenv: ['{shared}']\nsteps: [{{cmd: a, env: [{own}]}}]\n"))
    assert task.steps[0].env == env


def test_a_line_without_a_colon_is_part_of_the_aliases() -> None:
    text = "version: v1.1.0\nalias:\n" + "a" * 60_000 + "\nsteps: []\n"
    assert separated(text) == ("alias:\n" + "a" * 60_000 + "\n", "version: v1.1.0\nsteps: []\n")


def test_an_open_variable_is_a_text_in_a_shell_and_in_a_dockerfile() -> None:
    assert pipelines("${" * 20_000)[0].commands == (("${" * 20_000,),)
    assert scan("FROM " + "${" * 20_000, (), "").runtime == "${" * 20_000
