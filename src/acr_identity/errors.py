"""The whole tree of errors, each with fields, an exit code and one line of advice.

    AcrIdentityError                 whatever goes wrong here
    ├── SpecError                    a spec, a world or a cloud file is invalid: every mistake, with its place
    ├── SettingsError                an option, a variable, or the emulator's state or faults cannot be used
    ├── UnsafePlanError              the plan would do what nobody asked for
    │   ├── TooManyRemovalsError     it would remove more than was said to be meant
    │   └── StalePlanError           the plan that was looked at is not what would be done now
    ├── MissingResourceError         the spec names a registry or a vault that is not there
    ├── TaskMissingError             there is no such task in Azure
    ├── RunError                     a run ended in anything but success
    ├── InterruptedWorkError         the user stopped the work
    └── AzureError                   Azure, or the way to it, said no
        ├── NotAuthorisedError       the caller may not do this, or could not sign in
        ├── ConflictError            the resource is being changed, or exists in another form
        └── UnreachableError         no answer came

No message holds a token, a key or a secret value. The error of the SDK is chained as `__cause__`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ExitCode(IntEnum):
    """What the command line ends with. A contract: a number never changes its meaning."""

    DONE = 0
    FAILED = 1
    CHANGES_PENDING = 2
    INVALID_SPEC = 3
    NOT_AUTHORISED = 4
    PARTLY_DONE = 5
    RUN_FAILED = 6
    REFUSED_AS_UNSAFE = 7
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """Say in a few words when a command ends with this code."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "done, or nothing to do",
    ExitCode.FAILED: "failed",
    ExitCode.CHANGES_PENDING: "changes pending (`plan --detailed-exitcode`)",
    ExitCode.INVALID_SPEC: "invalid spec",
    ExitCode.NOT_AUTHORISED: "not authorised",
    ExitCode.PARTLY_DONE: "partly done",
    ExitCode.RUN_FAILED: "the run failed",
    ExitCode.REFUSED_AS_UNSAFE: "refused as unsafe",
    ExitCode.INTERRUPTED: "interrupted",
}


class AcrIdentityError(Exception):
    """Whatever goes wrong in this package. `advice` is one line that says what to do about it."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __reduce__(self) -> tuple[object, ...]:
        # All fields, but not the cause, which may hold anything. Python's own way would give the text to __init__.
        return _restored, (type(self), self.args, vars(self))


def _restored(kind: type[AcrIdentityError], args: tuple[str, ...], fields: dict[str, object]) -> AcrIdentityError:
    error = kind.__new__(kind, *args)
    vars(error).update(fields)
    return error


@dataclass(frozen=True, slots=True)
class PlacedMistake:
    """One mistake and its place. `line` and `column` count from 1; 0 means that the place is not a line of a file.

    `nearest` is the word that was probably meant; empty if none is known. `code` is the kind of what was found in the
    file of a task, such as `ACR106`; empty for a mistake in a spec.
    """

    message: str
    fix: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    path: tuple[str | int, ...] = ()
    nearest: str = ""
    code: str = ""

    @property
    def place(self) -> str:
        """Return `file:line:column`, or the dotted path of the value where there is no file."""
        if self.line:
            return f"{self.file}:{self.line}:{self.column}"
        return ".".join(map(str, self.path)) or self.file or "spec"

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"

    @property
    def text(self) -> str:
        """Return what is wrong, and what helps; its code comes first."""
        return " ".join(part for part in (self.code, self.message, self.fix) if part)


class SpecError(AcrIdentityError):
    """A spec, a world or a cloud file is invalid. `problems` holds every mistake, in the order of the file."""

    exit_code = ExitCode.INVALID_SPEC

    def __init__(self, problems: Iterable[PlacedMistake]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class SettingsError(AcrIdentityError):
    """An option, an environment variable, or the emulator's state or faults cannot be used."""


class UnsafePlanError(AcrIdentityError):
    """The plan would do what nobody asked for. `reasons` says what, one sentence each."""

    exit_code = ExitCode.REFUSED_AS_UNSAFE

    def __init__(self, reasons: Iterable[str], *, advice: str = "") -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(self.reasons), advice=advice)


class TooManyRemovalsError(UnsafePlanError):
    """The plan would remove more than was said to be meant.

    `removals` holds what would go, one title each, `owned` how many things of ours the plan found (0 where that is not
    known), and `allowed` how many removals would have been made.
    """

    def __init__(self, removals: Iterable[str], *, owned: int, allowed: int) -> None:
        self.removals = tuple(removals)
        self.owned = owned
        self.allowed = allowed
        count = len(self.removals)
        of_all = f"{count} of {owned}" if owned else str(count)
        super().__init__(
            (f"it would remove {of_all} things that were made here, and at most {allowed} may go", *self.removals),
            advice=f"If all of them shall go, say so: --max-removals {count}; in Python, max_removals={count}.",
        )


class StalePlanError(UnsafePlanError):
    """The plan that was looked at is not what would be done now, or its document cannot be used: `reasons` say why."""


class MissingResourceError(AcrIdentityError):
    """The spec names registries, vaults, roles or scopes that are not there, or resource groups for identities.

    `resources` holds their ids. `problems` says where the spec names them, or what they are in, and what was probably
    meant: one for each place.
    """

    def __init__(self, resources: Iterable[str], *, problems: Iterable[PlacedMistake] = (), advice: str = "") -> None:
        self.resources = tuple(resources)
        self.problems = tuple(problems)
        told = "\n".join(map(str, self.problems))
        super().__init__(told or "not found: " + ", ".join(self.resources), advice=advice)


class TaskMissingError(AcrIdentityError):
    """There is no such task in Azure, or none in the spec. `task` is its name."""

    def __init__(self, task: str, message: str, *, advice: str = "") -> None:
        super().__init__(message, advice=advice)
        self.task = task


class RunError(AcrIdentityError):
    """A run ended in anything but success. `status` is its last status, `reason` the line of the log that says why."""

    exit_code = ExitCode.RUN_FAILED

    def __init__(self, run_id: str, status: str, reason: str, *, advice: str = "") -> None:
        super().__init__(f"run {run_id} ended as {status}" + (f": {reason}" if reason else ""), advice=advice)
        self.run_id = run_id
        self.status = status
        self.reason = reason


class InterruptedWorkError(AcrIdentityError):
    """The user stopped the work, or did not agree to it. If something was done until then, a report was shown."""

    exit_code = ExitCode.INTERRUPTED


class AzureError(AcrIdentityError):
    """Azure said no. `operation` names the call, `resource` its target; `status` is 0 where there was no answer."""

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        resource: str = "",
        status: int = 0,
        code: str = "",
        request_id: str = "",
        advice: str = "",
    ) -> None:
        super().__init__(message, advice=advice)
        self.operation = operation
        self.resource = resource
        self.status = status
        self.code = code
        self.request_id = request_id


class NotAuthorisedError(AzureError):
    """The caller may not do this, or could not sign in."""

    exit_code = ExitCode.NOT_AUTHORISED


class ConflictError(AzureError):
    """The resource is being changed by somebody else, or exists already in another form. Look at `code`."""


class UnreachableError(AzureError):
    """No answer came: a name that does not resolve, a refused or cut connection, a certificate that is not trusted."""
