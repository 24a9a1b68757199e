"""The admin user of a registry and its two passwords."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import REGISTRIES, key
from acr_identity.emulator.kernel.arm_errors import bad_request
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.lookup import registry_of
from acr_identity.emulator.kernel.routing import IN_GROUP, ApiVersions, Route
from acr_identity.emulator.kernel.runner_port import Secret
from acr_identity.emulator.kernel.saving import with_registry
from acr_identity.emulator.kernel.state import Registry
from acr_identity.emulator.kernel.wire import Json, JsonObject, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

NAMES = ("password", "password2")


class RegenerateBody(Body):
    """Which password is to be made anew."""

    name: str


def has_admin(registry: Registry) -> bool:
    """Say whether the admin user may log in."""
    return registry.settings.get("adminUserEnabled") is True


def passwords(registry: Registry) -> tuple[Secret, Secret]:
    """Return the two passwords of the admin user."""
    first, second = registry.passwords
    return _password(registry, "password", first), _password(registry, "password2", second)


def is_admin(registry: Registry, user_name: str, password: str) -> bool:
    """Say whether a name and a password are those of the admin user, and it may log in."""
    is_named = user_name.lower() == registry.name.lower()
    return has_admin(registry) and is_named and Secret(password) in passwords(registry)


def list_credentials(call: Call) -> Answer:
    """Show the admin user with its passwords."""
    return Reply.json(200, _show(_asked(call)))


def regenerate(call: Call) -> Answer:
    """Make one of the passwords anew; the old one is good no more."""
    registry = _asked(call)
    wanted = call.body(RegenerateBody).name
    if wanted not in NAMES:
        raise bad_request("InvalidPasswordName", f"The password '{wanted}' is not one of {', '.join(NAMES)}.")
    first, second = registry.passwords
    counted = (first + 1, second) if wanted == "password" else (first, second + 1)
    changed = replace(registry, passwords=counted)
    state = with_registry(call.state, changed)
    return Change(state, Reply.json(200, _show(changed)))


def _password(registry: Registry, name: str, number: int) -> Secret:
    content = f"{key(registry.id)}\n{registry.created}\n{name}\n{number}"
    return Secret(hashlib.sha256(content.encode()).hexdigest()[:52])


def _asked(call: Call) -> Registry:
    registry = registry_of(call)
    if not has_admin(registry):
        message = (
            f"Cannot perform credential operations for {registry.id} as admin user is disabled. Kindly enable admin "
            "user as per docs: https://docs.microsoft.com/en-us/azure/container-registry/"
            "container-registry-authentication#admin-account"
        )
        raise bad_request("UnAuthorizedForCredentialOperations", message)
    return registry


def _show(registry: Registry) -> JsonObject:
    shown: list[Json] = [
        {"name": name, "value": secret.value} for name, secret in zip(NAMES, passwords(registry), strict=True)
    ]
    return {"username": registry.name, "passwords": shown}


_VERSIONS = ApiVersions("2017-03-01")
_ONE = f"{IN_GROUP}/{REGISTRIES}/{{registry}}"

ROUTES = (
    Route(
        "POST",
        f"{_ONE}/listCredentials",
        list_credentials,
        _VERSIONS,
        "specification",
        f"{REGISTRIES}/listCredentials/action",
    ),
    Route(
        "POST",
        f"{_ONE}/regenerateCredential",
        regenerate,
        _VERSIONS,
        "specification",
        f"{REGISTRIES}/regenerateCredential/action",
    ),
)
