"""The `$filter` of a list of runs.

Fields: swagger of 2025-03-01-preview (RunFilter): RunId, RunType, Status, CreateTime, FinishTime, OutputImageManifests,
IsArchiveEnabled and TaskName. Grammar: what `az acr task list-runs` sends.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from acr_identity.emulator.kernel.arm import moment
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request
from acr_identity.emulator.kernel.state import Run
from acr_identity.emulator.runs.timeline import finish_of, is_over, status_of

_TERM = re.compile(
    r"contains\(\s*(?P<listed>\w+)\s*,\s*'(?P<part>[^']*)'\s*\)"
    r"|(?P<field>\w+)\s+(?P<operator>eq|ne|gt|ge|lt|le)\s+(?:'(?P<text>[^']*)'|(?P<bare>[\w:.+-]+))",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s+and\s+", re.IGNORECASE)
_TEXTS: dict[str, Callable[[Run, float], str]] = {
    "taskname": lambda run, _: run.task,
    "status": status_of,
    "runid": lambda run, _: run.name,
    "runtype": lambda run, _: run.kind,
    "isarchiveenabled": lambda run, _: str(run.archived),
}
_TIMES = frozenset({"createtime", "finishtime"})


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison, its names in lower case."""

    field: str
    operator: str
    value: str
    at: float = 0.0

    def holds(self, run: Run, now: float) -> bool:
        """Whether it is true of a run."""
        if self.operator == "contains":
            manifests = (f"{image.repository}@{image.digest}" for image in run.outcome.pushed)
            return is_over(run, now) and any(self.value.lower() in manifest.lower() for manifest in manifests)
        if self.field in _TIMES:
            return self._holds_in_time(run, now)
        same = _TEXTS[self.field](run, now).lower() == self.value.lower()
        return same == (self.operator == "eq")

    def _holds_in_time(self, run: Run, now: float) -> bool:
        if self.field == "finishtime" and not is_over(run, now):
            return False
        has = run.created if self.field == "createtime" else finish_of(run)
        match self.operator:
            case "gt":
                return has > self.at
            case "ge":
                return has >= self.at
            case "lt":
                return has < self.at
            case "le":
                return has <= self.at
            case _:
                return (has == self.at) == (self.operator == "eq")


@dataclass(frozen=True, slots=True)
class RunFilter:
    """A read `$filter`: all its terms must hold."""

    terms: tuple[Term, ...] = ()

    @classmethod
    def read(cls, expression: str) -> RunFilter:
        """Read one; an empty one lets all pass.

        >>> RunFilter.read("TaskName eq 'build' and Status eq 'Failed'").terms[1].value
        'Failed'

        Raises:
            ArmError: 400 when it cannot be read.
        """
        written = expression.strip()
        if not written:
            return cls()
        return cls(tuple(_term(part, expression) for part in _JOINT.split(written)))

    def matches(self, run: Run, now: float) -> bool:
        """Whether a run passes."""
        return all(term.holds(run, now) for term in self.terms)


def _term(written: str, expression: str) -> Term:
    found = _TERM.fullmatch(written.strip())
    if found is None:
        raise _invalid(expression)
    if found["listed"]:
        if found["listed"].lower() != "outputimagemanifests":
            raise _invalid(expression)
        return Term("outputimagemanifests", "contains", found["part"])
    field, operator = found["field"].lower(), found["operator"].lower()
    value = found["bare"] if found["text"] is None else found["text"]
    if field in _TIMES:
        return Term(field, operator, value, _time(value, expression))
    if field not in _TEXTS or operator not in {"eq", "ne"}:
        raise _invalid(expression)
    return Term(field, operator, value)


def _time(value: str, expression: str) -> float:
    try:
        read = datetime.fromisoformat(value)
    except ValueError as error:
        raise _invalid(expression) from error
    try:
        return (read if read.tzinfo else read.replace(tzinfo=moment(0.0).tzinfo)).timestamp()
    except (OverflowError, ValueError) as error:
        raise _invalid(expression) from error


def _invalid(expression: str) -> ArmError:
    return bad_request("InvalidFilterInQueryString", f"Invalid $filter '{expression}' specified in the query string.")
