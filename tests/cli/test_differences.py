"""What `plan` shows of a task file or a command that is another one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acr_identity.cli import main
from cli.stand_ins import StandInForAzure

COMMAND = """\
subscription: 11111111-1111-1111-1111-111111111111
resource_group: myResourceGroup
registries: {myregistry: {}}
tasks:
  nightly: {registry: myregistry, command: bash date}
"""
TASK_FILE = """\
version: v1.1.0
steps:
  - cmd: bash date
  - cmd: bash ls
"""


def planned(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Return what `plan` prints."""
    capsys.readouterr()
    assert main(["plan", "spec.yaml", *options]) == 0
    return capsys.readouterr().out


@pytest.fixture
def task_file(azure: StandInForAzure) -> Path:
    """Return the task file of a spec that was applied."""
    path = azure.folder / "helloworldtask.yaml"
    path.write_text(TASK_FILE, encoding="utf-8")
    assert main(["apply", "spec.yaml", "--yes"]) == 0
    return path


def test_a_task_file_that_changed_is_a_unified_diff(task_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    task_file.write_text(TASK_FILE.replace("date", "uptime"), encoding="utf-8")
    assert (
        "      step.content:\n"
        "        @@ -1,4 +1,4 @@\n"
        "         version: v1.1.0\n"
        "         steps:\n"
        "        -  - cmd: bash date\n"
        "        +  - cmd: bash uptime\n"
        "           - cmd: bash ls\n"
        "\n"
    ) in planned(capsys)
    assert (
        "  - step.content:\n"
        "    ```diff\n"
        "    @@ -1,4 +1,4 @@\n"
        "     version: v1.1.0\n"
        "     steps:\n"
        "    -  - cmd: bash date\n"
        "    +  - cmd: bash uptime\n"
        "       - cmd: bash ls\n"
        "    ```\n"
    ) in planned(capsys, "--output", "markdown")
    change, *_ = json.loads(planned(capsys, "--output", "json"))["changes"]
    assert change["fields"] == [
        {
            "path": "step.content",
            "before": TASK_FILE,
            "after": TASK_FILE.replace("date", "uptime"),
            "added": [],
            "removed": [],
        }
    ]


def test_a_command_that_changed_is_a_unified_diff(azure: StandInForAzure, capsys: pytest.CaptureFixture[str]) -> None:
    spec = azure.folder / "spec.yaml"
    spec.write_text(COMMAND, encoding="utf-8")
    assert main(["apply", "spec.yaml", "--yes"]) == 0
    spec.write_text(COMMAND.replace("date", "uptime"), encoding="utf-8")
    assert (
        "        -  - cmd: bash date\n"
        "        +  - cmd: bash uptime\n"
        "             disableWorkingDirectoryOverride: true\n"
    ) in planned(capsys)


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("ls\n", "ls", ["-  - cmd: bash ls", "+  - cmd: bash ls", "\\ No newline at end of file"]),
        ("ls\n", "ls\n\n", ["+"]),
        ("ls", "ls \x1b[31m", ["-  - cmd: bash ls", "+  - cmd: bash ls \\x1b[31m"]),
        ("ls", "\u202els", ["-  - cmd: bash ls", "+  - cmd: bash \\u202els"]),
        ("bash ls", "bash\u00a0ls", ["-  - cmd: bash ls", "+  - cmd: bash\\xa0ls"]),
        ("ls", "ls ", ["-  - cmd: bash ls", "+  - cmd: bash ls "]),
        ("  - cmd: bash ls", "\t- cmd: bash ls", ["-  - cmd: bash ls", "+\\t- cmd: bash ls"]),
    ],
)
def test_what_cannot_be_seen_is_visible_and_harmless_in_a_diff(
    old: str, new: str, lines: list[str], task_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task_file.write_text(TASK_FILE.replace(old, new), encoding="utf-8")
    for options in ((), ("--output", "markdown")):
        shown = [line.removeprefix("    ").removeprefix("    ") for line in planned(capsys, *options).split("\n")]
        begin = next(number for number, line in enumerate(shown) if line.startswith("@@"))
        diff = [line for line in shown[begin + 1 : begin + 9] if line[:1] in {"-", "+", "\\"} and "create" not in line]
        assert diff[: len(lines)] == lines


def test_backticks_do_not_end_the_block_of_a_comment(task_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    task_file.write_text(TASK_FILE + "# ````\n# </details> @everyone\n", encoding="utf-8")
    shown = planned(capsys, "--output", "markdown")
    assert "    `````diff\n" in shown
    assert "    +# ````\n    +# </details> @everyone\n    `````\n" in shown


def test_a_file_of_the_repository_that_is_no_task_file_is_not_read_out(
    task_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (task_file.parent / ".env").write_text("PASSWORD=planted\nUSER=other\n", encoding="utf-8")
    spec = task_file.parent / "spec.yaml"
    spec.write_text(spec.read_text("utf-8").replace("file: helloworldtask.yaml", "file: .env"), encoding="utf-8")
    for form in ("text", "markdown", "json"):
        shown = planned(capsys, "--output", form)
        assert ("2 lines, sha256 " in shown, "planted" in shown, "bash date" in shown) == (True, False, False)


@pytest.mark.parametrize(("value", "shown"), [("planted-secret", "(secret)"), ("", "planted-secret")])
def test_a_secret_of_another_task_is_masked_too_as_far_as_it_is_set(
    value: str, shown: str, azure: StandInForAzure, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OF_ANOTHER", value)
    other = "  weekly: {registry: myregistry, command: bash ls, values: {Key: {env: OF_ANOTHER}}}\n"
    spec = azure.folder / "spec.yaml"
    spec.write_text(COMMAND + other, encoding="utf-8")
    assert main(["apply", "spec.yaml", "--yes", "--target", "nightly"]) == 0
    spec.write_text(COMMAND.replace("date", "echo planted-secret") + other, encoding="utf-8")
    assert f"+  - cmd: bash echo {shown}\n" in planned(capsys, "--target", "nightly")


def test_a_plan_that_was_looked_at_says_how_many_lines_are_others_by_now(
    task_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task_file.write_text(TASK_FILE.replace("date", "uptime"), encoding="utf-8")
    planned(capsys, "--out", "plan.json")
    task_file.write_text(TASK_FILE.replace("date", "whoami"), encoding="utf-8")
    capsys.readouterr()
    assert main(["apply", "plan.json"]) == 7
    reason = "other: update task helloworldtask (step.content gets another text: +1 -1 lines)"
    assert reason in capsys.readouterr().err
