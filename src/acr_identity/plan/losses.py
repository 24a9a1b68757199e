"""What of a task cannot be seen, and which changes would lose it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from acr_identity.changes import ReplaceTask, UpdateTask
from acr_identity.plan.compare import ABSENT
from acr_identity.plan.tags import is_ours
from acr_identity.state import DockerStep, EncodedStep, FileStep

if TYPE_CHECKING:
    from acr_identity.changes import CreateTask
    from acr_identity.plan.compare import Differences
    from acr_identity.plan.records import Record
    from acr_identity.plan.wanted import WantedTask
    from acr_identity.state import LiveTask, Step

_GIVEN_TO_A_STEP = ("step.values[", "step.arguments[", "step.token")


def hidden_notes(task: str, found: Differences) -> Iterator[str]:
    """Say which settings of a task are left as they are because Azure does not show them."""
    for path in found.unverifiable:
        yield f"{path} of task {task} cannot be verified: Azure does not show it"
    for path in found.left:
        yield f"{path} of task {task} is not in the spec and stays: Azure does not show it"


def losses(
    want: WantedTask,
    live: LiveTask | None,
    change: CreateTask | UpdateTask | ReplaceTask | None,
    record: Record,
) -> Iterator[str]:
    """Say what a change would take from a task that is not in the record of what we set."""
    match change:
        case ReplaceTask() if live is not None:
            yield from _lost_by_put(want, live, change, record)
        case UpdateTask(settings=settings) if live is not None and not live.details_seen and _has_values(settings.step):
            yield f"stating the values of task {want.name} would lose secret values that {_whom(live)}"
        case _:
            return


def _lost_by_put(want: WantedTask, live: LiveTask, change: ReplaceTask, record: Record) -> Iterator[str]:
    lost = [path for path in live.hidden if not _is_stated(path, want)]
    if lost or not live.details_seen:
        named = f" ({', '.join(lost)})" if lost else ""
        what = f"would lose credentials and secrets that {_whom(live)}{named}"
        yield f"task {want.name} must be written anew, which {what}"
    theirs = [field.path for field in change.fields if field.after == ABSENT]
    theirs = [path for path in theirs if path.startswith(_GIVEN_TO_A_STEP) and not record.holds(path)]
    if theirs and not is_ours(live.tags):
        yield (
            f"task {want.name} was not created by this tool, and a step of another kind would lose what others gave "
            f"the old one: {', '.join(theirs)}"
        )


def _is_stated(path: str, want: WantedTask) -> bool:
    """Say whether a PUT gives a hidden secret anew, or takes it out with the trigger that it belongs to."""
    settings = want.settings
    if path.startswith("sources["):
        return settings.sources is not None and all(
            source.token is not None for source in settings.sources if path == f"sources[{source.name}].token"
        )
    return any(path.startswith(f"credentials[{one.login_server.lower()}]") for one in want.credentials)


def _whom(live: LiveTask) -> str:
    return "Azure does not show" if live.details_seen or live.unseen_because else "you may not read"


def _has_values(step: Step | None) -> bool:
    match step:
        case EncodedStep(values=values) | FileStep(values=values) | DockerStep(arguments=values):
            return bool(values)
        case None:
            return False
