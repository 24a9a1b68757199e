"""Who may do what in a registry: the scopes that tokens are asked for, and the rights behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.emulator.kernel.arm import REGISTRIES
from acr_identity.emulator.kernel.state import Registry
from acr_identity.emulator.registry_data.registry_errors import invalid
from acr_identity.emulator.rights.decision import Ask, may_use

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Call

CATALOG = "*"
_LEGACY = {
    "pull": "pull/read",
    "push": "push/write",
    "delete": "artifacts/delete",
    "metadataread": "pull/read",
    "metadatawrite": "push/write",
    "deletedread": "deleted/read",
    CATALOG: "pull/read",
}
"""What an action in a scope needs as an action of a role. That `pull/read` shows tags and all names: not verified."""
_BY_REPOSITORY = {
    "pull": "repositories/content/read",
    "push": "repositories/content/write",
    "delete": "repositories/content/delete",
    "metadataread": "repositories/metadata/read",
    "metadatawrite": "repositories/metadata/write",
    CATALOG: "catalog/read",
}
"""The same as data actions, for registries with repository permissions."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a token is for: a type (`repository` or `registry`), a name, and actions."""

    kind: str
    name: str
    actions: tuple[str, ...]

    def __str__(self) -> str:
        """Return the scope as it is written in a request."""
        return f"{self.kind}:{self.name}:{','.join(self.actions)}"


@dataclass(frozen=True, slots=True)
class Admin:
    """The admin user: it may do everything."""


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Somebody without a login, who may pull where everybody may."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whom the directory knows."""

    principal_id: str


Holder: TypeAlias = Admin | Anonymous | Known


def read_scopes(written: Iterable[str]) -> tuple[Scope, ...]:
    """Read the scopes of a token request; several may stand in one text.

    Raises:
        RegistryError: 400 when one is no scope.
    """
    return tuple(_scope(part) for text in written for part in text.split())


def granted(call: Call, registry: Registry, holder: Holder, scope: Scope) -> Scope:
    """Return the scope with the actions that the holder may do."""
    actions = tuple(action for action in scope.actions if _may(call, registry, holder, scope, action))
    return Scope(scope.kind, scope.name, actions)


def plain(action: str) -> str:
    """Return the one spelling of an action: `metadata_read` and `metadataRead` are the same."""
    return action.replace("_", "").lower()


def _scope(written: str) -> Scope:
    kind, _, rest = written.partition(":")
    name, _, actions = rest.rpartition(":")
    if not kind or not name or not actions:
        raise invalid(f"the scope '{written}' is not of the form TYPE:NAME:ACTIONS")
    return Scope(kind, name, tuple(action for action in actions.split(",") if action))


def _may(call: Call, registry: Registry, holder: Holder, scope: Scope, action: str) -> bool:
    wanted = plain(action)
    match holder:
        case Admin():
            return wanted in _LEGACY
        case Anonymous():
            return wanted in {"pull", "metadataread"} and registry.settings.get("anonymousPullEnabled") is True
        case Known(principal_id):
            return _allows(call, registry, principal_id, scope, wanted)


def _allows(call: Call, registry: Registry, principal_id: str, scope: Scope, wanted: str) -> bool:
    is_abac = registry.is_by_repository
    needed = (_BY_REPOSITORY if is_abac else _LEGACY).get(wanted)
    if needed is None or (scope.kind == "registry") != (wanted == CATALOG):
        return False
    repository = scope.name if scope.kind == "repository" else ""
    ask = Ask(principal_id, f"{REGISTRIES}/{needed}", registry.id, repository)
    before = call.now - call.settings.grant_seconds
    return may_use(call.state, ask, data=is_abac, granted_before=before)
