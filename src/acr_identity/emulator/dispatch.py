"""From a request to its answer: which route, which caller, which right, then the handler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.emulator.authorization.rights import Ask, may_act
from acr_identity.emulator.call import Call, Change
from acr_identity.emulator.errors import GATEWAY, ArmError, authorization_failed, subscription_not_found
from acr_identity.emulator.state import DirectoryObject, State
from acr_identity.emulator.wire import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acr_identity.emulator.call import Runner
    from acr_identity.emulator.routing import Match, Route, RouteTable
    from acr_identity.emulator.settings import Plane, Settings
    from acr_identity.emulator.wire import Request

_NOBODY = DirectoryObject("", "", "User", "", 0.0)


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Answers requests. It keeps nothing: the state goes in and comes out."""

    table: RouteTable
    settings: Settings
    runner: Runner

    def answer(self, request: Request, state: State, tokens: Mapping[str, str], now: float) -> tuple[Change, str]:
        """The state after a request, its reply, and the path of the route that was taken (empty when there is none)."""
        route = ""
        try:
            plane = self._plane(request)
            caller = self._caller(request, state, tokens, plane)
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
            )
            self._check(call, match)
            given = match.route.handler(call)
        except ArmError as error:
            return Change(state, error.reply()), route
        return (given if isinstance(given, Change) else Change(state, given)), route

    def _plane(self, request: Request) -> Plane:
        plane = self.settings.hosts.plane(request.host)
        if plane is None:
            raise ArmError(421, "HostNotEmulated", f"The host '{request.host}' is not emulated.")
        return plane

    def _caller(self, request: Request, state: State, tokens: Mapping[str, str], plane: Plane) -> DirectoryObject:
        if plane == "blob":
            return _NOBODY
        scheme, _, token = request.header("Authorization").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _missing_token(plane, self.settings, state)
        principal = tokens.get(token.strip(), "")
        caller = state.directory.get(principal)
        if caller is None:
            raise _refused_token(plane, self.settings, state)
        return caller

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
            scope = scope_of(call.request.method, call.request.decoded_path)
            if not may_act(call.state, Ask(call.caller.id, match.route.action, scope)):
                raise authorization_failed(call.caller.name, call.caller.id, match.route.action, scope)
        if call.request.body.strip() and match.route.plane != "blob":
            _check_json(call.request.body)


def scope_of(method: str, path: str) -> str:
    """What a request is about: the path, without the name of an action or of a list.

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


def _missing_token(plane: Plane, settings: Settings, state: State) -> ArmError:
    if plane == "vault":
        return _vault_challenge("AKV10000: Request is missing a Bearer or PoP token.", settings, state)
    message = "Authentication failed. The 'Authorization' header is missing."
    return ArmError(401, "AuthenticationFailed", message, headers=_arm_challenge(settings, state))


def _refused_token(plane: Plane, settings: Settings, state: State) -> ArmError:
    if plane == "vault":
        return _vault_challenge("AKV10032: Invalid issuer or token.", settings, state)
    message = "The access token is invalid."
    return ArmError(401, "InvalidAuthenticationToken", message, headers=_arm_challenge(settings, state))


def _arm_challenge(settings: Settings, state: State) -> tuple[tuple[str, str], ...]:
    uri = f"https://{settings.hosts.authority}/{state.tenant}"
    challenge = (
        f'Bearer authorization_uri="{uri}", error="invalid_token", '
        "error_description=\"The authentication failed because of missing or invalid 'Authorization' header.\""
    )
    return (("WWW-Authenticate", challenge), *GATEWAY)


def _vault_challenge(message: str, settings: Settings, state: State) -> ArmError:
    resource = f"https://{settings.hosts.vault_suffix.removeprefix('.')}"
    challenge = f'Bearer authorization="https://{settings.hosts.authority}/{state.tenant}", resource="{resource}"'
    return ArmError(401, "Unauthorized", message, headers=(("WWW-Authenticate", challenge),))
