"""What Azure Resource Manager asks before any provider: is the subscription enabled, is the namespace registered?

And is nothing locked? A POST that only reads, like `listDetails`, counts as a write for locks, as it does for a
disabled subscription (not verified, as is that such a subscription lets its resources be deleted).

Sources: recorded bodies of two refusals; reports of a disabled subscription (microsoft/vscode-azureappservice#912) and
of `listKeys` below a lock (Azure/azure-sdk-for-java#2560);
learn.microsoft.com/azure/azure-resource-manager/management/lock-resources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_within
from acr_identity.emulator.kernel.arm_errors import not_registered, scope_locked, subscription_disabled
from acr_identity.emulator.kernel.state import Lock, State

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.routing import Route

_NAMESPACE = re.compile(r"/providers/(Microsoft\.[A-Za-z]+)/")
_READS = frozenset({"GET", "HEAD"})


def check_gates(state: State, route: Route, scope: str) -> None:
    """Refuse to change what may not be changed now. Reads pass.

    Raises:
        ArmError: 409 `ReadOnlyDisabledSubscription`, `MissingSubscriptionRegistration` or `ScopeLocked`.
    """
    if route.plane != "arm" or route.method in _READS or route.action.endswith("/read"):
        return
    if route.method != "DELETE":
        if state.disabled:
            raise subscription_disabled(state.subscription)
        _check_registration(state, route)
    if "/Microsoft.Authorization/locks/" in route.path:
        return
    locked = list(dict.fromkeys(lock.scope for lock in _in_the_way(state, route.method, scope)))
    if locked:
        raise scope_locked(scope, "delete" if route.method == "DELETE" else "write", locked)


def _check_registration(state: State, route: Route) -> None:
    for namespace in _NAMESPACE.findall(route.path)[-1:]:
        known = state.registrations.get(namespace.lower())
        if known is not None and known.state == "NotRegistered":
            raise not_registered(namespace)


def _in_the_way(state: State, method: str, scope: str) -> Iterator[Lock]:
    for lock in state.locks.values():
        is_above = is_within(scope, lock.scope)
        if method == "DELETE":
            if is_above or is_within(lock.scope, scope):
                yield lock
        elif is_above and lock.level == "ReadOnly":
            yield lock
