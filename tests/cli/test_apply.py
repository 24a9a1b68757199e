from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from acr_identity.cli import main
from acr_identity.cli.console import Console, Format
from acr_identity.cli.progress_lines import ProgressLines
from acr_identity.emulator import Fault
from cli.stand_ins import StandInForAzure, Terminal
from clocks import VirtualClock

APPLIED = ["plan", "spec.yaml", "--detailed-exitcode"]

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
OTHER_SUBSCRIPTION = "99999999-1111-1111-1111-111111111111"
WORLD_ADVICE = (
    "The emulator has what its world holds (world.yaml beside the spec, or --world), and keeps its state "
    "(.acr_identity beside the spec, or --state): delete the state to begin anew with the world."
)


def screen_of(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Let standard error be a terminal, and return it. In a fixture pytest would undo it."""
    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys, "stderr", screen)
    return screen


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(text))


@pytest.mark.usefixtures("azure")
def test_whoever_agrees_at_the_terminal_gets_the_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    answer(monkeypatch, "y\n")
    assert main(["apply", "spec.yaml"]) == 0
    assert "Make these 3 changes? [y/N]:" in screen.getvalue()
    assert main(APPLIED) == 0


@pytest.mark.usefixtures("azure")
@pytest.mark.parametrize("words", ["n\n", "\n", ""], ids=["no", "enter", "end of input"])
def test_whoever_does_not_agree_gets_no_change(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    answer(monkeypatch, words)
    assert main(["apply", "spec.yaml"]) == 130
    assert "Make these 3 changes? [y/N]:" in screen.getvalue()
    assert main(APPLIED) == 2


@pytest.mark.usefixtures("azure")
def test_the_plan_is_seen_before_the_question_also_with_json(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    answer(monkeypatch, "y\n")
    main(["apply", "spec.yaml", "--output", "json"])
    before, _, _ = screen.getvalue().partition("Make these 3 changes?")
    assert "Plan: 3 to create, 0 to change, 0 to remove" in before


@pytest.mark.usefixtures("azure")
def test_an_empty_plan_asks_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    main(["apply", "spec.yaml", "--yes"])
    capsys.readouterr()
    assert main(["apply", "spec.yaml"]) == 0
    assert capsys.readouterr() == ("Nothing to do: Azure has what the spec says.\n", "")


def test_each_wait_is_named(
    azure: StandInForAzure, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("acr_identity.provisioner.emulation.SystemClock", VirtualClock)
    azure.faults.append(Fault(method="PUT", path="roleAssignments", times=2, status=400, code="PrincipalNotFound"))
    assert main(["apply", "spec.yaml", "--yes"]) == 0
    why = "the principal is not known to role assignments yet (assign AcrPull on mybaseregistry to myACRTasksId)"
    waits = [line for line in capsys.readouterr().err.splitlines() if line.startswith("waiting")]
    assert waits == [f"waiting 1 s: {why}", f"waiting 2 s: {why}"]


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]], ids=lambda command: command[0])
def test_a_wait_of_all_requests_is_named_once_in_a_while(
    azure: StandInForAzure, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    monkeypatch.setattr("acr_identity.provisioner.emulation.SystemClock", VirtualClock)
    azure.faults.append(Fault(status=429, code="TooManyRequests", headers=(("Retry-After", "3"),), times=3))
    assert main([*command, "spec.yaml"]) == 0
    waits = [line for line in capsys.readouterr().err.splitlines() if line.startswith("waiting")]
    assert waits == ["waiting 3 s: Azure takes no more requests for now"]


def test_a_long_wait_is_told_again_when_it_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    moment = [0.0]
    lines = ProgressLines(Console(Format.TEXT), now=lambda: moment[0])
    for moment[0], seconds in ((0, 1.0), (9, 2.0), (10, 60.0), (69, 3.0), (70, 4.0)):
        lines.waiting(None, "why", seconds)
    told = capsys.readouterr().err.splitlines()
    assert told == ["waiting 1 s: why", "waiting 60 s: why", "waiting 4 s: why"]


@pytest.mark.usefixtures("cross_registry")
def test_destroy_takes_back_what_apply_made(capsys: pytest.CaptureFixture[str]) -> None:
    main(["apply", "spec.yaml", "--emulator"])
    assert main(["destroy", "spec.yaml", "--emulator"]) == 0
    capsys.readouterr()
    assert main(["destroy", "spec.yaml", "--emulator"]) == 0
    assert capsys.readouterr() == ("Nothing to do: nothing is left of what `apply` made for these tasks.\n", "")
    assert main([*APPLIED, "--emulator"]) == 2


@pytest.mark.usefixtures("cross_registry")
def test_work_is_shown_on_a_terminal_while_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = screen_of(monkeypatch)
    assert main(["apply", "spec.yaml", "--emulator"]) == 0
    assert "Making the changes" in screen.getvalue()
    assert "create identity myACRTasksId" in screen.getvalue()


def test_only_the_target_is_planned(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", "cross-registry"])
    spec = folder / "spec.yaml"
    spec.write_text(spec.read_text() + "  other: {registry: myregistry, command: alpine}\n")
    capsys.readouterr()
    main(["plan", "spec.yaml", "--target", "other", "--emulator"])
    assert capsys.readouterr().out.endswith("Plan: 1 to create, 0 to change, 0 to remove\n")


def test_the_emulator_keeps_its_state_where_it_is_told(cross_registry: Path) -> None:
    main(["apply", "spec.yaml", "--emulator", "--state", "here/it/is.json"])
    assert (cross_registry / "here" / "it" / "is.json").is_file()
    assert not (cross_registry / ".acr_identity").exists()
    assert main([*APPLIED, "--emulator", "--state", "here/it/is.json"]) == 0
    assert main([*APPLIED, "--emulator"]) == 2


def test_the_state_is_beside_the_spec_by_default(cross_registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = cross_registry / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert main(["apply", "../spec.yaml", "--emulator"]) == 0
    assert (cross_registry / ".acr_identity" / "emulator.json").is_file()


def test_a_state_that_has_no_place_is_refused(cross_registry: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cross_registry.exists()
    assert main([*APPLIED, "--emulator", "--state", "spec.yaml/below/state.json"]) == 1
    assert capsys.readouterr().err.splitlines()[:3] == [
        "Error: spec.yaml/below/state.json: its folder cannot be made",
        "",
        "Advice: Give another path.",
    ]


def test_another_world_can_be_named(cross_registry: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (cross_registry / "empty.yaml").write_text("resource_groups: {myResourceGroup: {}}\n")
    assert main(["plan", "spec.yaml", "--emulator", "--world", "empty.yaml"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "spec.yaml:8:3: There is no registry 'myregistry' in resource group 'myResourceGroup'.",
        "spec.yaml:9:3: There is no registry 'mybaseregistry' in resource group 'myResourceGroup'.",
        f"Advice: {WORLD_ADVICE}",
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        pytest.param(
            "mybaseregistry",
            "mybaseregistri",
            {
                "line": 9,
                "column": 3,
                "path": ["registries", "mybaseregistri"],
                "message": "There is no registry 'mybaseregistri' in resource group 'myResourceGroup'.",
                "fix": "Did you mean 'mybaseregistry'?",
                "nearest": "mybaseregistry",
            },
            id="a registry",
        ),
        pytest.param(
            "myResourceGroup",
            "myResourceGruop",
            {
                "line": 4,
                "column": 17,
                "path": ["resource_group"],
                "message": f"There is no resource group 'myResourceGruop' in subscription {SUBSCRIPTION}.",
                "fix": "Did you mean 'myResourceGroup'?",
                "nearest": "myResourceGroup",
            },
            id="a resource group",
        ),
        pytest.param(
            SUBSCRIPTION,
            OTHER_SUBSCRIPTION,
            {
                "line": 3,
                "column": 15,
                "path": ["subscription"],
                "message": f"There is no subscription {OTHER_SUBSCRIPTION}, or you may see nothing of it.",
                "fix": "Check its id, and as whom you are signed in.",
                "nearest": "",
            },
            id="a subscription",
        ),
    ],
)
def test_what_is_not_there_is_told_with_its_place_and_the_likely_name(
    right: str, wrong: str, problem: dict[str, object], cross_registry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = cross_registry / "spec.yaml"
    spec.write_text(spec.read_text().replace(right, wrong))
    assert main(["plan", "spec.yaml", "--emulator", "--output", "json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    place = f"spec.yaml:{problem['line']}:{problem['column']}"
    assert (error["type"], error["problems"]) == (
        "MissingResourceError",
        [{"place": place, "file": "spec.yaml", "code": "", **problem}],
    )
