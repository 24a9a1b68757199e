"""Secrets as the vault's own host shows them, and how a request there finds its vault and its right.

Shapes: learn.microsoft.com/rest/api/keyvault/secrets.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.addresses import CLIENT_ADDRESS
from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.routing import ApiVersions
from acr_identity.emulator.kernel.state import DeletedSecret, SecretVersion, Vault
from acr_identity.emulator.kernel.wire import JsonObject, flag
from acr_identity.emulator.vaults.secret_access import Access, check_access, vault_at
from acr_identity.emulator.vaults.secrets import address_of, attributes_of

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Call

VERSIONS = ApiVersions("2016-10-01", tuple(f"7.{minor}" for minor in range(7)))
_LONGEST_RETENTION = 90


def asked_vault(call: Call, permission: str) -> Vault:
    """Return the vault at the host that was asked, if the caller has this permission on the secret in the path.

    Where the path names none it is all secrets.

    Raises:
        ArmError: 404 when there is no such vault, 403 when the caller may not.
    """
    vault = vault_at(call.state, call.request.host, call.settings.hosts.vault_suffix)
    if vault is None:
        raise ArmError(404, "VaultNotFound", f"The vault at '{call.request.host}' does not exist.")
    check_access(
        call.state,
        vault,
        Access(permission, call.caller.id, call.caller.client_id, call.params.get("secret", "")),
        granted_before=call.now - call.settings.grant_seconds,
        address=CLIENT_ADDRESS,
    )
    return vault


def recoverable_days(vault: Vault) -> int:
    """Return how long something that was deleted can be recovered."""
    days = vault.properties.get("softDeleteRetentionInDays")
    return days if isinstance(days, int) else _LONGEST_RETENTION


def _recovery(vault: Vault) -> JsonObject:
    """Return how a deleted secret comes back: the vault decides, by its days of retention and its purge protection."""
    if not flag(vault.properties, "enableSoftDelete", default=True):
        return {"recoveryLevel": "Purgeable"}
    days = recoverable_days(vault)
    level = "Recoverable" if days >= _LONGEST_RETENTION else "CustomizedRecoverable"
    is_purgeable = not flag(vault.properties, "enablePurgeProtection")
    return {"recoveryLevel": f"{level}+Purgeable" if is_purgeable else level, "recoverableDays": days}


def show_version(call: Call, vault: Vault, name: str, found: SecretVersion) -> JsonObject:
    """Return one version without its value, its id with the version."""
    shown: JsonObject = {
        "id": f"{address_of(call, vault, name)}/{found.version}",
        "attributes": {**attributes_of(found), **_recovery(vault)},
        "tags": dict(found.tags),
    }
    return shown if found.content_type is None else {**shown, "contentType": found.content_type}


def show_newest(call: Call, vault: Vault, name: str) -> JsonObject:
    """Return the newest version of a secret as lists show it, its id without the version."""
    spelled = vault.secret_names[name.lower()]
    shown = show_version(call, vault, spelled, vault.secrets[name.lower()][-1])
    return {**shown, "id": address_of(call, vault, spelled)}


def show_deleted(call: Call, vault: Vault, deleted: DeletedSecret, *, listed: bool = False) -> JsonObject:
    """Return a deleted secret, with the address that it can be recovered by."""
    shown = show_version(call, vault, deleted.name, deleted.versions[-1])
    if listed:
        shown["id"] = address_of(call, vault, deleted.name)
    purged = deleted.deleted + timedelta(days=recoverable_days(vault)).total_seconds()
    root = address_of(call, vault, deleted.name).rpartition("/secrets/")[0]
    return {
        **shown,
        "recoveryId": f"{root}/deletedsecrets/{deleted.name}",
        "deletedDate": int(deleted.deleted),
        "scheduledPurgeDate": int(purged),
    }
