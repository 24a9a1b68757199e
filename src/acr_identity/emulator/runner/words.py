"""What docker says when a registry says no.

A refusal may hold the registry's message or the same with docker's word for its code before it: both read alike here.
A refusal without a status means that the registry could not be reached.
"""

from __future__ import annotations

from acr_identity.emulator.kernel.runner_port import Refusal
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
    words = _code(refusal).lower().replace("_", " ")
    said = refusal.message.rpartition(f"{words}: ")[2]
    return f"{words}: {default if not said or said.endswith(words) else said}"


def _unreached(registry: str, refusal: Refusal) -> str:
    return f'Get "https://{api_host(registry)}/v2/": {refusal.message or "context deadline exceeded"}'


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
    if not refusal.status:
        return _unreached(reference.registry, refusal)
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
    if not refusal.status:
        return _unreached(reference.registry, refusal)
    if reference.registry == DOCKER_HUB:
        return f"denied: {_DENIED}"
    return _cause(refusal, _HINT if _code(refusal) == "UNAUTHORIZED" else _DENIED)


def login_refusal(registry: str, refusal: Refusal) -> str:
    """Return what `docker login` prints when the password is not taken."""
    if not refusal.status:
        return f"Error response from daemon: {_unreached(registry, refusal)}"
    default = "incorrect username or password" if registry == DOCKER_HUB else _HINT
    return f'Error response from daemon: Get "https://{api_host(registry)}/v2/": {_cause(refusal, default)}'
