"""What a handler is given and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from acr_identity.emulator.kernel.arm_errors import bad_request
from acr_identity.emulator.kernel.runner_port import Outcome, Refusal, RunRequest, Surroundings
from acr_identity.emulator.kernel.settings import Settings
from acr_identity.emulator.kernel.signing_keys import Keys
from acr_identity.emulator.kernel.state import DirectoryObject, Registry, State
from acr_identity.emulator.kernel.wire import Json, JsonObject, Reply, Request, section, without_nulls

B = TypeVar("B", bound="Body")


class Runner(Protocol):
    """Decides how a run goes."""

    def __call__(self, request: RunRequest, surroundings: Surroundings) -> Outcome:
        """Return how it goes, from its first line to its last."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What a run may sign in as: the principal of its task if it has one, and ids of user-assigned identities."""

    system: str = ""
    users: tuple[str, ...] = ()
    in_network: bool = False
    """Whether it runs on agents inside a virtual network, whom the network rules of registries let pass."""


class Cloud(Surroundings, Protocol):
    """The cloud as a run sees it, and what the registry of its task says before the run begins."""

    def source_refusal(self) -> Refusal | None:
        """Return what the registry of the task says to the login that the service brings; `None` when it takes it."""


class CloudAround(Protocol):
    """Puts the cloud round a run, so that those who ask for runs need not know the services that a run meets."""

    def __call__(self, state: State, settings: Settings, home: Registry, attached: Attached, now: float) -> Cloud:
        """Return the cloud as it is at a time, for a run in the registry `home`."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way to a handler, with everything that the answer may depend on."""

    request: Request
    params: Mapping[str, str]
    """The variable parts of the path, percent-decoded, spelled as in the request."""
    state: State
    caller: DirectoryObject
    now: float
    """Seconds since 1970."""
    api_version: str
    settings: Settings
    runner: Runner
    cloud_around: CloudAround
    keys: Keys
    """What signs tokens and reads them back."""

    @property
    def subscription(self) -> str:
        """Return the subscription, spelled as the emulator keeps it."""
        return self.state.subscription

    def body(self, model: type[B]) -> B:
        """Read the body.

        Raises:
            ArmError: 400 when it is missing, not JSON, or not what the model says.
        """
        if not self.request.body.strip():
            raise bad_request("InvalidRequestContent", "The request content is missing: a JSON body is required.")
        try:
            return model.model_validate_json(self.request.body)
        except ValidationError as error:
            raise bad_request("InvalidRequestContent", _explain(error)) from error

    def raw_properties(self) -> JsonObject:
        """Return the `properties` of the body as they are given, at any depth without nulls; empty without any.

        Raises:
            ArmError: 400 when the body is missing, or they are no object.
        """
        return section({"given": without_nulls(self.body(_RawBody).properties)}, "given")


@dataclass(frozen=True, slots=True)
class Change:
    """A reply, and the state that the request leaves behind."""

    state: State
    reply: Reply


Answer: TypeAlias = Reply | Change
Handler: TypeAlias = Callable[[Call], Answer]


class Body(BaseModel):
    """A body on the wire: names in camelCase, unknown members left aside, types not converted."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="ignore",
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    def given(self) -> JsonObject:
        """Return what was given, as JSON: a null that was sent stays, what was not sent is not there."""
        content: JsonObject = self.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return content


class _RawBody(Body):
    properties: dict[str, Json] | None = None


def _explain(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    where = f" at '{place}'" if place else ""
    return f"The request content was invalid and could not be deserialized{where}: {first['msg']}."
