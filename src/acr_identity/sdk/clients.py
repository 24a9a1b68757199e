"""One transport for everything, and the SDK's clients over it."""

from __future__ import annotations

import logging
import threading
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

from azure.core import PipelineClient
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient
from pydantic import BaseModel

from acr_identity.sdk.pauses import Pauses
from acr_identity.sdk.policies import SdkCredential, log_policies, resource_manager_policies
from acr_identity.sdk.retries import SENT_AGAIN
from acr_identity.sdk.transport import open_session, share

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from azure.core.pipeline import PipelineResponse
    from azure.core.pipeline.transport import RequestsTransport

    from acr_identity.sdk.connection_settings import ConnectionSettings
    from acr_identity.sdk.policies import Policy
    from acr_identity.sdk.tokens import TokenCache


def complete(models: ModuleType) -> None:
    """Use each model of a package of the SDK once.

    The SDK completes the class of a model when it is first used, without a lock (`_utils/model_base.py`). Here that is
    done by the one thread that loads the module which needs them.
    """
    for kind in vars(models).values():
        if isinstance(kind, type) and issubclass(kind, MutableMapping):
            kind()


# Without a handler of the user's, Python would print the SDK's warnings to the terminal, tracebacks included.
logging.getLogger("azure").addHandler(logging.NullHandler())


_CREATED = 201

ClientT = TypeVar("ClientT")
ClientT_co = TypeVar("ClientT_co", covariant=True)
BodyT = TypeVar("BodyT", bound=BaseModel)


class ClientType(Protocol[ClientT_co]):
    """How all of them are made. Each needs the address and the scopes: one of them knows only the public cloud."""

    def __call__(
        self,
        credential: SdkCredential,
        subscription_id: str,
        *,
        base_url: str,
        credential_scopes: list[str],
        policies: list[Policy],
        transport: RequestsTransport,
    ) -> ClientT_co:
        """Make one for a subscription."""


@dataclass(frozen=True, slots=True)
class Put(Generic[BodyT]):
    """The answer to a PUT. `found` says that something was there already, and not by an earlier attempt of the PUT."""

    body: BodyT
    found: bool


def put_answered(send: Callable[..., object], kind: type[BodyT]) -> Put[BodyT]:
    """Return the answer to a PUT of the SDK, and whether what it would make was there already."""

    def read(response: PipelineResponse[HttpRequest, HttpResponse], *_: object) -> Put[BodyT]:
        answer = response.http_response
        found = answer.status_code != _CREATED and not response.context.get(SENT_AGAIN)
        return Put(kind.model_validate_json(answer.text()), found)

    answer = send(cls=read)
    if not isinstance(answer, Put):
        raise TypeError(f"the SDK gave {type(answer).__name__} in place of the answer")
    return answer


def answered(send: Callable[..., object], kind: type[BodyT]) -> BodyT:
    """Return the answer to an operation of the SDK, read as JSON and not as the SDK's model."""

    def read(response: PipelineResponse[HttpRequest, HttpResponse], *_: object) -> BodyT:
        return kind.model_validate_json(response.http_response.text())

    answer = send(cls=read)
    if not isinstance(answer, kind):
        raise TypeError(f"the SDK gave {type(answer).__name__} in place of the answer")
    return answer


class Connection:
    """What the parts of the gateway share: clients made on demand, questions as raw JSON, logs without a token."""

    def __init__(self, settings: ConnectionSettings, tokens: TokenCache) -> None:
        self.settings = settings
        self._tokens = tokens
        self._session = open_session(settings)
        self._transport = share(self._session, settings)
        self._lock = threading.Lock()
        self._clients: dict[tuple[object, str], object] = {}
        self.pauses = Pauses(settings.clock, settings.on_wait)
        self.questions: ARMPipelineClient[HttpRequest, HttpResponse] = ARMPipelineClient(
            settings.resource_manager,
            policies=resource_manager_policies(settings, tokens, self.pauses),
            transport=self._transport,
        )
        self.logs: PipelineClient[HttpRequest, HttpResponse] = PipelineClient(
            "https://", policies=log_policies(settings, self.pauses), transport=self._transport
        )

    def client(self, kind: ClientType[ClientT], subscription: str) -> ClientT:
        """Return the client of a subscription, the same one each time."""
        key = (kind, subscription.lower())
        with self._lock:
            if key not in self._clients:
                self._clients[key] = kind(
                    SdkCredential(self._tokens),
                    subscription,
                    base_url=self.settings.resource_manager,
                    credential_scopes=list(self.settings.cloud.credential_scopes),
                    policies=resource_manager_policies(self.settings, self._tokens, self.pauses),
                    transport=self._transport,
                )
            return cast("ClientT", self._clients[key])

    def close(self) -> None:
        """Close all connections."""
        self._session.close()


class Connected:
    """What each part of the gateway begins with."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
