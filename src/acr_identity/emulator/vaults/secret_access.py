"""Who may do what with the secrets of a vault, in the words of the vault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.wire import entries, text
from acr_identity.emulator.rights.decision import Ask, may_use
from acr_identity.emulator.rights.denials import denial_of
from acr_identity.emulator.vaults.firewall import check_address
from acr_identity.emulator.vaults.policies import allows

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.denials import DenyAssignment
    from acr_identity.emulator.kernel.state import SecretVersion, State, Vault

_DATA_ACTIONS = {
    permission: f"Microsoft.KeyVault/vaults/secrets/{action}"
    for permission, action in (
        ("get", "getSecret/action"),
        ("set", "setSecret/action"),
        ("list", "readMetadata/action"),
        ("delete", "delete"),
        ("recover", "recover/action"),
        ("purge", "purge/action"),
        ("backup", "backup/action"),
        ("restore", "restore/action"),
    )
}
_HELP = "For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid="


def vault_at(state: State, host: str, suffix: str) -> Vault | None:
    """Return the vault that answers at a host."""
    name = host.lower().partition(":")[0].removesuffix(suffix.lower())
    return next((vault for vault in state.vaults.values() if vault.name.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Access:
    """Who wants to do what a permission names, with which secret; without a name with all of them."""

    permission: str
    principal_id: str
    client_id: str
    secret: str = ""


def check_access(state: State, vault: Vault, access: Access, *, granted_before: float, address: str = "") -> None:
    """Refuse a principal that may not do this, or an address that is kept out.

    A role counts on the secret, on the vault or above it; an access policy is for all secrets.

    Raises:
        ArmError: 403 `Forbidden`, with the inner code `AccessDenied`, `ForbiddenByRbac`, `ForbiddenByFirewall` or
            `ForbiddenByConnection`.
    """
    check_address(vault, address)
    caller = f"appid={access.client_id};oid={access.principal_id};iss=https://sts.windows.net/{state.tenant}/"
    if vault.properties.get("enableRbacAuthorization") is True:
        scope = "/".join(part for part in (vault.id, "secrets", access.secret) if part)
        ask = Ask(access.principal_id, _DATA_ACTIONS[access.permission], scope)
        if not may_use(state, ask, data=True, granted_before=granted_before):
            raise _by_roles(vault, caller, ask, denial_of(state, ask, data=True))
        return
    if not any(
        text(entry, "objectId").lower() == access.principal_id.lower()
        and not text(entry, "applicationId")
        and allows(entry, "secrets", access.permission)
        for entry in entries(vault.properties, "accessPolicies")
    ):
        message = (
            f"The user, group or application '{caller}' does not have secrets {access.permission} permission on key "
            f"vault '{vault.name};location={vault.location}'. {_HELP}2125287"
        )
        raise ArmError(403, "Forbidden", message, inner_code="AccessDenied")


def find_secret(vault: Vault, name: str, version: str) -> SecretVersion:
    """Return the version of a secret, or its newest one.

    Raises:
        ArmError: 404 `SecretNotFound`; 403 when it is disabled.
    """
    versions = vault.secrets.get(name.lower(), ())
    found = next((one for one in reversed(versions) if not version or one.version == version.lower()), None)
    if found is None:
        raise no_such_secret(name, version)
    if not found.enabled:
        message = "Operation get is not allowed on a disabled secret."
        raise ArmError(403, "Forbidden", message, inner_code="SecretDisabled")
    return found


def no_such_secret(name: str, version: str) -> ArmError:
    """Return 404 for a secret, or a version of it, that is not there."""
    message = (
        f"A secret with (name/id) {'/'.join(part for part in (name, version) if part)} was not found in this key "
        "vault. If you recently deleted this secret you may be able to recover it using the correct recovery "
        f"command. {_HELP}2125182"
    )
    return ArmError(404, "SecretNotFound", message)


def _by_roles(vault: Vault, caller: str, ask: Ask, denial: DenyAssignment | None) -> ArmError:
    denied = f"'{denial.name.replace('-', '')}'" if denial else "null"
    reason = "DeniedByDenyAssignment" if denial else "DeniedWithNoValidRBAC"
    message = (
        "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role "
        "definitions were changed recently, please observe propagation time.\r\n"
        f"Caller: {caller}\r\nAction: '{ask.action}'\r\nResource: '{ask.scope.lower()}'\r\n"
        f"Assignment: (not found)\r\nDenyAssignmentId: {denied}\r\nDecisionReason: '{reason}' \r\n"
        f"Vault: {vault.name};location={vault.location}\r\n"
    )
    return ArmError(403, "Forbidden", message, inner_code="ForbiddenByRbac")
