"""From which addresses a vault can be reached.

Texts: public reports of the service's refusals; learn.microsoft.com/azure/key-vault/general/network-security.
"""

from __future__ import annotations

from acr_identity.emulator.kernel.addresses import covers
from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.state import Vault
from acr_identity.emulator.kernel.wire import entries, section, text


def check_address(vault: Vault, address: str) -> None:
    """Refuse an address that the rules of a vault keep out; an empty one is inside its network.

    Raises:
        ArmError: 403 `Forbidden`, with the inner code `ForbiddenByFirewall` or `ForbiddenByConnection`.
    """
    if not address:
        return
    place = f"Vault: {vault.name};location={vault.location}"
    if text(vault.properties, "publicNetworkAccess").lower() == "disabled":
        message = (
            "Public network access is disabled and request is not from a trusted service nor via an approved private "
            f"link.\r\n{place}"
        )
        raise ArmError(403, "Forbidden", message, inner_code="ForbiddenByConnection")
    rules = section(vault.properties, "networkAcls")
    if text(rules, "defaultAction").lower() != "deny":
        return
    if not any(covers(text(rule, "value"), address) for rule in entries(rules, "ipRules")):
        message = (
            "Client address is not authorized and caller is not a trusted service.\r\n"
            f"Client address: {address}\r\n{place}"
        )
        raise ArmError(403, "Forbidden", message, inner_code="ForbiddenByFirewall")
