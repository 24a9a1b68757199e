"""From which addresses a registry can be reached, and who may pass by its rules.

Source: learn.microsoft.com/azure/container-registry, "manage-network-bypass-policy-for-tasks" and
"access-selected-networks".
"""

from __future__ import annotations

from acr_identity.emulator.kernel.addresses import covers
from acr_identity.emulator.kernel.state import Registry
from acr_identity.emulator.kernel.wire import entries, section, text


def is_blocked(registry: Registry, address: str) -> bool:
    """Say whether the network rules of a registry keep an address out."""
    if text(registry.settings, "publicNetworkAccess").lower() in {"disabled", "securedbyperimeter"}:
        return True
    rules = section(registry.settings, "networkRuleSet")
    if text(rules, "defaultAction").lower() != "deny":
        return False
    return not any(
        covers(text(rule, "value"), address)
        for rule in entries(rules, "ipRules")
        if text(rule, "action").lower() in {"", "allow"}
    )


def tasks_may_pass(registry: Registry) -> bool:
    """Say whether the system-assigned identity of a task passes by the rules; a user-assigned one never does."""
    settings = registry.settings
    options = text(settings, "networkRuleBypassOptions") or "AzureServices"
    return options.lower() == "azureservices" and settings.get("networkRuleBypassAllowedForTasks") is True


def denial(address: str) -> str:
    """Return what the registry says to whom its rules keep out."""
    return f"client with IP '{address}' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."
