"""The filters that the Azure CLI sends to Microsoft Graph: one comparison each, of names as they are spelled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.emulator.graph.directory import Kind, names_of
from acr_identity.emulator.graph.graph_errors import unsupported_filter
from acr_identity.emulator.kernel.odata_filter import (
    AnyEqual,
    Comparison,
    FilterError,
    Function,
    Name,
    Term,
    Text,
    read_filter,
)

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.state import DirectoryObject, State

_Value: TypeAlias = "Callable[[DirectoryObject], str]"
_PROPERTIES: Mapping[Kind, Mapping[str, _Value]] = {
    "user": {
        "id": lambda one: one.id,
        "userPrincipalName": lambda one: one.name,
        "displayName": lambda one: one.name.partition("@")[0],
    },
    "servicePrincipal": {
        "id": lambda one: one.id,
        "appId": lambda one: one.client_id,
        "displayName": lambda one: one.name,
    },
    "group": {},
}


def selected(state: State, kind: Kind, found: Iterable[DirectoryObject], expression: str) -> list[DirectoryObject]:
    """Return those of a kind that a `$filter` selects, all without one; casing of values does not count.

    Raises:
        ArmError: 400 for anything but one comparison of a property that this kind has.
    """
    try:
        tests = [_test(state, kind, term) for term in read_filter(expression, casing_counts=True).all_of]
    except FilterError:
        raise unsupported_filter(expression) from None
    if len(tests) > 1:
        raise unsupported_filter(expression)
    return [one for one in found if all(holds(one) for holds in tests)]


def _test(state: State, kind: Kind, term: Term) -> Callable[[DirectoryObject], bool]:
    match term:
        case AnyEqual("servicePrincipalNames", wanted) if kind == "servicePrincipal":
            return lambda one: wanted.lower() in {name.lower() for name in names_of(state, one)}
        case Comparison(name, "eq", Text(wanted)):
            value = _property(kind, name)
            return lambda one: value(one).lower() == wanted.lower()
        case Function("startswith", (Name(name), Text(wanted))):
            value = _property(kind, name)
            return lambda one: value(one).lower().startswith(wanted.lower())
        case _:
            raise FilterError("no such comparison")


def _property(kind: Kind, name: str) -> _Value:
    found = _PROPERTIES[kind].get(name)
    if found is None:
        raise FilterError(f"no property '{name}'")
    return found
