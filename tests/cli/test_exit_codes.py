"""One test, or more, for each row of the table of exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.changes import DeleteTask
from acr_identity.cli import main
from acr_identity.cli.progress_lines import ProgressLines
from acr_identity.errors import ExitCode
from acr_identity.ids import ArmId
from acr_identity.plan import Plan, PlannedChange
from acr_identity.plan.removals import FEW, PERCENT
from acr_identity.provisioner import Provisioner
from cli.stand_ins import FORBIDDEN, NO_IDENTITIES, NO_ROLES, StandInForAzure

pytestmark = pytest.mark.usefixtures("cross_registry")


def test_0_is_done() -> None:
    assert main(["apply", "spec.yaml", "--emulator"]) == 0


def test_0_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    main(["apply", "spec.yaml", "--emulator"])
    capsys.readouterr()
    assert main(["apply", "spec.yaml", "--emulator"]) == 0
    assert capsys.readouterr() == ("Nothing to do: Azure has what the spec says.\n", "")


def test_0_is_a_plan_without_detailed_exitcode() -> None:
    assert main(["plan", "spec.yaml", "--emulator"]) == 0


def test_0_is_a_detailed_plan_without_changes() -> None:
    main(["apply", "spec.yaml", "--emulator"])
    assert main(["plan", "spec.yaml", "--emulator", "--detailed-exitcode"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["no-such-command"],
        ["plan"],
        ["plan", "spec.yaml", "--no-such-option"],
        ["plan", "spec.yaml", "--output", "yaml"],
        ["plan", "spec.yaml", "--concurrency", "33", "--emulator"],
        ["plan", "spec.yaml", "--concurrency", "0", "--emulator"],
        ["plan", "spec.yaml", "--world", "world.yaml"],
        ["plan", "spec.yaml", "--state", "state.json"],
        ["plan", "spec.yaml", "--emulator", "--cloud", "AzureCloud"],
        ["run", "spec.yaml", "--set", "no-value", "--emulator"],
        ["init", "no-such-flow"],
    ],
    ids=" ".join,
)
def test_1_is_a_mistake_in_the_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Usage: acr-identity")


def test_1_is_a_task_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "spec.yaml", "--emulator"]) == 1
    assert capsys.readouterr().err.startswith("Error: there is no task helloworldtask in registry myregistry\n")


def test_2_is_a_detailed_plan_with_changes() -> None:
    assert main(["plan", "spec.yaml", "--emulator", "--detailed-exitcode"]) == 2


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "run", "logs", "show", "destroy"])
def test_3_is_an_invalid_spec_in_every_command(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "spec.yaml").write_text("tasks: 7\n")
    assert main([command, "spec.yaml"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("spec.yaml:1:8: ")


def test_3_is_a_task_that_the_spec_does_not_have() -> None:
    assert main(["plan", "spec.yaml", "--target", "other", "--emulator"]) == 3


def test_4_is_a_caller_without_rights(azure: StandInForAzure) -> None:
    azure.faults.append(FORBIDDEN)
    assert main(["plan", "spec.yaml"]) == 4


def test_4_is_an_apply_of_which_nothing_was_allowed(azure: StandInForAzure, capsys: pytest.CaptureFixture[str]) -> None:
    azure.faults.append(NO_IDENTITIES)
    assert main(["apply", "spec.yaml", "--yes"]) == 4
    words = [line.split(maxsplit=1)[0] for line in capsys.readouterr().err.splitlines()]
    assert words == ["started", "failed", "skipped", "skipped"]


def test_5_is_partly_done(azure: StandInForAzure) -> None:
    azure.faults.append(NO_ROLES)
    assert main(["apply", "spec.yaml", "--yes"]) == 5


def test_6_is_a_failed_run(azure: StandInForAzure, capsys: pytest.CaptureFixture[str]) -> None:
    azure.faults.append(NO_ROLES)
    main(["apply", "spec.yaml", "--yes"])
    capsys.readouterr()
    assert main(["run", "spec.yaml"]) == 6
    assert "Error: run cf1 ended as Failed: " in capsys.readouterr().err
    assert main(["logs", "spec.yaml", "--run-id", "cf1"]) == 6


def test_7_is_a_change_to_which_nobody_can_agree(azure: StandInForAzure, capsys: pytest.CaptureFixture[str]) -> None:
    assert azure.folder.exists()
    assert main(["apply", "spec.yaml"]) == 7
    out, err = capsys.readouterr()
    assert out.endswith("Plan: 3 to create, 0 to change, 0 to remove\n")
    assert err == (
        "Error: the plan is refused as unsafe\n"
        "\n"
        "Unsafe: nobody can be asked whether to go on: this is not a terminal\n"
        "\n"
        "Advice: Look at the plan, then repeat `apply` with --yes.\n"
        "\n"
        "Exit code 7: refused as unsafe\n"
    )
    assert main(["plan", "spec.yaml", "--detailed-exitcode"]) == 2, "nothing was changed"


def test_7_is_a_destruction_to_which_nobody_can_agree(azure: StandInForAzure) -> None:
    assert azure.folder.exists()
    main(["apply", "spec.yaml", "--yes"])
    assert main(["destroy", "spec.yaml"]) == 7
    assert main(["plan", "spec.yaml", "--detailed-exitcode"]) == 0, "nothing was changed"


@pytest.mark.parametrize("command", ["plan", "apply"])
@pytest.mark.parametrize("limit", [[], ["--max-removals", "5"]], ids=["by default", "said"])
@pytest.mark.usefixtures("azure")
def test_7_is_a_plan_that_removes_much(
    command: str, limit: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Provisioner, "plan", lambda *_, **__: removing(6))
    assert main([command, "spec.yaml", *limit]) == 7
    out, err = capsys.readouterr()
    assert "Danger: 6 of 10 things that were made here go: `apply` refuses that without --max-removals 6\n" in out
    assert ("Unsafe: delete task task5\n" in err) == (command == "apply")


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"]], ids=["plan", "apply"])
@pytest.mark.usefixtures("azure")
def test_0_is_a_plan_that_removes_much_if_that_is_meant(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Provisioner, "plan", lambda *_, **__: removing(6))
    assert main([*command, "spec.yaml", "--max-removals", "6"]) == 0


def removing(count: int) -> Plan:
    """Return a plan that deletes so many of ten tasks."""
    registry = ArmId.group("11111111-1111-1111-1111-111111111111", "rg").provided(
        "Microsoft.ContainerRegistry", "registries", "myregistry"
    )
    deletions = (DeleteTask(registry.child("tasks", f"task{number}"), "why") for number in range(count))
    return Plan(tuple(map(PlannedChange, deletions)), owned=10)


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_the_help_tells_the_limits_of_removals_as_they_are(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert f"[default: {FEW}, or {PERCENT} % of what was made here if that is more]" in words


def test_the_pages_tell_the_limits_of_removals_as_they_are() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/exit-codes.md").read_text(encoding="utf-8")
    assert f"more than {FEW} things and more than {PERCENT} %" in " ".join(page.split())
    assert f"By default {FEW}, or {PERCENT} %" in (Provisioner.apply.__doc__ or "")


@pytest.mark.parametrize("command", ["plan", "apply"])
def test_7_is_an_unsafe_plan(command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    unsafe = Plan(unsafe=("it would take the caller's own rights",))
    monkeypatch.setattr(Provisioner, "plan", lambda *_, **__: unsafe)
    assert main([command, "spec.yaml", "--emulator"]) == 7
    assert "Unsafe: it would take the caller's own rights\n" in capsys.readouterr().out


def test_130_is_an_interrupted_apply_and_its_report_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as while_it_runs:
        while_it_runs.setattr(ProgressLines, "ended", interrupt)
        assert main(["apply", "spec.yaml", "--emulator", "--output", "json"]) == 130
    report = json.loads(capsys.readouterr().out)["report"]
    assert (report["interrupted"], report["exit_code"]) == (True, 130)
    assert [outcome["result"] for outcome in report["outcomes"]] == ["done", "skipped", "skipped"]
    assert main(["apply", "spec.yaml", "--emulator"]) == 0, "the same command goes on"


def test_130_is_an_interruption_anywhere(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(*_: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("acr_identity.spec.load_spec", interrupt)
    assert main(["plan", "spec.yaml", "--output", "json"]) == 130
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["type"] == "InterruptedWorkError"
    assert err == "Error: interrupted\n\nExit code 130: interrupted\n"


words = st.sampled_from(
    ["validate", "plan", "show", "apply", "--output", "json", "text", "-v", "--yes", "nowhere.yaml"]
)


@given(st.lists(words | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_whatever_the_arguments_the_code_is_one_of_the_table(arguments: list[str]) -> None:
    assert main(arguments) in list(ExitCode)
