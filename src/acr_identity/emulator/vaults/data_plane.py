"""Secrets at the vault's own host: written, read, changed and listed, version by version."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import key
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request
from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.saving import with_vault
from acr_identity.emulator.kernel.state import SecretVersion, State, Vault, including
from acr_identity.emulator.kernel.wire import JsonObject, Reply, natural
from acr_identity.emulator.vaults.bundles import VERSIONS, asked_vault, show_newest, show_version
from acr_identity.emulator.vaults.secret_access import find_secret, no_such_secret
from acr_identity.emulator.vaults.secrets import NAME, SetBody, UpdateBody, updated, with_secret

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

LARGEST = 25 * 1024
"""How many bytes a value may have. Source: learn.microsoft.com, "About Azure Key Vault secrets"."""
_MOST_IN_PAGE = 25


def get(call: Call) -> Answer:
    """Read a secret: the newest version, or the one in the path."""
    vault = asked_vault(call, "get")
    name = call.params["secret"]
    return Reply.json(200, _with_value(call, vault, name, find_secret(vault, name, call.params.get("version", ""))))


def put(call: Call) -> Answer:
    """Write a new version of a secret."""
    vault = asked_vault(call, "set")
    name = call.params["secret"]
    if re.fullmatch(NAME, name) is None:
        raise bad_request("BadParameter", f"The request URI contains an invalid name: {name}")
    body = call.body(SetBody)
    if len(body.value.encode()) > LARGEST:
        raise bad_request("BadParameter", f"The value of a secret may have at most {LARGEST} bytes.")
    if name.lower() in vault.deleted_secrets:
        message = (
            f"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this "
            "state, the secret can only be recovered or purged."
        )
        raise ArmError(409, "Conflict", message, inner_code="ObjectIsDeletedButRecoverable")
    state = with_secret(call.state, vault, name, body, now=call.now)
    made = state.vaults[key(vault.id)].secrets[name.lower()][-1]
    return Change(state, Reply.json(200, _with_value(call, vault, name, made)))


def patch(call: Call) -> Answer:
    """Change attributes, content type or tags of a version; the value cannot be changed."""
    vault = asked_vault(call, "set")
    name, wanted = call.params["secret"], call.params.get("version", "")
    versions = vault.secrets.get(name.lower(), ())
    old = next((one for one in reversed(versions) if not wanted or one.version == wanted.lower()), None)
    if old is None:
        raise no_such_secret(name, wanted)
    new = replace(updated(old, call.body(UpdateBody)), updated=call.now)
    kept = tuple(new if one.version == old.version else one for one in versions)
    return Change(_with_versions(call.state, vault, name, kept), Reply.json(200, show_version(call, vault, name, new)))


def list_secrets(call: Call) -> Answer:
    """List the secrets, without their values; `maxresults` limits a page. The `nextLink` of the last page is null."""
    vault = asked_vault(call, "list")
    found = [show_newest(call, vault, name) for name in sorted(vault.secrets)]
    return page(call, found, size=most_of(call), ends_with_null=True)


def list_versions(call: Call) -> Answer:
    """List the versions of a secret, without their values; none when there is no such secret."""
    vault = asked_vault(call, "list")
    name = call.params["secret"]
    spelled = vault.secret_names.get(name.lower(), name)
    found = [show_version(call, vault, spelled, one) for one in vault.secrets.get(name.lower(), ())]
    return page(call, found, size=most_of(call), ends_with_null=True)


def most_of(call: Call) -> int:
    """Return what `maxresults` says, 0 when it is not there.

    Raises:
        ArmError: 400 when it is no number from 1 to 25.
    """
    written = call.request.parameter("maxresults")
    if not written:
        return 0
    most = natural(written)
    if not most or most > _MOST_IN_PAGE:
        raise bad_request("BadParameter", f"The value of maxresults must be from 1 to {_MOST_IN_PAGE}.")
    return most


def _with_value(call: Call, vault: Vault, name: str, found: SecretVersion) -> JsonObject:
    return {"value": found.value.value, **show_version(call, vault, name, found)}


def _with_versions(state: State, vault: Vault, name: str, versions: tuple[SecretVersion, ...]) -> State:
    changed = replace(vault, secrets=including(vault.secrets, name.lower(), versions))
    return with_vault(state, changed)


_ONE = "/secrets/{secret}"

ROUTES = (
    Route("GET", f"{_ONE}/versions", list_versions, VERSIONS, "documentation", plane="vault"),
    Route("GET", f"{_ONE}/{{version}}", get, VERSIONS, "documentation", plane="vault"),
    Route("PATCH", f"{_ONE}/{{version}}", patch, VERSIONS, "documentation", plane="vault"),
    Route("GET", _ONE, get, VERSIONS, "documentation", plane="vault"),
    Route("PUT", _ONE, put, VERSIONS, "documentation", plane="vault"),
    Route("PATCH", _ONE, patch, VERSIONS, "documentation", plane="vault"),
    Route("GET", "/secrets", list_secrets, VERSIONS, "recording", plane="vault"),
)
