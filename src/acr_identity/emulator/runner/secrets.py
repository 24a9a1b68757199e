"""Secrets of a task file: the address of each, the identity that reads it, and what goes wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from acr_identity.emulator.kernel.runner_port import Principal, Refusal, Secret, Surroundings
from acr_identity.emulator.runner.gotext import quoted
from acr_identity.emulator.runner.log import Log, Mask
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.taskfile import SecretEntry

METADATA_ENDPOINT: Final = "http://169.254.169.254/metadata/identity/oauth2/token"
"""Where a token is asked for. The service puts its own address in its place, which is not published."""

_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.\-]*):(?://(?P<host>[^/?#]*))?(?P<path>[^?#]*)", re.DOTALL)
_SHORT, _LONG = 3, 4
_TIMEOUT = 120
_SIGN_IN_TIME, _READ_TIME = 0.2, 0.3


@dataclass(frozen=True, slots=True)
class VaultAddress:
    """Where a secret is: `https://VAULT`, its name, and its version or nothing."""

    vault: str
    name: str
    version: str

    @property
    def url(self) -> str:
        """Return the address of the secret, for whoever answers for the vault."""
        return f"{self.vault}/secrets/{self.name}" + (f"/{self.version}" if self.version else "")

    @property
    def request_url(self) -> str:
        """Return the address as the runner's client asks for it."""
        return f"{self.vault}/secrets/{self.name}/{self.version}?api-version=7.0"


def vault_address(url: str) -> VaultAddress:
    """Take the address of a secret apart. All of it is put in lower case first.

    Raises:
        RunError: the address is not one of a secret. Source: acr-builder, vaults/azurekeyvault.go.

    >>> vault_address("https://MyVault.vault.azure.net/secrets/UserName").url
    'https://myvault.vault.azure.net/secrets/username'
    """
    match = _ADDRESS.match(url.lower().removesuffix("/"))
    if match is None or match.group("scheme") != "https":
        raise RunError("invalid azure keyvault secret URL scheme. Expected Https")
    segments = unquote(match.group("path")).split("/")
    if len(segments) not in {_SHORT, _LONG}:
        raise RunError(f"invalid azure keyvault secret URL. Bad number of URL segments: {len(segments)}")
    if segments[1] != "secrets":
        problem = f"Expected 'secrets' collection, but found: {segments[1]}"
        raise RunError(f"invalid azure keyvault secret URL. {problem}")
    vault = f"https://{match.group('host') or ''}"
    if "." not in vault:
        raise RunError(f"extracted vault resource {vault} from vault URL {url} is invalid")
    if not segments[2]:
        raise RunError("missing required properties VaultURL, SecretName, and AADResourceURL")
    return VaultAddress(vault, segments[2], segments[3] if len(segments) == _LONG else "")


@dataclass(frozen=True, slots=True)
class SecretReader:
    """Reads secrets for a run and hides their values in its log from then on."""

    surroundings: Surroundings
    log: Log
    mask: Mask

    def read_all(self, entries: tuple[SecretEntry, ...]) -> Mapping[str, str]:
        """Return the values of the entries by id.

        Raises:
            RunError: the first that cannot be read. The others are not reported.
        """
        return {entry.id: self.read(entry.keyvault, entry.client_id) for entry in entries}

    def read(self, url: str, identity: str) -> str:
        """Return the value of a secret, read as this identity of the task (nothing: whichever it has).

        Raises:
            RunError: in the words of the runner's clients, round those of the service.
        """
        address = vault_address(url)
        self.log.wait(_SIGN_IN_TIME)
        principal = self.surroundings.sign_in(identity)
        match principal:
            case Refusal():
                self._give_up(principal)
                raise RunError(
                    "azure.BearerAuthorizer#WithAuthorization: Failed to refresh the Token for request to"
                    f" {address.request_url}: StatusCode={principal.status}"
                    f" -- Original Error: {token_refusal(principal)}"
                )
            case Principal():
                return self._value(address, principal)

    def _value(self, address: VaultAddress, principal: Principal) -> str:
        self.log.wait(_READ_TIME)
        answer = self.surroundings.read_secret(address.url, principal)
        match answer:
            case Refusal():
                self._give_up(answer)
                raise RunError(vault_refusal(answer))
            case Secret(value):
                self.mask.add(value)
                return value

    def _give_up(self, refusal: Refusal) -> None:
        if not refusal.status:
            self.log.wait(_TIMEOUT)
            raise RunError("timeout in fetching secrets. please check permissions are valid")


def token_refusal(refusal: Refusal) -> str:
    """Return what the runner's client says when the metadata service gives no token."""
    body = json.dumps({"error": refusal.code, "error_description": refusal.message})
    return (
        f"adal: Refresh request failed. Status Code = '{refusal.status}'."
        f" Response body: {body} Endpoint {METADATA_ENDPOINT}"
    )


def vault_refusal(refusal: Refusal) -> str:
    """Return what the runner's client says when the vault does not give the secret."""
    inner = f' InnerError={{"code":{quoted(refusal.inner_code)}}}' if refusal.inner_code else ""
    return (
        f"keyvault.BaseClient#GetSecret: Failure responding to request: StatusCode={refusal.status}"
        f" -- Original Error: autorest/azure: Service returned an error. Status={refusal.status}"
        f" Code={quoted(refusal.code)} Message={quoted(refusal.message)}{inner}"
    )
