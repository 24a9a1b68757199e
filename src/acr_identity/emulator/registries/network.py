"""From which addresses a registry can be reached, and who may pass by its rules.

Source: learn.microsoft.com/azure/container-registry, "manage-network-bypass-policy-for-tasks" and
"access-selected-networks".
"""

from __future__ import annotations

import ipaddress

from acr_identity.emulator.state import Registry
from acr_identity.emulator.wire import entries, section, text

AGENT_ADDRESS = "203.0.113.10"
"""The address of the agents that run tasks. The real ones change; this one is for documentation only."""
CLIENT_ADDRESS = "198.51.100.7"
"""The address that requests from outside are taken to come from."""


def is_blocked(registry: Registry, address: str) -> bool:
    """Whether the network rules of a registry keep an address out."""
    if text(registry.settings, "publicNetworkAccess").lower() in {"disabled", "securedbyperimeter"}:
        return True
    rules = section(registry.settings, "networkRuleSet")
    if text(rules, "defaultAction").lower() != "deny":
        return False
    return not any(
        _covers(text(rule, "value"), address)
        for rule in entries(rules, "ipRules")
        if text(rule, "action").lower() in {"", "allow"}
    )


def tasks_may_pass(registry: Registry) -> bool:
    """Whether the system-assigned identity of a task passes by the rules; a user-assigned one never does."""
    settings = registry.settings
    options = text(settings, "networkRuleBypassOptions") or "AzureServices"
    return options.lower() == "azureservices" and settings.get("networkRuleBypassAllowedForTasks") is True


def denial(address: str) -> str:
    """What the registry says to whom its rules keep out."""
    return f"client with IP '{address}' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."


def is_range(written: str) -> bool:
    """Whether it is an address or a range of addresses, as a rule names them."""
    try:
        ipaddress.ip_network(written, strict=False)
    except ValueError:
        return False
    return True


def _covers(written: str, address: str) -> bool:
    return is_range(written) and ipaddress.ip_address(address) in ipaddress.ip_network(written, strict=False)
