"""What docker says when a registry says no."""

from __future__ import annotations

from acr_identity.emulator.runner.ports import Refusal
from acr_identity.emulator.runner.references import DOCKER_HUB, Reference

_HUB_API = "registry-1.docker.io"
_REGISTRY_CODES = frozenset({
    "UNAUTHORIZED", "DENIED", "MANIFEST_UNKNOWN", "NAME_UNKNOWN", "NAME_INVALID", "TOOMANYREQUESTS", "UNSUPPORTED",
})  # fmt: skip
_CODES = {401: "UNAUTHORIZED", 403: "DENIED", 404: "MANIFEST_UNKNOWN", 429: "TOOMANYREQUESTS"}
_HINT = "authentication required, visit https://aka.ms/acr/authorization for more information."
_DENIED = "requested access to the resource is denied"


def _code(refusal: Refusal) -> str:
    code = refusal.code.upper()
    return code if code in _REGISTRY_CODES else _CODES.get(refusal.status, "UNKNOWN")


def _cause(refusal: Refusal, default: str) -> str:
    return f"{_code(refusal).lower().replace('_', ' ')}: {refusal.message or default}"


def api_host(registry: str) -> str:
    """Return the host that docker talks to.

    >>> api_host("docker.io"), api_host("a.azurecr.io")
    ('registry-1.docker.io', 'a.azurecr.io')
    """
    return _HUB_API if registry == DOCKER_HUB else registry


def pull_refusal(reference: Reference, refusal: Refusal) -> str:
    """Return what `docker build` and `docker run` print when a pull is refused.

    Docker Hub says the same of a private image and of one that does not exist.
    """
    hub_hides = reference.registry == DOCKER_HUB and _code(refusal) in {"UNAUTHORIZED", "DENIED", "NAME_UNKNOWN"}
    if hub_hides:
        refusal = Refusal(refusal.status, "DENIED", _DENIED)
    match _code(refusal):
        case "DENIED":
            login = "repository does not exist or may require 'docker login'"
            return f"pull access denied for {reference.familiar_name}, {login}: {_cause(refusal, _DENIED)}"
        case "MANIFEST_UNKNOWN":
            cause = _cause(refusal, f'manifest tagged by "{reference.version}" is not found')
            return f"manifest for {reference.familiar} not found: {cause}"
        case "NAME_UNKNOWN":
            return f"repository {reference.familiar_name} not found: {_cause(refusal, 'repository name not known')}"
        case _:
            url = f"https://{api_host(reference.registry)}/v2/{reference.repository}/manifests/{reference.version}"
            return f'Head "{url}": {_cause(refusal, _HINT)}'


def push_refusal(reference: Reference, refusal: Refusal) -> str:
    """Return what `docker push` prints when a push is refused."""
    if reference.registry == DOCKER_HUB:
        return f"denied: {_DENIED}"
    return _cause(refusal, _HINT if _code(refusal) == "UNAUTHORIZED" else _DENIED)


def login_refusal(registry: str, refusal: Refusal) -> str:
    """Return what `docker login` prints when the password is not taken."""
    default = "incorrect username or password" if registry == DOCKER_HUB else _HINT
    return f'Error response from daemon: Get "https://{api_host(registry)}/v2/": {_cause(refusal, default)}'
