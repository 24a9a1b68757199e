"""Secrets that were deleted: shown, recovered and purged at the vault's own host."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.saving import with_vault
from acr_identity.emulator.kernel.state import DeletedSecret, Vault, excluding, including
from acr_identity.emulator.kernel.wire import Reply
from acr_identity.emulator.vaults.bundles import VERSIONS, asked_vault, show_deleted, show_version
from acr_identity.emulator.vaults.data_plane import most_of
from acr_identity.emulator.vaults.secret_access import no_such_secret

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call


def delete(call: Call) -> Answer:
    """Delete a secret with all its versions; it can be recovered."""
    vault = asked_vault(call, "delete")
    name = call.params["secret"].lower()
    versions = vault.secrets.get(name)
    if not versions:
        raise no_such_secret(call.params["secret"], "")
    deleted = DeletedSecret(vault.secret_names[name], versions, call.now)
    changed = replace(
        vault,
        secrets=excluding(vault.secrets, name),
        secret_names=excluding(vault.secret_names, name),
        deleted_secrets=including(vault.deleted_secrets, name, deleted),
    )
    return Change(with_vault(call.state, changed), Reply.json(200, show_deleted(call, vault, deleted)))


def get(call: Call) -> Answer:
    """Show a deleted secret, without its value."""
    vault, deleted = _find(call, "get")
    return Reply.json(200, show_deleted(call, vault, deleted))


def list_deleted(call: Call) -> Answer:
    """List the deleted secrets."""
    vault = asked_vault(call, "list")
    found = [show_deleted(call, vault, one, listed=True) for _, one in sorted(vault.deleted_secrets.items())]
    return page(call, found, size=most_of(call), ends_with_null=True)


def recover(call: Call) -> Answer:
    """Bring a deleted secret back."""
    vault, deleted = _find(call, "recover")
    name = deleted.name.lower()
    changed = replace(
        vault,
        secrets=including(vault.secrets, name, deleted.versions),
        secret_names=including(vault.secret_names, name, deleted.name),
        deleted_secrets=excluding(vault.deleted_secrets, name),
    )
    return Change(
        with_vault(call.state, changed), Reply.json(200, show_version(call, vault, deleted.name, deleted.versions[-1]))
    )


def purge(call: Call) -> Answer:
    """Delete a deleted secret for good: 204."""
    vault, deleted = _find(call, "purge")
    if vault.properties.get("enablePurgeProtection") is True:
        message = 'Operation "purge" is not allowed because purge protection is enabled for this vault.'
        raise ArmError(403, "Forbidden", message, inner_code="ForbiddenByPolicy")
    changed = replace(vault, deleted_secrets=excluding(vault.deleted_secrets, deleted.name.lower()))
    return Change(with_vault(call.state, changed), Reply(204))


def _find(call: Call, permission: str) -> tuple[Vault, DeletedSecret]:
    vault = asked_vault(call, permission)
    name = call.params["secret"]
    deleted = vault.deleted_secrets.get(name.lower())
    if deleted is None:
        raise ArmError(404, "SecretNotFound", f"Deleted Secret not found: {name}")
    return vault, deleted


_ONE = "/deletedsecrets/{secret}"

ROUTES = (
    Route("DELETE", "/secrets/{secret}", delete, VERSIONS, "documentation", plane="vault"),
    Route("GET", _ONE, get, VERSIONS, "documentation", plane="vault"),
    Route("DELETE", _ONE, purge, VERSIONS, "documentation", plane="vault"),
    Route("POST", f"{_ONE}/recover", recover, VERSIONS, "documentation", plane="vault"),
    Route("GET", "/deletedsecrets", list_deleted, VERSIONS, "documentation", plane="vault"),
)
