"""The token endpoint: client credentials with a secret, in both versions of the protocol.

Requests and answers: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.wire import Headers, Reply, section
from acr_identity.emulator.sign_in.discovery import SHARED_TENANTS
from acr_identity.emulator.sign_in.entra_errors import (
    EntraError,
    missing_parameter,
    unknown_client,
    unknown_resource,
    unknown_tenant,
    wrong_secret,
)
from acr_identity.emulator.tokens.audiences import is_known
from acr_identity.emulator.tokens.claims import EARLIER, Grant, claims_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acr_identity.emulator.kernel.call import Answer, Call
    from acr_identity.emulator.kernel.state import DirectoryObject
    from acr_identity.emulator.kernel.wire import Json, JsonObject

_DEFAULT = "/.default"
_FIELDS = 100
_NOT_KEPT: Headers = (("Cache-Control", "no-store, no-cache"), ("Pragma", "no-cache"))


@dataclass(frozen=True, slots=True)
class Form:
    """The parameters of a request for a token; none of them is in its repr."""

    fields: Mapping[str, str] = field(repr=False)

    def required(self, name: str) -> str:
        """Return a parameter that must be there.

        Raises:
            EntraError: 400 when it is missing or empty.
        """
        value = self.fields.get(name, "")
        if not value:
            raise missing_parameter(name)
        return value


def token(call: Call) -> Answer:
    """Return a token of the second version's endpoint: `scope` is the resource with `/.default` after it."""
    form = _form(call)
    _check_grant(form)
    client, scope = form.required("client_id"), form.required("scope")
    resource = _resource_in(scope)
    seconds = int(call.settings.token_seconds)
    signed = _signed(call, _principal(call, form, client), resource, _capabilities(form))
    lasts: JsonObject = {"expires_in": seconds - 1, "ext_expires_in": seconds - 1}
    return Reply.json(200, {"token_type": "Bearer", **lasts, "access_token": signed}, _NOT_KEPT)


def first_token(call: Call) -> Answer:
    """Return a token of the first version's endpoint: `resource` is the resource itself, numbers are texts."""
    form = _form(call)
    _check_grant(form)
    client, resource = form.required("client_id"), form.required("resource")
    seconds = int(call.settings.token_seconds)
    signed = _signed(call, _principal(call, form, client), resource, _capabilities(form))
    lasts: JsonObject = {"expires_in": str(seconds - 1), "ext_expires_in": str(seconds - 1)}
    times: JsonObject = {"expires_on": str(int(call.now) + seconds), "not_before": str(int(call.now) - EARLIER)}
    content: JsonObject = {"token_type": "Bearer", **lasts, **times, "resource": resource, "access_token": signed}
    return Reply.json(200, content, _NOT_KEPT)


def _form(call: Call) -> Form:
    tenant = call.params["tenant"]
    if tenant.lower() in SHARED_TENANTS:
        message = (
            "No tenant-identifying information found in either the request or implied by any provided credentials."
        )
        raise EntraError(400, "invalid_request", 50059, message)
    if tenant.lower() != call.state.tenant.lower():
        raise unknown_tenant(tenant)
    try:
        pairs = parse_qsl(call.request.body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        raise EntraError(400, "invalid_request", 9000410, "Malformed request: the form cannot be read.") from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:
            message = f"The request is not properly formatted. The parameter '{name}' is duplicated."
            raise EntraError(400, "invalid_request", 9000411, message)
        fields[name] = value
    return Form(fields)


def _check_grant(form: Form) -> None:
    grant = form.required("grant_type")
    if grant != "client_credentials":
        message = f"The app requested an unsupported grant type '{grant}'."
        raise EntraError(400, "unsupported_grant_type", 70003, message)


def _resource_in(scope: str) -> str:
    wanted = scope.split()
    resource = wanted[0].removesuffix(_DEFAULT) if wanted else ""
    if len(wanted) != 1 or not resource:
        message = (
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter "
            f"'scope' is not valid. The scope {scope} is not valid."
        )
        raise EntraError(400, "invalid_scope", 70011, message)
    if resource == wanted[0]:
        message = (
            f"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with "
            "/.default suffixed to the resource identifier (application ID URI)."
        )
        raise EntraError(400, "invalid_scope", 1002012, message)
    return resource


def _principal(call: Call, form: Form, client: str) -> DirectoryObject:
    known = (one for one in call.state.directory.values() if one.client_id.lower() == client.lower())
    found = next((one for one in known if one.kind == "ServicePrincipal"), None)
    if found is None:
        raise unknown_client(client, call.state.tenant)
    given = form.fields.get("client_secret", "")
    if not given and form.fields.get("client_assertion"):
        message = "The certificate with identifier used to sign the client assertion is not registered on application."
        raise EntraError(401, "invalid_client", 700027, message)
    if not given:
        message = (
            "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."
        )
        raise EntraError(401, "invalid_client", 7000216, message)
    if not any(hmac.compare_digest(given.encode(), own.value.encode()) for own in found.secrets):
        raise wrong_secret(found.client_id)
    return found


def _signed(call: Call, principal: DirectoryObject, resource: str, capabilities: tuple[str, ...]) -> str:
    if not is_known(call.settings.hosts, resource):
        raise unknown_resource(resource, call.state.tenant)
    grant = Grant(principal, resource, call.state.tenant, call.now, int(call.settings.token_seconds), capabilities)
    return call.keys.sign(claims_of(grant))


def _capabilities(form: Form) -> tuple[str, ...]:
    """Return what `claims` says that the client can do: `{"access_token": {"xms_cc": {"values": ["CP1"]}}}`."""
    written = form.fields.get("claims", "")
    if not written:
        return ()
    try:
        content: Json = json.loads(written)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise EntraError(400, "invalid_request", 50131, "The claims parameter is not a JSON object.")
    values = section(section(content, "access_token"), "xms_cc").get("values")
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()


ROUTES = (
    Route("POST", "/{tenant}/oauth2/v2.0/token", token, None, "documentation", plane="login"),
    Route("POST", "/{tenant}/oauth2/token", first_token, None, "documentation", plane="login"),
)
