from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from acr_identity.cli import main
from acr_identity.spec import json_schema

WRONG = "tasks:\n  hello: {registry: nowhere, command: alpine}\n  Ünsafe: {registry: elsewhere, command: alpine}\n"


def test_a_valid_spec_is_counted(cross_registry: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cross_registry.joinpath("spec.yaml").exists()
    assert main(["validate", "spec.yaml"]) == 0
    assert capsys.readouterr() == ("spec.yaml is valid: 1 task, 2 registries, 0 vaults, 1 identity\n", "")


def test_a_valid_spec_is_counted_in_json(cross_registry: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = cross_registry / "spec.yaml"
    assert main(["validate", str(path), "--output", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "version": 1,
        "kind": "validation",
        "file": str(path),
        "valid": True,
        "summary": {"tasks": 1, "registries": 2, "vaults": 0, "identities": 1},
        "warnings": [],
    }


def test_each_mistake_stands_on_a_line_of_its_own_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "spec.yaml").write_text(WRONG, encoding="utf-8")
    assert main(["validate", "spec.yaml"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(" ")[0] for line in err.splitlines()] == ["spec.yaml:2:21:", "spec.yaml:3:3:", "spec.yaml:3:22:"]


def test_mistakes_are_one_json_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "spec.yaml").write_text(WRONG, encoding="utf-8")
    assert main(["validate", "--output=json", "spec.yaml"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert [problem["line"] for problem in document["error"]["problems"]] == [2, 3, 3]


def test_mistakes_are_markdown_if_that_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "spec.yaml").write_text(WRONG, encoding="utf-8")
    assert main(["validate", "--output=markdown", "spec.yaml"]) == 3
    assert capsys.readouterr().out.startswith("### Error: 3 mistakes in the spec\n")


def test_the_schema_is_that_of_the_spec(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()


@pytest.mark.parametrize("command", ["validate", "plan", "apply"])
def test_ten_mistakes_are_ten_lines_and_nothing_is_asked(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*_: object, **__: object) -> None:
        raise AssertionError("nothing may be asked")

    monkeypatch.setattr("acr_identity.cli.session.Provisioner.emulated", ask)
    mistakes = Path(__file__).parents[1] / "spec" / "ten_mistakes.yaml"
    (folder / "spec.yaml").write_text(mistakes.read_text("utf-8"), "utf-8")
    assert main([command, "spec.yaml", *([] if command == "validate" else ["--emulator"])]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert all(re.match(r"spec\.yaml:\d+:\d+: ", line) for line in lines)


def test_what_is_odd_is_a_warning_and_the_spec_is_valid(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "spec.yaml").write_text("location: westeuropa\ntasks: {}\n")
    assert main(["validate", "spec.yaml"]) == 0
    assert capsys.readouterr() == (
        "spec.yaml is valid: 0 tasks, 0 registries, 0 vaults, 0 identities\n",
        "spec.yaml:1:11: warning: No region called 'westeuropa' is known here. Did you mean 'westeurope'?\n",
    )


def test_a_warning_stands_in_the_json_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "spec.yaml").write_text("location: westeuropa\ntasks: {}\n")
    assert main(["validate", "spec.yaml", "--output", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["warnings"] == [
        {
            "place": "spec.yaml:1:11",
            "file": "spec.yaml",
            "line": 1,
            "column": 11,
            "path": ["location"],
            "message": "No region called 'westeuropa' is known here.",
            "fix": "Did you mean 'westeurope'?",
            "nearest": "westeurope",
            "code": "",
        }
    ]


FILED = """\
subscription: 11111111-1111-1111-1111-111111111111
resource_group: rg
registries: {myregistry: {}, mybaseregistry: {}}
tasks: {build: {registry: myregistry, identity: system, file: task.yaml, pull: [mybaseregistry]}}
"""


def with_task_file(folder: Path, content: str) -> None:
    (folder / "spec.yaml").write_text(FILED)
    (folder / "task.yaml").write_text(content)


def test_what_a_run_refuses_of_a_task_file_is_a_mistake(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_task_file(folder, "steps:\n- {id: first, cmd: bash date, when: [second]}\n- {id: second, cmd: bash date}\n")
    assert main(["validate", "spec.yaml"]) == 3
    assert capsys.readouterr().err == (
        "task.yaml:2:38: ACR106 `when` names 'second', which is no step before this one. Name an earlier step.\n"
    )


def test_what_the_spec_gives_in_vain_is_a_warning_and_a_mistake_where_one_is_strict(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_task_file(folder, "version: v1.1.0\nsteps:\n- cmd: bash date\n")
    said = "ACR305 Nothing pulls from mybaseregistry. Take it out.\n"
    assert main(["validate", "spec.yaml"]) == 0
    assert capsys.readouterr().err == f"spec.yaml:4:81: warning: {said}"
    assert main(["validate", "spec.yaml", "--strict"]) == 3
    assert capsys.readouterr().err == f"spec.yaml:4:81: {said}"


def test_findings_are_written_for_code_scanning_whether_they_are_mistakes_or_not(folder: Path) -> None:
    with_task_file(folder, "steps:\n- {cmd: bash date, bogus: 1}\n- {cmd: bash date, id: a}\n")
    assert main(["validate", "spec.yaml", "--sarif", "found.sarif"]) == 3
    (run,) = json.loads((folder / "found.sarif").read_text())["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["ACR104", "ACR109"]
    assert [
        (
            one["ruleId"],
            one["level"],
            one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            one["locations"][0]["physicalLocation"]["region"],
        )
        for one in run["results"]
    ] == [
        ("ACR104", "warning", "task.yaml", {"startLine": 2, "startColumn": 20}),
        ("ACR109", "error", "task.yaml", {"startLine": 3, "startColumn": 24}),
    ]


def test_a_file_for_code_scanning_that_cannot_be_written_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_task_file(folder, "steps:\n- cmd: bash date\n")
    assert main(["validate", "spec.yaml", "--sarif", "nowhere/found.sarif"]) == 1
    assert "nowhere/found.sarif cannot be written: No such file or directory" in capsys.readouterr().err
