"""From a request to its answer: which route, which caller, which right, then the handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.emulator.dispatch.gates import check_gates
from acr_identity.emulator.dispatch.throttling import Throttling
from acr_identity.emulator.graph.graph_errors import graph_reply
from acr_identity.emulator.kernel.arm_errors import GATEWAY, ArmError, subscription_not_found
from acr_identity.emulator.kernel.call import Call, Change
from acr_identity.emulator.kernel.settings import Plane
from acr_identity.emulator.kernel.signing_keys import Keys
from acr_identity.emulator.kernel.state import DirectoryObject, State
from acr_identity.emulator.kernel.wire import Headers, Reply, Request, read_json
from acr_identity.emulator.rights.demand import demand
from acr_identity.emulator.sign_in.challenges import arm_refusal, graph_refusal, vault_refusal
from acr_identity.emulator.sign_in.entra_errors import entra_reply
from acr_identity.emulator.tokens.audiences import Service
from acr_identity.emulator.tokens.bearer import Judge, Rejection

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import CloudAround, Runner
    from acr_identity.emulator.kernel.routing import Match, Route, RouteTable
    from acr_identity.emulator.kernel.settings import Settings

Refuse: TypeAlias = Callable[[Judge, Rejection, Request], ArmError]
"""Words the refusal of a token."""

_WITHOUT_TOKEN: frozenset[Plane] = frozenset({"blob", "login", "metadata", "registry"})
_NOT_JSON: frozenset[Plane] = frozenset({"blob", "login", "registry"})
_GUARDED: Mapping[Plane, tuple[Service, Refuse]] = {
    "arm": ("arm", arm_refusal),
    "vault": ("vault", vault_refusal),
    "graph": ("graph", graph_refusal),
}
_NOBODY = DirectoryObject("", "", "User", "", 0.0)


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Answers requests. It keeps nothing but the token buckets: the state goes in and comes out."""

    table: RouteTable
    settings: Settings
    runner: Runner
    cloud_around: CloudAround
    keys: Keys
    throttling: Throttling = field(default_factory=Throttling)

    def answer(self, request: Request, state: State, now: float) -> tuple[Change, str]:
        """Return the state after a request, its reply, and the path of the route that was taken, empty without one."""
        route = ""
        left: Headers = ()
        plane: Plane | None = None
        try:
            plane = self._plane(request)
            caller = self._caller(request, state, plane, now)
            if plane == "arm":
                left = self.throttling.take(request, state.subscription, caller.id, now)
            match = self.table.find(plane, request.method, request.path)
            route = match.route.path
            call = Call(
                request=request,
                params=match.params,
                state=state,
                caller=caller,
                now=now,
                api_version=self._api_version(request, match.route),
                settings=self.settings,
                runner=self.runner,
                cloud_around=self.cloud_around,
                keys=self.keys,
            )
            self._check(call, match)
            given = match.route.handler(call)
        except ArmError as error:
            return Change(state, _envelope(plane, error, request, now).with_headers(left)), route
        change = given if isinstance(given, Change) else Change(state, given)
        return Change(change.state, change.reply.with_headers(left)), route

    def _plane(self, request: Request) -> Plane:
        plane = self.settings.hosts.plane(request.host, request.path, request.query)
        if plane is None:
            raise ArmError(421, "HostNotEmulated", f"The host '{request.host}' is not emulated.")
        return plane

    def _caller(self, request: Request, state: State, plane: Plane, now: float) -> DirectoryObject:
        if plane in _WITHOUT_TOKEN:
            return _NOBODY
        service, refuse = _GUARDED[plane]
        judge = Judge(self.keys, self.settings.hosts, state, now)
        found = judge.caller(request, service)
        if isinstance(found, Rejection):
            raise refuse(judge, found, request)
        return found

    def _api_version(self, request: Request, route: Route) -> str:
        version = request.parameter("api-version")
        if route.versions is not None:
            route.versions.check(version)
        return version

    def _check(self, call: Call, match: Match) -> None:
        subscription = match.params.get("subscription") or _subscription_of(match.params.get("scope", ""))
        if subscription and subscription.lower() != call.state.subscription.lower():
            raise subscription_not_found(subscription)
        if match.route.action:
            demand(call, match.route.action, scope_of(call.request.method, call.request.decoded_path))
        if call.request.body.strip() and match.route.plane not in _NOT_JSON:
            _check_json(call.request.body)
        check_gates(call.state, match.route, scope_of(call.request.method, call.request.decoded_path))


def scope_of(method: str, path: str) -> str:
    """Return what a request is about: the path, without the name of an action or of a list.

    >>> scope_of("POST", "/subscriptions/s/resourceGroups/g/providers/N/vaults/v/rotate")
    '/subscriptions/s/resourceGroups/g/providers/N/vaults/v'
    """
    kept = path.rstrip("/").rpartition("/")[0] if method == "POST" else path.rstrip("/")
    head, joint, rest = kept.rpartition("/providers/")
    if not joint:
        return kept.removesuffix("/resources") or "/"
    segments = rest.split("/")
    if len(segments) % 2:
        return kept
    shorter = "/".join(segments[:-1])
    return f"{head}/providers/{shorter}" if "/" in shorter else head or "/"


def _subscription_of(scope: str) -> str:
    parts = scope.split("/")
    return parts[2] if parts[:2] == ["", "subscriptions"] and parts[2:] else ""


def _check_json(body: bytes) -> None:
    try:
        content = read_json(body)
    except (ValueError, RecursionError) as error:
        message = f"The request content was invalid and could not be deserialized: {type(error).__name__}."
        raise ArmError(400, "InvalidRequestContent", message, headers=GATEWAY) from error
    if not isinstance(content, dict):
        message = "The request content was invalid and could not be deserialized: it is not a JSON object."
        raise ArmError(400, "InvalidRequestContent", message, headers=GATEWAY)


def _envelope(plane: Plane | None, error: ArmError, request: Request, now: float) -> Reply:
    match plane:
        case "login":
            return entra_reply(error, request, now)
        case "graph":
            return graph_reply(error, request, now)
        case _:
            return error.reply()
