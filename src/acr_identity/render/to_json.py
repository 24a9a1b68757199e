"""Values as JSON: a contract. `version` rises when a key changes its meaning or goes away; keys may be added."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from acr_identity.secrecy import redacted

VERSION = 1
"""The version of every JSON document of this package."""

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""What JSON can hold."""


def to_json(kind: str, body: Mapping[str, Json]) -> str:
    """Return `{"version": 1, "kind": KIND, ...}` with the keys in the order given, two spaces deep, in ASCII."""
    return json.dumps(_safe({"version": VERSION, "kind": kind, **body}), indent=2)


def _safe(value: Json) -> Json:
    match value:
        case str():
            return redacted(value)
        case Mapping():
            return {key: _safe(item) for key, item in value.items()}
        case Sequence():
            return [_safe(item) for item in value]
        case _:
            return value
