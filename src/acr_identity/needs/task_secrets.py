"""The secrets of a task file: a run reads them all before its first step."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from acr_identity.needs.codes import Code
from acr_identity.needs.holes import has_hole, shown
from acr_identity.needs.nodes import Mapping, Node, Scalar, entry, items, text_of
from acr_identity.needs.report import Report
from acr_identity.needs.values import At, ReadSecret
from acr_identity.spec.mistakes import quoted

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_FORM = "Write https://VAULT.vault.azure.net/secrets/NAME."
_SEGMENTS = (3, 4)


def read_secrets(tree: Node | None, report: Report) -> None:
    """Say which secrets a run reads, and which of the entries it refuses."""
    seen: set[str] = set()
    for node in items(entry(tree, "secrets")):
        at = report.at(node.offset)
        if not isinstance(node, Mapping):
            if not (isinstance(node, Scalar) and node.is_null):
                report.fault(Code.WRONG_KIND, "A secret is no mapping.", "Give it `id` and `keyvault`.", at)
            continue
        id_, address = (text_of(entry(node, key)) or "" for key in ("id", "keyvault"))
        client_id = text_of(entry(node, "clientID")) or ""
        if fault := _fault(id_, address, client_id, seen):
            report.fault(Code.SECRET, *fault, at)
        seen.add(id_)
        if address:
            place = entry(node, "keyvault")
            _read(id_, address, client_id, report.at(place.offset) if place else at, report)


def _fault(id_: str, address: str, client_id: str, seen: set[str]) -> tuple[str, str] | None:
    if not id_:
        return "A secret has no `id`.", "Give it one."
    if any(letter.isspace() for letter in id_):
        return f"The id {quoted(shown(id_))} of a secret has a space.", "Take it out."
    if id_ in seen:
        return f"There are two secrets with the id {quoted(shown(id_))}.", "Rename one."
    if not address:
        return f"The secret {quoted(shown(id_))} has no `keyvault`; keys are case-sensitive.", _FORM
    if client_id and not has_hole(client_id) and not _GUID.fullmatch(client_id):
        return f"The `clientID` of the secret {quoted(shown(id_))} is no client id.", "Write the identity's client id."
    return None


def _read(id_: str, address: str, client_id: str, at: At, report: Report) -> None:
    """Note a secret by its address, which the runner reads in lower case."""
    address = address.lower().removesuffix("/")
    try:
        parts = urlsplit(address)
    except ValueError:
        report.fault(Code.SECRET, f"The address of the secret {quoted(shown(id_))} is none.", _FORM, at)
        return
    if has_hole(parts.netloc) or (has_hole(address) and not parts.netloc):
        report.hide(f"the vault of the secret {quoted(shown(id_))} is not known: {report.holes.why(address)}", at)
        return
    segments = parts.path.split("/")
    if parts.scheme != "https" or len(segments) not in _SEGMENTS or segments[1] != "secrets":
        report.fault(Code.SECRET, f"The address of the secret {quoted(shown(id_))} is none of a secret.", _FORM, at)
        return
    if has_hole(segments[2]):
        report.hide(f"the name of the secret {quoted(shown(id_))} is not known: {report.holes.why(segments[2])}", at)
        return
    host = parts.netloc.rpartition("@")[2]
    report.needs.append(ReadSecret(host, segments[2], id_, client_id, at))
