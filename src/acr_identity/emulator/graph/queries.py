"""What Microsoft Graph answers. Everybody who is signed in may read the directory.

Operations: learn.microsoft.com/graph/api (serviceprincipal-list, directoryobject-getbyids, user-get).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from acr_identity.emulator.graph.directory import Kind, kind_of, show, show_typed, visible
from acr_identity.emulator.graph.directory_filter import selected
from acr_identity.emulator.graph.graph_errors import not_found
from acr_identity.emulator.kernel.arm import is_guid
from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.call import Body
from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.wire import Headers, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call, Handler
    from acr_identity.emulator.kernel.routing import Source
    from acr_identity.emulator.kernel.state import DirectoryObject
    from acr_identity.emulator.kernel.wire import Json, JsonObject

_MOST = 1000
_HEADERS: Headers = (
    (
        "Content-Type",
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
    ),
    ("OData-Version", "4.0"),
)


class ObjectsBody(Body):
    """The body of `getByIds`."""

    ids: list[str]
    types: list[str] | None = None


def list_service_principals(call: Call) -> Answer:
    """List the service principals that a `$filter` selects, managed identities among them."""
    return _listed(call, "servicePrincipal", "servicePrincipals")


def list_users(call: Call) -> Answer:
    """List the users that a `$filter` selects."""
    return _listed(call, "user", "users")


def get_service_principal(call: Call) -> Answer:
    """Show a service principal by its object id."""
    return _shown(call, _named(call, "servicePrincipal"), "servicePrincipals/$entity")


def get_user(call: Call) -> Answer:
    """Show a user by object id or name."""
    return _shown(call, _named(call, "user"), "users/$entity")


def get_object(call: Call) -> Answer:
    """Show anybody by object id, with the type."""
    found = _by_id(call, call.params["id"])
    if found is None:
        raise not_found(call.params["id"])
    content: JsonObject = {"@odata.context": _context(call, "directoryObjects/$entity")}
    return _reply({**content, **show_typed(call.state, found)})


def get_by_ids(call: Call) -> Answer:
    """Show those of these object ids who exist, with their types."""
    body = _objects(call)
    if len(body.ids) > _MOST:
        raise ArmError(400, "Request_BadRequest", f"Too many ids: at most {_MOST} may be asked for at once.")
    for name in body.ids:
        if not is_guid(name):
            raise ArmError(400, "Request_BadRequest", f"Invalid GUID:{name}")
    kinds = {kind.lower() for kind in body.types or ()}
    asked = dict.fromkeys(name.lower() for name in body.ids)
    found = [one for name in asked if (one := _by_id(call, name)) is not None]
    shown = [show_typed(call.state, one) for one in found if not kinds or _is_of(kind_of(one), kinds)]
    return _values(call, "directoryObjects", shown)


def me(call: Call) -> Answer:
    """Show the caller, who must be a user."""
    if call.caller.kind != "User":
        raise ArmError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    return _shown(call, call.caller, "users/$entity")


def _objects(call: Call) -> ObjectsBody:
    try:
        return ObjectsBody.model_validate_json(call.request.body)
    except ValidationError as error:
        message = "The value of 'ids' is missing, or the body is no JSON object."
        raise ArmError(400, "Request_BadRequest", message) from error


def _is_of(kind: Kind, kinds: set[str]) -> bool:
    return kind.lower() in kinds or "directoryobject" in kinds


def _by_id(call: Call, name: str) -> DirectoryObject | None:
    return next((one for one in visible(call) if one.id == name.lower()), None)


def _named(call: Call, kind: Kind) -> DirectoryObject:
    name = call.params["id"].lower()
    for one in visible(call):
        if kind_of(one) == kind and (one.id == name or (kind == "user" and one.name.lower() == name)):
            return one
    raise not_found(call.params["id"])


def _listed(call: Call, kind: Kind, path: str) -> Reply:
    found = (one for one in visible(call) if kind_of(one) == kind)
    chosen = selected(call.state, kind, found, call.request.parameter("$filter"))
    return _values(call, path, [show(call.state, one) for one in chosen])


def _shown(call: Call, found: DirectoryObject, path: str) -> Reply:
    content: JsonObject = {"@odata.context": _context(call, path), **show(call.state, found)}
    return _reply(content)


def _values(call: Call, path: str, shown: list[JsonObject]) -> Reply:
    values: list[Json] = list(shown)
    return _reply({"@odata.context": _context(call, path), "value": values})


def _reply(content: JsonObject) -> Reply:
    return Reply(200, _HEADERS, Reply.json(200, content).body)


def _context(call: Call, path: str) -> str:
    version = call.request.path.removeprefix("/").partition("/")[0]
    return f"{call.request.base}/{version}/$metadata#{path}"


def _routes(version: str) -> tuple[Route, ...]:
    def route(method: str, path: str, handler: Handler, source: Source) -> Route:
        return Route(method, f"/{version}/{path}", handler, None, source, plane="graph")

    return (
        route("GET", "servicePrincipals", list_service_principals, "recording"),
        route("GET", "servicePrincipals/{id}", get_service_principal, "documentation"),
        route("GET", "users", list_users, "recording"),
        route("GET", "users/{id}", get_user, "documentation"),
        route("POST", "directoryObjects/getByIds", get_by_ids, "documentation"),
        route("GET", "directoryObjects/{id}", get_object, "documentation"),
        route("GET", "me", me, "documentation"),
    )


ROUTES = (*_routes("v1.0"), *_routes("beta"))
