"""Which identities a task has after a PUT or PATCH. The type is a statement of the whole, not a change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from acr_identity.emulator.kernel.arm import IDENTITIES, REGISTRIES, key
from acr_identity.emulator.kernel.arm_errors import bad_request, linked_authorization_failed
from acr_identity.emulator.kernel.principals import with_principal, without_principals
from acr_identity.emulator.kernel.state import State, Task, TaskRun
from acr_identity.emulator.rights.decision import Ask, may_act

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acr_identity.emulator.kernel.call import Call
    from acr_identity.emulator.kernel.wire import JsonObject
    from acr_identity.emulator.tasks.bodies import IdentityBody

HolderT = TypeVar("HolderT", Task, TaskRun)
_KINDS = {"systemassigned", "userassigned", "none"}
_ASSIGN = f"{IDENTITIES}/assign/action"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a task is to have: the system-assigned identity or not, and which user-assigned ones."""

    system: bool = False
    users: tuple[str, ...] = ()


def wanted(call: Call, body: IdentityBody | None, old: Wanted, *, replaces: bool) -> Wanted:
    """Work out the identities; `replaces` tells a PUT from a PATCH.

    Raises:
        ArmError: 400 for an unknown type, a malformed id or an identity that does not exist; 403
            `LinkedAuthorizationFailed` when the caller may not assign an identity that is given.
    """
    if body is None:
        return Wanted() if replaces else old
    kinds = _kinds(body.type, old)
    given = body.user_assigned_identities or {}
    for identity in given:
        _check_id(identity)
    if given and "userassigned" not in kinds and any(value is not None for value in given.values()):
        message = f"The identity type '{body.type}' does not allow user assigned identities."
        raise bad_request("InvalidIdentityType", message, target="request")
    if "userassigned" not in kinds:
        return Wanted("systemassigned" in kinds)
    for identity, value in given.items():
        if value is not None:
            _check_identity(call, identity)
    users = _merged(() if replaces else old.users, given)
    if not users and not given:
        message = "The property 'identity.userAssignedIdentities' is required for the identity type 'UserAssigned'."
        raise bad_request("InvalidIdentityValues", message, target="request")
    return Wanted("systemassigned" in kinds, users)


def with_identities(state: State, holder: HolderT, wanted: Wanted, now: float) -> tuple[State, HolderT]:
    """Return the state with the system-assigned principal that is wanted, and the holder with all its identities."""
    holder = replace(holder, user_identities=wanted.users)
    if wanted.system == bool(holder.system_principal):
        return state, holder
    if not wanted.system:
        return without_principals(state, holder.system_principal), replace(holder, system_principal="")
    name = holder.id.rpartition(f"{REGISTRIES}/")[2]
    state, principal = with_principal(state, key(holder.id), name, now)
    return state, replace(holder, system_principal=principal.id)


def _kinds(written: str | None, old: Wanted) -> frozenset[str]:
    if written is None:
        return frozenset(
            kind for kind, has in (("systemassigned", old.system), ("userassigned", bool(old.users))) if has
        )
    kinds = frozenset(part.strip().lower() for part in written.split(","))
    if not kinds <= _KINDS:
        raise bad_request("InvalidIdentityType", f"The identity type '{written}' is invalid.", target="request")
    return kinds


def _check_id(identity: str) -> None:
    if identity.lower().startswith("/subscriptions/") and f"/providers/{IDENTITIES}/".lower() in identity.lower():
        return
    message = (
        f"Property id '{identity}' at path '' is invalid. Expect fully qualified resource Id that start with "
        "'/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'."
    )
    raise bad_request("LinkedInvalidPropertyId", message)


def _check_identity(call: Call, identity: str) -> None:
    if not may_act(call.state, Ask(call.caller.id, _ASSIGN, identity)):
        kind = "taskruns" if "/taskruns/" in call.request.path.lower() else "tasks"
        action = f"Microsoft.ContainerRegistry/registries/{kind}/write"
        scope = call.request.decoded_path
        raise linked_authorization_failed(call.caller.client, call.caller.id, action, scope, identity)
    if key(identity) not in call.state.identities:
        message = (
            f"Identity operation for resource '{call.request.decoded_path}' failed with error 'Failed to perform "
            'resource identity operation. Status: \'BadRequest\'. Response: \'{"error":{"code":"BadRequest",'
            f"\"message\":\"Resource '{identity}' was not found.\"}}}}'.'."
        )
        raise bad_request("FailedIdentityOperation", message)


def _merged(old: tuple[str, ...], given: Mapping[str, JsonObject | None]) -> tuple[str, ...]:
    kept = {key(name): name for name in old}
    for name, value in given.items():
        if value is None:
            kept.pop(key(name), None)
        else:
            kept.setdefault(key(name), name)
    return tuple(kept.values())
