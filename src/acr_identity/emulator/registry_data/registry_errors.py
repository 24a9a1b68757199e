"""Refusals in the words of a registry: a list of errors, not Azure Resource Manager's envelope."""

from __future__ import annotations

from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.wire import Headers, Reply

AUTHENTICATION_REQUIRED = "authentication required, visit https://aka.ms/acr/authorization for more information."


class RegistryError(ArmError):
    """A refusal of a registry."""

    def reply(self) -> Reply:
        """Return the list of errors, with this one in it."""
        error = {"code": self.code, "message": self.message, "detail": None}
        return Reply.json(self.status, {"errors": [{**error}]}, self.headers)


def unauthorized(login_server: str, scope: str = "") -> RegistryError:
    """Return 401, with the way to a token."""
    challenge = f'Bearer realm="https://{login_server}/oauth2/token",service="{login_server}"'
    if scope:
        challenge += f',scope="{scope}",error="invalid_token"'
    headers: Headers = (("WWW-Authenticate", challenge), ("Docker-Distribution-Api-Version", "registry/2.0"))
    return RegistryError(401, "UNAUTHORIZED", AUTHENTICATION_REQUIRED, headers=headers)


def denied(message: str) -> RegistryError:
    """Return 403: the network rules keep the caller out."""
    return RegistryError(403, "DENIED", message)


def name_unknown(repository: str) -> RegistryError:
    """Return 404: the registry has no such repository."""
    return RegistryError(404, "NAME_UNKNOWN", f"repository name not known to registry: {repository}")


def tag_unknown(tag: str) -> RegistryError:
    """Return 404: the repository has no such tag."""
    return RegistryError(404, "TAG_UNKNOWN", f"the specified tag does not exist: {tag}")


def manifest_unknown(reference: str) -> RegistryError:
    """Return 404 `MANIFEST_UNKNOWN`, for a tag or a digest."""
    kind = "" if reference.startswith("sha256:") else "tagged by "
    written = f'"{reference}"' if kind else reference
    return RegistryError(404, "MANIFEST_UNKNOWN", f"manifest {kind}{written} is not found")


def invalid(message: str) -> RegistryError:
    """Return 400: the request is wrong."""
    return RegistryError(400, "UNSUPPORTED", message)
