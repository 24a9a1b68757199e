"""The tasks of the specs that were planned or shown, by name."""

from __future__ import annotations

from acr_identity.errors import TaskMissingError
from acr_identity.ids import ArmId
from acr_identity.spec import Spec


class KnownTasks:
    """Finds a task by its name. Of two specs with a task of one name, the one that was added last counts."""

    def __init__(self) -> None:
        self._specs: dict[str, tuple[Spec, ArmId]] = {}

    def add(self, spec: Spec) -> None:
        """Know the tasks of a spec from now on."""
        self._specs |= {name: (spec, spec.task_id(name)) for name in spec.tasks}

    def id_of(self, task: str | ArmId) -> ArmId:
        """Return the id of a task that is given by its name or its id.

        Raises:
            TaskMissingError: no task of this name is known; so for `spec_of`.
        """
        if isinstance(task, ArmId):
            return task
        return ArmId(task) if task.startswith("/") else self._found(task)[1]

    def spec_of(self, task: str) -> Spec:
        """Return the spec that has a task of this name."""
        return self._found(task)[0]

    def _found(self, task: str) -> tuple[Spec, ArmId]:
        if task not in self._specs:
            known = ", ".join(sorted(self._specs)) or "none yet"
            raise TaskMissingError(
                task,
                f"no spec with a task {task!r} was planned or shown here (known: {known})",
                advice="Plan its spec first, or give the task's resource id.",
            )
        return self._specs[task]
