"""The addresses that requests come from, and the ranges that network rules name."""

from __future__ import annotations

import ipaddress

AGENT_ADDRESS = "203.0.113.10"
"""The address of the agents that run tasks. The real ones change; this one is for documentation only."""
CLIENT_ADDRESS = "198.51.100.7"
"""The address that requests from outside are taken to come from."""


def is_range(written: str) -> bool:
    """Say whether it is an address or a range of addresses, as a rule names them."""
    try:
        ipaddress.ip_network(written, strict=False)
    except ValueError:
        return False
    return True


def covers(written: str, address: str) -> bool:
    """Say whether an address is in a range; what is no range covers nothing."""
    return is_range(written) and ipaddress.ip_address(address) in ipaddress.ip_network(written, strict=False)
