"""Commands without the secrets that a spec names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acr_identity.cli import main
from cli.stand_ins import StandInForAzure

SECRET = "hunter2-of-the-job"
PLAN = ["plan", "spec.yaml", "--detailed-exitcode"]
NOT_COMPARED = "Not compared: step.values[Token] of task helloworldtask: the environment variable API_TOKEN is"
NOTHING_KNOWN = "No change is known: what is not set was not compared."
NEEDED = "spec.yaml:20:21: The environment variable API_TOKEN is not set. Export it."


@pytest.fixture
def spec(cross_registry: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a spec with a secret value whose variable is not set."""
    path = cross_registry / "spec.yaml"
    path.write_text(f"{path.read_text().rstrip()}\n    values: {{Token: {{env: API_TOKEN}}}}\n")
    monkeypatch.delenv("API_TOKEN", raising=False)
    return path


@pytest.fixture
def applied(spec: Path, azure: StandInForAzure, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return the same spec, applied while the variable was set."""
    assert azure.clouds == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("API_TOKEN", SECRET)
        assert main(["apply", "spec.yaml", "--yes"]) == 0
    capsys.readouterr()
    return spec


def test_a_plan_says_what_it_did_not_compare_and_not_that_azure_has_it(
    applied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert applied.exists()
    assert main(PLAN) == 0
    assert capsys.readouterr() == (
        f"{NOT_COMPARED} not\n              set\n\nNeeded to apply: {NEEDED}\n\n{NOTHING_KNOWN}\n",
        "",
    )


def test_the_json_of_a_plan_names_the_field_and_the_variable(applied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert applied.exists()
    assert main([*PLAN, "--output", "json"]) == 0
    out = capsys.readouterr().out
    plan = json.loads(out)
    assert (plan["changes"], plan["notes"], SECRET in out) == ([], [], False)
    assert plan["not_compared"] == [
        {"task": "helloworldtask", "field": "step.values[Token]", "variable": "API_TOKEN", "state": "not set"}
    ]
    assert [problem["place"] for problem in plan["unset"]] == ["spec.yaml:20:21"]


def test_a_variable_that_is_empty_is_as_one_that_is_not_set(
    applied: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert applied.exists()
    monkeypatch.setenv("API_TOKEN", "")
    assert main(PLAN) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Not compared: step.values[Token] of task helloworldtask: the environment variable API_TOKEN is empty",
        "",
        "Needed to apply: spec.yaml:20:21: The environment variable API_TOKEN is empty. Export it.",
        "",
        NOTHING_KNOWN,
    ]


def test_other_changes_are_pending(applied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    applied.write_text(f"{applied.read_text()}    timeout: 600\n")
    assert main(PLAN) == 2
    out = capsys.readouterr().out
    assert NOT_COMPARED in out
    assert out.endswith("Plan: 0 to create, 1 to change, 0 to remove\n")
    assert f"Needed to apply: {NEEDED}" in out


def test_a_new_task_is_planned_with_the_name_of_the_variable(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert spec.exists()
    assert main([*PLAN, "--emulator"]) == 2
    out = capsys.readouterr().out
    assert "      value: Token = (from the environment variable API_TOKEN, which is not set)\n" in out


@pytest.mark.parametrize("target", [[], ["--target", "helloworldtask"]])
def test_apply_refuses_before_it_asks_anything(
    target: list[str], applied: Path, azure: StandInForAzure, capsys: pytest.CaptureFixture[str]
) -> None:
    assert applied.exists()
    azure.clouds.clear()
    assert main(["apply", "spec.yaml", "--yes", *target]) == 3
    assert capsys.readouterr() == ("", f"{NEEDED}\n")
    assert azure.clouds == []


def test_a_plan_that_cannot_be_applied_is_not_saved_and_each_place_is_told(
    applied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*PLAN, "--out", "plan.json"]) == 3
    assert capsys.readouterr() == ("", f"{NEEDED}\n")
    assert not applied.with_name("plan.json").exists()
