"""A certificate authority of one's own, which may speak for the loopback and for Azure's host names only."""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from acr_identity.emulator.files import read_file
from acr_identity.emulator.server.host_names import AZURE_HOSTS, AZURE_SUFFIXES, LOOPBACK_ADDRESSES
from acr_identity.emulator.server.places import LARGEST, Places, write_whole
from acr_identity.emulator.server.server_error import ServerError

if TYPE_CHECKING:
    from pathlib import Path

_AUTHORITY_DAYS = 3650
_HOST_DAYS = 365
_MARGIN = dt.timedelta(days=7)
"""What ends within this time is made anew."""
_SUBJECT = "acr_identity emulator"


@dataclass(frozen=True, slots=True)
class Authority:
    """A key and a certificate that sign the certificates of hosts."""

    certificate: x509.Certificate
    _key: ec.EllipticCurvePrivateKey

    def sign(self, names: tuple[str, ...]) -> bytes:
        """Return a new key and a certificate for these hosts, as one PEM text. It holds a private key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(key, _name(f"{_SUBJECT} host"), self.certificate.subject, _HOST_DAYS)
            .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(_issuer_identifier(self.certificate), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return _key_pem(key) + certificate.public_bytes(Encoding.PEM)


def open_authority(places: Places) -> Authority:
    """Return the authority of a folder; it is made when there is none, or when its time is over.

    Raises:
        ServerError: its files cannot be read or written, or are no key and certificate of one authority.
    """
    try:
        if places.authority.exists() and places.authority_key.exists():
            found = _read(places)
            if not ends_soon(found.certificate):
                return found
        return _made(places)
    except OSError as error:
        message = f"{places.folder}: the files of the certificate authority cannot be used ({type(error).__name__})"
        raise ServerError(message, "make the folder yours, or give another path with --state") from error


def ends_soon(certificate: x509.Certificate) -> bool:
    """Say whether a certificate is to be made anew."""
    return certificate.not_valid_after_utc - _MARGIN < dt.datetime.now(dt.UTC)


def is_signed_by(certificate: x509.Certificate, authority: Authority) -> bool:
    """Say whether an authority signed a certificate, not one that stood in its place before."""
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not ours
        return False
    return True


def read_certificate(path: Path) -> x509.Certificate:
    """Return the certificate in a PEM file, whatever stands before it.

    Raises:
        ValueError: there is none.
    """
    return x509.load_pem_x509_certificate(read_file(path, LARGEST))


def _read(places: Places) -> Authority:
    places.authority_key.chmod(0o600)
    try:
        certificate = read_certificate(places.authority)
        key = load_pem_private_key(read_file(places.authority_key, LARGEST), password=None)
    except (ValueError, TypeError) as error:
        raise _damaged(places) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise _damaged(places)
    return Authority(certificate, key)


def _damaged(places: Places) -> ServerError:
    message = f"{places.authority} and {places.authority_key.name} are no certificate authority"
    return ServerError(message, "delete both, and a new one is made")


def _made(places: Places) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(f"{_SUBJECT} authority")
    certificate = (
        _builder(key, subject, subject, _AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(), excluded_subtrees=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    write_whole(places.authority_key, _key_pem(key))
    write_whole(places.authority, certificate.public_bytes(Encoding.PEM))
    return Authority(certificate, key)


def _permitted() -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in ("localhost", *AZURE_HOSTS, *AZURE_SUFFIXES)]
    return names + [x509.IPAddress(ipaddress.ip_network(address)) for address in LOOPBACK_ADDRESSES]


def _builder(
    key: ec.EllipticCurvePrivateKey, subject: x509.Name, issuer: x509.Name, days: int
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _issuer_identifier(authority: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _general_name(host: str) -> x509.GeneralName:
    if host in LOOPBACK_ADDRESSES:
        return x509.IPAddress(ipaddress.ip_address(host))
    return x509.DNSName(host)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
