"""Looks at an outcome as a user does."""

from __future__ import annotations

from acr_identity.emulator.kernel.runner_port import RegistryCredential, TaskFileStep, Value
from acr_identity.emulator.runner import Outcome, RunRequest, Surroundings, run
from emulator.runner.fake_surroundings import FakeSurroundings
from emulator.runner.seed_flows import SERVER

ALIAS_LINE = (
    "2026/01/01 00:00:00 Alias support enabled for version >= 1.1.0,"
    " please see https://aka.ms/acr/tasks/task-aliases for more information."
)


def texts(outcome: Outcome) -> list[str]:
    return [line.text for line in outcome.log]


def unstamped(outcome: Outcome) -> list[str]:
    """The log without the time stamps of the lines that have one."""
    return [text[20:] if text[:2] == "20" and text[4:5] == "/" else text for text in texts(outcome)]


def run_text(
    content: str,
    surroundings: Surroundings | None = None,
    *,
    context: str = "/dev/null",
    values: tuple[Value, ...] = (),
    credentials: tuple[RegistryCredential, ...] = (),
) -> Outcome:
    request = RunRequest("cb1", "t", SERVER, TaskFileStep(content, context), values=values, credentials=credentials)
    return run(request, surroundings if surroundings is not None else FakeSurroundings())


def failure(content: str, surroundings: Surroundings | None = None) -> str:
    """What stands between the last report and the end of a run that failed."""
    outcome = run_text(content, surroundings)
    lines = texts(outcome)
    assert outcome.status == "Failed"
    assert lines[-2] == ""
    assert lines[-1].startswith("Run ID: cb1 failed after ")
    return "\n".join(line for line in lines[:-2] if not line.startswith("2026/"))


def steps_part(outcome: Outcome) -> list[str]:
    """The log from the first step on, without stamps."""
    lines = unstamped(outcome)
    starts = [index for index, line in enumerate(lines) if line.startswith("Executing step ID")]
    return lines[starts[0] :]
