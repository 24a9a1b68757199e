"""The key that signs tokens (RS256) and tells which tokens it signed."""

# ruff: noqa: PLC0415 - an emulator that nobody signs in to must not wait for the libraries of cryptography

from __future__ import annotations

import base64
import functools
import hashlib
import secrets
import threading
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.wire import Json, JsonObject

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_ALGORITHM = "RS256"
_BITS = 2048
_REMEMBERED = 256
_making = threading.Lock()


class TokenSignatureError(ValueError):
    """Something that is no token, or that this key did not sign."""


class Keys:
    """Signs tokens and reads back its own.

    Keys that are made here share one RSA key in a process, for the sake of speed; each has its own key id and refuses
    the tokens of the others.

    Args:
        pem: the private key as PEM; one is made when it is first needed when left out. The same PEM gives the same key
            id, so that tokens outlive the process.

    Raises:
        ValueError: the PEM is no RSA key, or has a password.
    """

    def __init__(self, pem: bytes | None = None) -> None:
        self._given = _loaded(pem) if pem else None
        self._own_id = "" if pem else secrets.token_urlsafe(20)
        # What a token says and who signed it never change, and a client sends the same one with each request.
        self._verified = functools.lru_cache(_REMEMBERED)(self._verify)

    @functools.cached_property
    def key_id(self) -> str:
        """Return the name of the key in the header of a token."""
        return self._own_id or _thumbprint(self._private)

    def public(self) -> JsonObject:
        """Return the public half, as an entry of a JSON Web Key Set."""
        numbers = self._private.public_key().public_numbers()
        return {
            "kty": "RSA",
            "use": "sig",
            "kid": self.key_id,
            "x5t": self.key_id,
            "alg": _ALGORITHM,
            "n": _encoded(_octets(numbers.n)),
            "e": _encoded(_octets(numbers.e)),
        }

    def sign(self, claims: JsonObject) -> str:
        """Return a signed JSON Web Token with these claims."""
        import jwt

        header: dict[str, Json] = {"kid": self.key_id, "x5t": self.key_id}
        return jwt.encode(claims, self._private, algorithm=_ALGORITHM, headers=header)

    def read(self, token: str) -> JsonObject:
        """Return the claims of a token that this key signed; what they say is not judged.

        Raises:
            TokenSignatureError: it is no token, or another key signed it, or it was changed.
        """
        return dict(self._verified(token))

    def _verify(self, token: str) -> JsonObject:
        import jwt

        try:
            is_own = jwt.get_unverified_header(token).get("kid") == self.key_id and _is_canonical(token)
            # The time in a token is judged by the clock of the emulator, not by that of the machine.
            claims: JsonObject = jwt.decode(
                token,
                self._private.public_key(),
                algorithms=[_ALGORITHM],
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False},
            )
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise TokenSignatureError("it is no token, or its signature is wrong") from error
        if not is_own:
            raise TokenSignatureError("another key signed the token")
        return claims

    @property
    def _private(self) -> RSAPrivateKey:
        return self._given or _shared_key()


def make_signing_key() -> bytes:
    """Return a new private key as PEM, to be kept where only its owner can read it."""
    from cryptography.hazmat.primitives import serialization

    return _made().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _made() -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=_BITS)


def _shared_key() -> RSAPrivateKey:
    with _making:
        return _cached_key()


@functools.cache
def _cached_key() -> RSAPrivateKey:
    return _made()


def _loaded(pem: bytes) -> RSAPrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(pem, password=None)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        # The cause may quote the key.
        raise ValueError("the signing key cannot be read; give an RSA key as PEM without a password") from None
    if isinstance(key, RSAPrivateKey):
        return key
    raise ValueError("the signing key is no RSA key; give an RSA key as PEM without a password")


def _thumbprint(key: RSAPrivateKey) -> str:
    numbers = key.public_key().public_numbers()
    return _encoded(hashlib.sha256(_octets(numbers.n) + _octets(numbers.e)).digest()[:20])


def _is_canonical(token: str) -> bool:
    """Say whether the signature is spelled in the one way that encoding gives: a lax decoder takes several for it."""
    signature = token.rpartition(".")[2]
    padded = signature + "=" * (-len(signature) % 4)
    return _encoded(base64.urlsafe_b64decode(padded)) == signature


def _octets(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
