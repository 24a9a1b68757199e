"""What was read of a file, as lines that a test can state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from acr_identity.needs import Delete, Need, Needs, Pull, Push, ReadSecret


def told(found: Needs, file: str = "") -> list[str]:
    """Return a line for each need, for what is not seen, and for each fault; of this file without its name."""
    return [line.replace(f"{file}:", "") for line in _lines(found)]


def _lines(found: Needs) -> Iterator[str]:
    for need in found.needs:
        yield f"{need.at} {_need(need)}"
    for unseen in found.unseen:
        servers = f" ({', '.join(unseen.servers)})" if unseen.servers else ""
        yield f"{unseen.at} unseen: {unseen.reason}{servers}"
    for fault in found.faults:
        yield f"{fault.at} {fault.code}: {fault.message}"


def _need(need: Need) -> str:
    match need:
        case Pull(image):
            return f"pull {image.server}/{image.repository or '?'}"
        case Push(image):
            return f"push {image.server}/{image.repository or '?'}"
        case Delete(image):
            return f"delete {image.server}/{image.repository or '?'}"
        case ReadSecret(vault, secret, id_, client_id):
            return f"secret {vault}/{secret} as {id_}{f' by {client_id}' if client_id else ''}"
        case _:
            assert_never(need)
