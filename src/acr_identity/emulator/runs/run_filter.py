"""The `$filter` of a list of runs.

Fields: swagger of 2025-03-01-preview (RunFilter): RunId, RunType, Status, CreateTime, FinishTime, OutputImageManifests,
IsArchiveEnabled and TaskName. Terms: what `az acr task list-runs` sends.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from acr_identity.emulator.kernel.arm_errors import invalid_filter
from acr_identity.emulator.kernel.odata_filter import (
    Comparison,
    FilterError,
    Function,
    Name,
    Operator,
    Term,
    Text,
    read_filter,
)
from acr_identity.emulator.kernel.state import Run
from acr_identity.emulator.runs.timeline import finish_of, is_over, status_of

Condition: TypeAlias = Callable[[Run, float], bool]
"""What must be true of a run at a time, which is in seconds since 1970."""
_TEXTS: dict[str, Callable[[Run, float], str]] = {
    "taskname": lambda run, _: run.task,
    "status": status_of,
    "runid": lambda run, _: run.name,
    "runtype": lambda run, _: run.kind,
    "isarchiveenabled": lambda run, _: str(run.archived),
}
_TIMES: dict[str, Callable[[Run, float], float | None]] = {
    "createtime": lambda run, _: run.created,
    "finishtime": lambda run, now: finish_of(run) if is_over(run, now) else None,
}
_COMPARED: dict[Operator, Callable[[float, float], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


@dataclass(frozen=True, slots=True)
class RunFilter:
    """A read `$filter`: all its conditions must hold."""

    conditions: tuple[Condition, ...] = ()

    @classmethod
    def read(cls, expression: str) -> RunFilter:
        """Read one; an empty one lets all pass.

        >>> len(RunFilter.read("TaskName eq 'build' and Status eq 'Failed'").conditions)
        2

        Raises:
            ArmError: 400 when it cannot be read.
        """
        try:
            return cls(tuple(map(_condition, read_filter(expression).all_of)))
        except FilterError:
            raise invalid_filter(expression) from None

    def matches(self, run: Run, now: float) -> bool:
        """Say whether a run passes."""
        return all(holds(run, now) for holds in self.conditions)


def _condition(term: Term) -> Condition:
    match term:
        case Function("contains", (Name("outputimagemanifests"), Text(part))):
            return _pushed(part.lower())
        case Comparison(name, compared, value) if name in _TIMES:
            return _timed(_TIMES[name], _COMPARED[compared], _seconds(value.value))
        case Comparison(name, ("eq" | "ne") as compared, value) if name in _TEXTS:
            return _worded(_TEXTS[name], value.value.lower(), is_equal=compared == "eq")
        case _:
            raise FilterError("no such condition")


def _pushed(part: str) -> Condition:
    def holds(run: Run, now: float) -> bool:
        manifests = (f"{image.repository}@{image.digest}".lower() for image in run.outcome.pushed)
        return is_over(run, now) and any(part in manifest for manifest in manifests)

    return holds


def _timed(
    of: Callable[[Run, float], float | None], compared: Callable[[float, float], bool], wanted: float
) -> Condition:
    def holds(run: Run, now: float) -> bool:
        has = of(run, now)
        return has is not None and compared(has, wanted)

    return holds


def _worded(of: Callable[[Run, float], str], wanted: str, *, is_equal: bool) -> Condition:
    return lambda run, now: (of(run, now).lower() == wanted) == is_equal


def _seconds(written: str) -> float:
    try:
        read = datetime.fromisoformat(written)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        raise FilterError(f"'{written}' is no time") from None
