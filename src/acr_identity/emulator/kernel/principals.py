"""The principals of managed identities: made with their resource, and made anew with each new one of the same id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from acr_identity.emulator.kernel.arm import made_guid
from acr_identity.emulator.kernel.state import DirectoryObject, State, excluding, including


def birth(state: State, resource: str) -> tuple[int, Mapping[str, int]]:
    """Return how often the resource under this key was made, this time included, and the new count of all."""
    number = state.births.get(resource, 0) + 1
    return number, including(state.births, resource, number)


def with_principal(state: State, resource: str, name: str, now: float) -> tuple[State, DirectoryObject]:
    """Return the state with a new principal in the directory, for the resource under this key, and the principal."""
    number, births = birth(state, resource)
    principal, client = made_guid("principal", resource, number), made_guid("client", resource, number)
    made = DirectoryObject(principal, client, "ServicePrincipal", name, now)
    return replace(state, births=births, directory=including(state.directory, principal, made)), made


def without_principals(state: State, *principals: str) -> State:
    """Return the state without these principals in the directory."""
    return replace(state, directory=excluding(state.directory, *principals))
