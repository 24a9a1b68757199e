"""Which registry is asked, and whether the caller may do what it asks for."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.addresses import CLIENT_ADDRESS
from acr_identity.emulator.kernel.lookup import registry_at
from acr_identity.emulator.kernel.settings import host_name
from acr_identity.emulator.kernel.state import Registry
from acr_identity.emulator.registries.accounts import is_admin
from acr_identity.emulator.registries.network import denial, is_blocked
from acr_identity.emulator.registry_data.registry_errors import RegistryError, denied, unauthorized
from acr_identity.emulator.registry_data.registry_tokens import holder_of, scopes_of
from acr_identity.emulator.registry_data.scopes import Admin, Anonymous, Holder, Scope, granted, plain

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Call

NO_NAME = "00000000-0000-0000-0000-000000000000"
"""The user name of a login whose password is a refresh token."""


def asked_registry(call: Call) -> Registry:
    """Return the registry at the host that was asked.

    Raises:
        RegistryError: 404 when there is none, 403 when its network rules keep the caller out.
    """
    host = host_name(call.request.host)
    found = registry_at(call.state, host)
    if found is None:
        raise RegistryError(404, "NAME_UNKNOWN", f"there is no registry at '{host}'")
    if is_blocked(found, CLIENT_ADDRESS):
        raise denied(denial(CLIENT_ADDRESS))
    return found


def allowed_registry(call: Call, kind: str, name: str, action: str) -> Registry:
    """Return the registry that was asked, if the caller may do this to a repository in it, or to the registry.

    Raises:
        RegistryError: 401 when the caller may not.
    """
    registry = asked_registry(call)
    wanted = Scope(kind, name, (action,))
    scheme, _, credential = call.request.header("Authorization").partition(" ")
    if scheme.lower() == "bearer":
        allowed = _is_in(scopes_of(call, registry, credential.strip()) or (), wanted)
    else:
        holder = basic_holder(call, registry)
        allowed = holder is not None and bool(granted(call, registry, holder, wanted).actions)
    if not allowed:
        raise unauthorized(registry.login_server, str(wanted))
    return registry


def basic_holder(call: Call, registry: Registry) -> Holder | None:
    """Return who logs in with a name and a password; `None` when they are wrong, anonymous when there are none."""
    scheme, _, credential = call.request.header("Authorization").partition(" ")
    if scheme.lower() != "basic":
        return Anonymous()
    try:
        name, _, password = base64.b64decode(credential, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password_holder(call, registry, name, password)


def password_holder(call: Call, registry: Registry, name: str, password: str) -> Holder | None:
    """Return who has this name and this password: the admin user, or the holder of a refresh token."""
    if name == NO_NAME:
        return holder_of(call, registry, password)
    return Admin() if is_admin(registry, name, password) else None


def _is_in(scopes: tuple[Scope, ...], wanted: Scope) -> bool:
    return any(
        (scope.kind, scope.name) == (wanted.kind, wanted.name)
        and plain(wanted.actions[0]) in {plain(action) for action in scope.actions}
        for scope in scopes
    )
