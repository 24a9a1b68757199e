"""What a program needs to know to use the emulator: environment variables, and the cloud file of this package."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from acr_identity.emulator.kernel.settings import Hosts
from acr_identity.emulator.server.host_names import LOOPBACK
from acr_identity.emulator.server.messages import Account, Status
from acr_identity.emulator.server.places import Places

Variables: TypeAlias = Mapping[str, str | None]
"""Environment variables to set, and with `None` those to unset."""


class Way(StrEnum):
    """How a program comes to the emulator."""

    CLOUD = "cloud"
    """As a cloud of its own, for programs that can be told the address of one."""
    PROXY = "proxy"
    """Through the proxy, for programs that know only Azure's own host names."""


class Shell(StrEnum):
    """Whose language the variables are written in."""

    SH = "sh"
    FISH = "fish"
    POWERSHELL = "powershell"


def variables(way: Way, status: Status, account: Account, places: Places) -> Variables:
    """Return the variables for one way, also for `az` and for what uses azure-identity (`EnvironmentCredential`)."""
    shared: Variables = {
        "AZURE_TENANT_ID": account.tenant,
        "AZURE_CLIENT_ID": account.client_id or None,
        "AZURE_CLIENT_SECRET": account.client_secret or None,
        "AZURE_SUBSCRIPTION_ID": account.subscription,
        "AZURE_CONFIG_DIR": str(places.az(way)),
        "AZURE_CORE_COLLECT_TELEMETRY": "0",
        "REQUESTS_CA_BUNDLE": str(places.authority),
    }
    match way:
        case Way.CLOUD:
            return {**shared, **_cloud(status, places)}
        case Way.PROXY:
            return {**shared, **_proxy(status, places)}


def script(given: Variables, shell: Shell) -> str:
    """Return the lines that set and unset variables in a shell."""
    return "".join(f"{_line(name, value, shell)}\n" for name, value in given.items())


def cloud_file(url: str, ca_bundle: str, hosts: Hosts) -> str:
    """Return the text of a cloud file for `acr-identity --cloud`: YAML, whose values are written as JSON."""
    told = {
        "resource_manager": url,
        "authority": url,
        "credential_scopes": [f"https://{hosts.arm}/.default"],
        "registry_suffix": hosts.registry_suffix.removeprefix("."),
        "vault_suffix": hosts.vault_suffix.removeprefix("."),
        "ca_bundle": ca_bundle,
    }
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in told.items())


def _cloud(status: Status, places: Places) -> Variables:
    return {
        "AZURE_AUTHORITY_HOST": status.url,
        "AZURE_CORE_INSTANCE_DISCOVERY": "false",
        "ACR_IDENTITY_CLOUD": str(places.cloud),
    }


def _proxy(status: Status, places: Places) -> Variables:
    authority = str(places.authority)
    return {
        "HTTPS_PROXY": status.proxy,
        "https_proxy": status.proxy,
        "NO_PROXY": ",".join(LOOPBACK),
        "no_proxy": ",".join(LOOPBACK),
        "SSL_CERT_FILE": authority,
        "CURL_CA_BUNDLE": authority,
        "NODE_EXTRA_CA_CERTS": authority,
        "AZURE_AUTHORITY_HOST": None,
        "AZURE_CORE_INSTANCE_DISCOVERY": None,
        "ACR_IDENTITY_CLOUD": None,
    }


def _line(name: str, value: str | None, shell: Shell) -> str:
    match shell:
        case Shell.SH:
            return f"unset {name}" if value is None else f"export {name}={shlex.quote(value)}"
        case Shell.FISH:
            return f"set -e {name}" if value is None else f"set -gx {name} {_quoted_for_fish(value)}"
        case Shell.POWERSHELL:
            quoted = "" if value is None else value.replace("'", "''")
            gone = f"Remove-Item Env:{name} -ErrorAction SilentlyContinue"
            return gone if value is None else f"$Env:{name} = '{quoted}'"


def _quoted_for_fish(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
