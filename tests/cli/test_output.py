from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from acr_identity.cli import main
from cli.stand_ins import FORBIDDEN, NO_ROLES, StandInForAzure, Terminal

pytestmark = pytest.mark.usefixtures("cross_registry")

SECRET = "planted-marker-of-a-secret"


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    """Return what stands on standard output, which must be one JSON document and nothing else."""
    main([*arguments, "--output", "json"])
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


@pytest.fixture
def applied(cross_registry: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cross_registry.exists()
    main(["apply", "spec.yaml", "--emulator"])
    capsys.readouterr()


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("plan", ["plan", "spec.yaml"]),
        ("apply", ["apply", "spec.yaml"]),
        ("destroy", ["destroy", "spec.yaml"]),
        ("run", ["run", "spec.yaml"]),
        ("run", ["run", "spec.yaml", "--no-wait"]),
        ("task", ["show", "spec.yaml"]),
        ("error", ["show", "spec.yaml", "other"]),
        ("error", ["logs", "spec.yaml", "--run-id", "cf9"]),
        ("error", ["plan", "nowhere.yaml"]),
        ("error", ["plan", "spec.yaml", "--no-such-option"]),
        ("error", ["plan"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
@pytest.mark.usefixtures("applied")
def test_standard_output_is_one_json_document(
    kind: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert document(capsys, *arguments, "--emulator")["kind"] == kind


@pytest.mark.usefixtures("applied")
def test_the_log_of_a_run_is_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    ran = document(capsys, "run", "spec.yaml", "--emulator")
    read = document(capsys, "logs", "spec.yaml", "--emulator")
    assert {**read, "seconds": 0} == {**ran, "seconds": 0}


def test_a_refusal_is_one_json_document(azure: StandInForAzure, capsys: pytest.CaptureFixture[str]) -> None:
    assert azure.folder.exists()
    error = document(capsys, "apply", "spec.yaml")["error"]
    assert isinstance(error, dict)
    assert (error["type"], error["exit_code"]) == ("UnsafePlanError", 7)


def test_an_error_of_azure_is_one_json_document(azure: StandInForAzure, capsys: pytest.CaptureFixture[str]) -> None:
    azure.faults.append(FORBIDDEN)
    error = document(capsys, "plan", "spec.yaml")["error"]
    assert isinstance(error, dict)
    assert (error["type"], error["code"], error["exit_code"]) == ("NotAuthorisedError", "AuthorizationFailed", 4)


def test_a_failed_run_is_one_json_document(azure: StandInForAzure, capsys: pytest.CaptureFixture[str]) -> None:
    azure.faults.append(NO_ROLES)
    document(capsys, "apply", "spec.yaml", "--yes")
    run = document(capsys, "run", "spec.yaml")
    assert (run["kind"], run["status"], run["succeeded"]) == ("run", "Failed", False)
    assert run["reason"]


def test_apply_gives_plan_and_report_together(capsys: pytest.CaptureFixture[str]) -> None:
    planned = document(capsys, "plan", "spec.yaml", "--emulator")
    applied = document(capsys, "apply", "spec.yaml", "--emulator")
    assert applied["plan"] == planned
    report = applied["report"]
    assert isinstance(report, dict)
    assert report["summary"] == {"done": 3, "failed": 0, "skipped": 0}


def test_progress_goes_to_standard_error_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    main(["apply", "spec.yaml", "--emulator", "--output", "json"])
    lines = [line.partition(" (")[0] for line in capsys.readouterr().err.splitlines()]
    assert lines[:2] == ["started create identity myACRTasksId", "done create identity myACRTasksId"]
    assert sorted(lines[2:]) == [
        "done assign AcrPull on mybaseregistry to myACRTasksId",
        "done create task helloworldtask",
        "started assign AcrPull on mybaseregistry to myACRTasksId",
        "started create task helloworldtask",
    ]


def test_markdown_holds_plan_and_report(capsys: pytest.CaptureFixture[str]) -> None:
    main(["apply", "spec.yaml", "--emulator", "--output", "markdown"])
    out = capsys.readouterr().out
    assert [line for line in out.splitlines() if line.startswith("### ")] == [
        "### Plan: 3 to create, 0 to change, 0 to remove",
        "### Report: 3 done, 0 failed, 0 skipped",
    ]


def test_verbose_tells_each_request_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    main(["plan", "spec.yaml", "--emulator", "-v"])
    lines = capsys.readouterr().err.splitlines()
    assert {line.split()[0] for line in lines} == {"GET", "POST"}
    assert {line.split()[2] for line in lines} == {"200", "404"}
    assert all(line.split()[1].startswith("/subscriptions/") for line in lines)


@pytest.mark.usefixtures("applied")
def test_no_secret_value_is_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("UNUSED", SECRET)
    assert main(["run", "spec.yaml", "--set-secret", "UNUSED", "--emulator", "-v"]) == 0
    out, err = capsys.readouterr()
    assert SECRET not in out + err


def test_an_internal_error_is_one_line_without_its_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumble(*_: object, **_options: object) -> None:
        raise LookupError(SECRET)

    monkeypatch.setattr("acr_identity.spec.load_spec", stumble)
    assert main(["plan", "spec.yaml"]) == 1
    assert capsys.readouterr() == ("", "internal error: LookupError (-v shows where)\n")


def test_an_internal_error_has_its_traceback_with_verbose(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumble(*_: object, **_options: object) -> None:
        raise LookupError(f"https://me:{SECRET}@example.com with Bearer {SECRET}")

    monkeypatch.setattr("acr_identity.spec.load_spec", stumble)
    assert main(["plan", "spec.yaml", "-v"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("Traceback (most recent call last):\n")
    assert err.endswith("\ninternal error: LookupError\n")
    assert SECRET not in err


@pytest.mark.parametrize(
    ("variable", "value", "escapes"), [("TERM", "xterm", True), ("TERM", "dumb", False), ("NO_COLOR", "1", False)]
)
def test_only_a_terminal_that_wants_it_gets_color(
    variable: str, value: str, *, escapes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr(sys, "stdout", screen)
    main(["plan", "spec.yaml", "--emulator"])
    assert ("\x1b[" in screen.getvalue()) is escapes


def test_a_file_gets_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.StringIO()
    monkeypatch.setattr(sys, "stdout", file)
    main(["plan", "spec.yaml", "--emulator"])
    assert "Plan: 3 to create" in file.getvalue()
    assert "\x1b" not in file.getvalue()


def test_characters_that_the_encoding_lacks_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(stream, encoding="latin-1"))
    main(["init", "cross-registry", "größe-大"])
    sys.stdout.flush()
    assert stream.getvalue().startswith(b"wrote gr\xf6\xdfe-\\u5927/spec.yaml\n")
