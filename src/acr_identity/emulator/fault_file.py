"""Faults and delays in a file that a person can write."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from acr_identity.emulator.faults import Fault, vault_conflict
from acr_identity.emulator.files import DescriptionError, read_description

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from acr_identity.emulator.kernel.settings import Settings

_Count = Annotated[int, Field(ge=1)]
_Seconds = Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)]
_Times = Annotated[_Count | None, BeforeValidator(lambda given: None if given == "always" else given)]
_REFUSED = 500


class FaultFileError(DescriptionError):
    """A file of faults that cannot be used: the file, the place in it, and what to change."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class FaultEntry(_Part):
    """One fault. It has at least one of `status`, `disconnect`, `delay` and `vault_conflict`.

    >>> FaultEntry(method="PUT", path="roleAssignments", status=429, retry_after=2).fault().code
    'TooManyRequests'
    """

    name: str = Field(
        default="", description="With a name, it strikes only requests whose x-ms-emulator-fault header has it."
    )
    method: Literal["*", "GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"] = Field(
        default="*", description="A verb, or all."
    )
    path: str = Field(
        default=".*", description="A regular expression that is searched in the path, whatever the casing."
    )
    times: _Times = Field(default=1, description="How many requests it strikes, or `always`.")
    after: Annotated[int, Field(ge=0)] = Field(default=0, description="How many of them go through first.")
    every: _Count = Field(default=1, description="Of those that it would strike, each one of this number.")
    within: _Seconds | None = Field(
        default=None,
        description="Only requests that come during another one like it, or less than so many seconds after it.",
    )
    status: Annotated[int, Field(ge=400, le=599)] | None = Field(default=None, description="The status of a refusal.")
    code: str = Field(default="", description="Its code; the name of the status when left out.")
    message: str = Field(
        default="The request was refused as the file of faults says.",
        description=r"Its message. It may use the groups of the path, as \g<name>.",
    )
    retry_after: Annotated[int, Field(ge=0)] | None = Field(default=None, description="The seconds in its Retry-After.")
    headers: dict[str, str] = Field(default_factory=dict, description="More headers.")
    disconnect: Literal["before", "after"] | None = Field(
        default=None, description="The connection is cut, before or after what was asked is done."
    )
    delay: _Seconds = Field(default=0.0, description="How many seconds the answer takes longer.")
    vault_conflict: _Seconds | None = Field(
        default=None,
        description="409 for a write to a vault during another one, or less than so many seconds after it.",
    )

    @model_validator(mode="after")
    def _something_happens(self) -> Self:
        kinds = [self.status is not None, self.disconnect is not None, bool(self.delay)]
        if self.vault_conflict is not None:
            if self.model_fields_set != {"vault_conflict"}:
                raise ValueError("vault_conflict says all by itself: remove the other keys")
        elif not any(kinds):
            raise ValueError("nothing goes wrong here: add status, disconnect, delay or vault_conflict")
        elif self.status is not None and self.disconnect is not None:
            raise ValueError("a cut connection has no status: keep one of status and disconnect")
        self.fault()
        return self

    def fault(self) -> Fault:
        """Return the fault that it describes."""
        if self.vault_conflict is not None:
            return vault_conflict(self.vault_conflict)
        wait = () if self.retry_after is None else (("Retry-After", str(self.retry_after)),)
        return Fault(
            method=self.method,
            path=self.path,
            times=self.times,
            after=self.after,
            status=self.status or 0,
            code=self.code or _name(self.status or _REFUSED),
            message=self.message,
            headers=(*wait, *self.headers.items()),
            disconnect=self.disconnect or "",
            every=self.every,
            delay=self.delay,
            within=self.within,
            name=self.name,
        )


class Delays(_Part):
    """The settings that a file of faults may change; the others stay as they are."""

    page_size: _Count | None = Field(default=None, description="How many entries a page of a list has at most.")
    replication_seconds: _Seconds | None = Field(
        default=None, description="How long role assignments do not know a new principal."
    )
    grant_seconds: _Seconds | None = Field(
        default=None, description="How long a new role assignment has no effect on data."
    )
    queue_seconds: _Seconds | None = Field(default=None, description="How long a run stays queued.")
    line_seconds: _Seconds | None = Field(default=None, description="The time between two lines of a log.")
    lro_polls: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="How many times a long-running operation answers that it goes on."
    )
    throttle: bool | None = Field(default=None, description="Whether Resource Manager's token buckets refuse requests.")

    def applied(self, settings: Settings) -> Settings:
        """These settings, changed as the file says."""
        return replace(settings, **self.model_dump(exclude_none=True))


class FaultFile(_Part):
    """All that a file of faults says."""

    settings: Delays = Field(default_factory=Delays, description="Delays and limits that hold all the time.")
    faults: tuple[FaultEntry, ...] = Field(default=(), description="What goes wrong, first one first tried.")

    @classmethod
    def load(cls, path: Path | str) -> FaultFile:
        """Read a YAML file: a mapping with `settings` and `faults`, or only the list of faults.

        Raises:
            FaultFileError: The file cannot be read, is not YAML, or describes no faults.
        """
        file = Path(path)
        try:
            content = read_description(file)
            return cls.model_validate({"faults": content} if isinstance(content, list) else content or {})
        except DescriptionError as error:
            raise FaultFileError(error.path, error.place, error.fix) from error
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise FaultFileError(file, ".".join(str(part) for part in first["loc"]), _fix(first)) from error


def load_faults(path: Path | str) -> tuple[Fault, ...]:
    """Read the faults of a file, ready to be added to an emulator; its `settings` are left aside.

    Raises:
        FaultFileError: The file cannot be read, is not YAML, or describes no faults.
    """
    return tuple(entry.fault() for entry in FaultFile.load(path).faults)


def _fix(error: ErrorDetails) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "there is no such key; remove it, or check its spelling"
        case "model_type" | "tuple_type":
            return "give a list of faults, or a mapping with `settings` and `faults`"
        case _:
            return error["msg"].removeprefix("Value error, ")


def _name(status: int) -> str:
    known = {one.value: one.phrase for one in HTTPStatus}
    return known.get(status, "Error").replace(" ", "")
