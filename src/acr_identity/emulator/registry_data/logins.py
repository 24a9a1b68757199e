"""Logins: the challenge, a token of the directory for a refresh token, and that for an access token."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.state import Registry
from acr_identity.emulator.kernel.wire import Reply, section, text
from acr_identity.emulator.registry_data.asked import asked_registry, basic_holder, password_holder
from acr_identity.emulator.registry_data.registry_errors import invalid, unauthorized
from acr_identity.emulator.registry_data.registry_tokens import access_token, holder_of, refresh_token, scopes_of
from acr_identity.emulator.registry_data.scopes import Holder, granted, read_scopes
from acr_identity.emulator.tokens.bearer import Judge, Rejection

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

_LARGEST_FORM = 1 << 16


def challenge(call: Call) -> Answer:
    """Answer 200 to whoever is logged in, and 401 with the way to a token to all others."""
    registry = asked_registry(call)
    scheme, _, credential = call.request.header("Authorization").partition(" ")
    if scheme.lower() == "bearer":
        is_in = scopes_of(call, registry, credential.strip()) is not None
    else:
        is_in = scheme.lower() == "basic" and basic_holder(call, registry) is not None
    if not is_in:
        raise unauthorized(registry.login_server)
    return Reply.json(200, {}, (("Docker-Distribution-Api-Version", "registry/2.0"),))


def exchange(call: Call) -> Answer:
    """Give a refresh token for a token of the directory. It proves who asks, not what that one may do."""
    registry = asked_registry(call)
    form = _form(call)
    if form.get("grant_type") not in {"access_token", "access_token_refresh_token"}:
        raise invalid("the grant_type must be access_token")
    if form.get("service", "").lower() != registry.login_server.lower():
        raise invalid(f"the service must be {registry.login_server}")
    judge = Judge(call.keys, call.settings.hosts, call.state, call.now)
    services = ("registry", "arm") if _takes_arm_tokens(registry) else ("registry",)
    found = judge.holder(form.get("access_token", ""), call.request, *services)
    if isinstance(found, Rejection):
        raise unauthorized(registry.login_server)
    return Reply.json(200, {"refresh_token": refresh_token(call, registry, found.id)})


def token(call: Call) -> Answer:
    """Give an access token for the scopes that the caller may use; 401 when that is none of them."""
    registry = asked_registry(call)
    form = _form(call)
    match form.get("grant_type"):
        case "refresh_token":
            holder: Holder | None = holder_of(call, registry, form.get("refresh_token", ""))
        case "password":
            holder = password_holder(call, registry, form.get("username", ""), form.get("password", ""))
        case _:
            raise invalid("the grant_type must be refresh_token or password")
    return _granted(call, registry, holder, (form.get("scope", ""),))


def token_for_docker(call: Call) -> Answer:
    """Return the same as docker asks for it: a GET with the name and the password in its header."""
    registry = asked_registry(call)
    scopes = tuple(value for name, value in call.request.query if name == "scope")
    return _granted(call, registry, basic_holder(call, registry), scopes)


def _granted(call: Call, registry: Registry, holder: Holder | None, scopes: tuple[str, ...]) -> Reply:
    if holder is None:
        raise unauthorized(registry.login_server)
    given = tuple(granted(call, registry, holder, scope) for scope in read_scopes(scopes))
    if given and not any(scope.actions for scope in given):
        raise unauthorized(registry.login_server)
    return Reply.json(200, {"access_token": access_token(call, registry, holder, given)})


def _takes_arm_tokens(registry: Registry) -> bool:
    policy = section(section(registry.settings, "policies"), "azureADAuthenticationAsArmPolicy")
    return text(policy, "status").lower() != "disabled"


def _form(call: Call) -> dict[str, str]:
    body = call.request.body
    if len(body) > _LARGEST_FORM:
        raise invalid("the form is too large")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except UnicodeDecodeError as error:
        raise invalid("the form is not UTF-8") from error


ROUTES = (
    Route("GET", "/v2", challenge, None, "documentation", plane="registry"),
    Route("POST", "/oauth2/exchange", exchange, None, "documentation", plane="registry"),
    Route("POST", "/oauth2/token", token, None, "documentation", plane="registry"),
    Route("GET", "/oauth2/token", token_for_docker, None, "documentation", plane="registry"),
)
