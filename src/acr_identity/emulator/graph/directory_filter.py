"""The filters that the Azure CLI sends to Microsoft Graph: one comparison each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acr_identity.emulator.graph.directory import names_of
from acr_identity.emulator.graph.graph_errors import unsupported_filter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acr_identity.emulator.kernel.state import DirectoryObject, State

_TEXT = r"'((?:[^']|'')*)'"
_EQUAL = re.compile(rf"(\w+)\s+eq\s+{_TEXT}")
_ANY = re.compile(rf"servicePrincipalNames/any\(\s*(\w+)\s*:\s*\1\s+eq\s+{_TEXT}\s*\)")
_STARTS = re.compile(rf"startswith\(\s*(\w+)\s*,\s*{_TEXT}\s*\)")


def selected(state: State, found: Iterable[DirectoryObject], expression: str) -> tuple[DirectoryObject, ...]:
    """Those that a `$filter` selects, all without one. Casing of values does not count.

    Raises:
        ArmError: 400 for anything but one comparison of a known name.
    """
    written = expression.strip()
    if not written:
        return tuple(found)
    named = _ANY.fullmatch(written)
    if named:
        wanted = _plain(named[2])
        return tuple(one for one in found if wanted in {name.lower() for name in names_of(state, one)})
    equal = _EQUAL.fullmatch(written)
    starts = _STARTS.fullmatch(written)
    match = equal or starts
    if match is None:
        raise unsupported_filter(expression)
    wanted = _plain(match[2])
    values = ((one, _value(one, match[1], expression).lower()) for one in found)
    return tuple(one for one, value in values if value == wanted or (starts and value.startswith(wanted)))


def _value(one: DirectoryObject, name: str, expression: str) -> str:
    match (one.kind, name):
        case (_, "id"):
            return one.id
        case ("User", "userPrincipalName"):
            return one.name
        case ("User", "displayName"):
            return one.name.partition("@")[0]
        case ("ServicePrincipal", "appId"):
            return one.client_id
        case ("ServicePrincipal", "displayName"):
            return one.name
        case _:
            raise unsupported_filter(expression)


def _plain(text: str) -> str:
    return text.replace("''", "'").lower()
