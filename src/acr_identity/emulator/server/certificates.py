"""One TLS context for each host, made when it is first asked for."""

from __future__ import annotations

import functools
import ssl
from pathlib import Path
from typing import TypeAlias

from acr_identity.emulator.server.authority import Authority, ends_soon, is_signed_by, read_certificate
from acr_identity.emulator.server.host_names import LOOPBACK, is_azure, is_loopback
from acr_identity.emulator.server.places import write_whole

_Connection: TypeAlias = "ssl.SSLSocket | ssl.SSLObject"
_REMEMBERED = 256
"""How many contexts are kept; the one that was not used for longest goes first."""


class Certificates:
    """Makes and keeps the certificates of hosts, and the TLS contexts that show them.

    Args:
        authority: signs them.
        folder: where they are kept, one PEM file per host with its key, readable by its owner only.
    """

    def __init__(self, authority: Authority, folder: Path) -> None:
        self._authority = authority
        self._folder = folder
        self._context_of = functools.lru_cache(_REMEMBERED)(lambda name: self._context(name, (name,)))
        self.loopback = self._context("loopback", LOOPBACK)
        """Shows the certificate of the loopback, or that of a host of Azure whose name the client asks for."""
        self.loopback.sni_callback = self._choose

    def of(self, host: str) -> ssl.SSLContext:
        """Show the certificate of one host, which must be one of Azure's or the loopback."""
        name = host.lower()
        if is_loopback(name):
            return self.loopback
        return self._context_of(name)

    def _choose(self, connection: _Connection, name: str | None, _context: ssl.SSLContext) -> int | None:
        if name is None or is_loopback(name):
            return None
        if not is_azure(name):
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        connection.context = self.of(name)
        return None

    def _context(self, file: str, names: tuple[str, ...]) -> ssl.SSLContext:
        path = self._folder / f"{file}.pem"
        if not self._is_usable(path):
            write_whole(path, self._authority.sign(names))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(path)
        return context

    def _is_usable(self, path: Path) -> bool:
        try:
            certificate = read_certificate(path)
        except (OSError, ValueError):
            return False
        return is_signed_by(certificate, self._authority) and not ends_soon(certificate)
