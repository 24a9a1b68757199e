"""Frozen values as one canonical text: equal values give the same, on any Python, however ids are spelt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TypeAlias, assert_never

from pydantic import SecretStr

from acr_identity.ids import ArmId
from acr_identity.state.comparison import comparison_of

_Tree: TypeAlias = "Mapping[str, _Tree] | Sequence[_Tree] | str | int | float | bool | None"


def canonical(value: object, *, secrets: bool = False) -> str:
    """Return a text that is the same for values that mean the same: in ASCII, with each type and field by its name.

    With `secrets` the values of secrets are part of it, so the text is a secret itself.

    Raises:
        TypeError: it holds something that is no value of a plan.
    """
    return json.dumps(_tree(value, secrets=secrets), sort_keys=True, separators=(",", ":"))


def _tree(value: object, *, secrets: bool, any_case: bool = False) -> _Tree:
    match value:
        case Enum() | SecretStr() | ArmId():
            return _named(value, secrets=secrets)
        case None | str() | bool() | int() | float():
            return value.lower() if any_case and isinstance(value, str) else value
        case Mapping():
            return {str(key): _tree(entry, secrets=secrets) for key, entry in value.items()}
        case tuple() | list():
            return [_tree(entry, secrets=secrets, any_case=any_case) for entry in value]
        case frozenset():
            return sorted(canonical(entry, secrets=secrets) for entry in value)
        case _:
            return _record(value, secrets=secrets)


def _named(value: Enum | SecretStr | ArmId, *, secrets: bool) -> _Tree:
    match value:
        case Enum():
            return {"enum": type(value).__name__, "name": value.name}
        case SecretStr():
            return {"secret": value.get_secret_value() if secrets else None}
        case ArmId():
            return {"id": str(value).strip("/").lower()}
        case _:
            assert_never(value)


def _record(value: object, *, secrets: bool) -> _Tree:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"no plan holds {type(value).__name__}")
    parts: dict[str, _Tree] = {
        part.name: _tree(getattr(value, part.name), secrets=secrets, any_case=comparison_of(part).any_case)
        for part in fields(value)
        if part.compare
    }
    return {"type": type(value).__name__, "fields": parts}
