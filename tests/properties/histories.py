"""A spec before and after an edit, in a world in which others have been at work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from acr_identity.emulator import Emulator
from acr_identity.ids import is_memory
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec, Task
from flows.flows import holdings
from properties.anyworld import Case, cases, tasks

NAME = "my-platform"


@dataclass(frozen=True)
class Edit:
    """What a spec said, what it says now, and the world of both."""

    before: Spec
    after: Spec
    case: Case


MORE = st.fixed_dictionaries(
    {},
    optional={
        "agent": st.sampled_from([{"cpu": 4}]),
        "platform": st.sampled_from(
            [{"os": "Linux", "architecture": "arm", "variant": "v7"}, {"os": "Windows", "architecture": "amd64"}]
        ),
        "log_template": st.just("{{.Run.ID}}"),
        "source_login": st.sampled_from(["default", "none"]),
    },
)
"""What else a task may say, and leave out later."""


def _tree(task: Task) -> dict[str, object]:
    tree = task.to_tree()
    assert isinstance(tree, dict)
    return dict(tree)


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """Return an edit: tasks that came, went, and changed."""
    case = draw(cases())
    first = {
        name: Task.model_validate({**_tree(task), **draw(MORE)}) if name not in case.tasks_of_others else task
        for name, task in case.spec.tasks.items()
    }
    before = case.spec.model_copy(update={"name": NAME, "tasks": first})
    kept = {name: task for name, task in before.tasks.items() if draw(st.integers(0, 3))}
    changed = {
        name: Task.model_validate({**draw(tasks()), **draw(MORE), "registry": task.registry})
        for name, task in kept.items()
        if draw(st.booleans())
    }
    after = before.model_copy(update={"tasks": {**kept, **changed}})
    return Edit(before, after, case)


def make(emulator: Emulator, spec: Spec, *, prune: bool = False) -> None:
    """Apply a spec, and see that all of it was done."""
    with Provisioner.emulated(emulator) as provisioner:
        report = provisioner.apply(provisioner.plan(spec, prune=prune), max_removals=99)
    assert report.is_complete, report


def left(emulator: Emulator, case: Case) -> object:
    """Return what the world holds, but for times, and for the reasons that descriptions give.

    Of tasks of others only what we add to them counts: what they had set, and a spec changed, nobody remembers.
    """
    world = _plain(holdings(emulator))
    assert isinstance(world, dict)
    tasks = {key: _added(one) if one["name"] in case.tasks_of_others else one for key, one in world["tasks"].items()}
    return {**world, "tasks": tasks}


def _added(task: dict[str, Any]) -> object:
    tags = {name: value for name, value in task["tags"].items() if not is_memory(name)}
    return task["system_principal"], task["user_identities"], task["properties"].get("credentials"), tags


def _plain(value: object) -> object:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items() if not _is_default(key, each)}
        case list():
            return [_plain(each) for each in value]
        case str():
            return re.sub(r"^acr_identity: .* \[", "acr_identity: [", value)
        case _:
            return value


def _is_default(key: str, value: object) -> bool:
    match key, value:
        case ("loginMode", "Default") | ("timeout", 3600) | ("cpu", 2):
            return True
        case (("sourceRegistry" | "credentials" | "trigger" | "agentConfiguration"), Mapping()):
            return not value or all(_is_default(str(each), inner) for each, inner in value.items())
        case (("timerTriggers" | "sourceTriggers" | "values"), []):
            return True
        case _:
            return False
