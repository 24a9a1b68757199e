"""The emulator itself: a cloud in one object."""

from __future__ import annotations

import logging
import threading
import uuid
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from acr_identity.emulator.dispatch.dispatcher import Dispatcher
from acr_identity.emulator.dispatch.routes import TABLE
from acr_identity.emulator.dispatch.throttling import Throttling
from acr_identity.emulator.faults import Faults
from acr_identity.emulator.kernel.arm import http_time, made_guid, subscription_id
from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.clock import SystemClock
from acr_identity.emulator.kernel.lookup import existing_scope, registry_at
from acr_identity.emulator.kernel.principals import birth
from acr_identity.emulator.kernel.settings import Settings
from acr_identity.emulator.kernel.signing_keys import Keys
from acr_identity.emulator.kernel.state import Assignment, DirectoryObject, RoleDefinition, including
from acr_identity.emulator.kernel.wire import Reply
from acr_identity.emulator.runner import run
from acr_identity.emulator.runs.settle import settled
from acr_identity.emulator.seed import first_state
from acr_identity.emulator.snapshot import read_snapshot, write_snapshot
from acr_identity.emulator.surroundings import CloudSurroundings
from acr_identity.emulator.tokens.audiences import arm_audience
from acr_identity.emulator.tokens.claims import Grant, claims_of
from acr_identity.emulator.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acr_identity.emulator.kernel.call import Runner
    from acr_identity.emulator.kernel.clock import Clock
    from acr_identity.emulator.kernel.state import State
    from acr_identity.emulator.kernel.wire import JsonObject, Request

_logger = logging.getLogger(__name__)
_MOST_REQUESTS = 100_000


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A request that was answered. `start` and `end` are by the monotonic clock of the emulator."""

    method: str
    path: str
    api_version: str
    status: int
    """The status of the reply; 0 when the connection was cut."""
    start: float
    end: float
    route: str
    """The route that was taken, as the table spells it; empty when there is none for the request."""
    host: str = ""
    """The host that was asked, with its port when it was named."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may send requests."""

    principal_id: str
    token: str = field(repr=False)


class Emulator:
    """A cloud in one process: Azure Resource Manager, the vaults' own hosts, and the store of the logs.

    Two emulators know nothing of each other. All methods may be called from several threads.

    Args:
        world: what exists before the first request; an empty subscription when left out.
        clock: where it takes the time from; the machine's clock when left out.
        settings: its pace, its delays and the names of its hosts.
        latency: how many seconds each request takes at least; requests wait side by side.
        on_change: called with a snapshot after each change, before the request is answered.
        runner: decides how runs go; the emulator's own when left out.
        signing_key: the RSA key that signs tokens, as PEM without a password; one is made when left out. With the same
            key, tokens outlive the process.

    Raises:
        ValueError: the signing key is no RSA key.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        clock: Clock | None = None,
        settings: Settings | None = None,
        latency: float = 0.0,
        on_change: Callable[[JsonObject], None] | None = None,
        runner: Runner | None = None,
        signing_key: bytes | None = None,
    ) -> None:
        self.world = world or World()
        self.clock = clock or SystemClock()
        self.settings = settings or Settings()
        self.latency = latency
        self.faults = Faults()
        self._on_change = on_change
        self._keys = Keys(signing_key)
        self._throttling = Throttling(enforced=self.settings.throttle)
        self._dispatcher = Dispatcher(
            TABLE, self.settings, runner or run, CloudSurroundings, self._keys, self._throttling
        )
        self._lock = threading.RLock()
        self._state = self._first_state()
        self._requests: deque[RequestRecord] = deque(maxlen=_MOST_REQUESTS)

    @property
    def requests(self) -> tuple[RequestRecord, ...]:
        """Return the requests so far, in the order of their answers; of very many only the last 100,000."""
        with self._lock:
            return tuple(self._requests)

    def handle(self, request: Request) -> Reply:
        """Answer a request. It never raises: what goes wrong inside is answered with 500 and logged."""
        start = self.clock.monotonic()
        with self.faults.watch(request, self.clock) as fault:
            pause = self.latency + (fault.delay if fault else 0.0)
            if pause:
                self.clock.sleep(pause)
            if fault and not fault.takes_place:
                reply = Reply(0, cut=True) if fault.disconnect else fault.reply(request)
                return self._recorded(request, reply, start, "")
            with self._lock:
                reply, route = self._answer(request)
                if fault and fault.disconnect:
                    reply = Reply(0, cut=True)
                return self._recorded(request, reply, start, route)

    def token(self, principal_id: str | None = None, *, audience: str | None = None) -> str:
        """Return a signed token that proves to be a principal, the owner of the subscription when left out.

        It is valid for `Settings.token_seconds`. `audience` is the service that it is for, like
        `https://vault.azure.net`; Azure Resource Manager when left out.

        Raises:
            ValueError: there is no such principal.
        """
        with self._lock:
            principal = self._state.directory.get((principal_id or self._state.owner).lower())
            if principal is None:
                raise ValueError(f"there is no principal '{principal_id}' in the directory of the emulator")
            resource = audience or arm_audience(self.settings.hosts)
            seconds = self.settings.token_seconds
            return self._keys.sign(claims_of(Grant(principal, resource, self._state.tenant, self._now(), seconds)))

    def caller(
        self, actions: Sequence[str] = (), *, data_actions: Sequence[str] = (), scope: str | None = None
    ) -> Caller:
        """Make somebody who may do these actions at a scope (the subscription when left out), and nothing else.

        Raises:
            ValueError: the scope does not exist.
        """
        with self._lock:
            self._change(self._with_caller(tuple(actions), tuple(data_actions), scope))
            principal = list(self._state.directory)[-1]
            return Caller(principal, self.token(principal))

    def images(self, login_server: str) -> tuple[str, ...]:
        """Return the images in a registry, as `REPOSITORY:TAG@DIGEST`, sorted."""
        with self._lock:
            self._settle()
            found = registry_at(self._state, login_server)
            return tuple(sorted(f"{tag}@{digest}" for tag, digest in found.images.items())) if found else ()

    def snapshot(self) -> JsonObject:
        """Return all that it holds, as JSON, with all secrets."""
        with self._lock:
            return write_snapshot(self._state)

    def restore(self, snapshot: JsonObject) -> None:
        """Hold what a snapshot holds.

        Raises:
            SnapshotError: it is no snapshot.
        """
        state = read_snapshot(snapshot)
        with self._lock:
            self._change(state)

    def reset(self) -> None:
        """Begin anew: the world, no faults, no requests."""
        with self._lock:
            self._change(self._first_state())
            self._requests.clear()
        self.faults.clear()
        self._throttling.clear()

    def _first_state(self) -> State:
        return first_state(self.world, self.settings.hosts, self._now())

    def _now(self) -> float:
        return self.clock.now().timestamp()

    def _settle(self) -> None:
        after = settled(self._state, self._now())
        if after is not self._state:
            self._change(after)

    def _answer(self, request: Request) -> tuple[Reply, str]:
        try:
            self._settle()
            change, route = self._dispatcher.answer(request, self._state, self._now())
            if change.state is not self._state:
                self._change(change.state)
        except Exception:
            _logger.exception("%s %s could not be answered", request.method, request.path)
            message = "The emulator failed to answer; its log has the reason."
            return ArmError(500, "InternalServerError", message).reply(), ""
        reply = change.reply.with_headers(self._common_headers())
        return (replace(reply, body=b"") if request.method == "HEAD" else reply), route

    def _common_headers(self) -> tuple[tuple[str, str], ...]:
        name = str(uuid.uuid4())
        return (
            ("Date", http_time(self._now())),
            ("x-ms-request-id", name),
            ("x-ms-correlation-request-id", name),
        )

    def _change(self, state: State) -> None:
        if self._on_change:
            self._on_change(write_snapshot(state))
        self._state = state

    def _recorded(self, request: Request, reply: Reply, start: float, route: str) -> Reply:
        record = RequestRecord(
            method=request.method,
            path=request.path,
            api_version=request.parameter("api-version"),
            status=reply.status,
            start=start,
            end=self.clock.monotonic(),
            route=route,
            host=request.host,
        )
        with self._lock:
            self._requests.append(record)
        return reply

    def _with_caller(self, actions: tuple[str, ...], data_actions: tuple[str, ...], scope: str | None) -> State:
        state = self._state
        try:
            where = existing_scope(state, scope or subscription_id(state.subscription))
        except ArmError as error:
            raise ValueError(f"the scope of a caller must exist: {error.message}") from error
        now = self._now()
        number, births = birth(state, "caller")
        principal = made_guid("caller", number, state.subscription)
        client = made_guid("caller's client", principal)
        role = RoleDefinition(
            made_guid("caller's role", principal),
            f"Role of caller {number}",
            "What a caller of the emulator may do.",
            actions=actions,
            data_actions=data_actions,
            built_in=False,
        )
        name = made_guid("caller's assignment", principal)
        given = Assignment(name, where, role.id, principal, "ServicePrincipal", now, now, state.owner)
        known = DirectoryObject(principal, client, "ServicePrincipal", client, now)
        return replace(
            state,
            births=births,
            directory=including(state.directory, principal, known),
            roles=including(state.roles, role.id, role),
            assignments=including(state.assignments, name, given),
        )
